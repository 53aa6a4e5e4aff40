"""Webhooks are sent: looked for again and again, one job at a time for each of them.

A slow receiver holds only its own job. All of this has threads of its own, so that waiting
for the world outside holds no other kind of job.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued

from shangfa.db.tx.conflicts import HELD
from shangfa.domain.faults import RefusedError
from shangfa.services.exchange import sending

log = logging.getLogger("shangfa.jobs")

WEBHOOKS: Final = "webhooks"
"""The queue of what is sent to receivers, a job for each webhook."""
AT_ONCE: Final = 12
"""Webhooks that are sent to at the same time by one worker."""
GLANCE: Final = 1.0
"""Seconds between two looks for what has happened."""
TASK: Final = "send_webhook"
T = TypeVar("T")
_threads: Final = ThreadPoolExecutor(AT_ONCE + 1, thread_name_prefix="webhooks")


async def _aside(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, work)


async def send_webhook(tenant: str, webhook: str) -> None:
    """Send what is due to one webhook."""
    await _aside(partial(sending.send, UUID(tenant), UUID(webhook)))


async def look(app: App) -> int:
    """Leave a job for each webhook with something to send; return how many there are."""
    found = 0
    for tenant_id in await _aside(sending.watched):
        try:
            due = await _aside(partial(sending.make, tenant_id))
        except (RefusedError, HELD) as error:
            log.error("tenant %s: its webhooks wait: %s", tenant_id, error)
            continue
        for webhook_id in due:
            await _leave(app, tenant_id, webhook_id)
        found += len(due)
    return found


async def _leave(app: App, tenant_id: UUID, webhook_id: UUID) -> None:
    own = f"webhook:{webhook_id}"
    with suppress(AlreadyEnqueued):
        await app.configure_task(TASK, lock=own, queueing_lock=own).defer_async(
            tenant=str(tenant_id), webhook=str(webhook_id)
        )


async def look_again_and_again(app: App) -> None:
    """Look for what has happened until cancelled.

    Raises:
        OperationalError: the database is lost.
    """
    while True:
        await look(app)
        await asyncio.sleep(GLANCE)


def register(app: App) -> None:
    """Make this a task of `app`."""
    app.task(name=TASK, queue=WEBHOOKS)(send_webhook)
