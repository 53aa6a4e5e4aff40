from datetime import date
from decimal import Decimal

import pytest

from shangfa.domain.ledger.book import NOTHING, BackdatedError, Book, Day, Total, book_of_days

COUNTER = ("E", "marks", "warning")
JAN_30, JAN_31, FEB_1 = date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1)
ONE = (Decimal(1), Decimal(1))
JOINT = (Decimal(1), Decimal(0))


def book(*days: date, keep_days: bool = True) -> Book:
    made = Book() if keep_days else Book(days=None)
    for day in days:
        made.add(COUNTER, ("month", "ever"), day, ONE)
    return made


@pytest.mark.parametrize(
    ("span", "total"),
    [
        pytest.param("2026-01", Total(Decimal(2), Decimal(2), JAN_31), id="two of one month"),
        pytest.param("2026-02", Total(Decimal(1), Decimal(1), FEB_1), id="the next month"),
        pytest.param("ever", Total(Decimal(3), Decimal(3), FEB_1), id="all"),
        pytest.param("2026Q1", NOTHING, id="a window nobody watches"),
    ],
)
def test_totals_by_span(span: str, total: Total) -> None:
    assert book(JAN_30, JAN_31, FEB_1).total(COUNTER, span) == total


def test_the_last_day_is_the_latest_whatever_the_order() -> None:
    assert book(FEB_1, JAN_30).total(COUNTER, "ever").last_day == FEB_1


def test_joint_marks_count_only_in_the_whole_total() -> None:
    made = book(JAN_30)
    made.add(COUNTER, ("month",), JAN_30, JOINT)
    assert made.total(COUNTER, "2026-01")[:2] == (2, 1)


@pytest.mark.parametrize(
    ("window", "day", "later"),
    [
        pytest.param("month", JAN_30, [JAN_31], id="only the same month"),
        pytest.param("ever", JAN_30, [JAN_31, FEB_1], id="all that follow, in order"),
        pytest.param("month", JAN_31, [], id="not the day itself"),
    ],
)
def test_the_days_after_a_day(window: str, day: date, later: list[date]) -> None:
    made = book(FEB_1, JAN_31, JAN_30)
    assert made.later(COUNTER, window, day) == [Day(item, *ONE) for item in later]


def test_totals_alone_cannot_say_which_days() -> None:
    with pytest.raises(BackdatedError):
        book(FEB_1, keep_days=False).later(COUNTER, "ever", JAN_30)


def test_what_moved_is_remembered() -> None:
    assert book(JAN_30).moved == {(COUNTER, "2026-01"), (COUNTER, "ever")}


def test_a_book_of_known_days_has_not_moved() -> None:
    days = {COUNTER: {FEB_1: ONE, JAN_31: JOINT}, ("E", "fine", "CNY"): {FEB_1: ONE}}
    made = book_of_days(days, {COUNTER: ("month", "ever")})
    assert made.moved == set()
    assert made.total(COUNTER, "ever") == Total(Decimal(2), Decimal(1), FEB_1)
    assert made.total(("E", "fine", "CNY"), "ever") == NOTHING
    assert made.later(COUNTER, "ever", JAN_30) == [Day(JAN_31, *JOINT), Day(FEB_1, *ONE)]
