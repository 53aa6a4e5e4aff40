"""What changes of a subject, also after incidents rest on it: those are adjusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shangfa.db import people as sql
from shangfa.db.facts import Touched
from shangfa.db.people import SubjectRecord
from shangfa.db.tenancy import hold_tenant
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.exchange.events import subject_changed
from shangfa.domain.faults import INVALID, NO_CHANGE, refused
from shangfa.domain.people.past import Stint
from shangfa.domain.tenancy.attributes import check_attributes
from shangfa.domain.text import Note
from shangfa.services.access.sight import check_not_own
from shangfa.services.clock import now, today
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.events import tell
from shangfa.services.ledger.anew import late
from shangfa.services.people.lines import Line, Wage, set_line, set_stint, set_values, set_wage
from shangfa.services.people.subjects import SINCE, SubjectView, find, whole
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import attempt

NO_FIRST_DAY: Final = Note(
    "从未登记入职日；请用 PUT /v1/subjects/编号/employments/入职日 一并写明",
    "nobody said since when; say both with PUT /v1/subjects/CODE/employments/FIRST_DAY",
)


@dataclass(frozen=True, slots=True)
class SubjectChange:
    """What is to change of a subject; None for what stays.

    Attributes:
        attributes: all of them from `since` on; one left out ends that day.
        since: the day from which the attributes hold, None for today.
        last_day: of its present employment.
    """

    name: str | None = None
    attributes: Mapping[str, Any] | None = None
    since: date | None = None
    last_day: date | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what changes, as it is read back."""
        given = {
            "name": self.name,
            "attributes": self.attributes,
            "employments": self.last_day,
        }
        return tuple(name for name, value in given.items() if value is not None)


@dataclass(frozen=True, slots=True)
class _Late:
    """A change with the day from which it tells of the past."""

    fields: tuple[str, ...]
    since: date
    write: Callable[[Tx, SubjectRecord], None]


def change(
    ctx: Context, code: str, said: SubjectChange, if_match: str | None, *, dry_run: bool = False
) -> SubjectView:
    """Change a subject's name, attributes or last day.

    Raises:
        RefusedError: `not_found`, `precondition_required`, `stale_version`, `no_change`,
            `unknown_attribute`, `invalid_attribute`, `last_before_first`,
            `employment_overlap`, `invalid` last day, `too_many_incidents`.
    """
    ctx.need("subjects:write")

    def plan(tenant: ReadyTenant, subject: SubjectRecord) -> _Late:
        check_match(if_match, subject.revision)
        if not said.fields:
            raise refused(NO_CHANGE, "")
        day = said.since or today(tenant.zone)
        check_attributes(said.attributes or {}, tenant.attributes)

        def write(tx: Tx, subject: SubjectRecord) -> None:
            if said.name is not None:
                sql.rename_subject(tx, subject.id, said.name)
            if said.attributes is not None:
                set_values(tx, subject, day, _changed(subject, day, said.attributes))
            if said.last_day is not None:
                set_stint(tx, subject, _ended(tx, subject, said.last_day))

        return _Late(said.fields, date.min if said.last_day else day, write)

    return _changing(ctx, code, plan, dry_run=dry_run)


def _changed(subject: SubjectRecord, day: date, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to say so that the attributes of a day are those wanted."""
    present = subject.past.attributes(day)
    gone: dict[str, Any] = {name: None for name in present if name not in wanted}
    return gone | {
        name: value
        for name, value in wanted.items()
        if name not in present or present[name] != value
    }


def _ended(tx: Tx, subject: SubjectRecord, last: date) -> Stint:
    """Return the present stint with its last day; it began with the first line when not told.

    Raises:
        RefusedError: `invalid` when nobody ever said since when.
    """
    stints = subject.past.stints
    if stints:
        return Stint(stints[-1].first, last)
    lines = [item.since for item in sql.assignments_of(tx, subject.id)]
    first = min([*lines, *(item.since for item in sql.wages_of(tx, subject.id))], default=SINCE)
    if first == SINCE:
        raise refused(INVALID, "/last_day", value=last.isoformat(), why=NO_FIRST_DAY)
    return Stint(first, last)


def set_attributes(
    ctx: Context, code: str, since: date, values: Mapping[str, Any], *, dry_run: bool = False
) -> SubjectView:
    """Set those attributes that are named from a day on; None ends one.

    Raises:
        RefusedError: `not_found`, `no_change`, `unknown_attribute`, `invalid_attribute`,
            `too_many_incidents`.
    """
    ctx.need("subjects:write")

    def plan(tenant: ReadyTenant, _: SubjectRecord) -> _Late:
        if not values:
            raise refused(NO_CHANGE, "")
        check_attributes(values, tenant.attributes)
        return _Late(("attributes",), since, lambda tx, who: set_values(tx, who, since, values))

    return _changing(ctx, code, plan, dry_run=dry_run)


def employ(ctx: Context, code: str, stint: Stint, *, dry_run: bool = False) -> SubjectView:
    """Say from which to which day somebody belongs to the company; a re-hire is another stint.

    Raises:
        RefusedError: `not_found`, `last_before_first`, `employment_overlap`,
            `too_many_incidents`.
    """
    ctx.need("subjects:write")

    def plan(_: ReadyTenant, __: SubjectRecord) -> _Late:
        return _Late(("employments",), date.min, lambda tx, who: set_stint(tx, who, stint))

    return _changing(ctx, code, plan, dry_run=dry_run)


def assign(ctx: Context, code: str, line: Line, *, dry_run: bool = False) -> SubjectView:
    """Set department, position and supervisor from a day on.

    Raises:
        RefusedError: `not_found`, `unknown_subject`, `supervisor_loop`, `too_many_incidents`.
    """
    ctx.need("subjects:write")

    def plan(_: ReadyTenant, __: SubjectRecord) -> _Late:
        return _Late(("assignments",), line.since, lambda tx, who: set_line(tx, who, line))

    return _changing(ctx, code, plan, dry_run=dry_run)


def pay(ctx: Context, code: str, wage: Wage, *, dry_run: bool = False) -> SubjectView:
    """Set what somebody earns from a day on.

    Raises:
        RefusedError: `not_found`, `too_many_incidents`, `same_person` for one's own,
            `invalid` place.
    """
    ctx.need("wages:write")
    check_not_own(ctx, [code], "wages")

    def plan(_: ReadyTenant, __: SubjectRecord) -> _Late:
        return _Late(("wages",), wage.since, lambda tx, who: set_wage(tx, who, wage))

    return _changing(ctx, code, plan, dry_run=dry_run)


def _changing(
    ctx: Context,
    code: str,
    plan: Callable[[ReadyTenant, SubjectRecord], _Late],
    *,
    dry_run: bool,
) -> SubjectView:
    """Change a subject with the tenant held, adjust what rests on it, and tell the fields.

    Raises:
        RefusedError: `same_person`: what decisions rest on is not one's own to change.
    """
    check_not_own(ctx, [code], "change")

    def work(tx: Tx) -> SubjectView:
        hold_tenant(tx)
        tenant = current(tx)
        subject = find(tx, code, hold=True)
        told = plan(tenant, subject)

        def write() -> None:
            told.write(tx, subject)
            sql.bump_subject(tx, subject.id)

        meant = Touched(told.since, subjects=[subject.id])
        adjusted = late.adjust(tx, ctx, tenant, meant, write)
        tell(tx, ctx, now(), subject_changed(subject.id, code, told.fields))
        shown = adjusted if dry_run or adjusted.incidents else None
        return whole(tx, ctx, find(tx, code), today(tenant.zone), shown)

    return attempt(ctx, work, Kind.LARGE, dry_run=dry_run)
