"""A held case brought to its next state: the step noted, its clocks started, everybody told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.deadlines import end_clocks
from shangfa.db.cases.held import advance
from shangfa.db.cases.written import ClockLine, DecisionLine, TakenLine, add_clocks, add_decisions
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.acts.service import ANNOUNCEMENT
from shangfa.domain.cases.parties import Asker
from shangfa.domain.cases.procedure import CLOCK, Clock
from shangfa.domain.dates.days import add_months
from shangfa.domain.dates.deadlines import Due, Start
from shangfa.domain.exchange.events import case_moved
from shangfa.outside.sealing import seal_fields
from shangfa.services.cases.handled import Handled
from shangfa.services.cases.moves.telling import Moved, tell_of_move
from shangfa.services.clock import new_id
from shangfa.services.command import command_in
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger.decision import due_at
from shangfa.services.tenancy.ready import ReadyTenant

ANNOUNCED_DAYS: Final = 30
"""After so many days an announcement counts as served."""


@dataclass(frozen=True, slots=True)
class Doer:
    """Who takes a step: somebody with a key, or the clock."""

    ctx: Context
    role: str
    person_id: UUID | None

    @property
    def asker(self) -> Asker:
        """Who it is to the procedure."""
        return Asker(self.role, self.ctx.actor_id, self.ctx.subject)


def doer_of(ctx: Context) -> Doer:
    """Return the asker as one who takes a step."""
    return Doer(ctx, ctx.role, ctx.subject_id)


def clock_of(tenant: ReadyTenant) -> Doer:
    """Return the clock as one who takes a step."""
    return Doer(command_in(tenant.id), CLOCK, None)


@dataclass(frozen=True, slots=True)
class Move:
    """What is done: the step, the state after it, with what.

    Attributes:
        gathered: all facts that the steps brought so far.
    """

    step: str
    state: str
    at: datetime
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    gathered: Mapping[str, Any] = field(default_factory=dict)


def move(tx: Tx, doer: Doer, item: Handled, done: Move) -> None:
    """Write a step; the clocks of the state before stop, those of the state after start.

    Raises:
        RefusedError: `calendar_missing` when a clock counts days of an unknown year.
    """
    case, procedure = item.case, item.procedure
    assert procedure is not None  # noqa: S101 - asked of procedures only
    line = TakenLine(
        new_id(),
        case.id,
        case.revision + 1,
        done.step,
        done.state,
        done.note,
        doer.ctx.actor_id,
        done.at,
        seal_fields(tx.tenant, done.data),
        doer.role,
        doer.person_id,
    )
    is_open = not procedure.is_over(done.state)
    advance(tx, case, line, done.gathered, is_open=is_open)
    due = None
    if done.state != case.state:
        end_clocks(tx, case.id, done.at)
        due = start_clock(tx, item, done)
    tell_of_move(tx, item, Moved(done.step, done.state, done.at, doer.ctx.subject, due))
    tell(tx, doer.ctx, done.at, case_moved(case.id, case.incident_id, done.step, done.state))


def start_clock(tx: Tx, item: Handled, done: Move) -> datetime | None:
    """Start the clock of the state that a case comes to, for each of its subjects.

    Return when it ends, None where the state has no clock.
    """
    case, procedure = item.case, item.procedure
    clock = procedure.states[done.state].clock if procedure else None
    if clock is None:
        return None
    due = due_of(clock, item.tenant, start_of(clock, item, done))
    ends = due_at(due, item.tenant.zone)
    add_clocks(
        tx,
        [
            ClockLine(
                new_id(),
                case.id,
                subject_id,
                case.clause,
                clock.step,
                due.isoformat(),
                ends,
                done.state,
                clock.takes is not None,
            )
            for subject_id in case.subject_ids
        ],
    )
    return ends


def start_of(clock: Clock, item: Handled, done: Move) -> datetime:
    """Return the moment a clock is counted from."""
    if clock.after is None or clock.after == done.step:
        return served_at(done.at, done.data)
    taken = [step for step in item.steps if step.step == clock.after]
    return served_at(taken[-1].at, taken[-1].data) if taken else done.at


def served_at(at: datetime, data: Mapping[str, Any]) -> datetime:
    """Return when something was served: an announcement only after its time."""
    if data.get("method") == ANNOUNCEMENT:
        return at + timedelta(days=ANNOUNCED_DAYS)
    return at


def due_of(clock: Clock, tenant: ReadyTenant, start: datetime) -> Due:
    """Return the last day or local moment; a day of the month that is past means the next.

    Raises:
        RefusedError: `calendar_missing`.
    """
    local = start.astimezone(tenant.zone).replace(tzinfo=None)
    due = clock.limit.due(Start(local.date(), local, tenant.calendar))
    if type(due) is date and due < local.date() and clock.limit.unit == "day_of_month":
        following = add_months(local.date().replace(day=1), 1)
        due = clock.limit.due(Start(following, None, tenant.calendar))
    return due


def propose(tx: Tx, doer: Doer, item: Handled, bodies: Mapping[str, Any], done: Move) -> None:
    """Write what is proposed for each subject from now on."""
    ids = dict(zip(item.case.subjects, item.case.subject_ids, strict=True))
    add_decisions(
        tx,
        [
            DecisionLine(
                new_id(),
                item.case.id,
                None,
                ids[code],
                "proposal",
                body,
                done.note,
                doer.ctx.actor_id,
                done.at,
            )
            for code, body in bodies.items()
        ],
    )
