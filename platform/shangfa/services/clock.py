"""The only clock: services ask it for now, nothing below them does.

With `SHANGFA_CLOCK=test` it is a test clock kept in the database, the same for every
process: it runs on from its start until it is first moved, and stands still from then on.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

from shangfa.config import settings
from shangfa.db.server.clock import TestTime, read_clock, start_clock
from shangfa.db.tx.transaction import begin


def now() -> datetime:
    """Return the present moment, aware."""
    return machine_now() if settings().clock is None else _test_now()


def machine_now() -> datetime:
    """Return the machine's moment.

    Only the test clock looks at it, and what waits for machines: claims and time limits.
    """
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return the present local day."""
    return now().astimezone(zone).date()


def new_id() -> UUID:
    """Return a new UUIDv7: an order of making, not a time to calculate with."""
    return uuid7()


def _test_now() -> datetime:
    with begin(None) as tx:
        time = read_clock(tx)
        if time is None:
            conf, machine = settings().clock, machine_now()
            start = conf.start if conf is not None and conf.start is not None else machine
            start_clock(tx, TestTime(start, machine, runs=True))
            time = read_clock(tx) or TestTime(start, machine, runs=True)
    passed = machine_now() - time.set_at if time.runs else timedelta(0)
    return (time.now + passed).astimezone(UTC)
