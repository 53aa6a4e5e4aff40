"""Attendance: what a company makes of it, and its files, read into incidents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from shangfa.db import people
from shangfa.db.exchange import imports as sql
from shangfa.db.exchange.imports import ChangeLine
from shangfa.db.settings.versioned import ATTENDANCE, SettingLine
from shangfa.db.tx.attempting import attempting
from shangfa.db.tx.transaction import Tx
from shangfa.domain.dates.days import month_end
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
from shangfa.domain.exchange.replacing import Stored, Wanted, compare, key_of
from shangfa.domain.exchange.shifts import Shift, clock_text, read_shift
from shangfa.domain.faults import DUPLICATE, INVALID, MISSING, Fault, RefusedError, refused
from shangfa.domain.months.period import month_of
from shangfa.domain.near import nearest
from shangfa.domain.people.faults import UNKNOWN_ATTRIBUTE, UNKNOWN_SUBJECT
from shangfa.domain.policies.faults import UNKNOWN_POLICY
from shangfa.domain.policies.policy import Policies, Policy
from shangfa.domain.text import Note, note
from shangfa.services.cases.reversals import reverse_in
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.exchange.rows import Importer, check_open, text_of
from shangfa.services.incidents.record import record_unless_taken
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.incidents.shown import IncidentView
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


WHOLE_MONTH = Note(
    "有规则按全月累计（every）；请用 month= 送来各人全月的表",
    "a rule counts over the month (every); send each person's whole month with month=",
)
REPLACED: Final = "考勤更正 attendance corrected"
"""Why an incident was taken back, where a corrected table no longer has it."""


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
        return _shown(ATTENDANCE.newest(tx))

    return reading(ctx, work)


def put(ctx: Context, mapping: Attendance, if_match: str | None) -> MappingView:
    """Put a mapping in force, for files that are sent from now on.

    Raises:
        RefusedError: `precondition_required`, `stale_version`, `invalid`, `unknown_attribute`,
            `unknown_policy`, `unknown_clause`.
    """
    ctx.need("attendance:write")
    check(mapping, COLUMNS["attendance"], IGNORED)

    def work(tx: Tx) -> MappingView:
        _check_attribute(current(tx), mapping.shift_attribute)
        faults = list(_unknown(current(tx).policies, mapping.rules))
        if faults:
            raise RefusedError(*faults)
        revision = _shown(ATTENDANCE.newest(tx)).revision
        check_match(if_match, revision)
        line = SettingLine(new_id(), revision + 1, _document(mapping), ctx.actor_id, now())
        ATTENDANCE.put(tx, line)
        return MappingView(line.revision, mapping, line.at)

    return transact(ctx, work)


def _check_attribute(tenant: ReadyTenant, name: str | None) -> None:
    """Let an attribute pass that people may have: of another the first shift would be taken."""
    if name and tenant.attributes and name not in tenant.attributes:
        near = "、".join(nearest(name, tenant.attributes))
        raise refused(UNKNOWN_ATTRIBUTE, "/shift_attribute", value=name, near=near)


def _unknown(policies: Policies, rules: Sequence[AttendanceRule]) -> Iterator[Fault]:
    """Yield which rules name a policy that there is not, or a clause that no version of any has.

    One of a version still to come into force passes, and one of a policy that is stopped.
    """
    versions = [version for policy in policies.values() for version in policy.versions]
    every = Policy("、".join(policies) or "—", versions)
    for index, rule in enumerate(rules):
        named, at = rule.policy, f"/rules/{index}"
        if named is not None and named not in policies and named not in policies.stopped:
            allowed = "、".join([*policies, *policies.stopped]) or "—"
            yield Fault(UNKNOWN_POLICY, f"{at}/policy", {"value": named, "allowed": allowed})
            continue
        stopped = [item for name, item in policies.stopped.items() if named in {None, name}]
        policy = policies.get(named, every) if named else every
        if not policy.has(rule.clause) and not any(rule.clause in item.codes for item in stopped):
            (fault,) = policy.unknown_clause(rule.clause).faults
            yield Fault(fault.kind, f"{at}/clause", fault.values)


def mapping_in_force(tx: Tx) -> Attendance:
    """Return the mapping in force in an open transaction."""
    return _shown(ATTENDANCE.newest(tx)).mapping


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


def _shown(line: SettingLine | None) -> MappingView:
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
        replaces: what earlier files said of the same days is taken back where these differ; with
            `month`, of the whole month of each of these people.
        counted: (subject, month, rule) -> how many were counted in the rows before.
        scope: (subject, first day, last day) of what is replaced -> the row that says so.
        wanted: key -> what is to stand then.
        changes: what that changed.
    """

    month: str | None = None
    replaces: bool = False
    mapping: Attendance | None = None
    counted: dict[tuple[str, str, AttendanceRule], int] = field(default_factory=dict)
    scope: dict[tuple[str, date, date], int] = field(default_factory=dict)
    wanted: dict[str, Wanted] = field(default_factory=dict)

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
        self.cover(code, place, "month" if place.whole else "day")
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
        counted = (code, month_of(day), rule)
        before = self.counted.get(counted, 0)
        quantities = list(numbers(rule, amount, before))
        self.counted[counted] = before + int(amount)
        for number, quantity in enumerate(quantities, 1):
            key = key_of(code, day, (rule.column, rule.clause), number)
            about = (code, day, rule.clause, rule.policy, quantity, self.number, column)
            want = Wanted(key, *about)
            if not self.replaces:
                _record(tx, ctx, want, key)
            elif self.wanted.setdefault(key, want) is not want:
                raise refused(DUPLICATE, f"/{column}", value=key)

    def cover(self, code: str, place: Place, column: str) -> None:
        """Say that what stands of somebody's day, or of the whole month, is replaced.

        Raises:
            RefusedError: `invalid`: a rule counts over a month of which only days are sent.
        """
        if not self.replaces:
            return
        first = last = place.day
        if place.whole or self.month:
            first, last = place.day.replace(day=1), month_end(place.day.year, place.day.month)
        elif any(rule.every > 1 for rule in (self.mapping or Attendance()).rules):
            raise refused(INVALID, f"/{column}", value=place.day, why=WHOLE_MONTH)
        self.scope.setdefault((code, first, last), self.number)

    def finish(self, tx: Tx, ctx: Context) -> Iterator[tuple[int, RefusedError]]:
        """Take back and record what a corrected file changes, or yield what is in the way."""
        if not self.scope:
            return
        days = [day for _, *ends in self.scope for day in ends]
        codes = {code for code, _, _ in self.scope}
        stored = sql.made_from(tx, sorted(codes), min(days), max(days))
        found = compare(self.wanted, (item for item in stored if self._row(item)))
        for old in found.removed:
            yield from self._change(tx, self._row(old), partial(self._remove, tx, ctx, old))
        for want, name in found.added:
            yield from self._change(tx, want.number, partial(self._add, tx, ctx, want, name))

    def _row(self, old: Stored) -> int:
        """Return the row that says a stored incident is replaced, 0 when none does."""
        month = old.day.replace(day=1), month_end(old.day.year, old.day.month)
        spans = ((old.day, old.day), month)
        rows = (self.scope.get((old.code, *span)) for span in spans)
        return next((row for row in rows if row), 0)

    def _change(
        self, tx: Tx, number: int, work: Callable[[], ChangeLine]
    ) -> Iterator[tuple[int, RefusedError]]:
        try:
            with attempting(tx):
                self.changes.append(work())
        except RefusedError as error:
            yield number, error

    def _remove(self, tx: Tx, ctx: Context, old: Stored) -> ChangeLine:
        reverse_in(tx, ctx, old.incident_id, REPLACED)
        about = (old.code, old.day, old.clause, old.quantity, old.incident_id)
        return ChangeLine(new_id(), "removed", self._row(old), *about)

    def _add(self, tx: Tx, ctx: Context, want: Wanted, name: str) -> ChangeLine:
        made = _record(tx, ctx, want, name)
        about = (want.code, want.day, want.clause, want.quantity, made.id)
        return ChangeLine(new_id(), "added", want.number, *about)


def _record(tx: Tx, ctx: Context, want: Wanted, name: str) -> IncidentView:
    said = IncidentReport((want.code,), want.clause, want.day.isoformat(), policy=want.policy)
    said = replace(said, quantity=want.quantity, external_id=name)
    return record_unless_taken(tx, ctx, said, want.column)


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
