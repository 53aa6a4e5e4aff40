"""Limits: the day or moment something is due, at the edges of months and calendars."""

from datetime import date, datetime
from typing import Any

import pytest

from shangfa.documents.tenant.calendars import calendar
from shangfa.domain.calendar import Calendar
from shangfa.domain.faults import RefusedError
from shangfa_duties.clocks import Opening
from shangfa_duties.limits import Due, Start, due

CN = calendar("CN")


def start(at: str, days: Calendar = CN) -> Start:
    if "T" not in at:
        return Start("at", date.fromisoformat(at), None, days)
    moment = datetime.fromisoformat(at)
    return Start("at", moment.date(), moment, days)


def limit(**params: Any) -> Opening:
    return Opening.model_validate({"step": "reply", **params})


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
    end: Due = due(limit(**params), start(at))
    assert end.isoformat() == expected


def test_a_calendar_of_its_own_moves_the_due_day() -> None:
    end = due(limit(working_days=3), start("2026-09-30", calendar("CN-2026-oct8")))
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
        due(limit(**params), start(at))
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
    assert due(limit(days=0), start("2026-03-02")) == date(2026, 3, 2)
