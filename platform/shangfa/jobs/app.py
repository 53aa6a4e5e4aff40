"""The worker's tasks. Each runs for one tenant at a time inside that tenant.

Deferred and claimed through PostgreSQL, so two workers never do the same one twice.
"""

from __future__ import annotations

import logging
from functools import cache

from procrastinate import App, PsycopgConnector
from sqlalchemy import make_url

from shangfa.services.running import upkeep

log = logging.getLogger("shangfa.jobs")


def forget_replies(timestamp: int) -> None:
    """Drop answers kept for Idempotency-Keys once they are older than a day."""
    del timestamp
    log.info("forgot %s stored replies", upkeep.forget_replies())


def verify_totals(timestamp: int) -> None:
    """Replay every tenant and report what its facts do not give."""
    del timestamp
    for slug, differences in upkeep.verify_totals():
        log.error("tenant %s: %s stored figures differ from its facts", slug, differences)


@cache
def app(url: str) -> App:
    """Return the tasks on the database at `url`."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    found = App(connector=PsycopgConnector(conninfo=plain))
    hourly = found.task(name="forget_replies", queueing_lock="forget_replies")(forget_replies)
    found.periodic(cron="17 * * * *")(hourly)
    nightly = found.task(name="verify_totals", queueing_lock="verify_totals")(verify_totals)
    found.periodic(cron="23 18 * * *")(nightly)
    return found


def work(url: str) -> None:
    """Run the worker until it is told to stop."""
    app(url).run_worker(concurrency=1)
