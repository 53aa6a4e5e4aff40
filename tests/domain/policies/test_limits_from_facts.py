"""Conditions whose limit is another fact or the day of the incident."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.faults import RefusedError
from shangfa.domain.policies.conditions import ConditionError, compile_condition
from shangfa.domain.policies.facts import Fact
from shangfa.testing import make_incident

FACTS = {
    fact.name: fact
    for fact in (
        Fact("before", "number"),
        Fact("now", "int"),
        Fact("leave_on", "date"),
        Fact("since", "date"),
        Fact("why", "text"),
        Fact("moment", "moment"),
    )
}


def holds(spec: dict[str, Any], *, at: Any = date(2026, 1, 31), **facts: Any) -> bool:
    known: dict[str, Any] = dict.fromkeys(FACTS) | facts
    return compile_condition(spec, FACTS)(make_incident(at=at, **known))


@pytest.mark.parametrize(("before", "rose"), [(80, True), (85, False), (86, False), (None, False)])
def test_one_fact_against_another(before: int | None, *, rose: bool) -> None:
    value = None if before is None else Decimal(before)
    assert holds({"now": {"over": {"fact": "before"}}}, now=Decimal(85), before=value) is rose


def test_an_absent_fact_meets_no_limit() -> None:
    assert not holds({"now": {"over": {"fact": "before"}}}, before=Decimal(1))


@pytest.mark.parametrize(
    ("leave_on", "early"),
    [(date(2026, 2, 27), True), (date(2026, 2, 28), False), (date(2026, 3, 31), False)],
)
def test_a_day_moved_by_months_stays_in_its_month(leave_on: date, *, early: bool) -> None:
    spec = {"leave_on": {"under": {"fact": "date", "months": 1}}}
    assert holds(spec, leave_on=leave_on) is early


def test_days_and_months_add_up() -> None:
    spec = {"leave_on": {"from": {"fact": "since", "months": -1, "days": 1}}}
    assert holds(spec, leave_on=date(2026, 3, 1), since=date(2026, 3, 31))
    assert not holds(spec, leave_on=date(2026, 2, 28), since=date(2026, 3, 31))
    assert not holds(spec, leave_on=date(2026, 2, 28))


def test_a_day_stops_at_the_ends_of_the_calendar() -> None:
    later = {"leave_on": {"under": {"fact": "date", "months": 1}}}
    assert holds(later, at=date(9999, 12, 31), leave_on=date(9999, 12, 30))
    earlier = {"leave_on": {"over": {"fact": "date", "days": -9}}}
    assert holds(earlier, at=date(1, 1, 2), leave_on=date(1, 1, 2))


def test_the_day_itself_can_be_asked_for() -> None:
    assert holds({"date": {"from": "2026-01-31"}})
    assert not holds({"date": {"over": date(2026, 1, 31)}})


@pytest.mark.parametrize(
    "limit",
    [
        {},
        {"months": 1},
        {"fact": "unknown"},
        {"fact": True},
        {"fact": "why"},
        {"fact": "leave_on"},
        {"fact": "before", "years": 1},
        {"fact": "before", "days": 1},
    ],
)
def test_what_cannot_be_compared_is_refused_when_the_policy_is_read(limit: Any) -> None:
    with pytest.raises(ConditionError):
        compile_condition({"now": {"over": limit}}, FACTS)


def test_only_whole_days_and_days_alone() -> None:
    for limit in ({"fact": "since", "days": Decimal("0.5")}, {"fact": "moment"}):
        with pytest.raises(ConditionError):
            compile_condition({"leave_on": {"over": limit}}, FACTS)


def test_the_time_is_asked_for_and_never_guessed() -> None:
    spec = {"time": {"over": "19:30"}}
    assert holds(spec, at=datetime(2026, 3, 2, 19, 30, 1))  # noqa: DTZ001 - local, without zone
    assert not holds({"time": "19:30"}, at=datetime(2026, 3, 2, 19, 31))  # noqa: DTZ001
    with pytest.raises(RefusedError) as caught:
        holds(spec, at=date(2026, 3, 2))
    assert caught.value.faults[0].pointer == "/at"
