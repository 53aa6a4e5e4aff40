"""When something is due: one limit, counted from a local day or moment.

A limit in minutes or hours ends at a moment; every other limit ends with a day. What
comes exactly at the limit is in time. Working days come from the tenant's calendar,
which refuses a year it does not know; its zone says when the clocks change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple, get_args

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.days import WEEKDAYS, Weekday, add_months, month_end

Due = date | datetime
"""The last day in time, or the last local moment."""
Unit = Literal[
    "minutes",
    "hours",
    "days",
    "working_days",
    "months",
    "day_of_month",
    "last_day_of_month",
    "same_day",
    "last_weekday_before",
]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
"""In the order of `date.weekday()`."""
DayOff = Literal["keep", "before", "after"]
_DAY: Final = timedelta(days=1)
_OF_A_MONTH: Final[tuple[Unit, ...]] = ("day_of_month", "last_day_of_month", "last_weekday_before")
SETTINGS: Final[dict[str, tuple[Unit, ...]]] = {
    "first_counts": ("days", "working_days"),
    "month_offset": _OF_A_MONTH,
    "day_off": ("days", "months", "same_day", *_OF_A_MONTH),
}
"""A setting -> the units it goes with."""


class WeekdayBefore(NamedTuple):
    """The last such weekday strictly before a day of the month, 2 to 31."""

    weekday: Weekday
    day: int


class Start(NamedTuple):
    """Where a limit is counted from.

    Attributes:
        moment: local time without zone, None when only the day is known.
    """

    day: date
    moment: datetime | None
    calendar: Calendar


class BareDayError(ValueError):
    """A limit in minutes or hours starts from a day whose time is not known."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Until when, counted from a start.

    Attributes:
        amount: how many of the unit, under 0 backwards; the day of the month, 31 for its
            last; a `WeekdayBefore` for `last_weekday_before`.
        first_counts: the starting day is day 1.
        month_offset: months after the start, for days of a month.
        day_off: where a due day that is no working day moves.
    """

    unit: Unit
    amount: int | WeekdayBefore = 0
    first_counts: bool = False
    month_offset: int = 0
    day_off: DayOff = "keep"

    def due(self, start: Start) -> Due:
        """Return the last day or moment in time; it stops at the ends of the calendar.

        Raises:
            BareDayError: minutes or hours from a bare day.
            RefusedError: `calendar_missing` for working days of an unknown year.
        """
        try:
            found = _RULES[self.unit](self.amount, self, start)
        except OverflowError:
            return _end_of_time(self)
        if self.day_off == "keep":
            return found
        step = _DAY if self.day_off == "after" else -_DAY
        while not start.calendar.is_working_day(found):
            found += step
        return found


def resumed(unit: Unit, due: Due, still: tuple[datetime, datetime], calendar: Calendar) -> Due:
    """Return when something is due that stood still from one local moment to another.

    As many days, or working days, are left as were; a limit of hours is later by the time between.

    Raises:
        RefusedError: `calendar_missing` for working days of an unknown year.
    """
    stopped, goes_on = still
    if isinstance(due, datetime):
        return calendar.later(due, calendar.instant(goes_on) - calendar.instant(stopped))
    first, last = stopped.date(), goes_on.date()
    if unit != "working_days":
        return due + (last - first)
    days = ((first + n * _DAY) for n in range(1, (due - first).days + 1))
    left = sum(calendar.is_working_day(day) for day in days)
    return calendar.add_working_days(last, left) if left else last


def is_after(one: datetime, other: datetime, calendar: Calendar) -> bool:
    """Tell whether a local moment lies after another, though the clocks changed between."""
    return calendar.instant(one) > calendar.instant(other)


def _end_of_time(limit: TimeLimit) -> Due:
    kind = datetime if limit.unit in {"minutes", "hours"} else date
    backwards = isinstance(limit.amount, int) and limit.amount < 0
    return kind.min if backwards else kind.max


def _moved(start: Start, by: timedelta) -> datetime:
    if start.moment is None:
        raise BareDayError
    return start.calendar.later(start.moment, by)


def _days(count: int, limit: TimeLimit, start: Start) -> date:
    sign = (count > 0) - (count < 0)
    return start.day + (count - sign * limit.first_counts) * _DAY


def _working_days(count: int, limit: TimeLimit, start: Start) -> date:
    first = limit.first_counts
    return start.calendar.add_working_days(start.day, count, first_counts=first)


def _months_later(day: date, count: int) -> date:
    try:
        return add_months(day, count)
    except ValueError:
        raise OverflowError from None


def _day_of_month(day: int, limit: TimeLimit, start: Start) -> date:
    month = _months_later(start.day.replace(day=1), limit.month_offset)
    last = month_end(month.year, month.month)
    return month.replace(day=min(day, last.day))


def _weekday_before(rule: WeekdayBefore, limit: TimeLimit, start: Start) -> date:
    latest = _day_of_month(rule.day - 1, limit, start)
    return latest - (latest.weekday() - WEEKDAYS.index(rule.weekday)) % 7 * _DAY


_RULES: Final[dict[Unit, Callable[[Any, TimeLimit, Start], Due]]] = {
    "minutes": lambda count, _, start: _moved(start, timedelta(minutes=count)),
    "hours": lambda count, _, start: _moved(start, timedelta(hours=count)),
    "days": _days,
    "working_days": _working_days,
    "months": lambda count, _, start: _months_later(start.day, count),
    "day_of_month": _day_of_month,
    "last_day_of_month": lambda _, limit, start: _day_of_month(31, limit, start),
    "same_day": lambda _, __, start: start.day,
    "last_weekday_before": _weekday_before,
}
"""(amount, limit, start) -> due."""
