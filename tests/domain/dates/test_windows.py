"""Which days a window holds, one edge at a time, and what is no window."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.law.kinds import TERMS
from tests.domain.law.rules import WINDOWS

from shangfa.domain.dates.windows import Term, WindowError, cut, window_of

HIRED = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "day", "span"),
    [
        ("year from 04-01", "2026-03-31", "2025-04-01..2026-03-31"),
        ("year from 04-01", "2026-04-01", "2026-04-01..2027-03-31"),
        ("half_year from 04-01", "2026-10-01", "2026-10-01..2027-03-31"),
        ("quarter from 02-01", "2026-01-31", "2025-11-01..2026-01-31"),
        ("month from 26", "2026-02-25", "2026-01-26..2026-02-25"),
        ("month from 26", "2026-02-26", "2026-02-26..2026-03-25"),
        ("month from 31", "2026-02-27", "2026-01-31..2026-02-27"),
        ("month from 31", "2026-02-28", "2026-02-28..2026-03-30"),
        ("week from sunday", "2026-03-07", "2026-03-01..2026-03-07"),
        ("week from sunday", "2026-03-08", "2026-03-08..2026-03-14"),
        ("year since hired", "2025-02-27", "2024-02-29..2025-02-27"),
        ("year since hired", "2025-02-28", "2025-02-28..2026-02-27"),
        ("year since hired", "2023-12-31", "2023-02-28..2024-02-28"),
        ("month since hired", "2026-03-28", "2026-02-28..2026-03-28"),
        ("90 days", "2026-03-31", "2026-01-01..2026-03-31"),
        ("1 day", "2026-03-31", "2026-03-31..2026-03-31"),
        ("1 month", "2026-03-31", "2026-03-01..2026-03-31"),
        ("3 months", "2026-05-31", "2026-03-01..2026-05-31"),
        ("3 months", "2026-05-30", "2026-03-01..2026-05-30"),
        ("3 months", "2026-05-15", "2026-02-16..2026-05-15"),
        ("terms school", "2026-01-01", "2025-09-01..2026-01-01"),
        ("terms school", "2026-01-02", None),
        ("terms school", "2026-04-01", "2026-01-31..2026-04-01"),
        ("terms school", "2026-04-02", None),
    ],
)
def test_the_days_of_a_window(text: str, day: str, span: str | None) -> None:
    assert window_of(text, TERMS).span(date.fromisoformat(day), HIRED) == span


@given(st.sampled_from(WINDOWS), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_in_its_span_and_the_spans_that_stand_still_do_not_overlap(
    text: str, day: date
) -> None:
    window = window_of(text, TERMS)
    bounds = window.bounds(day, HIRED)
    if bounds is None:
        return
    assert bounds[0] <= day <= bounds[1]
    if window.back is None:
        assert {window.bounds(end, HIRED) for end in bounds} == {bounds}
        assert len({window.span(item, HIRED) for item in (*bounds, day)}) == 1


def test_a_window_anchored_at_what_is_not_known_holds_no_day() -> None:
    assert window_of("year since hired").span(date(2026, 1, 1), None) is None


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("text", [item for item in WINDOWS if "since" not in item])
def test_the_ends_of_the_calendar_are_days_like_others(text: str, day: date) -> None:
    bounds = window_of(text, TERMS).bounds(day, None)
    assert bounds is None or bounds[0] <= day <= bounds[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "years",
        "from 04-01",
        "since hired",
        "year from 02-30",
        "year from 4-1",
        "month from 0",
        "month from 32",
        "week from sun",
        "day from 2",
        "ever from 04-01",
        "week since hired",
        "0 days",
        "4000 days",
        "121 months",
        "-3 months",
        "90",
        "3 weeks",
        "terms",
        "Year",
    ],
)
def test_what_has_no_end_or_no_meaning_is_no_window(text: str) -> None:
    with pytest.raises(WindowError, match="every window has an end"):
        window_of(text)


def test_terms_that_nobody_listed_are_told_with_what_is_near() -> None:
    with pytest.raises(WindowError, match="scool; near: school"):
        window_of("terms scool", TERMS)


def test_a_part_of_a_span_before_a_day_inside_it() -> None:
    part = cut(window_of("year"), date(2026, 7, 1))
    found: dict[str, Any] = {
        day: part.span(date.fromisoformat(day), None)
        for day in ("2026-06-30", "2026-07-01", "2025-06-30")
    }
    assert found == {"2026-06-30": "2026<2026-07-01", "2026-07-01": None, "2025-06-30": None}


def test_terms_are_found_whatever_their_order() -> None:
    terms = {"t": (Term("b", date(2026, 3, 1), date(2026, 3, 2)), Term("a", HIRED, HIRED))}
    assert window_of("terms t", terms).span(HIRED, None) == f"{HIRED}..{HIRED}"


@pytest.mark.parametrize(
    ("text", "span", "own"),
    [
        pytest.param("month", "2026-03", True, id="a month of its own"),
        pytest.param("month", "2026-04", False, id="another month"),
        pytest.param("month", "2026-02-26..2026-03-25", False, id="a month of another window"),
        pytest.param("year since hired", "2025-04-02..2026-04-01", True, id="whoever was hired"),
        pytest.param("year since hired", "2025-04-02..2026-03-30", True, id="a clamped day"),
        pytest.param("year since hired", "2025-04-02..2025-05-01", False, id="too short a year"),
        pytest.param("year since hired", "2026", False, id="no days at all"),
    ],
)
def test_a_window_knows_its_own_spans_by_their_names(text: str, span: str, *, own: bool) -> None:
    assert window_of(text).names(span, date(2026, 3, 2)) == own
