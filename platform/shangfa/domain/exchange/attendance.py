"""What a company makes of its attendance: which column becomes which clause, and on which day.

A table has a row for each shift (`day`, or `at` with its `shift`) or for each month (`month`).
Leave is nobody's fault: its columns are known, and nothing can be made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from shangfa.domain.dates.days import month_end, read_day
from shangfa.domain.exchange.amounts import DAYS, MINUTES, TIMES, plain, read_when
from shangfa.domain.exchange.shifts import Shift, read_shift
from shangfa.domain.faults import DUPLICATE, INVALID, Fault, RefusedError
from shangfa.domain.frozen import NOTHING
from shangfa.domain.text import Note

COUNTED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("late", "serious_late", "early", "missed", "missed_in", "missed_out"), TIMES),
    **dict.fromkeys(("late_minutes", "early_minutes"), MINUTES),
    **dict.fromkeys(("absent_days", "absent_late_days"), DAYS),
}
"""Column -> what it counts."""
PUNCHES: Final = frozenset({"missed", "missed_in", "missed_out"})
"""Columns that say nothing of a day on which the device was out."""
Take = Literal["each", "quantity"]
TAKES: Final[tuple[str, ...]] = get_args(Take)
LEAVE: Final = ("假", "调休", "工伤", "哺乳")
"""Words of headers that are leave."""
MOST_EACH: Final = 100
"""Incidents that one cell may stand for."""
EARLY: Final = 6
"""Hour before which a punch may belong to the day before."""

_MONTH: Final = re.compile(r"([0-9]{4})[-/.年](0?[1-9]|1[0-2])月?")

NO_COLUMN: Final = Note("可用的列：{0}", "columns that count are {0}")
NO_LEAVE: Final = Note(
    "请假、调休、工伤不是过错，不能据此登记；请写作 -",
    "leave and injuries are no fault and make no incident; write - for it",
)
ONLY_EACH: Final = Note(
    "every 只用于按次数计的列，且 take 为 each",
    "`every` is for columns that count times, taken `each`",
)


@dataclass(frozen=True, slots=True)
class AttendanceRule:
    """What becomes of a column.

    Attributes:
        take: `each`: an incident for each that is counted; `quantity`: one with the number.
        every: an incident for each so many of a person's month.
    """

    column: str
    clause: str
    policy: str | None = None
    take: str = "each"
    every: int = 1


@dataclass(frozen=True, slots=True)
class Attendance:
    """A company's mapping.

    Attributes:
        headers: header of its own -> column; `-`: read over it.
        outages: days on which the device was out, when nobody could punch.
        shifts: those that clock punches are held against; the first is everybody's otherwise.
        shift_attribute: the dated attribute that names somebody's shift.
    """

    rules: tuple[AttendanceRule, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    outages: frozenset[date] = frozenset()
    shifts: tuple[Shift, ...] = ()
    shift_attribute: str | None = None

    def shift(self, said: str | None) -> Shift | None:
        """Return a shift by its name or its hours; the first of all where nothing is said.

        Raises:
            ValueError: it is neither.
        """
        if said is None:
            return self.shifts[0] if self.shifts else None
        named = next((item for item in self.shifts if item.name == said.strip()), None)
        return named or read_shift(said)


@dataclass(frozen=True, slots=True)
class Place:
    """The day of a row; `whole` when it stands for all days of a month."""

    day: date
    whole: bool


def check(mapping: Attendance, columns: Iterable[str], ignored: str) -> None:
    """Let a mapping pass that can be read.

    Raises:
        RefusedError: `invalid` for each part that cannot.
    """
    faults = [*_rule_faults(mapping.rules), *_header_faults(mapping.headers, columns, ignored)]
    names = [item.name for item in mapping.shifts]
    for index, name in enumerate(names):
        if name in names[:index]:
            faults.append(Fault(DUPLICATE, f"/shifts/{index}/name", {"value": name}))
    if faults:
        raise RefusedError(*faults)


def _rule_faults(rules: Iterable[AttendanceRule]) -> Iterator[Fault]:
    for index, rule in enumerate(rules):
        pointer = f"/rules/{index}"
        if rule.column not in COUNTED:
            why = NO_COLUMN.of("、".join(COUNTED))
            yield Fault(INVALID, f"{pointer}/column", {"value": rule.column, "why": why})
        elif rule.every > 1 and (rule.take != "each" or COUNTED[rule.column] != TIMES):
            yield Fault(INVALID, f"{pointer}/every", {"value": rule.every, "why": ONLY_EACH})


def _header_faults(
    headers: Mapping[str, str], columns: Iterable[str], ignored: str
) -> Iterator[Fault]:
    known = (*columns, ignored)
    for header, column in headers.items():
        pointer = f"/headers/{header}"
        if column not in known:
            why = NO_COLUMN.of("、".join(known))
            yield Fault(INVALID, pointer, {"value": column, "why": why})
        elif column in COUNTED and any(word in header for word in LEAVE):
            yield Fault(INVALID, pointer, {"value": header, "why": NO_LEAVE})


def place_of(cells: Mapping[str, Any], month: str | None) -> Place | None:
    """Return the day of a row, None where it says none; `month`: of rows that say none.

    Raises:
        ValueError: with the name of the column that cannot be read.
    """
    for name, read in (("day", _day), ("at", _shift_day), ("month", _month_day)):
        if name in cells:
            try:
                return Place(read(cells), name == "month")
            except ValueError:
                raise ValueError(name) from None
    return Place(_end(month), whole=True) if month else None


def _day(cells: Mapping[str, Any]) -> date:
    return read_day(read_when(str(cells["day"])))


def _month_day(cells: Mapping[str, Any]) -> date:
    found = _MONTH.fullmatch(plain(str(cells["month"])))
    if found is None:
        raise ValueError
    return _end(f"{found[1]}-{int(found[2]):02}")


def _end(month: str) -> date:
    return month_end(int(month[:4]), int(month[5:]))


def _shift_day(cells: Mapping[str, Any]) -> date:
    """Return the day on which the shift of a punch began.

    Without a shift nobody can tell whether the small hours are late or early.
    """
    at = datetime.fromisoformat(read_when(str(cells["at"])))
    if "shift" not in cells:
        if at.hour < EARLY:
            raise ValueError
        return at.date()
    return read_shift(str(cells["shift"])).day_of(at)


def numbers(rule: AttendanceRule, amount: Decimal, before: int) -> Iterator[Decimal]:
    """Yield the quantity of each incident that an amount gives.

    `before`: how many were counted earlier in the person's month.

    Raises:
        ValueError: a part of one, a negative number, or too many.
    """
    if amount < 0:
        raise ValueError
    if rule.take == "quantity":
        yield from (amount,) if amount else ()
        return
    whole = int(amount)
    if whole != amount or whole > MOST_EACH:
        raise ValueError
    for _ in range((before + whole) // rule.every - before // rule.every):
        yield Decimal(1)
