"""The worker: it does what is due, kind beside kind, and outlives databases and other workers."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import make_url
from tests.making.house import FINES, Company, answer, make_company, owning, report, serving

from shangfa.api.incidents import shapes
from shangfa.db.server.embedded import OWNER, Embedded
from shangfa.jobs import app as jobs
from shangfa.services.incidents import record as incidents

PATIENCE = 60.0
VERIFIED = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'verify_totals'"


@pytest.fixture(autouse=True)
def _database(app_url: str) -> Iterator[None]:
    with serving(app_url):
        yield


@pytest.fixture
def company() -> Company:
    return make_company(FINES, staff=["E"])


@pytest.fixture
def app(app_url: str) -> Iterator[App]:
    yield jobs.app(app_url)
    jobs.app.cache_clear()


def ask(owner_url: str, query: str) -> Any:
    with owning(owner_url) as connection:
        answer = connection.execute(query.encode())
        rows = answer.fetchall() if answer.description else []
    return rows[0][0] if rows else None


def wait_until(condition: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline
        sleep(0.1)


def defer(app: App, name: str, **values: Any) -> int:
    """Put a job in its queue and return its number.

    A worker puts in the same by the clock; while that one waits, no second one is taken.
    """
    numbers: list[int] = []

    def put() -> list[int]:
        with app.open(), suppress(AlreadyEnqueued):
            numbers.append(int(app.tasks[name].defer(**values)))
        return numbers

    wait_until(put)
    return numbers[0]


def drain(app: App, *queues: str) -> None:
    """Do all that waits in these queues, in all when none is named."""
    app.run_worker(
        queues=list(queues) or None, wait=False, install_signal_handlers=False, listen_notify=False
    )


def test_each_night_every_company_has_a_job_of_its_own(
    app: App, company: Company, owner_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = make_company(FINES, staff=["E"])
    for each in (company, other):
        each.record("f", "E")
    ask(owner_url, f"DELETE FROM ledger_entry WHERE tenant_id = '{company.id}'")
    defer(app, "verify_tenants", timestamp=0)
    with caplog.at_level(logging.INFO, "shangfa.jobs"):
        drain(app)
    said = [item.getMessage() for item in caplog.records if item.name == "shangfa.jobs"]
    said = [item for item in said if item.startswith("tenant ")]  # others may be due by the clock
    assert said == [f"tenant {company.slug}: 1 stored figures differ from its facts"]
    assert ask(owner_url, VERIFIED) == ask(owner_url, "SELECT count(*) FROM tenant") >= 2
    assert ask(owner_url, f"{VERIFIED} AND queue_name <> 'verify'") == 0
    assert ask(owner_url, f"{VERIFIED} AND status <> 'succeeded'") == 0


def test_a_company_that_still_waits_is_not_deferred_twice(
    app: App, company: Company, owner_url: str
) -> None:
    waiting = f"{VERIFIED} AND status = 'todo' AND args->>'slug' = '{company.slug}'"
    for night in range(2):
        defer(app, "verify_tenants", timestamp=night)
        drain(app, "upkeep")
        assert ask(owner_url, waiting) == 1
    drain(app)


def test_old_answers_are_forgotten(app: App, company: Company, owner_url: str) -> None:
    asked = company.ctx().asking("key", b"")
    answer(asked, lambda ctx: incidents.record(ctx, report("f", "E")), shapes.incident)
    ask(owner_url, "UPDATE reply SET created_at = created_at - interval '2 days'")
    defer(app, "forget_replies", timestamp=0)
    drain(app)
    assert ask(owner_url, "SELECT count(*) FROM reply") == 0


def test_the_tasks_come_round_by_themselves(app: App, app_url: str) -> None:
    periods = app.periodic_registry.periodic_tasks
    assert {name: task.cron for (name, _), task in periods.items()} == {
        "run_clocks": "* * * * *",
        "forget_replies": "17 * * * *",
        "seal_audit": "*/15 * * * *",
        "forget_sessions": "29 * * * *",
        "send_digests": "29 * * * *",
        "settle_time": "41 * * * *",
        "verify_tenants": "23 18 * * *",
    }
    assert make_url(app_url).drivername == "postgresql+psycopg"


def test_what_is_scheduled_has_locks_of_its_own_and_a_queue_that_is_worked_on(app: App) -> None:
    tasks = [task for name, task in app.tasks.items() if ":" not in name]
    locks = [task.lock for task in tasks if task.lock]
    assert len(locks) == len(set(locks)) == len(app.periodic_registry.periodic_tasks)
    assert {task.queue for task in tasks if not task.name.startswith("builtin")} == set(jobs.LANES)
    assert all(concurrency > 1 for concurrency in jobs.LANES.values())


# Jobs whose worker died


def abandon(app: App, owner_url: str, name: str, attempts: int) -> int:
    """Leave a job as a worker does that is killed at it; return its number."""
    number = defer(app, name, timestamp=0)
    ask(
        owner_url,
        f"UPDATE procrastinate_jobs SET status = 'doing', attempts = {attempts}"
        f" WHERE id = {number}",
    )
    return number


@pytest.mark.parametrize(
    ("attempts", "waiting", "status"),
    [
        pytest.param(0, 0, "todo", id="the first time"),
        pytest.param(1, 0, "todo", id="the second time"),
        pytest.param(2, 0, "failed", id="one that ends every worker"),
        pytest.param(0, 1, "failed", id="one whose successor waits"),
    ],
)
def test_a_job_whose_worker_died(
    app: App, owner_url: str, attempts: int, waiting: int, status: str
) -> None:
    ask(owner_url, "DELETE FROM procrastinate_jobs")
    number = abandon(app, owner_url, "forget_replies", attempts)
    for timestamp in range(waiting):
        defer(app, "forget_replies", timestamp=timestamp)

    async def look() -> None:
        async with app.open_async():
            await jobs.retry_stalled(app)

    asyncio.run(look())
    found = ask(owner_url, f"SELECT status::text FROM procrastinate_jobs WHERE id = {number}")
    assert found == status
    drain(app)
    assert ask(owner_url, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'") == 0


# Real workers


@contextmanager
def working(url: str, log: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `shangfa worker`, which says what happens in `log`."""
    ours = {name: value for name, value in os.environ.items() if name[:7] != "SHANGFA"}
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "shangfa.cli", "worker"],
            env=ours | {"SHANGFA_DATABASE_URL": url},
            stderr=said,
            text=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def done(owner_url: str, number: int) -> bool:
    """Tell whether a job was done: those that were are dropped."""
    query = f"SELECT count(*) FROM procrastinate_jobs WHERE id = {number}"
    return bool(ask(owner_url, query) == 0)


def test_one_kind_does_not_wait_for_another(
    app: App, app_url: str, owner_url: str, tmp_path: Path
) -> None:
    companies = [make_company(FINES, staff=["E"]) for _ in range(jobs.LANES["verify"] + 1)]
    with owning(owner_url) as connection, connection.transaction():
        connection.execute("LOCK ledger_entry IN ACCESS EXCLUSIVE MODE")
        for company in companies:
            defer(app, "verify_totals", tenant=str(company.id), slug=company.slug)
        with working(app_url, tmp_path / "log"):
            doing = f"{VERIFIED} AND status = 'doing'"
            wait_until(lambda: ask(owner_url, doing) == jobs.LANES["verify"])
            number = defer(app, "forget_replies", timestamp=7)
            wait_until(lambda: done(owner_url, number))
            assert ask(owner_url, doing) == jobs.LANES["verify"]
    drain(app)


def test_a_lost_database_only_interrupts_a_worker_and_is_told_once(
    app: App, app_url: str, owner_url: str, server: Embedded, tmp_path: Path
) -> None:
    administrator = server.url(OWNER, "postgres")
    name = make_url(app_url).database
    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with working(app_url, tmp_path / "log") as process:
        first = defer(app, "forget_replies", timestamp=11)
        wait_until(lambda: done(owner_url, first))
        ask(administrator, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        ask(administrator, end_all)
        sleep(2)
        ask(administrator, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        second = defer(app, "forget_replies", timestamp=12)
        wait_until(lambda: done(owner_url, second))
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    said = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    told = [line for line in said if line["level"] != "info"]
    assert 1 <= len(told) <= 3, told
    assert all("lost" in line["message"] and "traceback" not in line for line in told)


PARENT = """
import os, subprocess, sys, threading, time
end, _ = os.pipe()
child = subprocess.Popen(
    [sys.executable, "-c", sys.argv[1], sys.argv[2]],
    pass_fds=[end],
    env={**os.environ, "SHANGFA_LIFELINE": str(end)},
)
for _ in range(50):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
time.sleep(60)
"""
CHILD = """
import signal, sys, threading
from pathlib import Path
from shangfa.services.running.process import lifeline
told = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: told.set())
lifeline.follow_parent()
Path(sys.argv[1]).write_text("begun")
told.wait(60)
Path(sys.argv[1]).write_text(f"orphan: {lifeline.is_orphan()}")
"""


@pytest.mark.parametrize("_round", range(5))
def test_a_worker_ends_when_who_started_it_is_gone_and_knows_why(
    tmp_path: Path, _round: int
) -> None:
    # many threads, since they die one after another and the files are closed by the last
    note = tmp_path / "note"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD, str(note)])
    wait_until(note.exists)
    sleep(0.2)
    parent.kill()
    parent.wait()
    wait_until(lambda: note.read_text() == "orphan: True")
