"""What the worker does for the deployment: clocks, old answers, what time brings, totals."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import sleep
from typing import Final, TypeVar
from uuid import UUID

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued
from prometheus_client import Counter

from shangfa.db.tx.conflicts import HELD
from shangfa.domain.access.roles import HR
from shangfa.domain.faults import RefusedError
from shangfa.services.cases.moves import clocks
from shangfa.services.context import Context
from shangfa.services.exchange import imports
from shangfa.services.notifications import digests
from shangfa.services.policies.publishing import publish_late
from shangfa.services.policies.trying import replays
from shangfa.services.running import upkeep
from shangfa.services.running.process.logs import LOST, reason_of

log = logging.getLogger("shangfa.jobs")

UPKEEP: Final = "upkeep"
"""The queue of what is short and comes round often."""
CLOCKS: Final = "clocks"
"""The queue of what must not wait: the clocks of cases."""
VERIFY: Final = "verify"
"""The queue of what reads a tenant's whole history."""
IMPORT: Final = "import"
"""The queue of files that are brought in."""
LATE: Final = "late"
"""The queue of what computes much of a tenant's past anew."""
MAIL: Final = "mail"
"""The queue of what is sent to another server, which may take its time."""
REPLAYS: Final = "replays"
"""The queue of what-ifs, which store nothing in the ledger and may take minutes."""
PROOFS: Final = ("totals", "audit", "sealing", "settling")
WRONG = Counter(
    "shangfa_proof_failures", "Companies in which a job found or left something wrong", ["proof"]
)
for _proof in PROOFS:
    WRONG.labels(_proof)  # so that it is there before it is ever counted
PAUSES: Final = (0, 1, 5, 15)
"""Seconds before the next attempt; the first loss may only be an old connection."""
T = TypeVar("T")


def insist(work: Callable[[], T]) -> T:
    """Do a job's work again when the database was lost meanwhile; the last time it may fail.

    The job itself must not be put back: its successor may already wait in its place.
    """
    for pause in PAUSES:
        try:
            return work()
        except LOST as error:
            log.warning("the database was lost during a job: %s", reason_of(error))
        sleep(pause)
    return work()


def forget_replies(timestamp: int) -> None:
    """Drop answers kept for Idempotency-Keys once they are older than a day."""
    del timestamp
    log.info("forgot %s stored replies", insist(upkeep.forget_replies))


def forget_sessions(timestamp: int) -> None:
    """Drop what users signed in with a day after it is over, and attempts that are forgiven."""
    del timestamp
    log.info("forgot %s sessions", insist(upkeep.forget_sessions))


def run_clocks(timestamp: int) -> None:
    """Let every clock that is past do what it is due to do."""
    del timestamp
    moved = insist(clocks.sweep)
    if moved:
        log.info("the clocks of %s cases were past", moved)


def send_digests(timestamp: int) -> None:
    """Send one mail to everybody with notifications that no mail has told of."""
    del timestamp
    sent = insist(digests.send_digests)
    if sent:
        log.info("sent %s mails", sent)


def settle_time(timestamp: int) -> None:
    """Post in every tenant what followed by time alone; one that fails stops no other."""
    del timestamp
    for tenant_id, slug in insist(upkeep.working):
        try:
            insist(partial(upkeep.settle_time, tenant_id))
        except (RefusedError, HELD) as error:
            WRONG.labels("settling").inc()
            log.error("tenant %s: what follows by time is not settled: %s", slug, error)


def seal_audit(timestamp: int) -> None:
    """Bring in every tenant what happened into its audit chain; one that fails stops no other."""
    del timestamp
    for tenant_id, slug in insist(upkeep.working):
        try:
            insist(partial(upkeep.seal_audit, tenant_id))
        except Exception:
            WRONG.labels("sealing").inc()
            log.exception("tenant %s: the audit chain is not sealed", slug)


def verify_totals(tenant: str, slug: str) -> None:
    """Replay one tenant and report what its facts do not give."""
    differences = insist(partial(upkeep.verify_totals, UUID(tenant)))
    if differences:
        WRONG.labels("totals").inc()
        log.error("tenant %s: %s stored figures differ from its facts", slug, differences)
    broken = insist(partial(upkeep.verify_audit, UUID(tenant)))
    if broken:
        WRONG.labels("audit").inc()
        log.error("tenant %s: the audit chain is broken at %s", slug, broken)


def run_import(tenant: str, file: str, *, commit: bool) -> None:
    """Read a file that was sent, and bring it in when asked to."""
    insist(partial(imports.work_off, UUID(tenant), UUID(file), commit=commit))


def publish_version(tenant: str, policy: str, number: int, actor: str) -> None:
    """Publish a version with many incidents after its first day."""
    ctx = Context(HR, UUID(actor), UUID(tenant))
    try:
        done = insist(partial(publish_late, ctx, UUID(policy), number))
    except RefusedError as error:
        log.error("version %s of policy %s is not published: %s", number, policy, error)
    else:
        log.info("version %s of policy %s: %s", number, policy, "published" if done else "was")


def replay_version(tenant: str, replay: str) -> None:
    """Try a version on what has happened."""
    state = insist(partial(replays.run, UUID(tenant), UUID(replay)))
    log.info("what-if %s: %s", replay, state)


def register(app: App) -> None:
    """Make these the tasks of `app`, with their times in UTC."""
    app.task(name="run_import", queue=IMPORT)(run_import)
    app.task(name="publish_version", queue=LATE)(publish_version)
    app.task(name="replay_version", queue=REPLAYS)(replay_version)
    verify = app.task(name="verify_totals", queue=VERIFY)(verify_totals)

    async def verify_tenants(timestamp: int) -> None:
        """Defer one verification for each tenant, unless its last one still waits."""
        del timestamp
        for tenant_id, slug in await asyncio.to_thread(insist, upkeep.working):
            own = f"verify_totals:{tenant_id}"
            with suppress(AlreadyEnqueued):
                await verify.configure(lock=own, queueing_lock=own).defer_async(
                    tenant=str(tenant_id), slug=slug
                )

    for cron, queue, task in (
        ("* * * * *", CLOCKS, run_clocks),
        ("17 * * * *", UPKEEP, forget_replies),
        ("*/15 * * * *", UPKEEP, seal_audit),
        ("29 * * * *", UPKEEP, forget_sessions),
        ("29 * * * *", MAIL, send_digests),
        ("41 * * * *", UPKEEP, settle_time),
        ("23 18 * * *", UPKEEP, verify_tenants),
    ):
        name = task.__name__
        app.periodic(cron=cron)(
            app.task(name=name, queue=queue, lock=name, queueing_lock=name)(task)
        )
