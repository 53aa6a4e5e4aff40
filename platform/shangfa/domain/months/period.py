"""Months, quarters, half years and years: names, first and last days, where money is booked."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from shangfa.domain.dates.days import month_end
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.policies.kinds import Period
from shangfa.domain.text import Note

_YEAR: Final = "(?!0000)([0-9]{4})"
_MONTH: Final = re.compile(rf"{_YEAR}-(0[1-9]|1[0-2])")
_PERIOD: Final = re.compile(rf"{_YEAR}(?:Q([1-4])|H([12])|-(0[1-9]|1[0-2]))?")
_A_MONTH = Note("须为月份，如 2026-03", "a month such as 2026-03 is expected")
_A_PERIOD = Note(
    "须为 2026-03、2026Q1、2026H1 或 2026 这样的期间",
    "a period such as 2026-03, 2026Q1, 2026H1 or 2026 is expected",
)
LENGTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Months in a period of each kind."""


def month_of(day: date, cut_off: int | None = None) -> str:
    """Return the month in which what counts on a day is booked, as `2026-03`.

    `cut_off`: the last day of a month that is booked in it, None for its last one.
    """
    month = f"{day.year:04}-{day.month:02}"
    return month if cut_off is None or day.day <= cut_off else month_after(month)


def first_booked(month: date, cut_off: int | None) -> date:
    """Return the first day that is booked in a month, by the month's own first day."""
    if cut_off is None or month == date(1, 1, 1):
        return month
    return (month - timedelta(days=1)).replace(day=cut_off) + timedelta(days=1)


def month_after(month: str) -> str:
    """Return the month that follows `2026-03`, as `2026-04`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def booking_month(day: date, locked: Collection[str], cut_off: int | None = None) -> str:
    """Return the month in which what counts on a day is booked: its own, or the first open one.

    `locked`: months that receive nothing more; `cut_off`: the last day booked in its own month.
    """
    month = month_of(day, cut_off)
    while month in locked:
        month = month_after(month)
    return month


def month_named(name: str) -> Period:
    """Return the month called `2026-03`.

    Raises:
        RefusedError: `invalid`.
    """
    found = period_closing(name, "month")
    assert found is not None  # noqa: S101 - a month closes with itself
    return found


def period_closing(month: str, kind: str) -> Period | None:
    """Return the month, quarter, half year or year whose last month is `month`; None when none is.

    Raises:
        RefusedError: `invalid` for anything but `YYYY-MM`.
    """
    match = _MONTH.fullmatch(month)
    if match is None:
        raise refused(INVALID, "/period", value=month, why=_A_MONTH)
    year, number = int(match[1]), int(match[2])
    length = LENGTHS[kind]
    if number % length:
        return None
    first, last = date(year, number - length + 1, 1), month_end(year, number)
    return Period(_name(kind, year, number), first, last, kind)


def period_named(name: str) -> Period:
    """Return the period called `2026-03`, `2026Q1`, `2026H1` or `2026`.

    Raises:
        RefusedError: `invalid`, also for the year 0000, which no calendar has.
    """
    match = _PERIOD.fullmatch(name)
    if match is None:
        raise refused(INVALID, "/period", value=name, why=_A_PERIOD)
    year, quarter, half, month = match.groups()
    said = {"month": month, "quarter": quarter, "half_year": half, "year": "1"}
    kind = next(name for name, number in said.items() if number)
    number = int(said[kind]) * LENGTHS[kind]
    found = period_closing(f"{year}-{number:02}", kind)
    assert found is not None  # noqa: S101 - its last month closes every period
    return found


def _name(kind: str, year: int, month: int) -> str:
    names = {"month": f"-{month:02}", "quarter": f"Q{month // 3}", "half_year": f"H{month // 6}"}
    return f"{year:04}{names.get(kind, '')}"
