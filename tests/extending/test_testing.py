"""The kit for plugin authors does what the platform does."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.ledger.book import BackdatedError, Book
from shangfa.sdk import ClauseKind, Effect, Fact, Params, ReactionKind, Watch
from shangfa.testing import (
    DAY,
    WEEKDAYS,
    Lines,
    MemoryTenant,
    amounts,
    derived,
    found,
    make_clause,
    make_incident,
    make_part,
    make_policy,
    make_reactions,
    make_rule,
    make_subject,
)


class Size(Params):
    """How many."""

    size: Decimal = Decimal(1)


def assess(part: Any, incident: Any) -> list[Effect]:
    return [Effect("marks", "warning", part.params.size * incident.quantity)]


KIND = ClauseKind("x.mark", Size, assess, lambda part: (), (Fact("why", "text", required=False),))
PAIRS = ReactionKind(
    "x.pairs",
    Size,
    lambda rule: [Watch("marks", "warning", "month")],
    lambda rule, unit, total: [Effect("marks", "minor_demerit", total // 2)],
    lambda rule: [("marks", "minor_demerit")],
    lambda rule: (),
)


def tenant(**more: Any) -> MemoryTenant:
    clause = make_clause(KIND, Size(), facts=[Fact("loss", "money", required=False)])
    return MemoryTenant(make_policy([clause], make_reactions(PAIRS, Size())), **more)


def test_an_incident_is_made_with_what_matters() -> None:
    noon = datetime.combine(DAY, datetime.min.time()).replace(hour=12)
    incident = make_incident("2.5", subject="M", at=noon, loss=Decimal(5))
    assert (incident.subject.code, incident.on, incident.at) == ("M", DAY, noon)
    assert (incident.quantity, incident.facts) == (Decimal("2.5"), {"loss": 5})
    assert make_incident().at is None


def test_a_subject_has_a_place_and_attributes() -> None:
    subject = make_subject("P", "partner", department="华东", regular=True)
    assert (subject.department, subject.position, subject.attributes) == (
        "华东",
        None,
        {"regular": True},
    )


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 10, 1), True, id="a holiday in China"),
        pytest.param(date(2026, 3, 7), False, id="a Saturday"),
    ],
)
def test_the_calendar_knows_weekends_only(day: date, works: bool) -> None:  # noqa: FBT001 - a case's value
    assert WEEKDAYS.is_working_day(day) is works


def test_a_kind_is_called_as_the_platform_calls_it() -> None:
    assert amounts(found(KIND, make_part(Size()), make_incident(2))) == [("marks", "warning", 2)]
    with pytest.raises(PluginFailedError, match="wrong sign"):
        found(KIND, make_part(Size(size=Decimal(-1))), make_incident())
    with pytest.raises(PluginFailedError, match="ladder"):
        found(KIND, make_part(Size(), ladder=("reprimand",)), make_incident())


def test_a_reaction_is_asked_as_the_platform_asks_it() -> None:
    assert amounts(derived(PAIRS, make_rule(Size()), 5)) == [("marks", "minor_demerit", 2)]
    with pytest.raises(PluginFailedError, match="wrong sign"):
        derived(PAIRS, make_rule(Size()), -5)


@pytest.mark.parametrize(
    ("day", "boss"),
    [
        pytest.param(date(2025, 12, 31), None, id="before everything"),
        pytest.param(date(2026, 1, 1), "M", id="since the beginning"),
        pytest.param(date(2026, 2, 1), "N", id="the day of the change"),
        pytest.param(date(2026, 3, 1), None, id="the day of the next"),
    ],
)
def test_reporting_lines_are_dated_in_any_order(day: date, boss: str | None) -> None:
    staff = Lines().add("E", None, date(2026, 3, 1)).add("E", "N", date(2026, 2, 1))
    assert staff.add("E", "M", date(2026, 1, 1)).supervisor("E", day) == boss


def test_incidents_are_recorded_and_taken_back() -> None:
    company = tenant()
    first = company.record("1", "A", "B", facts={"why": "x", "loss": "5"})
    company.record("1", "A")
    assert company.balance("A", "marks", "minor_demerit") == 1
    company.reverse(first)
    assert company.balances() == {("A", "marks", "warning", DAY, False): 1}
    assert len(company.ledger) == 7


def test_what_the_platform_refuses_is_refused() -> None:
    with pytest.raises(RefusedError, match="unknown_fact"):
        tenant().record("1", facts={"wy": "x"})


def test_a_book_without_days_asks_for_them() -> None:
    company = tenant(book=Book(days=None))
    company.record("1")
    with pytest.raises(BackdatedError):
        company.record("1", at=date(2026, 3, 1))
