"""Subjects: employees, teams and partners, registered and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from shangfa.db import people as sql
from shangfa.db.people import AssignmentRecord, SubjectLine, SubjectRecord, WageRecord
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import subject_changed
from shangfa.domain.faults import DUPLICATE, MISSING, NOT_FOUND, refused
from shangfa.domain.people.columns import check_code
from shangfa.domain.people.past import Stint, Value, check_stint
from shangfa.domain.tenancy.attributes import check_attributes
from shangfa.services.access.sight import find_seen, seen_by
from shangfa.services.audit.notes import note_reading
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.ledger.anew.late import Adjustments
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.people.lines import Line, Wage, set_line, set_stint, set_wage
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

SINCE: Final = date(2000, 1, 1)
"""From when on a line and a wage hold for which no day was given."""


@dataclass(frozen=True, slots=True)
class NewSubject:
    """A subject to be registered.

    Attributes:
        attributes: from the beginning.
        since: first local day of the line and the wage.
        day_wage: CNY, None when not told.
        first_day, last_day: in the company, None when not told.
    """

    code: str
    name: str
    kind: str = "employee"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    since: date = SINCE
    department: str | None = None
    position: str | None = None
    supervisor: str | None = None
    day_wage: Decimal | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def line(self) -> Line | None:
        """Where it works and for whom, None when nothing is told."""
        told = (self.department, self.position, self.supervisor)
        return Line(self.since, *told) if any(told) else None

    @property
    def wage(self) -> Wage | None:
        """What its working day is worth, None when not told."""
        return None if self.day_wage is None else Wage(self.since, self.day_wage)

    @property
    def stint(self) -> Stint | None:
        """When it belongs to the company, None when not told."""
        if self.first_day is None and self.last_day is None:
            return None
        return Stint(self.first_day or self.since, self.last_day)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is told, as it is read back."""
        lines = ("assignments",) if self.line else ()
        wages = ("wages",) if self.wage else ()
        stints = ("employments",) if self.stint else ()
        return ("code", "kind", "name", "attributes", *lines, *wages, *stints)


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A subject with all that is known of it.

    Attributes:
        attributes: as of today.
        values: what changed of the attributes, by day.
        wages: None for who may not see them.
        adjustments: what the change just made of the past, None when it touched none of it.
    """

    code: str
    kind: str
    name: str
    attributes: Mapping[str, Any]
    created_at: datetime
    revision: int
    assignments: tuple[AssignmentRecord, ...]
    values: tuple[Value, ...]
    employments: tuple[Stint, ...]
    wages: tuple[WageRecord, ...] | None
    adjustments: Adjustments | None = None


def create(ctx: Context, said: NewSubject) -> SubjectView:
    """Register a subject, with its first line, wage and stint when told.

    Raises:
        RefusedError: `duplicate`, `unknown_subject` (the supervisor), `supervisor_loop`,
            `unknown_attribute`, `invalid_attribute`, `last_before_first`.
    """
    ctx.need("subjects:write")
    taken = {"uq_subject_tenant_id_code": refused(DUPLICATE, "/code", value=said.code)}
    return transact(ctx, lambda tx: _create(tx, ctx, said), taken=taken)


def _create(tx: Tx, ctx: Context, said: NewSubject) -> SubjectView:
    tenant = current(tx)
    if sql.subject_ids(tx, [said.code]):
        raise refused(DUPLICATE, "/code", value=said.code)
    check_attributes(said.attributes, tenant.attributes)
    check_new(said)
    line = new_line(said)
    sql.add_subjects(tx, [line])
    tell(tx, ctx, line.created_at, subject_changed(line.id, said.code, said.fields))
    tx.flush()
    _set_all(tx, find(tx, said.code), said)
    return whole(tx, ctx, find(tx, said.code), today(tenant.zone))


def check_new(said: NewSubject) -> None:
    """Let pass a code that an address can name, and what is told of somebody's days.

    Raises:
        RefusedError: `invalid` code, `last_before_first`, `missing` for a last day without any
            first.
    """
    check_code(said.code)
    if said.last_day is not None and said.first_day is None and said.since == SINCE:
        raise refused(MISSING, "/first_day", value="first_day")
    if said.stint is not None:
        check_stint(said.stint, ())


def _set_all(tx: Tx, subject: SubjectRecord, said: NewSubject) -> None:
    if said.line is not None:
        set_line(tx, subject, said.line)
    if said.wage is not None:
        set_wage(tx, subject, said.wage)
    if said.stint is not None:
        set_stint(tx, subject, said.stint)


def new_line(said: NewSubject) -> SubjectLine:
    """Return how a new subject is written."""
    return SubjectLine(new_id(), said.code, said.kind, said.name, said.attributes, now())


def find(tx: Tx, code: str, *, hold: bool = False) -> SubjectRecord:
    """Return a subject.

    Raises:
        RefusedError: `not_found`.
    """
    found = sql.find_subject(tx, code, hold=hold)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def read(ctx: Context, code: str) -> SubjectView:
    """Return a subject with its lines, and its wages to who may see them.

    Raises:
        RefusedError: `not_found`, also for somebody the asker may not see.
    """
    ctx.need("subjects:read")

    def work(tx: Tx) -> SubjectView:
        day = today(current(tx).zone)
        found = find_seen(tx, ctx, code, day)
        note_reading(tx, ctx, "subject.read", code)
        return whole(tx, ctx, found, day)

    return reading(ctx, work)


def page(ctx: Context, asked: Page, kind: str | None = None) -> Listed[SubjectRecord]:
    """Return the subjects the asker may see, by code, with their attributes of today."""
    ctx.need("subjects:read")

    def work(tx: Tx) -> list[SubjectRecord]:
        day = today(current(tx).zone)
        seen = seen_by(tx, ctx, day)
        found = sql.subjects_after(tx, asked.cursor or "", asked.limit + 1, kind, seen)
        return [item._replace(attributes=dict(item.past.attributes(day))) for item in found]

    return listed(asked, reading(ctx, work), lambda subject: subject.code)


def whole(
    tx: Tx,
    ctx: Context,
    subject: SubjectRecord,
    day: date,
    adjustments: Adjustments | None = None,
) -> SubjectView:
    """Return a subject as the asker may see it, as of a day."""
    sees_wages = ctx.may("wages:read") or subject.id == ctx.subject_id
    past = subject.past
    return SubjectView(
        subject.code,
        subject.kind,
        subject.name,
        past.attributes(day),
        subject.created_at,
        subject.revision,
        tuple(sql.assignments_of(tx, subject.id)),
        tuple(past.values),
        tuple(past.stints),
        tuple(sql.wages_of(tx, subject.id)) if sees_wages else None,
        adjustments,
    )


def wages(ctx: Context, code: str) -> Listed[WageRecord]:
    """Return what somebody earned, oldest first.

    Raises:
        RefusedError: `forbidden`, `not_found`.
    """

    def work(tx: Tx) -> list[WageRecord]:
        day = today(current(tx).zone)
        found = find_seen(tx, ctx, code, day)
        note_reading(tx, ctx, "wages.read", code)
        return sql.wages_of(tx, found.id)

    if code != ctx.subject:
        ctx.need("wages:read")
    return Listed(reading(ctx, work))
