"""Attendance: what a company makes of it, and its files, read into incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shangfa.db import people
from shangfa.db.exchange.attendance import MappingLine, newest_mapping, set_mapping
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.amounts import read_measure
from shangfa.domain.exchange.attendance import (
    COUNTED,
    PUNCHES,
    Attendance,
    AttendanceRule,
    Place,
    check,
    numbers,
    place_of,
)
from shangfa.domain.exchange.faults import ATTENDANCE_UNMAPPED
from shangfa.domain.exchange.imports import COLUMNS, IGNORED
from shangfa.domain.exchange.shifts import Shift, clock_text, read_shift
from shangfa.domain.faults import INVALID, MISSING, RefusedError, refused
from shangfa.domain.months.period import month_of
from shangfa.domain.near import nearest
from shangfa.domain.people.faults import UNKNOWN_ATTRIBUTE, UNKNOWN_SUBJECT
from shangfa.domain.text import Note, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.exchange.rows import Importer, check_open, text_of
from shangfa.services.incidents.record import record_unless_taken
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact

NO_PLACE = Note(
    "须为日期 2026-03-02、月份 2026-03、班次 22:00-06:00，或写明日期的打卡时间；"
    "凌晨的打卡要有班次或日期",
    "a day 2026-03-02, a month 2026-03, a shift 22:00-06:00, or the time of a punch with its day; "
    "one in the small hours needs its shift or day",
)
NO_MEASURE = Note(
    "须为不小于0的{0}，如 3次、1小时20分、0.5天；按次登记的须为整数",
    "a number of {0} of 0 or more: 3次, 1小时20分, 0.5天; what is taken each, whole",
)
OUT = Note(
    "该月有考勤机故障日，全月合计分不出哪几次算；请按天导入",
    "the device was out on a day of that month; a sum cannot tell, send it day by day",
)


@dataclass(frozen=True, slots=True)
class MappingView:
    """The mapping in force; revision 0 when none was ever set."""

    revision: int
    mapping: Attendance
    at: datetime | None


def read(ctx: Context) -> MappingView:
    """Return the mapping in force."""
    ctx.need("attendance:read")

    def work(tx: Tx) -> MappingView:
        current(tx)
        return _shown(newest_mapping(tx))

    return reading(ctx, work)


def put(ctx: Context, mapping: Attendance, if_match: str | None) -> MappingView:
    """Put a mapping in force, for files that are sent from now on.

    Raises:
        RefusedError: `precondition_required`, `stale_version`, `invalid`, `unknown_attribute`.
    """
    ctx.need("attendance:write")
    check(mapping, COLUMNS["attendance"], IGNORED)

    def work(tx: Tx) -> MappingView:
        _check_attribute(current(tx), mapping.shift_attribute)
        revision = _shown(newest_mapping(tx)).revision
        check_match(if_match, revision)
        line = MappingLine(new_id(), revision + 1, _document(mapping), ctx.actor_id, now())
        set_mapping(tx, line)
        return MappingView(line.revision, mapping, line.at)

    return transact(ctx, work)


def _check_attribute(tenant: ReadyTenant, name: str | None) -> None:
    """Let an attribute pass that people may have: of another the first shift would be taken."""
    if name and tenant.attributes and name not in tenant.attributes:
        near = "、".join(nearest(name, tenant.attributes))
        raise refused(UNKNOWN_ATTRIBUTE, "/shift_attribute", value=name, near=near)


def mapping_in_force(tx: Tx) -> Attendance:
    """Return the mapping in force in an open transaction."""
    return _shown(newest_mapping(tx)).mapping


def _document(mapping: Attendance) -> dict[str, Any]:
    names = ("column", "clause", "policy", "take", "every")
    return {
        "rules": [{name: getattr(rule, name) for name in names} for rule in mapping.rules],
        "headers": dict(mapping.headers),
        "outages": sorted(mapping.outages),
        "shifts": [shown_shift(shift) for shift in mapping.shifts],
        "shift_attribute": mapping.shift_attribute,
    }


def shown_shift(shift: Shift) -> dict[str, Any]:
    """Return a shift as it is said: times as `22:00`."""
    start, end = (clock_text(at) for at in (shift.start, shift.end))
    return {"name": shift.name, "start": start, "end": end, "grace": shift.grace}


def _shown(line: MappingLine | None) -> MappingView:
    if line is None:
        return MappingView(0, Attendance(), None)
    said = line.document
    rules = tuple(AttendanceRule(**item) for item in said["rules"])
    outages = frozenset(map(date.fromisoformat, said["outages"]))
    shifts = tuple(told_shift(item) for item in said.get("shifts", ()))
    whole = (rules, said["headers"], outages, shifts, said.get("shift_attribute"))
    return MappingView(line.revision, Attendance(*whole), line.at)


def told_shift(said: Mapping[str, Any]) -> Shift:
    """Return a shift from what is said of it."""
    return read_shift(f"{said['start']}-{said['end']}", said["name"], said["grace"])


@dataclass(slots=True)
class AttendanceRows(Importer):
    """Rows of attendance: each gives the incidents that the company's mapping makes of it.

    Attributes:
        month: of rows that say no day.
        counted: (subject, month, rule) -> how many were counted in the rows before.
    """

    month: str | None = None
    mapping: Attendance | None = None
    counted: dict[tuple[str, str, AttendanceRule], int] = field(default_factory=dict)

    def apply(self, tx: Tx, ctx: Context, cells: Mapping[str, Any]) -> None:
        """Record what the mapping makes of a row.

        Raises:
            RefusedError: `attendance_unmapped`, `unknown_subject`, `missing`, `invalid`,
                `month_locked`, `duplicate`, and what recording says.
        """
        mapping = self._mapped(tx)
        code = text_of(cells, "subject")
        if code not in people.subject_ids(tx, [code]):
            raise refused(UNKNOWN_SUBJECT, "/subject", value=code)
        place = _place(cells, self.month)
        check_open(ctx, place.day, "month" if place.whole else "day")
        for rule in mapping.rules:
            amount = _amount(rule, cells)
            if amount and not _excused(mapping, rule, cells, place):
                try:
                    self.record(tx, ctx, rule, rule.column, (code, place.day, amount))
                except ValueError:
                    raise _no_measure(rule, cells) from None

    def _mapped(self, tx: Tx) -> Attendance:
        """Return the mapping, which has rules."""
        if self.mapping is None:
            self.mapping = mapping_in_force(tx)
        if not self.mapping.rules:
            raise refused(ATTENDANCE_UNMAPPED, "")
        return self.mapping

    def record(
        self,
        tx: Tx,
        ctx: Context,
        rule: AttendanceRule,
        column: str,
        found: tuple[str, date, Decimal],
    ) -> None:
        """Record what a rule makes of somebody's number of a day; `column`: where it stands.

        Raises:
            ValueError: what is taken each is no whole number.
            RefusedError: `duplicate`, and what recording says.
        """
        code, day, amount = found
        key = (code, month_of(day), rule)
        before = self.counted.get(key, 0)
        quantities = list(numbers(rule, amount, before))
        self.counted[key] = before + int(amount)
        for number, quantity in enumerate(quantities, 1):
            name = f"attendance/{code}/{day}/{rule.column}/{rule.clause}/{number}"
            said = IncidentReport((code,), rule.clause, day.isoformat(), policy=rule.policy)
            said = replace(said, quantity=quantity, external_id=name)
            record_unless_taken(tx, ctx, said, column)


def _amount(rule: AttendanceRule, cells: Mapping[str, Any]) -> Decimal:
    if rule.column not in cells:
        return Decimal(0)
    try:
        return read_measure(text_of(cells, rule.column), COUNTED[rule.column])
    except ValueError:
        raise _no_measure(rule, cells) from None


def _no_measure(rule: AttendanceRule, cells: Mapping[str, Any]) -> RefusedError:
    why = NO_MEASURE.of(note(COUNTED[rule.column]))
    return refused(INVALID, f"/{rule.column}", value=cells[rule.column], why=why)


def _place(cells: Mapping[str, Any], month: str | None) -> Place:
    try:
        place = place_of(cells, month)
    except ValueError as error:
        name = str(error)
        raise refused(INVALID, f"/{name}", value=cells[name], why=NO_PLACE) from None
    if place is None:
        raise refused(MISSING, "/day", value="day/month")
    return place


def _excused(
    mapping: Attendance, rule: AttendanceRule, cells: Mapping[str, Any], place: Place
) -> bool:
    """Say whether nobody could punch on the day.

    Raises:
        RefusedError: `invalid`: a sum over a month of which that is so for some days.
    """
    if rule.column not in PUNCHES:
        return False
    if not place.whole:
        return place.day in mapping.outages
    out = any(month_of(day) == month_of(place.day) for day in mapping.outages)
    if out:
        raise refused(INVALID, f"/{rule.column}", value=cells[rule.column], why=OUT)
    return False
