"""Lift what somebody has before its time, by a decision with a reason; and withdraw that.

A lifting is a fact like an incident: what rests on it is computed again and posted as adjustments.
What had been brought before stays; from its day on the mark counts no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from shangfa.db.cases.acts.liftings import (
    LiftingLine,
    LiftingRecord,
    add_lifting,
    lifted,
    liftings_of,
)
from shangfa.db.cases.held import StoredCase, hold_case
from shangfa.db.facts import Touched
from shangfa.db.people import SubjectRecord
from shangfa.db.tenancy import hold_tenant
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.exchange.events import case_moved
from shangfa.domain.faults import INVALID, NOT_FOUND, refused
from shangfa.domain.incidents.faults import NOT_LIFTABLE, NOT_LIFTED
from shangfa.domain.ledger.book import Marked
from shangfa.domain.text import Note
from shangfa.services.access.sight import check_not_own, seen_by
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger.anew import late
from shangfa.services.ledger.anew.late import Adjustments
from shangfa.services.ledger.in_force import marks_of
from shangfa.services.people.subjects import find
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import attempt, reading

LIFT: Final = "lift"
"""What the act is called where steps are named."""
_COMES: Final = Note("不得晚于今天", "not later than today")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is lifted of an incident.

    Attributes:
        since: the first day on which it counts no longer, None for today.
        withdraw: whether a lifting is taken back instead.
    """

    incident_id: UUID
    subject: str
    account: str
    unit: str
    since: date | None
    reason: str
    withdraw: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was lifted, and what that changes."""

    act: LiftingRecord
    adjustments: Adjustments


def acts(ctx: Context, incident_id: UUID) -> Sequence[LiftingRecord]:
    """Return what was lifted of an incident and withdrawn, as far as the asker sees it."""
    ctx.need("incidents:read")

    def work(tx: Tx) -> list[LiftingRecord]:
        seen = seen_by(tx, ctx, today(current(tx).zone))
        return liftings_of(tx, incident_id, seen, ctx.subject_id)

    return reading(ctx, work)


def lift(ctx: Context, said: Wish, *, dry_run: bool = False) -> Done:
    """Lift a mark or points from a day on, or withdraw that, in one transaction.

    Raises:
        RefusedError: `not_found`, `same_person` for one's own, `invalid` for a day to come,
            `not_liftable`, `not_lifted`, `too_many_incidents`.
    """
    ctx.need("marks:lift")
    check_not_own(ctx, [said.subject], LIFT)
    return attempt(ctx, lambda tx: _lift(tx, ctx, said), Kind.LARGE, dry_run=dry_run)


def _lift(tx: Tx, ctx: Context, said: Wish) -> Done:
    hold_tenant(tx)
    tenant, subject = current(tx), find(tx, said.subject, hold=True)
    case = hold_case(tx, said.incident_id)
    if case is None or (case.handlers is not None and ctx.subject not in case.handlers):
        raise refused(NOT_FOUND, "")
    day = None if said.withdraw else _day(tx, tenant, subject, said)
    if said.withdraw:
        _check_lifted(tx, said)
    line = _line(ctx, case, subject, said, day)
    meant = Touched(case.on, subjects=[subject.id])
    adjusted = late.adjust(tx, ctx, tenant, meant, lambda: add_lifting(tx, line))
    tell(tx, ctx, line.at, case_moved(case.id, case.incident_id, LIFT, case.state))
    act = LiftingRecord(line.id, said.subject, *line[3:7], line.at)
    return Done(act, adjusted)


def _line(
    ctx: Context, case: StoredCase, subject: SubjectRecord, said: Wish, day: date | None
) -> LiftingLine:
    what = (said.account, said.unit, day, said.reason)
    return LiftingLine(new_id(), case.id, subject.id, *what, ctx.actor_id, now())


def _day(tx: Tx, tenant: ReadyTenant, subject: SubjectRecord, said: Wish) -> date:
    """Return from when on it is lifted: it must be in force then, and be from before."""
    present = today(tenant.zone)
    day = said.since or present
    if day > present:
        raise refused(INVALID, "/from", value=day.isoformat(), why=_COMES)
    marks = [
        (mark.account, mark.unit)
        for mark in marks_of(tx, tenant, said.subject, subject.past, day)
        if mark.fact == str(said.incident_id) and mark.day < day
    ]
    if (said.account, said.unit) not in marks:
        allowed = "、".join(f"{account} {unit}" for account, unit in dict.fromkeys(marks)) or "–"
        value = f"{said.account} {said.unit}"
        raise refused(NOT_LIFTABLE, "/unit", value=value, day=day, allowed=allowed)
    return day


def _check_lifted(tx: Tx, said: Wish) -> None:
    mark = Marked(said.subject, str(said.incident_id), said.account, said.unit)
    if mark not in lifted(tx, [said.subject]):
        raise refused(NOT_LIFTED, "/unit", value=f"{said.account} {said.unit}")
