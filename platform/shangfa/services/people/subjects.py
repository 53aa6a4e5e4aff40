"""Subjects: employees, teams and partners, registered, read and changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from shangfa.db import people as sql
from shangfa.db.people import AssignmentRecord, SubjectLine, SubjectRecord, WageRecord
from shangfa.db.tenancy import hold_tenant
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.permissions import may
from shangfa.domain.exchange.events import subject_changed
from shangfa.domain.faults import DUPLICATE, NO_CHANGE, NOT_FOUND, refused
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.events import tell
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.people.lines import Line, Wage, check_past, set_line, set_wage
from shangfa.services.people.sight import find_seen, seen_ids
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

SINCE: Final = date(2000, 1, 1)
"""From when on a line and a wage hold for which no day was given."""


@dataclass(frozen=True, slots=True)
class NewSubject:
    """A subject to be registered.

    Attributes:
        since: first local day of the line and the wage.
        day_wage: CNY, None when not told.
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
    def fields(self) -> tuple[str, ...]:
        """The names of what is told, as it is read back."""
        lines = ("assignments",) if self.line else ()
        wages = ("wages",) if self.wage else ()
        return ("code", "kind", "name", "attributes", *lines, *wages)


@dataclass(frozen=True, slots=True)
class SubjectChange:
    """What is to change of a subject; None stays."""

    name: str | None = None
    attributes: Mapping[str, Any] | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is to change."""
        return tuple(name for name in ("name", "attributes") if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A subject as somebody may see it.

    Attributes:
        wages: None for who may not see them.
    """

    code: str
    kind: str
    name: str
    attributes: Mapping[str, Any]
    created_at: datetime
    revision: int
    assignments: tuple[AssignmentRecord, ...]
    wages: tuple[WageRecord, ...] | None


def create(ctx: Context, said: NewSubject) -> SubjectView:
    """Register a subject, with its first line and wage when told.

    Raises:
        RefusedError: `duplicate`, `unknown_subject` (the supervisor), `supervisor_loop`.
    """
    ctx.need("subjects:write")
    taken = {"uq_subject_tenant_id_code": refused(DUPLICATE, "/code", value=said.code)}
    return transact(ctx, lambda tx: _create(tx, ctx, said), taken=taken)


def _create(tx: Tx, ctx: Context, said: NewSubject) -> SubjectView:
    current(tx)
    if sql.subject_ids(tx, [said.code]):
        raise refused(DUPLICATE, "/code", value=said.code)
    line = new_line(said)
    sql.add_subjects(tx, [line])
    tell(tx, ctx, line.created_at, subject_changed(line.id, said.code, said.fields))
    tx.flush()
    subject = _found(tx, said.code)
    if said.line is not None:
        set_line(tx, subject, said.line)
    if said.wage is not None:
        set_wage(tx, subject, said.wage)
    return _whole(tx, ctx, subject)


def new_line(said: NewSubject) -> SubjectLine:
    """Return how a new subject is written."""
    return SubjectLine(new_id(), said.code, said.kind, said.name, said.attributes, now())


def _found(tx: Tx, code: str, *, hold: bool = False) -> SubjectRecord:
    found = sql.find_subject(tx, code, hold=hold)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def change(ctx: Context, code: str, said: SubjectChange, if_match: str | None) -> SubjectView:
    """Change a subject's name or attributes.

    Raises:
        RefusedError: `not_found`, `precondition_required`, `stale_version`, `no_change`.
    """
    ctx.need("subjects:write")

    def work(tx: Tx, subject: SubjectRecord) -> None:
        check_match(if_match, subject.revision)
        if not said.fields:
            raise refused(NO_CHANGE, "")
        name = subject.name if said.name is None else said.name
        kept = subject.attributes if said.attributes is None else said.attributes
        sql.change_subject(tx, subject.id, name, kept)

    return _changing(ctx, code, said.fields, work)


def assign(ctx: Context, code: str, line: Line) -> SubjectView:
    """Set department, position and supervisor from a day on.

    Raises:
        RefusedError: `not_found`, `unknown_subject`, `supervisor_loop`, `incidents_exist`.
    """
    ctx.need("subjects:write")

    def work(tx: Tx, subject: SubjectRecord) -> None:
        check_past(tx, subject, line.since)
        set_line(tx, subject, line)
        sql.bump_subject(tx, subject.id)

    return _changing(ctx, code, ("assignments",), work)


def pay(ctx: Context, code: str, wage: Wage) -> SubjectView:
    """Set what a working day is worth from a day on.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("wages:write")

    def work(tx: Tx, subject: SubjectRecord) -> None:
        set_wage(tx, subject, wage)
        sql.bump_subject(tx, subject.id)

    return _changing(ctx, code, ("wages",), work)


def _changing(
    ctx: Context,
    code: str,
    fields: tuple[str, ...],
    change_subject: Callable[[Tx, SubjectRecord], None],
) -> SubjectView:
    """Change a subject with the tenant held, and tell which fields of it."""

    def work(tx: Tx) -> SubjectView:
        hold_tenant(tx)
        current(tx)
        subject = _found(tx, code, hold=True)
        change_subject(tx, subject)
        tell(tx, ctx, now(), subject_changed(subject.id, code, fields))
        return _whole(tx, ctx, _found(tx, code))

    return transact(ctx, work)


def read(ctx: Context, code: str) -> SubjectView:
    """Return a subject with its lines, and its wages to who may see them.

    Raises:
        RefusedError: `not_found`, also for somebody the asker may not see.
    """
    ctx.need("subjects:read")

    def work(tx: Tx) -> SubjectView:
        day = today(current(tx).zone)
        return _whole(tx, ctx, find_seen(tx, ctx, code, day))

    return reading(ctx, work)


def page(ctx: Context, asked: Page, kind: str | None = None) -> Listed[SubjectRecord]:
    """Return the subjects the asker may see, by code."""
    ctx.need("subjects:read")

    def work(tx: Tx) -> list[SubjectRecord]:
        seen = seen_ids(tx, ctx, today(current(tx).zone))
        return sql.subjects_after(tx, asked.cursor or "", asked.limit + 1, kind, seen)

    return listed(asked, reading(ctx, work), lambda subject: subject.code)


def _whole(tx: Tx, ctx: Context, subject: SubjectRecord) -> SubjectView:
    sees_wages = may(ctx.role, "wages:read") or subject.id == ctx.subject_id
    return SubjectView(
        subject.code,
        subject.kind,
        subject.name,
        subject.attributes,
        subject.created_at,
        subject.revision,
        tuple(sql.assignments_of(tx, subject.id)),
        tuple(sql.wages_of(tx, subject.id)) if sees_wages else None,
    )
