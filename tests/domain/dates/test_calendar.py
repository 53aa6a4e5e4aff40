from datetime import date

import pytest

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import RefusedError

CALENDAR = Calendar(
    "test",
    frozenset({2026}),
    off=frozenset({date(2026, 10, 1), date(2026, 10, 2)}),
    worked=frozenset({date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 9, 30), True, id="a Wednesday"),
        pytest.param(date(2026, 10, 1), False, id="a holiday"),
        pytest.param(date(2026, 10, 9), True, id="the Friday before a made-up Saturday"),
        pytest.param(date(2026, 10, 10), True, id="a Saturday made up for"),
        pytest.param(date(2026, 10, 11), False, id="the Sunday after"),
    ],
)
def test_who_works_when(day: date, works: bool) -> None:  # noqa: FBT001 - a case's value
    assert CALENDAR.is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "count", "first_counts", "due"),
    [
        pytest.param("2026-09-28", 3, False, "2026-10-05", id="two holidays and a weekend"),
        pytest.param("2026-09-28", 3, True, "2026-09-30", id="the first day counts"),
        pytest.param("2026-10-01", 1, True, "2026-10-05", id="the first day is a holiday"),
        pytest.param("2026-10-09", 1, False, "2026-10-10", id="a made-up Saturday counts"),
        pytest.param("2026-10-10", 1, False, "2026-10-12", id="Monday after it"),
    ],
)
def test_working_days_later(day: str, count: int, first_counts: bool, due: str) -> None:  # noqa: FBT001 - a case's value
    found = CALENDAR.add_working_days(date.fromisoformat(day), count, first_counts=first_counts)
    assert found == date.fromisoformat(due)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2025, 12, 31), id="the day before the first year"),
        pytest.param(date(2027, 1, 1), id="the day after the last year"),
    ],
)
def test_a_year_without_data_is_never_guessed(day: date) -> None:
    with pytest.raises(RefusedError) as caught:
        CALENDAR.is_working_day(day)
    assert caught.value.faults[0].values == {"calendar": "test", "year": day.year}


def test_counting_stops_at_the_end_of_what_is_known() -> None:
    with pytest.raises(RefusedError, match="2027"):
        CALENDAR.add_working_days(date(2026, 12, 31), 1)


def test_a_variant_sets_some_days_otherwise() -> None:
    varied = CALENDAR.varied(
        "own", off=[date(2026, 10, 10)], worked=[date(2026, 10, 1)], years=[2027]
    )
    days = [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 10), date(2027, 1, 1)]
    assert [varied.is_working_day(day) for day in days] == [True, False, False, True]


def test_a_single_day_does_not_make_its_year_known() -> None:
    varied = CALENDAR.varied("own", off=[date(2027, 1, 1)])
    with pytest.raises(RefusedError):
        varied.is_working_day(date(2027, 1, 1))
