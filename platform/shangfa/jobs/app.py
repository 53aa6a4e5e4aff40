"""The worker: queues by kind, each with threads of its own, so that no kind waits for another.

Jobs are deferred and claimed through PostgreSQL, so two workers never do the same one at the
same time. One whose worker died is done again, so every job must bear being done twice. What
is scheduled has locks of its own: a waiting job holds up all others with the same lock.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from functools import cache
from time import monotonic
from typing import Final

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from shangfa.jobs import running, webhooks
from shangfa.services.running.process.logs import LOST, reason_of

log = logging.getLogger("shangfa.jobs")

LANES: Final = {
    running.CLOCKS: 2,
    running.UPKEEP: 2,
    running.VERIFY: 2,
    running.IMPORT: 2,
    running.LATE: 2,
    running.MAIL: 2,
    running.REPLAYS: 2,
    webhooks.WEBHOOKS: webhooks.AT_ONCE,
}
"""Queue -> jobs of it that run at the same time in one worker."""
SILENCE: Final = 30.0
"""Seconds without a sign of life after which a worker is dead; three signs are missing then."""
ROUND: Final = 30.0
"""Seconds between two looks for jobs of dead workers."""
ATTEMPTS: Final = 3
"""How often a job is begun; one that ends its worker each time is given up."""
PATIENCE: Final = 25.0
"""Seconds that running jobs get when the worker is told to stop."""
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 15.0


@cache
def app(url: str) -> App:
    """Return the tasks on the database at `url`."""
    asked = make_url(url)
    _, options = asked.get_dialect()().create_connect_args(asked)
    connector = PsycopgConnector(
        conninfo=make_conninfo(**options), min_size=1, max_size=8, timeout=5.0
    )
    found = App(connector=connector)
    running.register(found)
    webhooks.register(found)
    return found


def work(url: str) -> None:
    """Run the worker until it is told to stop; a lost database only interrupts it."""
    asyncio.run(_work(app(url)))


async def _work(jobs: App) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    pause = FIRST_PAUSE
    while not told.is_set():
        began = monotonic()
        try:
            await run_lanes(jobs, told)
            if not told.is_set():
                log.warning("the queues have stopped, as they do at a lost database; jobs wait")
        except LOST as error:
            log.warning("the database is lost, jobs wait: %s", reason_of(error))
        pause = FIRST_PAUSE if monotonic() - began > ROUND else min(pause * 2, LONGEST_PAUSE)
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), pause)


async def run_lanes(jobs: App, told: asyncio.Event) -> None:
    """Work on all queues until told to stop, or until one of them cannot go on.

    Raises:
        ConnectorException, PoolTimeout: the database is lost.
    """
    async with jobs.open_async():
        lanes = [
            asyncio.create_task(
                jobs.run_worker_async(
                    queues=[queue],
                    name=queue,
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=PATIENCE,
                    stalled_worker_timeout=SILENCE,
                    delete_jobs="successful",
                )
            )
            for queue, concurrency in LANES.items()
        ]
        lanes.append(asyncio.create_task(_retry_stalled_again_and_again(jobs)))
        lanes.append(asyncio.create_task(webhooks.look_again_and_again(jobs)))
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait([*lanes, waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in (*lanes, waiting):
            task.cancel()
        ends = await asyncio.gather(*lanes, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception) and not told.is_set():
            raise end


async def _retry_stalled_again_and_again(jobs: App) -> None:
    while True:
        await retry_stalled(jobs)
        await asyncio.sleep(ROUND)


async def retry_stalled(jobs: App) -> None:
    """Begin jobs again whose worker died with them; it cannot be a job itself, which might stall.

    Raises:
        ConnectorException: the database is lost.
    """
    for job in await jobs.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
        end = "starts again"
        try:
            if job.attempts + 1 >= ATTEMPTS:
                end = await _give_up(jobs, job)
            else:
                await jobs.job_manager.retry_job(job)
        except UniqueViolation:
            # the next one of its kind already waits in its place
            end = await _give_up(jobs, job)
        except ConnectorException as error:
            if isinstance(error.__cause__, LOST):
                raise
            continue  # another worker was quicker
        log.warning("job %s lost its worker and %s", job.task_name, end)


async def _give_up(jobs: App, job: Job) -> str:
    await jobs.job_manager.finish_job(job, Status.FAILED, delete_job=False)
    return "is given up"
