"""Limits: the day or moment something is due, at the edges of months and calendars."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.deadlines import Start, Unit, resumed
from shangfa.domain.faults import RefusedError
from shangfa.sdk import Limit, is_after
from shangfa.testing import make_incident

CN = calendar("CN")


END_OF_TIME = datetime.combine(date.max, time.max)
BERLIN = replace(CN, zone=ZoneInfo("Europe/Berlin"))


def moment(at: str) -> date | datetime:
    return datetime.fromisoformat(at) if "T" in at else date.fromisoformat(at)


def due(params: dict[str, Any], at: str, calendar: Calendar = CN) -> date | datetime:
    return limit(**params).due(make_incident(at=moment(at), calendar=calendar))


def limit(**params: Any) -> Limit:
    return Limit.model_validate(params)


@pytest.mark.parametrize(
    ("params", "at", "expected"),
    [
        pytest.param(
            {"minutes": 30},
            "2026-03-02T23:45",
            "2026-03-03T00:15:00",
            id="minutes past midnight",
        ),
        pytest.param(
            {"hours": 24},
            "2026-03-02T17:00",
            "2026-03-03T17:00:00",
            id="24 hours are no calendar day",
        ),
        pytest.param({"same_day": True}, "2026-03-02T10:00", "2026-03-02", id="same day"),
        pytest.param({"days": 3}, "2026-09-30", "2026-10-03", id="days run on in holidays"),
        pytest.param(
            {"days": 3, "first_counts": True},
            "2026-03-10",
            "2026-03-12",
            id="starting day is day 1",
        ),
        pytest.param({"days": -7}, "2026-03-05", "2026-02-26", id="a week before"),
        pytest.param(
            {"days": -7, "first_counts": True},
            "2026-03-05",
            "2026-02-27",
            id="a week before, starting day is day 1",
        ),
        pytest.param({"months": 1}, "2026-01-31", "2026-02-28", id="month clamped"),
        pytest.param({"months": 1}, "2024-01-31", "2024-02-29", id="clamped in a leap year"),
        pytest.param({"months": -1}, "2026-03-31", "2026-02-28", id="month before clamped"),
        pytest.param({"months": 1}, "2026-12-15", "2027-01-15", id="month over new year"),
        pytest.param({"day_of_month": 24}, "2026-03-31", "2026-03-24", id="24th, passed"),
        pytest.param(
            {"day_of_month": 8, "month_offset": 1},
            "2026-12-31",
            "2027-01-08",
            id="8th of the next month, over new year",
        ),
        pytest.param({"day_of_month": 31}, "2026-04-01", "2026-04-30", id="no 31 April"),
        pytest.param(
            {"last_day_of_month": True},
            "2024-02-01",
            "2024-02-29",
            id="end of February",
        ),
        pytest.param(
            {"last_weekday_before": {"weekday": "friday", "day": 25}},
            "2026-09-30",
            "2026-09-18",
            id="Friday before the 25th, itself a Friday",
        ),
        pytest.param(
            {"last_weekday_before": {"weekday": "friday", "day": 26}},
            "2026-09-01",
            "2026-09-25",
            id="on or before the 25th",
        ),
        pytest.param(
            {
                "last_weekday_before": {"weekday": "friday", "day": 25},
                "day_off": "before",
            },
            "2026-06-01",
            "2026-06-18",
            id="Dragon Boat Friday moves to Thursday",
        ),
        pytest.param(
            {"days": 3, "day_off": "after"},
            "2026-09-28",
            "2026-10-08",
            id="due day in Golden Week moves behind it",
        ),
        pytest.param(
            {"working_days": 3},
            "2026-04-30",
            "2026-05-08",
            id="May holidays, no make-up",
        ),
        pytest.param(
            {"working_days": 3},
            "2025-09-30",
            "2025-10-11",
            id="make-up Saturday is a working day",
        ),
        pytest.param(
            {"working_days": 1, "first_counts": True},
            "2026-03-02",
            "2026-03-02",
            id="starting Monday is the first working day",
        ),
        pytest.param(
            {"working_days": 1, "first_counts": True},
            "2026-03-01",
            "2026-03-02",
            id="starting Sunday counts for nothing",
        ),
    ],
)
def test_due(params: dict[str, Any], at: str, expected: str) -> None:
    assert due(params, at).isoformat() == expected


def test_a_calendar_of_its_own_moves_the_due_day() -> None:
    end = due({"working_days": 3}, "2026-09-30", calendar("CN-2026-oct8"))
    assert end == date(2026, 10, 12)


@pytest.mark.parametrize(
    ("params", "at", "code"),
    [
        pytest.param(
            {"working_days": 3},
            "2026-12-30",
            "calendar_missing",
            id="into an unknown year",
        ),
        pytest.param(
            {"days": 1, "day_off": "after"},
            "2026-12-31",
            "calendar_missing",
            id="moving needs the calendar too",
        ),
        pytest.param({"minutes": 10}, "2026-03-02", "invalid_fact", id="minutes from a day"),
    ],
)
def test_refused(params: dict[str, Any], at: str, code: str) -> None:
    with pytest.raises(RefusedError) as error:
        due(params, at)
    assert error.value.code == code


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="no limit"),
        pytest.param({"days": 1, "hours": 2}, id="two limits"),
        pytest.param({"days": 0, "minutes": 0}, id="two limits of zero"),
        pytest.param({"same_day": False}, id="a limit switched off"),
        pytest.param({"working_days": 0}, id="no working day"),
        pytest.param({"working_days": -1}, id="working days backwards"),
        pytest.param({"day_of_month": 32}, id="32nd"),
        pytest.param({"months": 1, "first_counts": True}, id="first day of months"),
        pytest.param({"days": 1, "month_offset": 1}, id="offset of days"),
        pytest.param({"hours": 1, "day_off": "after"}, id="moment moved off a day"),
        pytest.param(
            {"last_weekday_before": {"weekday": "星期五", "day": 25}},
            id="unknown weekday",
        ),
    ],
)
def test_params_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        limit(**params)


def test_zero_days_are_a_limit() -> None:
    assert due({"days": 0}, "2026-03-02") == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("params", "at", "expected"),
    [
        pytest.param({"hours": 2}, "2026-03-29T01:30", "2026-03-29T04:30:00", id="over the gap"),
        pytest.param({"minutes": 30}, "2026-03-29T01:30", "2026-03-29T03:00:00", id="to its end"),
        pytest.param({"hours": 2}, "2026-10-25T01:30", "2026-10-25T02:30:00", id="hour twice"),
        pytest.param({"hours": 24}, "2026-03-28T12:00", "2026-03-29T13:00:00", id="24 hours"),
        pytest.param({"days": 1}, "2026-03-28T12:00", "2026-03-29", id="a day is a day"),
    ],
)
def test_hours_run_on_while_the_clocks_change(
    params: dict[str, Any], at: str, expected: str
) -> None:
    assert due(params, at, BERLIN).isoformat() == expected


def test_the_hour_that_comes_twice_keeps_its_order() -> None:
    early = datetime.fromisoformat("2026-10-25T02:50")
    late = datetime.fromisoformat("2026-10-25T02:10").replace(fold=1)
    assert is_after(late, early, BERLIN)
    assert not is_after(early, late, BERLIN)
    assert is_after(early, late, CN)


@pytest.mark.parametrize(
    ("params", "at", "expected"),
    [
        pytest.param({"days": 9}, "9999-12-31", date.max, id="days"),
        pytest.param({"days": -9}, "0001-01-02", date.min, id="days backwards"),
        pytest.param({"months": 9}, "9999-12-31", date.max, id="months"),
        pytest.param({"months": -9}, "0001-01-01", date.min, id="months backwards"),
        pytest.param({"hours": 9}, "9999-12-31T23:00", END_OF_TIME, id="hours"),
        pytest.param(
            {"day_of_month": 31, "month_offset": 1}, "9999-12-31", date.max, id="day of a month"
        ),
        pytest.param({"day_of_month": 31}, "9999-12-31", date.max, id="the last day there is"),
    ],
)
@pytest.mark.parametrize("days", [CN, BERLIN], ids=["no zone", "Berlin"])
def test_a_limit_stops_at_the_ends_of_the_calendar(
    params: dict[str, Any], at: str, expected: date, days: Calendar
) -> None:
    assert due(params, at, days) == expected


def test_a_start_may_be_any_day() -> None:
    """Procedures have no incident at hand, only a day."""
    assert limit(days=3, first_counts=True).time_limit().due(
        Start(date(2026, 3, 2), None, CN)
    ) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("unit", "last", "still", "expected"),
    [
        ("days", "2026-09-04", ("2026-09-02T12:00", "2026-09-08T09:00"), "2026-09-10"),
        ("working_days", "2026-09-04", ("2026-09-02T12:00", "2026-09-28T09:00"), "2026-09-30"),
        ("working_days", "2026-09-04", ("2026-09-04T12:00", "2026-09-06T09:00"), "2026-09-06"),
        (
            "minutes",
            "2026-09-04T09:30",
            ("2026-09-04T09:20", "2026-09-04T14:00"),
            "2026-09-04T14:10",
        ),
    ],
)
def test_what_stood_still_is_due_with_what_was_left(
    unit: Unit, last: str, still: tuple[str, str], expected: str
) -> None:
    stopped, goes_on = (datetime.fromisoformat(one) for one in still)
    assert resumed(unit, moment(last), (stopped, goes_on), CN) == moment(expected)
