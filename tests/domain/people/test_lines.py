"""Dated reporting lines, in whatever order they become known."""

from datetime import date
from itertools import permutations

import pytest

from shangfa.domain.people.lines import Lines

KNOWN = (
    ("M", date(2026, 1, 1)),
    ("N", date(2026, 2, 1)),
    (None, date(2026, 3, 1)),
)


@pytest.mark.parametrize(
    ("day", "boss"),
    [
        pytest.param(date(2025, 12, 31), None, id="before everything"),
        pytest.param(date(2026, 1, 1), "M", id="the first day"),
        pytest.param(date(2026, 1, 31), "M", id="the day before the change"),
        pytest.param(date(2026, 2, 1), "N", id="the day of the change"),
        pytest.param(date(2026, 3, 1), None, id="nobody since"),
        pytest.param(date.max, None, id="for ever"),
    ],
)
@pytest.mark.parametrize("order", list(permutations(KNOWN)))
def test_the_last_line_before_a_day_holds(
    order: tuple[tuple[str | None, date], ...], day: date, boss: str | None
) -> None:
    lines = Lines()
    for supervisor, since in order:
        lines.add("E", supervisor, since)
    assert lines.supervisor("E", day) == boss


def test_a_second_line_of_a_day_takes_the_place_of_the_first() -> None:
    lines = Lines().add("E", "Z").add("E", "A")
    assert lines.supervisor("E", date.min) == "A"
    assert lines.known == {"E": [(date.min, "A")]}


def test_who_has_no_line_has_no_supervisor() -> None:
    assert Lines().add("E", "M").supervisor("M", date.max) is None
