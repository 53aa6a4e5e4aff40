"""Until when: a limit as a policy writes it, and where it is counted from."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import Field

from shangfa.domain.dates.days import Weekday
from shangfa.domain.dates.deadlines import (
    SETTINGS,
    UNITS,
    BareDayError,
    DayOff,
    Due,
    Start,
    TimeLimit,
    Unit,
)
from shangfa.domain.dates.deadlines import WeekdayBefore as Before
from shangfa.domain.incident import Incident
from shangfa.domain.policies.facts import Fact
from shangfa.domain.policies.kinds import ParamsError
from shangfa.domain.text import Note
from shangfa.sdk.params import Params
from shangfa.sdk.refusals import invalid_fact, missing_fact

_MOMENT: Final = Note(
    "本地日期和时间，如 2026-03-02T09:30", "a local date-time such as 2026-03-02T09:30"
)
_ONE = Note("限期须恰为 {0} 之一；已给：{1}", "exactly one limit of {0}; given: {1}")
_GOES_WITH = Note("{0} 只与 {1} 同用", "{0} goes with {1} only")
_OF_A_MONTH: Final = 31
"""Every month's last day lies on or before it."""


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
    day_off: DayOff = Field(
        default="keep", description="where a due day that is no working day moves"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one limit, and settings that do not go with it.

        Raises:
            ParamsError: saying which limits or settings are meant.
        """
        del context
        said = self._said()
        if len(said) != 1:
            raise ParamsError(((), _ONE.of(", ".join(UNITS), ", ".join(said) or "—")))
        for setting, units in SETTINGS.items():
            default = type(self).model_fields[setting].default
            if getattr(self, setting) != default and said[0] not in units:
                raise ParamsError(((setting,), _GOES_WITH.of(setting, ", ".join(units))))

    def _said(self) -> list[Unit]:
        values = [(unit, getattr(self, unit)) for unit in UNITS]
        return [unit for unit, value in values if value is not None and value is not False]

    def time_limit(self) -> TimeLimit:
        """Return the limit as a value that can be counted from any start."""
        (unit,) = self._said()
        amount = getattr(self, unit)
        if isinstance(amount, WeekdayBefore):
            amount = Before(amount.weekday, amount.day)
        elif amount is True:
            amount = _OF_A_MONTH
        settings = {name: getattr(self, name) for name in SETTINGS}
        return TimeLimit(unit, amount, **settings)

    def due(self, incident: Incident, fact: str | None = None) -> Due:
        """Return the last day or moment in time, counted from a fact, or from `at`.

        Raises:
            RefusedError: `missing_fact` when the fact was not given; `invalid_fact` when
                minutes or hours start from a bare day; `calendar_missing` for working
                days of an unknown year.
        """
        start = start_of(incident, fact)
        try:
            return self.time_limit().due(start)
        except BareDayError:
            raise invalid_fact(fact or "at", start.day, _MOMENT) from None

    def text(self) -> str:
        """Say the limit for the catalogue, such as `working_days 3`."""
        (unit,) = self._said()
        amount = getattr(self, unit)
        if isinstance(amount, WeekdayBefore):
            return f"last {amount.weekday} before day {amount.day} of the month"
        return unit if amount is True else f"{unit} {amount}"


def start_of(incident: Incident, fact: str | None = None) -> Start:
    """Return the start given by a fact, or by `at` without one.

    Raises:
        RefusedError: `missing_fact` when the fact was not given.
    """
    if fact is None:
        return Start(incident.on, incident.at, incident.calendar)
    value = incident.facts[fact]
    if value is None:
        raise missing_fact(Fact(fact, "moment"))
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
        return Start(moment.date(), moment, incident.calendar)
    return Start(value, None, incident.calendar)


def moment_of(incident: Incident) -> datetime:
    """Return the local time of an incident.

    Raises:
        RefusedError: `invalid_fact` when only the day is known.
    """
    if incident.at is None:
        raise invalid_fact("at", incident.on, _MOMENT)
    return incident.at
