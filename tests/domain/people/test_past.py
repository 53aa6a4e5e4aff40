"""What somebody was on a day: attributes, employments, names."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from tests.making.house import code_of

from shangfa.domain.faults import RefusedError
from shangfa.domain.people.past import Past, Stint, Value, check_stint, months_between
from shangfa.domain.people.person import Person
from shangfa.domain.people.renames import Rename, name_on, with_later_names
from shangfa.domain.tenancy.attributes import Attribute, check_attributes, check_name

MARCH = date(2026, 3, 1)
RENAMES = (
    Rename("department", "客服", "用户", date(2026, 2, 1)),
    Rename("position", "客服", "专员", date(2026, 2, 1)),
    Rename("department", "用户", "体验", date(2026, 4, 1)),
)


def test_an_attribute_is_what_it_was_on_that_day() -> None:
    values = (Value(MARCH, "grade", 2), Value(date(2026, 4, 1), "grade", None))
    past = Past({"grade": 1, "regular": True}, values)
    assert past.attributes(date(2026, 2, 28)) == {"grade": 1, "regular": True}
    assert past.attributes(MARCH) == {"grade": 2, "regular": True}
    assert past.attributes(date(2026, 4, 1)) == {"regular": True}


@pytest.mark.parametrize(
    ("day", "since", "employed"),
    [
        pytest.param("2023-12-31", None, False, id="before"),
        pytest.param("2024-01-01", "2024-01-01", True, id="the first day"),
        pytest.param("2024-12-31", "2024-01-01", True, id="the last day"),
        pytest.param("2025-01-01", None, False, id="between"),
        pytest.param("2026-01-01", "2025-06-01", True, id="after a re-hire"),
    ],
)
def test_a_stint_has_both_its_ends(day: str, since: str | None, *, employed: bool) -> None:
    stints = (Stint(date(2024, 1, 1), date(2024, 12, 31)), Stint(date(2025, 6, 1)))
    subject = Person("E", "employee", Past({}, (), stints)).on(date.fromisoformat(day))
    found = subject.since.isoformat() if subject.since else None
    assert (found, subject.employed) == (since, employed)


def test_who_has_no_stint_always_belongs() -> None:
    subject = Person("E", "employee", Past()).on(MARCH)
    assert (subject.since, subject.employed) == (None, True)
    assert Past().employed(MARCH)


def test_one_that_ends_before_it_begins_is_refused_with_both_days() -> None:
    with pytest.raises(RefusedError) as refusal:
        check_stint(Stint(MARCH, date(2026, 2, 28)), ())
    assert refusal.value.faults[0].values == {"first": MARCH, "last": date(2026, 2, 28)}


@pytest.mark.parametrize(
    ("since", "day", "months"),
    [
        pytest.param("2026-01-31", "2026-02-27", 0, id="a day short"),
        pytest.param("2026-01-31", "2026-02-28", 1, id="the 31st ends with February"),
        pytest.param("2024-02-29", "2025-02-28", 12, id="from a leap day"),
        pytest.param("2026-01-15", "2026-02-14", 0, id="the day before"),
        pytest.param("2026-01-15", "2026-02-15", 1, id="the day"),
        pytest.param("2026-03-01", "2026-03-01", 0, id="the first day"),
        pytest.param("2025-12-31", "2026-12-31", 12, id="a year"),
    ],
)
def test_months_are_complete(since: str, day: str, months: int) -> None:
    assert months_between(date.fromisoformat(since), date.fromisoformat(day)) == months


def test_a_name_is_the_one_of_its_day() -> None:
    names = [name_on(RENAMES, "department", "客服", date(2026, month, 1)) for month in (1, 2, 4)]
    assert names == ["客服", "用户", "体验"]
    assert name_on(RENAMES, "department", None, MARCH) is None
    person = Person("E", "employee", Past(), "客服", "客服")
    assert (person.on(MARCH, RENAMES).department, person.on(MARCH, RENAMES).position) == (
        "用户",
        "专员",
    )


def test_a_scope_means_a_thing_by_its_later_names_too() -> None:
    assert with_later_names(RENAMES, "department", ["客服", "仓库"]) == [
        "客服",
        "仓库",
        "用户",
        "体验",
    ]
    assert with_later_names(RENAMES, "department", ["体验"]) == ["体验"]


GRADE = {"grade": Attribute("grade", "number", "职级")}


def test_attributes_are_those_that_are_declared() -> None:
    check_attributes({"anything": [1]}, {})
    check_attributes({"grade": 3}, GRADE)
    check_attributes({"grade": None}, GRADE)
    with pytest.raises(RefusedError) as refusal:
        check_attributes({"grad": 3, "grade": True}, GRADE)
    assert [fault.code for fault in refusal.value.faults] == [
        "unknown_attribute",
        "invalid_attribute",
    ]
    assert refusal.value.faults[0].values["near"] == "grade"


@pytest.mark.parametrize("name", ["", "1st", "a b", "kind", "months_of_service", "x" * 81])
def test_a_name_that_conditions_cannot_say_is_refused(name: str) -> None:
    with pytest.raises(RefusedError):
        check_name(name)
    check_name("职级")


@pytest.mark.parametrize(
    ("first", "last", "clash"),
    [
        pytest.param("2025-01-01", "2025-05-31", False, id="between two"),
        pytest.param("2025-01-01", None, True, id="without an end, into the next"),
        pytest.param("2024-12-31", "2025-05-31", True, id="on the last day of another"),
        pytest.param("2025-01-01", "2025-06-01", True, id="into the first day of the next"),
        pytest.param("2024-01-01", "2024-06-30", False, id="the same one, shorter"),
        pytest.param("2027-01-01", None, True, id="while another has no end"),
    ],
)
def test_two_stints_never_share_a_day(first: str, last: str | None, *, clash: bool) -> None:
    others = (Stint(date(2024, 1, 1), date(2024, 12, 31)), Stint(date(2025, 6, 1)))
    new = Stint(date.fromisoformat(first), date.fromisoformat(last) if last else None)
    refused = code_of(partial(check_stint, new, others))
    assert refused == ("employment_overlap" if clash else "")
