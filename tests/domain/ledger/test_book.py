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
        made.add(COUNTER, spans_of(COUNTER, day), day, ONE)
    return made


def spans_of(counter: tuple[str, str, str], day: date) -> list[str]:
    return [f"{day:%Y-%m}", "ever"] if counter == COUNTER else []


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
    made.add(COUNTER, ("2026-01",), JAN_30, JOINT)
    assert made.total(COUNTER, "2026-01")[:2] == (2, 1)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        pytest.param(JAN_30, [JAN_30, JAN_31, FEB_1], id="all, in order"),
        pytest.param(JAN_31, [JAN_31, FEB_1], id="only those inside"),
        pytest.param(date(2026, 2, 2), [], id="none"),
    ],
)
def test_the_days_of_a_span(first: date, days: list[date]) -> None:
    made = book(FEB_1, JAN_31, JAN_30)
    assert made.series(COUNTER, lambda day: day >= first) == [Day(item, *ONE) for item in days]


def test_a_day_that_came_to_nothing_is_none() -> None:
    made = book(JAN_30, FEB_1)
    made.add(COUNTER, ("ever",), FEB_1, (Decimal(-1), Decimal(-1)))
    made.forget(COUNTER, FEB_1, lambda day: ["ever"])
    assert made.series(COUNTER, lambda day: True) == [Day(JAN_30, *ONE)]
    assert made.total(COUNTER, "ever") == Total(Decimal(1), Decimal(1), JAN_30)


def test_totals_alone_cannot_say_which_days() -> None:
    with pytest.raises(BackdatedError):
        book(FEB_1, keep_days=False).series(COUNTER, lambda day: True)


def test_histories_that_were_not_read_are_asked_for() -> None:
    with pytest.raises(BackdatedError):
        Book(histories=None).history("E")


def test_what_moved_is_remembered() -> None:
    assert book(JAN_30).moved == {(COUNTER, "2026-01"), (COUNTER, "ever")}


def test_a_book_of_known_days_has_not_moved() -> None:
    days = {COUNTER: {FEB_1: ONE, JAN_31: JOINT}, ("E", "fine", "CNY"): {FEB_1: ONE}}
    made = book_of_days(days, spans_of)
    assert made.moved == set()
    assert made.total(COUNTER, "ever") == Total(Decimal(2), Decimal(1), FEB_1)
    assert made.total(("E", "fine", "CNY"), "ever") == NOTHING
    days_of_it = made.series(COUNTER, lambda day: day > JAN_30)
    assert days_of_it == [Day(JAN_31, *JOINT), Day(FEB_1, *ONE)]
