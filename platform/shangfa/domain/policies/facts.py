"""The facts an incident carries: their types, how a value is read, what is refused.

Values come from JSON or YAML: strings, numbers, booleans. Numbers become `Decimal`,
dates and times become local dates and times. Nothing is guessed: `"yes"` is no boolean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from shangfa.domain.dates.days import read_day, read_local
from shangfa.domain.faults import Fault, FaultKind, RefusedError
from shangfa.domain.frozen import NOTHING, FrozenDict, freeze
from shangfa.domain.policies.faults import INVALID_FACT, MISSING_FACT, UNKNOWN_FACT
from shangfa.domain.text import Note

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
PLAIN: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")


DIGITS: Final = 12
"""How many a number may have before the point: amounts stay exact when they are added up."""
LARGEST: Final = 10**DIGITS
PLACES: Final = 18
"""And after it: what a computer's own fractions may bring along."""
LETTERS: Final = 500
"""Of a text: counters may be named after it."""
ROWS: Final = 1_000
CELLS: Final = 20_000
"""Of a table: what may be handed in at once."""
MONEY: Final = Decimal(1_000_000_000)
"""CNY that a fact of type money says at most, unless the policy says otherwise."""
UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What no text may hold: it could be read and not be stored."""


def to_decimal(value: Any) -> Decimal:
    """Read a number from a number or a decimal string.

    Raises:
        ValueError: anything else, booleans and NaN included, and more than `DIGITS`
            before the point or `PLACES` after it.
    """
    if type(value) is int and -LARGEST < value < LARGEST:
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("number")
    if isinstance(value, str) and not PLAIN.fullmatch(value):
        raise ValueError("number")
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except (InvalidOperation, ValueError):
        raise ValueError("number") from None
    places = number.as_tuple().exponent
    if not isinstance(places, int) or number.adjusted() >= DIGITS or places < -PLACES:
        raise ValueError("number")
    return number


def _to_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("bool")
    return value


def _to_int(value: Any) -> Decimal:
    number = to_decimal(value)
    if number != number.to_integral_value():
        raise ValueError("int")
    return number


def _to_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LETTERS:
        raise ValueError("text")
    if UNWRITABLE.search(value):
        raise ValueError("text")
    return value


def _to_date(value: Any) -> date:
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise ValueError("date")
    return value if isinstance(value, date) else read_day(value)


def _to_month(value: Any) -> str:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise ValueError("month")
    return value


def _to_time(value: Any) -> time:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("time")
    return time.fromisoformat(value)


def _to_moment(value: Any) -> date | datetime:
    if isinstance(value, str):
        return read_local(value)
    if not isinstance(value, date):
        raise ValueError("moment")
    return value


def _to_table(value: Any) -> Any:
    if not isinstance(value, Mapping | list | tuple) or len(value) > ROWS:
        raise ValueError("table")
    if _values_in(value) > CELLS:
        raise ValueError("table")
    return freeze(value)


def _values_in(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_values_in, value.values()))
    return sum(map(_values_in, value)) if isinstance(value, list | tuple) else 1


READERS: Final[dict[str, tuple[Callable[[Any], Any], str, str]]] = {
    "bool": (_to_bool, "true 或 false", "true or false"),
    "int": (_to_int, "整数", "a whole number"),
    "number": (to_decimal, "数字", "a number"),
    "money": (to_decimal, "金额（元）", "an amount in CNY"),
    "text": (_to_text, f"文字，至多{LETTERS}字", f"a text of {LETTERS} letters at most"),
    "choice": (_to_text, "选项", "one of the options"),
    "date": (_to_date, "日期，如 2026-03-02", "a date such as 2026-03-02"),
    "month": (_to_month, "月份，如 2026-03", "a month such as 2026-03"),
    "time": (_to_time, "时刻，如 15:59", "a time such as 15:59"),
    "moment": (_to_moment, "日期或本地时间", "a date or a local date-time"),
    "table": (
        _to_table,
        f"列表或对象，至多{ROWS}行",
        f"a list or an object of {ROWS} rows at most",
    ),
}
"""Fact type -> (reader, what is allowed in Chinese, the same in English)."""

NUMERIC: Final = frozenset({"int", "number", "money"})


def written(value: Any, kind: str) -> Any:
    """Return a fact's value as it is written down: a number of any type without an exponent."""
    try:
        exact = kind in NUMERIC and isinstance(value, str | Decimal)
        return format(to_decimal(value), "f") if exact else value
    except ValueError:
        return value


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact a clause takes.

    Attributes:
        name: its key in `facts`.
        type: a key of `READERS`.
        required: refused when absent; an optional one without default reads as None.
        default: already read; None when there is none.
        values: the options of a `choice`.
        least: the smallest number allowed, None for no limit. Money never goes under 0.
        most: the largest number allowed, None for no limit but `LARGEST`. Money has one.
        zh: its label.
    """

    name: str
    type: str
    required: bool = True
    default: Any = None
    values: tuple[str, ...] = ()
    least: Decimal | None = None
    zh: str = ""
    most: Decimal | None = None

    def __post_init__(self) -> None:
        if self.type == "money" and self.most is None:
            object.__setattr__(self, "most", MONEY)

    def read(self, value: Any) -> Any:
        """Return the typed value.

        Raises:
            RefusedError: `invalid_fact`, saying what is allowed.
        """
        try:
            read = READERS[self.type][0](value)
        except ValueError:
            raise RefusedError(self._fault(INVALID_FACT, value)) from None
        if (
            (self.least is not None and read < self.least)
            or (self.most is not None and read > self.most)
            or (self.values and read not in self.values)
        ):
            raise RefusedError(self._fault(INVALID_FACT, value))
        return read

    def allowed(self) -> Note:
        """Say what may be given."""
        _, zh, en = READERS[self.type]
        options = " / ".join(self.values)
        least = f" ≥ {self.least}" if self.least is not None else ""
        most = f" ≤ {self.most}" if self.most is not None else ""
        limits = ",".join(filter(None, (least, most)))
        return Note("{0}", "{1}", (options or zh + limits, options or en + limits))

    def _fault(self, kind: FaultKind, value: Any = None) -> Fault:
        values = {"name": self.name, "label": self.zh or self.name, "allowed": self.allowed()}
        return Fault(kind, f"/facts/{self.name}", values | {"value": value})

    def absent(self) -> Fault:
        """Return the fault of a required fact that was not given."""
        return self._fault(MISSING_FACT)


def read_facts(declared: Mapping[str, Fact], given: Mapping[str, Any]) -> FrozenDict[str, Any]:
    """Return every declared fact with its typed value, its default or None; all frozen.

    Raises:
        RefusedError: all of `missing_fact`, `unknown_fact`, `invalid_fact` at once.
    """
    if not declared and not given:
        return NOTHING
    faults = [_unknown(name, declared) for name in given if name not in declared]
    facts: dict[str, Any] = {}
    for name, fact in declared.items():
        if name not in given:
            facts[name] = fact.default
            if fact.required:
                faults.append(fact.absent())
            continue
        try:
            facts[name] = fact.read(given[name])
        except RefusedError as error:
            faults += error.faults
    if faults:
        raise RefusedError(*faults)
    return FrozenDict(facts)


def _unknown(name: str, declared: Mapping[str, Fact]) -> Fault:
    allowed = "、".join(declared) or "—"
    return Fault(UNKNOWN_FACT, f"/facts/{name}", {"name": name, "allowed": allowed})
