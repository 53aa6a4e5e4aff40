"""The test clock, kept where every process sees it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from shangfa.db.tx.transaction import Tx


class TestTime(NamedTuple):
    """When it is: `now` as of the machine's `set_at`, standing still unless it `runs`."""

    now: datetime
    set_at: datetime
    runs: bool


def read_clock(tx: Tx) -> TestTime | None:
    """Return the test clock, None before it was started."""
    row = tx.raw.execute("SELECT c.now, c.set_at, c.runs FROM clock c WHERE c.id = 1").fetchone()
    return TestTime(*row) if row else None


def start_clock(tx: Tx, time: TestTime) -> None:
    """Start the clock unless another process has."""
    tx.raw.execute(
        "INSERT INTO clock (id, now, set_at, runs) VALUES (1, %s, %s, %s) ON CONFLICT DO NOTHING",
        time,
    )


def move_clock(tx: Tx, to: datetime, machine: datetime) -> bool:
    """Set the clock to a later moment, where it stands; False when it is later already."""
    moved = tx.raw.execute(
        """UPDATE clock SET now = %(to)s, set_at = %(machine)s, runs = false
        WHERE id = 1 AND now + CASE WHEN runs THEN %(machine)s - set_at ELSE '0' END <= %(to)s""",
        {"to": to, "machine": machine},
    )
    return moved.rowcount == 1
