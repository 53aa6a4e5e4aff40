"""The windows over which totals are kept: the names, and which span a day falls in.

A span is the name of one window of one kind: `2026-03-02`, `2026W10`, `2026-03`, `2026Q1`,
`2026H1`, `2026` or `ever`. Days are local dates of the tenant.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[str, ...]] = get_args(Weekday)
EVER: Final = "ever"
CalendarWindow = Literal["day", "week", "month", "quarter", "half_year", "year", "ever"]
"""The windows of the calendar, which are the same for everybody."""
EACH: Final = "each"
"""Not a window: the reaction answers each posting by itself."""
_NAMES: Final[dict[str, Callable[[date], str]]] = {
    "day": lambda day: day.isoformat(),
    "week": lambda day: "{:04}W{:02}".format(*day.isocalendar()[:2]),
    "month": lambda day: f"{day.year:04}-{day.month:02}",
    "quarter": lambda day: f"{day.year:04}Q{(day.month + 2) // 3}",
    "half_year": lambda day: f"{day.year:04}H{(day.month + 5) // 6}",
    "year": lambda day: f"{day.year:04}",
}
SPANS: Final[dict[str, Callable[[date], str]]] = {
    **{window: lru_cache(1_000)(name) for window, name in _NAMES.items()},
    EVER: lambda _: EVER,
}
"""Window -> the name of the span a day lies in; most days are asked for again and again."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL: Final = re.compile(_DAY.pattern + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")


def read_day(text: str) -> date:
    """Read a day written `2026-03-02`.

    Raises:
        ValueError: it is written otherwise, or there is no such day.
    """
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def read_local(text: str) -> date | datetime:
    """Read a day, or a local time written `2026-03-02T19:30` or `2026-03-02 19:30:00`.

    Raises:
        ValueError: it is written otherwise, or there is no such day or time.
    """
    return datetime.fromisoformat(text) if _LOCAL.fullmatch(text) else read_day(text)


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or that month's last day when it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return min(date(year, month + 1, 1) + timedelta(day.day - 1), month_end(year, month + 1))
