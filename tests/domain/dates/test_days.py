from datetime import date

import pytest

from shangfa.domain.dates.days import EACH, SPANS, add_months, month_end


@pytest.mark.parametrize(
    ("window", "day", "span"),
    [
        pytest.param("day", "2026-03-02", "2026-03-02", id="a day"),
        pytest.param("month", "2026-01-01", "2026-01", id="first of a month"),
        pytest.param("month", "2026-01-31", "2026-01", id="last of a month"),
        pytest.param("week", "2025-12-28", "2025W52", id="a Sunday"),
        pytest.param("week", "2025-12-29", "2026W01", id="the Monday of a week of next year"),
        pytest.param("half_year", "2026-06-30", "2026H1", id="last of a half"),
        pytest.param("half_year", "2026-07-01", "2026H2", id="first of a half"),
        pytest.param("quarter", "2026-03-31", "2026Q1", id="last of a quarter"),
        pytest.param("quarter", "2026-04-01", "2026Q2", id="first of a quarter"),
        pytest.param("quarter", "2026-12-31", "2026Q4", id="last quarter"),
        pytest.param("year", "2026-12-31", "2026", id="last of a year"),
        pytest.param("year", "2027-01-01", "2027", id="first of a year"),
        pytest.param("ever", "0001-01-01", "ever", id="any day"),
    ],
)
def test_the_span_a_day_falls_in(window: str, day: str, span: str) -> None:
    assert SPANS[window](date.fromisoformat(day)) == span


def test_each_is_no_window_of_days() -> None:
    assert EACH not in SPANS


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        pytest.param("2026-01-31", 1, "2026-02-28", id="a day the month does not have"),
        pytest.param("2024-01-31", 1, "2024-02-29", id="leap year"),
        pytest.param("2026-11-30", 2, "2027-01-30", id="over the year"),
        pytest.param("2026-12-15", 0, "2026-12-15", id="no months"),
        pytest.param("2026-12-31", 12, "2027-12-31", id="a year"),
        pytest.param("2026-01-15", -1, "2025-12-15", id="back"),
    ],
)
def test_months_later(day: str, months: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)


def test_the_last_day_of_a_month() -> None:
    assert month_end(2024, 2) == date(2024, 2, 29)
