"""Deliveries to a slow receiver, and what they cost those who record meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import date
from statistics import median
from typing import Final, NamedTuple

from tests.bench.batch import record_batches
from tests.bench.duel import Side
from tests.bench.figures import ratio_line, say
from tests.bench.http import SHANGFA
from tests.bench.load import clients
from tests.bench.stage import Company, Stage, seconds_of
from tests.bench.traffic import bodies, moment
from tests.making.receiver import Receiver, receiving

from shangfa.db.server import embedded
from shangfa.domain.access.roles import HR
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.exchange import webhooks

SLUG: Final = "fujie"
PEOPLE: Final = 200
ALLOWED: Final = "127.0.0.0/8"
SLOW: Final = "slow?seconds=1"
BACKLOG: Final = 3000
"""Deliveries that wait when the worker begins."""
ROUNDS: Final = 6
SECONDS: Final = 8.0
CONNECTIONS: Final = 2
SETTLED: Final = 3.0
"""Seconds until a worker that goes on has its receiver busy."""


def run(stage: Stage) -> None:
    """Record with the webhook disabled and with it being delivered to, in turns."""
    say("\n8. Webhooks of one worker to a receiver that takes a second, while others record")
    company = stage.company(SLUG, PEOPLE, date(2026, 1, 1))
    database = stage.copy("hooks")
    with (
        receiving(stage.folder / "received") as receiver,
        clients() as executor,
        stage.gunicorn(SHANGFA, database) as server,
    ):
        load = bodies(company.slug, company.codes, moment(), BACKLOG)
        side = Side("recording", stage, server, company.token, load)
        _follow(stage, database, company, receiver)
        record_batches(server, company, load)
        with _worker(stage, database) as worker:
            receiver.wait_for(1)
            turns = [_turn(stage, executor, side, (worker.pid, receiver)) for _ in range(ROUNDS)]
    sent = [turn.sent for turn in turns]
    say(f"  deliveries a minute: {median(sent):.0f}  (by round: {_each(sent)})  goal 1000 or more")
    costs = [turn.cost for turn in turns]
    say(f"  processor of the worker for each: {median(costs):.1f} ms  (by round: {_each(costs)})")
    pairs = [(turn.delivering, turn.idle) for turn in turns]
    say(ratio_line("requests/s, delivering / not", pairs) + "  goal 0.95 or more")


def _each(values: Sequence[float]) -> str:
    return " ".join(f"{value:.0f}" for value in values)


def _follow(stage: Stage, database: str, company: Company, receiver: Receiver) -> None:
    """Have a receiver told of everything that is recorded from now on."""
    os.environ["SHANGFA_WEBHOOK_ALLOW"] = ALLOWED
    with stage.inside(database):
        asker = Context(HR, new_id(), company.id)
        webhooks.create(asker, receiver.url(SLOW), ("incident.recorded",))


@contextmanager
def _worker(stage: Stage, database: str) -> Iterator[subprocess.Popen[bytes]]:
    clean = {key: text for key, text in os.environ.items() if not key.startswith("SHANGFA_")}
    url = stage.server.url(embedded.APP, database)
    own = {"SHANGFA_DATABASE_URL": url, "SHANGFA_WEBHOOK_ALLOW": ALLOWED}
    process = subprocess.Popen([sys.executable, "-m", "shangfa.cli", "worker"], env=clean | own)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class _Turn(NamedTuple):
    """Deliveries a minute, their milliseconds of processor, and requests a second."""

    sent: float
    cost: float
    delivering: float
    idle: float


def _turn(stage: Stage, executor: Executor, side: Side, sending: tuple[int, Receiver]) -> _Turn:
    worker, receiver = sending
    _switch(stage, side, "disabled")
    side.measure(executor, SECONDS, CONNECTIONS, len(side.rates))
    _switch(stage, side, "enabled")
    count, began, used = len(receiver.got()), time.perf_counter(), seconds_of(worker)
    side.measure(executor, SECONDS, CONNECTIONS, len(side.rates))
    count, took = len(receiver.got()) - count, time.perf_counter() - began
    cost = (seconds_of(worker) - used) / max(1, count) * 1000
    return _Turn(count / took * 60, cost, side.rates[-1], side.rates[-2])


def _switch(stage: Stage, side: Side, state: str) -> None:
    """Disable the webhook or enable it, and wait until the worker has seen to it."""
    with stage.owner(side.server.database) as owner:
        owner.execute("UPDATE webhook SET state = %s", [state])
    time.sleep(SETTLED)
