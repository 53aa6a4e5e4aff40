"""Years of official days off and make-up days: those that come with the product, and loaded ones.

A file is CSV with the columns of `workdays.csv` beside this page: date, kind (`off`, or `work` for
a weekend day worked), name, source (the notice's address). It holds whole years: a year it names
replaces what was known of that year.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from shangfa.documents.source import read_text
from shangfa.domain.dates.days import read_day
from shangfa.domain.faults import INVALID, Fault, RefusedError
from shangfa.domain.text import Note

SHIPPED: Final = Path(__file__).parent / "workdays.csv"
COLUMNS: Final = ("date", "kind", "name", "source")
KINDS: Final = ("off", "work")

_NO_COLUMNS = Note("首行须为：{0}", "the first line must be: {0}")
_EMPTY_FILE = Note("文件中没有任何一天", "the file names no day")
_NO_DAY = Note("须为日期，如 2027-01-01", "a date such as 2027-01-01 is expected")
_NO_KIND = Note("须为 {0} 之一", "one of {0} is expected")
_TWICE = Note("同一天写了两次", "the day stands twice")
_NO_SOURCE = Note("须写明通知的来源", "the notice it comes from is expected")
_NO_HOLIDAY = Note("该年没有放假日；须写全年", "the year has no day off; a whole year is expected")


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """One year: its days off, its weekend days worked, and the notices they come from."""

    year: int
    off: frozenset[date]
    worked: frozenset[date]
    source: str


@cache
def shipped() -> tuple[YearOfDays, ...]:
    """Return the years that come with the product."""
    return tuple(read_years(SHIPPED))


def read_years(path: Path) -> list[YearOfDays]:
    """Return the years of a file, in order.

    Raises:
        RefusedError: every fault, each with its line.
    """
    return years_of(read_text(path), str(path))


def years_of(text: str, path: str) -> list[YearOfDays]:
    """Return the years in the text of a file, in order; `path` is what faults call it.

    Raises:
        RefusedError: every fault, each with its line.
    """
    file = csv.reader(text.splitlines())
    if tuple(next(file, ())) != COLUMNS:
        raise RefusedError(_fault(f"{path}:1", path, _NO_COLUMNS.of(",".join(COLUMNS))))
    rows = [(f"{path}:{file.line_num}", row) for row in file if row]
    faults = list(_faults(rows))
    if faults:
        raise RefusedError(*faults)
    if not rows:
        raise RefusedError(_fault(f"{path}:1", path, _EMPTY_FILE))
    return _years(path, [row for _, row in rows])


def _years(path: str, rows: list[list[str]]) -> list[YearOfDays]:
    found = []
    for year in sorted({row[0][:4] for row in rows}):
        own = [row for row in rows if row[0][:4] == year]
        off, worked = (
            frozenset(read_day(row[0]) for row in own if row[1] == kind) for kind in KINDS
        )
        if not off:
            raise RefusedError(_fault(f"{path}:1", year, _NO_HOLIDAY))
        sources = " ".join(dict.fromkeys(row[3] for row in own))
        found.append(YearOfDays(int(year), off, worked, sources))
    return found


def _faults(rows: Iterable[tuple[str, list[str]]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, row in rows:
        why = _misfit(row, seen)
        if why is not None:
            yield _fault(place, ",".join(row), why)
        seen.add(row[0])


def _misfit(row: list[str], seen: set[str]) -> Note | None:
    if len(row) != len(COLUMNS):
        return _NO_COLUMNS.of(",".join(COLUMNS))
    try:
        read_day(row[0])
    except ValueError:
        return _NO_DAY
    checks = (
        (row[1] in KINDS, _NO_KIND.of(" / ".join(KINDS))),
        (row[0] not in seen, _TWICE),
        (bool(row[3].strip()), _NO_SOURCE),
    )
    return next((why for holds, why in checks if not holds), None)


def _fault(place: str, value: str, why: Note) -> Fault:
    return Fault(INVALID, "", {"value": value, "why": why}, place)
