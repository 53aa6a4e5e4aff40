"""Clocks of a case that stand still for a reason, and go on where they stopped.

An investigation waits for the police, whom it concerns is ill, the customer has to answer first:
nobody's time runs meanwhile. What may be done in the case may be done all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from shangfa.db.cases.deadlines import RunningClock, pause_clocks, resume_clock
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.roles import HR
from shangfa.domain.cases.faults import ILLEGAL_STEP
from shangfa.domain.cases.inputs import inputs_of, read_inputs
from shangfa.domain.cases.procedure import Input, Step
from shangfa.domain.dates.deadlines import Due, resumed
from shangfa.domain.faults import refused
from shangfa.services.access.sight import check_not_own
from shangfa.services.cases.handled import Handled
from shangfa.services.cases.moves.moving import Doer, Move, move
from shangfa.services.cases.shown import is_handler
from shangfa.services.ledger.decision import due_at

PAUSE: Final = "pause"
RESUME: Final = "resume"
PAUSING: Final = (PAUSE, RESUME)
REASON: Final = Input("note", required=True)


def pause_or_resume(
    tx: Tx, doer: Doer, item: Handled, asked: tuple[str, Mapping[str, Any]], at: datetime
) -> None:
    """Let the clocks of a case that run stand still, or those that do go on.

    `asked`: `pause` or `resume`, with what was handed in: the reason as `note`.

    Raises:
        RefusedError: `forbidden`, `same_person`, `missing`, `illegal_step` where no clock runs, or
            none stands still; `calendar_missing`.
    """
    name, given = asked
    if doer.ctx.role != HR and not is_handler(doer.ctx, item):
        raise refused(FORBIDDEN, "", role=doer.role, allowed=HR)
    check_not_own(doer.ctx, item.case.subjects, name)
    state = item.case.state
    step = Step(name, state, state, (HR,), inputs=(REASON,))
    data = read_inputs(inputs_of(step), doer.role, given)
    still = {clock.state: clock for clock in item.clocks if clock.paused_at is not None}
    running = [clock for clock in item.clocks if clock.paused_at is None and clock.due_at >= at]
    if not (running if name == PAUSE else still):
        raise refused(ILLEGAL_STEP, "", state=state, value=name, allowed="—")
    if name == PAUSE:
        pause_clocks(tx, item.case.id, at)
    for clock in still.values() if name == RESUME else ():
        due = _due(item, clock, at)
        ends = due_at(due, item.tenant.zone)
        resume_clock(tx, item.case.id, clock.state, (due.isoformat(), ends))
    note = data.pop("note")
    move(tx, doer, item, Move(name, state, at, note, data, item.case.gathered))


def _due(item: Handled, clock: RunningClock, at: datetime) -> Due:
    """Return when a clock that goes on is due: as much later as it stood still."""
    assert clock.paused_at is not None  # noqa: S101 - it stands still
    tenant, states = item.tenant, item.procedure.states if item.procedure else {}
    own = states[clock.state].clock
    stopped, goes_on = (
        moment.astimezone(tenant.zone).replace(tzinfo=None) for moment in (clock.paused_at, at)
    )
    is_day = len(clock.due) == len("2026-10-10")
    due = date.fromisoformat(clock.due) if is_day else datetime.fromisoformat(clock.due)
    unit = own.limit.unit if own is not None else "days"
    return resumed(unit, due, (stopped, goes_on), tenant.calendar)
