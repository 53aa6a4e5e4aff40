"""What a row of each kind of file means, and how it is brought in."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

from shangfa.db import people
from shangfa.db.exchange.imports import ChangeLine
from shangfa.db.tx.attempting import attempting
from shangfa.db.tx.transaction import Tx
from shangfa.documents.sheets.reading import Row
from shangfa.domain.dates.days import read_day
from shangfa.domain.exchange.amounts import read_amount, read_when
from shangfa.domain.exchange.events import subject_changed
from shangfa.domain.exchange.faults import MONTH_LOCKED
from shangfa.domain.exchange.imports import NEEDED
from shangfa.domain.faults import DUPLICATE, INVALID, MISSING, RefusedError, refused
from shangfa.domain.incident import SUBJECT_KINDS
from shangfa.domain.months.period import booking_month, month_of
from shangfa.domain.people.columns import kind_of, read_attributes
from shangfa.domain.people.faults import SUPERVISOR_LOOP, UNKNOWN_SUBJECT
from shangfa.domain.tenancy.attributes import Attributes, check_attributes
from shangfa.domain.text import Note
from shangfa.services.access.sight import check_not_own
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.incidents.reported import IncidentReport, Reported, read_report
from shangfa.services.incidents.together import MOST, Recorder
from shangfa.services.people.lines import Wage, set_wage
from shangfa.services.people.staff import add_staff
from shangfa.services.people.subjects import SINCE, NewSubject, check_new
from shangfa.services.tenancy.ready import current, ready

LONGEST: Final[Mapping[str, int]] = {"note": 4000, "facts": 20_000, "attributes": 10_000}
LONGEST_OTHER: Final = 80
LONGEST_ID: Final = 200
DIGEST: Final = 16
"""Bytes by which a row is known again."""
TOO_LONG = Note("最多{0}个字符", "it has at most {0} letters")
NO_LETTER = Note("不能含有 U+0000", "it must not hold U+0000")
NO_NUMBER = Note(
    "须为不带千位符的数字，如 3、0.5、3次、1小时20分",
    "a number without marks of thousands: 3, 0.5, 3次, 1小时20分",
)
NO_WAGE = Note("须为大于0的金额，最多两位小数", "an amount over 0 with at most two places")
ONE_WAGE = Note("month_wage 与 day_wage 取其一", "either month_wage or day_wage is expected")
NO_YES = Note("须为 是 或 否", "是 (true) or 否 (false) is expected")
YES_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("是", "有", "true", "yes"), True),
    **dict.fromkeys(("否", "无", "false", "no"), False),
}
MOST_WAGE: Final = Decimal(10) ** 12
"""CNY there is no room for."""
NO_DAY = Note("须为日期，如 2026-03-02", "a day is expected, such as 2026-03-02")
NO_OBJECT = Note("须为 JSON 对象", "a JSON object is expected")
ONE_OF = Note("须为 {0} 之一", "it must be one of {0}")
NO_ATTRIBUTE = Note("写作 名称=值；名称=值", "write name=value;name=value")


@dataclass(slots=True)
class Importer(ABC):
    """Brings in one kind of file, row by row.

    Attributes:
        number: of the row that is read.
        seen: digests of the rows that were read, to find one that stands twice; the rows
            themselves would fill the memory.
        changes: what a corrected file changed.
    """

    kind: str
    number: int = 0
    seen: set[bytes] = field(default_factory=set)
    changes: list[ChangeLine] = field(default_factory=list)

    def take(self, tx: Tx, ctx: Context, row: Row) -> None:
        """Bring in a row, or nothing of it.

        Raises:
            RefusedError: with the pointer of the column.
        """
        self.number = row.number
        self._check(row.cells)
        with attempting(tx):
            self.apply(tx, ctx, row.cells)

    def _check(self, cells: Mapping[str, Any]) -> None:
        for name in NEEDED[self.kind]:
            if name not in cells:
                raise refused(MISSING, f"/{name}", value=name)
        for name, value in cells.items():
            _check_text(name, value)
        self._check_once(cells)

    def _check_once(self, cells: Mapping[str, Any]) -> None:
        """Let a row pass that stands there once.

        Raises:
            RefusedError: `duplicate`.
        """
        whole = sorted((name, str(value)) for name, value in cells.items())
        mark = blake2b(repr(whole).encode(), digest_size=DIGEST).digest()
        if mark in self.seen:
            raise refused(DUPLICATE, "", value=" ".join(value for _, value in whole))
        self.seen.add(mark)

    @abstractmethod
    def apply(self, tx: Tx, ctx: Context, cells: Mapping[str, Any]) -> None:
        """Bring in what a row says."""

    def settle(self, tx: Tx, ctx: Context, *, last: bool) -> Iterator[tuple[int, RefusedError]]:
        """Bring in rows that wait for others, or yield what is wrong with which of them.

        `last`: no more rows come.
        """
        del tx, ctx, last
        yield from ()

    def finish(self, tx: Tx, ctx: Context) -> Iterator[tuple[int, RefusedError]]:
        """Bring in what had to wait for all rows, or yield what is wrong with which of them."""
        del tx, ctx
        yield from ()


def _check_text(name: str, value: Any) -> None:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    most = LONGEST.get(name, LONGEST_ID if name == "external_id" else LONGEST_OTHER)
    if len(text) > most:
        raise refused(INVALID, f"/{name}", value=text, why=TOO_LONG.of(most))
    if "\0" in text or "\\u0000" in text:
        raise refused(INVALID, f"/{name}", value=name, why=NO_LETTER)


def text_of(cells: Mapping[str, Any], name: str) -> str:
    """Return a cell as text."""
    return str(cells[name])


def _day(cells: Mapping[str, Any], name: str) -> date:
    try:
        return read_day(read_when(text_of(cells, name)))
    except ValueError:
        raise refused(INVALID, f"/{name}", value=cells[name], why=NO_DAY) from None


def _amount(cells: Mapping[str, Any], name: str) -> Decimal | None:
    try:
        return read_amount(text_of(cells, name)) if name in cells else None
    except ValueError:
        raise refused(INVALID, f"/{name}", value=cells[name], why=NO_NUMBER) from None


def _wage(cells: Mapping[str, Any], name: str = "day_wage") -> Decimal | None:
    wage = _amount(cells, name)
    if wage is not None and (not 0 < wage < MOST_WAGE or wage != round(wage, 2)):
        raise refused(INVALID, f"/{name}", value=cells[name], why=NO_WAGE)
    return wage


def _whole_wage(cells: Mapping[str, Any]) -> Wage:
    """Return a wage of a month or of a day, with what else a row says of it."""
    month, day = _wage(cells, "month_wage"), _wage(cells, "day_wage")
    if month is None and day is None:
        raise refused(MISSING, "/month_wage", value="month_wage/day_wage")
    if month is not None and day is not None:
        raise refused(INVALID, "/month_wage", value=cells["month_wage"], why=ONE_WAGE)
    basis, region = cells.get("loss_contract_basis"), cells.get("work_region")
    if basis is not None and str(basis).lower() not in YES_NO:
        raise refused(INVALID, "/loss_contract_basis", value=basis, why=NO_YES)
    told = None if basis is None else YES_NO[str(basis).lower()]
    place = None if region is None else str(region)
    return Wage(_day(cells, "since"), day, month, _wage(cells, "base_unit"), told, place)


def check_open(ctx: Context, day: date, name: str) -> None:
    """Let a day pass whose month takes what is brought in.

    Raises:
        RefusedError: `month_locked`.
    """
    tenant = ready(ctx.tenant)
    if month_of(day, tenant.cut_off) in tenant.locked:
        allowed = booking_month(day, tenant.locked, tenant.cut_off)
        raise refused(MONTH_LOCKED, f"/{name}", value=day, allowed=allowed)


@dataclass(slots=True)
class Incidents(Importer):
    """Incidents: each is recorded as if it had been sent by itself, in the order of the rows.

    Attributes:
        waiting: rows that are recorded together, with their numbers.
    """

    waiting: list[tuple[int, Reported]] = field(default_factory=list)
    recorder: Recorder = field(default_factory=Recorder)

    def take(self, tx: Tx, ctx: Context, row: Row) -> None:
        """Read a row; it is recorded with others.

        Raises:
            RefusedError: with the pointer of the column; `month_locked`, `duplicate`.
        """
        self.number = row.number
        self._check(row.cells)
        self.apply(tx, ctx, row.cells)

    def apply(self, tx: Tx, ctx: Context, cells: Mapping[str, Any]) -> None:
        """Take in an incident.

        Raises:
            RefusedError: what is wrong with its row; `month_locked`.
        """
        del tx
        reported = read_report(_report(cells), ready(ctx.tenant).zone)
        check_open(ctx, reported.on, "occurred_at")
        self.waiting.append((self.number, reported))

    def settle(self, tx: Tx, ctx: Context, *, last: bool) -> Iterator[tuple[int, RefusedError]]:
        """Record those that wait, once there are enough, and yield what is wrong with which."""
        if len(self.waiting) < (1 if last else MOST):
            return
        waiting, self.waiting = self.waiting, []
        outcomes = self.recorder.record(tx, ctx, [said for _, said in waiting])
        for (number, _), outcome in zip(waiting, outcomes, strict=True):
            if isinstance(outcome, RefusedError):
                yield number, outcome


def _report(cells: Mapping[str, Any]) -> IncidentReport:
    amount = _amount(cells, "quantity")
    return IncidentReport(
        (text_of(cells, "subject"),),
        text_of(cells, "clause"),
        read_when(text_of(cells, "occurred_at")),
        policy=text_of(cells, "policy") if "policy" in cells else None,
        quantity=1 if amount is None else amount,
        facts=_facts(cells.get("facts", {})),
        note=str(cells.get("note", "")),
        external_id=text_of(cells, "external_id") if "external_id" in cells else None,
    )


def _facts(given: Any) -> Mapping[str, Any]:
    try:
        facts = json.loads(given, parse_float=Decimal) if isinstance(given, str) else given
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise refused(INVALID, "/facts", value=given, why=NO_OBJECT)
    return facts


class Wages(Importer):
    """Wages of days, each in force from its day on."""

    def apply(self, tx: Tx, ctx: Context, cells: Mapping[str, Any]) -> None:
        """Set a wage.

        Raises:
            RefusedError: `unknown_subject`, `missing`, `invalid`, `month_locked`, `same_person`.
        """
        wage = _whole_wage(cells)
        check_not_own(ctx, [text_of(cells, "subject")], "wages")
        check_open(ctx, wage.since, "since")
        subject = people.find_subject(tx, text_of(cells, "subject"))
        if subject is None:
            raise refused(UNKNOWN_SUBJECT, "/subject", value=cells["subject"])
        set_wage(tx, subject, wage)
        people.bump_subject(tx, subject.id)
        tell(tx, ctx, now(), subject_changed(subject.id, subject.code, ("wages",)))


@dataclass(slots=True)
class Subjects(Importer):
    """Subjects that are not there yet; a supervisor may stand further down."""

    staff: dict[str, NewSubject] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def apply(self, tx: Tx, ctx: Context, cells: Mapping[str, Any]) -> None:
        """Take in a subject, to be registered with all others.

        Raises:
            RefusedError: `duplicate`, `invalid`, `missing`, `unknown_attribute`,
                `invalid_attribute`, `last_before_first`.
        """
        del ctx
        code = text_of(cells, "code")
        if code in self.staff or people.subject_ids(tx, [code]):
            raise refused(DUPLICATE, "/code", value=code)
        kind = kind_of(str(cells.get("kind", "employee")))
        if kind not in SUBJECT_KINDS:
            raise refused(INVALID, "/kind", value=kind, why=ONE_OF.of("、".join(SUBJECT_KINDS)))
        self.numbers[code] = self.number
        self.staff[code] = NewSubject(
            code,
            text_of(cells, "name"),
            kind,
            _attributes(cells.get("attributes", ""), current(tx).attributes),
            _day(cells, "since") if "since" in cells else SINCE,
            cells.get("department"),
            cells.get("position"),
            cells.get("supervisor"),
            _wage(cells),
            *(_day(cells, name) if name in cells else None for name in ("first_day", "last_day")),
        )
        check_new(self.staff[code])

    def finish(self, tx: Tx, ctx: Context) -> Iterator[tuple[int, RefusedError]]:
        """Register all of them, unless somebody reports to a stranger or to himself."""
        bosses = {item.supervisor for item in self.staff.values() if item.supervisor}
        known = set(people.subject_ids(tx, sorted(bosses - self.staff.keys())))
        good = True
        for item in self.staff.values():
            try:
                self._check_line(item, known)
            except RefusedError as error:
                good = False
                yield self.numbers[item.code], error
        if good:
            add_staff(tx, ctx, list(self.staff.values()))

    def _check_line(self, item: NewSubject, known: set[str]) -> None:
        chain, boss = [item.code], item.supervisor
        while boss in self.staff and boss not in chain:
            chain.append(boss)
            boss = self.staff[boss].supervisor
        if boss == item.code:
            shown = " → ".join([*chain, boss])
            raise refused(SUPERVISOR_LOOP, "/supervisor", value=item.code, chain=shown)
        if item.supervisor and item.supervisor not in known | self.staff.keys():
            raise refused(UNKNOWN_SUBJECT, "/supervisor", value=item.supervisor)


def _attributes(given: Any, declared: Attributes) -> Mapping[str, Any]:
    try:
        found = given if isinstance(given, dict) else read_attributes(str(given))
    except ValueError as error:
        raise refused(INVALID, "/attributes", value=str(error), why=NO_ATTRIBUTE) from None
    check_attributes(found, declared)
    return found
