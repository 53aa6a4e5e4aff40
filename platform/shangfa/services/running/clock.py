"""Move the test clock."""

from __future__ import annotations

from datetime import datetime

from shangfa.db.server.clock import move_clock
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import refused
from shangfa.domain.running.faults import CLOCK_BACKWARDS
from shangfa.services.cases.moves.clocks import sweep
from shangfa.services.clock import machine_now, now
from shangfa.services.context import Context
from shangfa.services.transaction import transact


def move(ctx: Context, to: datetime) -> datetime:
    """Set the test clock to a later moment and return what it shows then.

    What is due by then is done before this returns.

    Raises:
        RefusedError: `clock_backwards`, `forbidden`.
    """
    ctx.need("clock:move")
    before = now()  # starts it when nobody has asked yet

    def work(tx: Tx) -> datetime:
        if not move_clock(tx, to, machine_now()):
            raise refused(CLOCK_BACKWARDS, "/now", value=to.isoformat(), now=before.isoformat())
        return to

    shown = transact(ctx, work)
    sweep()
    return shown
