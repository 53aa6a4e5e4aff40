"""When something is due: one limit, counted from a local day or moment.

A limit in minutes or hours ends at a moment; every other limit ends with a day. What
comes exactly at the limit is in time. Working days come from the tenant's calendar,
which refuses a year it does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from shangfa.sdk import (
    Calendar,
    Fact,
    Field,
    Incident,
    Names,
    Params,
    add_months,
    invalid_fact,
    missing_fact,
    month_end,
)

Due = date | datetime
"""The last day in time, or the last local moment."""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAYS: Final = get_args(Weekday)
"""In the order of `date.weekday()`."""
_DAY: Final = timedelta(days=1)


class WeekdayBefore(Params):
    """The last such weekday strictly before a day of the month."""

    weekday: Weekday
    day: int = Field(ge=2, le=31, description="day of the month, itself excluded")


class Limit(Params):
    """Exactly one way to say until when; the rest says how it is counted."""

    minutes: int | None = Field(default=None, ge=0, le=527_040)
    hours: int | None = Field(default=None, ge=0, le=8_784)
    days: int | None = Field(
        default=None,
        ge=-3_660,
        le=3_660,
        description="calendar days; under 0 backwards",
    )
    working_days: int | None = Field(default=None, ge=1, le=366)
    months: int | None = Field(
        default=None,
        ge=-120,
        le=120,
        description="same day of another month, or its last day; under 0 backwards",
    )
    day_of_month: int | None = Field(
        default=None,
        ge=1,
        le=31,
        description="or the month's last day when it is shorter",
    )
    last_day_of_month: bool = False
    same_day: bool = False
    last_weekday_before: WeekdayBefore | None = None
    month_offset: int = Field(
        default=0, ge=0, le=1, description="months after the start; for days of a month"
    )
    first_counts: bool = Field(
        default=False,
        description="the starting day is day 1; for days and working days",
    )
    day_off: Literal["keep", "before", "after"] = Field(
        default="keep", description="where a due day that is no working day moves"
    )
    base: Annotated[str | None, Names("fact")] = Field(
        default=None, description="a fact of type date or moment to count from"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one limit, and settings that do not go with it.

        Raises:
            ValueError: saying which limits or settings are meant.
        """
        del context
        said = [name for name in _RULES if _said(getattr(self, name))]
        if len(said) != 1:
            raise ValueError(f"exactly one limit of {', '.join(_RULES)}; given: {said}")
        for setting, units in _SETTINGS.items():
            default = type(self).model_fields[setting].default
            if getattr(self, setting) != default and said[0] not in units:
                raise ValueError(f"{setting} goes with {', '.join(units)} only")

    def unit(self) -> str:
        """Return the name of the limit that is set."""
        return next(name for name in _RULES if _said(getattr(self, name)))

    def text(self) -> str:
        """Say the limit for the catalogue, such as `working_days 3`."""
        amount = getattr(self, self.unit())
        if isinstance(amount, WeekdayBefore):
            return f"last {amount.weekday} before day {amount.day} of the month"
        return self.unit() if amount is True else f"{self.unit()} {amount}"


def _said(value: Any) -> bool:
    return value is not None and value is not False


class Start(NamedTuple):
    """Where a limit is counted from.

    Attributes:
        name: `at` or the fact, named when it is refused.
        moment: local time without zone, None when only the day is known.
    """

    name: str
    day: date
    moment: datetime | None
    calendar: Calendar


def start_of(incident: Incident, fact: str | None) -> Start:
    """Return the start given by a fact, or by `at` without one.

    Raises:
        RefusedError: `missing_fact` when the fact was not given.
    """
    if fact is None:
        return Start("at", incident.on, incident.at, incident.calendar)
    value = incident.facts[fact]
    if value is None:
        raise missing_fact(Fact(fact, "moment"))
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
        return Start(fact, moment.date(), moment, incident.calendar)
    return Start(fact, value, None, incident.calendar)


def exact(start: Start) -> datetime:
    """Return the moment of a start.

    Raises:
        RefusedError: `invalid_fact` when only the day is known.
    """
    if start.moment is None:
        allowed = "本地日期和时间，如 2026-03-02T09:30 (a local date-time)"
        raise invalid_fact(start.name, start.day, allowed)
    return start.moment


def due(limit: Limit, start: Start) -> Due:
    """Return the last day or moment in time.

    Raises:
        RefusedError: `calendar_missing` for working days of an unknown year;
            `invalid_fact` when a limit in minutes or hours starts from a bare day.
    """
    unit = limit.unit()
    found = _RULES[unit](getattr(limit, unit), limit, start)
    if limit.day_off == "keep":
        return found
    step = _DAY if limit.day_off == "after" else -_DAY
    while not start.calendar.is_working_day(found):
        found += step
    return found


def _days(count: int, limit: Limit, start: Start) -> date:
    sign = (count > 0) - (count < 0)
    return start.day + (count - sign * limit.first_counts) * _DAY


def _working_days(count: int, limit: Limit, start: Start) -> date:
    first = limit.first_counts
    return start.calendar.add_working_days(start.day, count, first_counts=first)


def _day_of_month(day: int, limit: Limit, start: Start) -> date:
    month = add_months(start.day.replace(day=1), limit.month_offset)
    return min(month + (day - 1) * _DAY, month_end(month.year, month.month))


def _weekday_before(rule: WeekdayBefore, limit: Limit, start: Start) -> date:
    latest = _day_of_month(rule.day - 1, limit, start)
    return latest - (latest.weekday() - _WEEKDAYS.index(rule.weekday)) % 7 * _DAY


_RULES: Final[dict[str, Callable[[Any, Limit, Start], Due]]] = {
    "minutes": lambda count, _, start: exact(start) + timedelta(minutes=count),
    "hours": lambda count, _, start: exact(start) + timedelta(hours=count),
    "days": _days,
    "working_days": _working_days,
    "months": lambda count, _, start: add_months(start.day, count),
    "day_of_month": _day_of_month,
    "last_day_of_month": lambda _, limit, start: _day_of_month(31, limit, start),
    "same_day": lambda _, __, start: start.day,
    "last_weekday_before": _weekday_before,
}
"""The limits by name: (value, limit, start) -> due."""
_OF_A_MONTH: Final = ("day_of_month", "last_day_of_month", "last_weekday_before")
_SETTINGS: Final = {
    "first_counts": ("days", "working_days"),
    "month_offset": _OF_A_MONTH,
    "day_off": ("days", "months", "same_day", *_OF_A_MONTH),
}
"""Settings that only some limits understand."""
