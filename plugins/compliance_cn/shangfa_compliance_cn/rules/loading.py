"""Read the rule data, strictly: a row that cannot be relied on stops the start-up."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO
from itertools import combinations
from typing import Any, Final, TypeVar

from shangfa.sdk import Note
from shangfa.sdk.guards import CERTAINTIES
from shangfa_compliance_cn.rules.book import RULE_MODES, MinimumWage, Rule

T = TypeVar("T", Rule, MinimumWage)
Cells = Mapping[str, str]
Placed = tuple[int, T]
"""A row's number in its file, the heading being 1, and what it says."""

RULE_COLUMNS: Final = (
    *("code", "region", "effective_from", "effective_to", "mode", "rate", "law_ref"),
    *("basis_zh", "basis_en", "source", "reading", "note", "locked"),
)
WAGE_COLUMNS: Final = (
    *("region", "name", "tier", "monthly", "hourly", "effective_from", "effective_to"),
    *("source", "reading", "note"),
)
PLACE_COLUMNS: Final = ("code", "name")
REGION_DIGITS: Final = 6


class RuleDataError(ValueError):
    """A row of rule data cannot be relied on.

    Attributes:
        file, row, column: where; the heading is row 1.
    """

    def __init__(self, file: str, row: int, column: str, why: str) -> None:
        super().__init__(f"{file}, row {row}, column {column}: {why}")
        self.file, self.row, self.column = file, row, column


class _Row:
    """A row whose cells are read one by one, each refusal with its place."""

    def __init__(self, file: str, number: int, cells: Cells) -> None:
        self.file, self.number, self.cells = file, number, cells

    def read(self, column: str, reader: Callable[[str], Any], expected: str) -> Any:
        value = self.cells[column]
        try:
            return reader(value)
        except (ValueError, KeyError, InvalidOperation):
            why = f"{value!r} is no {expected}" if value else f"empty, {expected} is expected"
            raise RuleDataError(self.file, self.number, column, why) from None

    def word(self, column: str, words: Iterable[str]) -> Any:
        known = {word: word for word in words}
        return self.read(column, known.__getitem__, f"word of {', '.join(known)}")

    def text(self, column: str) -> str:
        return str(self.read(column, _some, "text"))

    def region(self, column: str) -> str:
        return str(self.read(column, _digits, f"code of {REGION_DIGITS} digits"))

    def day(self, column: str) -> date:
        found: date = self.read(column, date.fromisoformat, "day")
        return found

    def last_day(self, first: date) -> date | None:
        if not self.cells["effective_to"]:
            return None
        last = self.day("effective_to")
        if last < first:
            why = f"{last} is before the first day, {first}"
            raise RuleDataError(self.file, self.number, "effective_to", why)
        return last

    def amount(self, column: str) -> Decimal:
        found: Decimal = self.read(column, _amount, "number above 0")
        return found


def _some(value: str) -> str:
    if not value.strip():
        raise ValueError("empty")
    return value


def _digits(value: str) -> str:
    if len(value) != REGION_DIGITS or not (value.isascii() and value.isdecimal()):
        raise ValueError("digits")
    return value


def _amount(value: str) -> Decimal:
    number = Decimal(value)
    if not number.is_finite() or number <= 0:
        raise ValueError("amount")
    return number


def read_rules(file: str, text: str) -> tuple[Rule, ...]:
    """Return the rules of a file.

    Raises:
        RuleDataError: a cell is no such value; an empty first day is never guessed; two
            rows of one code and region overlap.
    """
    placed = [(row.number, _rule(row)) for row in _rows(file, text, RULE_COLUMNS)]
    _check_overlaps(file, placed, lambda rule: (rule.code, rule.region))
    return tuple(rule for _, rule in placed)


def _rule(row: _Row) -> Rule:
    start = row.day("effective_from")
    return Rule(
        row.text("code"),
        row.region("region"),
        start,
        row.last_day(start),
        row.word("mode", RULE_MODES),
        row.amount("rate") if row.cells["rate"] else None,
        row.text("law_ref"),
        Note(row.text("basis_zh"), row.text("basis_en")),
        row.text("source"),
        row.word("reading", CERTAINTIES),
        row.cells["note"],
        row.word("locked", ("true", "false")) == "true",
    )


def read_wages(file: str, text: str) -> tuple[MinimumWage, ...]:
    """Return the minimum wages of a file.

    Raises:
        RuleDataError: as `read_rules`; two rows of one tier of a region overlap.
    """
    placed = [(row.number, _wage(row)) for row in _rows(file, text, WAGE_COLUMNS)]
    _check_overlaps(file, placed, lambda wage: (wage.region, wage.tier))
    return tuple(wage for _, wage in placed)


def _wage(row: _Row) -> MinimumWage:
    start = row.day("effective_from")
    return MinimumWage(
        row.region("region"),
        row.text("name"),
        row.read("tier", int, "whole number"),
        row.amount("monthly"),
        row.amount("hourly"),
        start,
        row.last_day(start),
        row.text("source"),
        row.word("reading", CERTAINTIES),
        row.cells["note"],
    )


def read_places(file: str, text: str) -> dict[str, str]:
    """Return code -> name of the places of a file.

    Raises:
        RuleDataError: a cell is no such value.
    """
    rows = _rows(file, text, PLACE_COLUMNS)
    return {row.region("code"): row.text("name") for row in rows}


def _rows(file: str, text: str, columns: tuple[str, ...]) -> Iterator[_Row]:
    reader = csv.DictReader(StringIO(text), restval="", restkey="", strict=True)
    given = tuple(reader.fieldnames or ())
    if given != columns:
        raise RuleDataError(file, 1, ", ".join(given), f"the columns are {', '.join(columns)}")
    for number, cells in enumerate(reader, 2):
        if "" in cells:
            raise RuleDataError(file, number, "", f"more than {len(columns)} cells")
        yield _Row(file, number, cells)


def _check_overlaps(
    file: str, placed: Iterable[Placed[T]], key: Callable[[T], tuple[str, object]]
) -> None:
    groups: dict[tuple[str, object], list[Placed[T]]] = {}
    for number, item in placed:
        groups.setdefault(key(item), []).append((number, item))
    for same, items in groups.items():
        ordered = sorted(items, key=lambda item: item[1].start)
        for (first, one), (second, other) in combinations(ordered, 2):
            if one.end is None or other.start <= one.end:
                why = f"overlaps row {first} of the same {same}"
                raise RuleDataError(file, second, "effective_from", why)
