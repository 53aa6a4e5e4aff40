"""The fields of a form read as days, amounts and choices; all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from shangfa.console.forms import CODE, MOST_LETTERS, NO_TEXT, TRUE, field
from shangfa.domain.dates.days import read_day
from shangfa.domain.dates.moments import OTHER_YEAR, YEARS
from shangfa.domain.faults import INVALID, MISSING, Fault, RefusedError
from shangfa.domain.months.period import month_named
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.text import Note

A_DAY = Note("须为日期，如 2026-03-02", "a day is expected, as 2026-03-02")
AN_AMOUNT = Note(
    "须为大于零、最多两位小数的金额，如 5200.00",
    "an amount above zero with at most two decimals is expected, such as 5200.00",
)
FROM_NOTHING = Note(
    "须为不小于零、最多两位小数的金额，如 5200.00",
    "an amount of zero or more with at most two decimals is expected, such as 5200.00",
)
ONE_OF = Note("须为 {0} 之一", "one of {0} is expected")
FEN = Decimal("0.01")
MOST_AMOUNT = Decimal("999999999999.99")


def _pointer(name: str) -> str:
    return f"/{name.replace('.', '/')}"


class Fields:
    """Reads a form; an empty field is None, and `done` tells what is wrong beside its field."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def wrong(self, name: str, why: Note) -> None:
        """Note that a field does not hold what it must."""
        values = {"value": field(name)[:CODE], "why": why}
        self.faults.append(Fault(INVALID, _pointer(name), values))

    def text(self, name: str, most: int = CODE, *, needed: bool = False) -> str | None:
        """Return a text."""
        value = field(name)
        if needed and not value:
            self.faults.append(Fault(MISSING, _pointer(name), {"value": name}))
        elif len(value) > most:
            self.wrong(name, MOST_LETTERS.of(most))
        elif "\0" in value:
            self.wrong(name, NO_TEXT)
        return value or None

    def must(self, name: str, most: int = CODE) -> str:
        """Return a text that must be there."""
        return self.text(name, most, needed=True) or ""

    def one_of(self, name: str, allowed: Collection[str], default: str = "") -> str:
        """Return one of some words."""
        value = self.must(name) if not default else field(name) or default
        if value and value not in allowed:
            self.wrong(name, ONE_OF.of("、".join(allowed)))
        return value

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """Return a local day."""
        value = self.text(name, needed=needed)
        if value is None:
            return None
        try:
            day = read_day(value)
        except ValueError:
            self.wrong(name, A_DAY)
            return None
        if day.year not in YEARS:
            self.wrong(name, OTHER_YEAR)
        return day

    def month(self, name: str = "month") -> str:
        """Return the name of a month that must be there."""
        value = self.must(name)
        try:
            return month_named(value).name if value else ""
        except RefusedError as error:
            self.faults += [replace(fault, pointer=_pointer(name)) for fault in error.faults]
            return value

    def since(self, name: str = "since") -> date:
        """Return a local day that must be there."""
        return self.day(name, needed=True) or date.min

    def amount(self, name: str, *, needed: bool = False, least: Decimal = FEN) -> Decimal | None:
        """Return an amount of CNY, a fen or more where nothing else is said."""
        value = self.text(name, needed=needed)
        if value is None:
            return None
        try:
            number = to_decimal(value)
        except ValueError:
            number = Decimal(-1)
        if not least <= number <= MOST_AMOUNT or number != round(number, 2):
            self.wrong(name, AN_AMOUNT if least else FROM_NOTHING)
        return number

    def truth(self, name: str) -> bool | None:
        """Return yes or no."""
        value = field(name)
        return value == TRUE if value in {TRUE, "false"} else None

    def done(self) -> None:
        """Let a form pass that is right.

        Raises:
            RefusedError: `missing`, `invalid`, each beside its field.
        """
        if self.faults:
            raise RefusedError(*self.faults)

    def value(self, name: str, kind: str) -> Any:
        """Return the value of an attribute of a type, None when nothing was typed."""
        if kind == "bool":
            return self.truth(name)
        if kind == "number":
            return self._number(name)
        if kind == "date":
            found = self.day(name)
            return None if found is None else found.isoformat()
        return self.text(name)

    def _number(self, name: str) -> Any:
        value = self.text(name)
        if value is None or not value.lstrip("-").isdigit():
            return value
        return int(value) if len(value) < 15 and value.isascii() else value  # noqa: PLR2004
