"""Classes, counted breaches, and what the supervisor bears for them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.sdk import ClauseKind, ReactionKind
from shangfa.testing import (
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
)
from shangfa_duties import register_clause_kinds, register_reactions

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
SUPERVISOR: ReactionKind[Any] = register_reactions()[0]
ONE = Decimal(1)


def params(kind: str, **values: Any) -> Any:
    return KINDS[kind].params.model_validate(values)


def tenant(staff: Lines) -> MemoryTenant:
    """Return a company where clause 1 counts for the supervisor and clause 2 does not."""
    kind = KINDS["duties.breach"]
    clauses = [
        make_clause(kind, params("duties.breach", counter="late")),
        make_clause(kind, params("duties.breach"), code="2"),
    ]
    rule = SUPERVISOR.params.model_validate({"of": "late"})
    return MemoryTenant(make_policy(clauses, make_reactions(SUPERVISOR, rule)), staff)


def test_class_ignores_the_quantity() -> None:
    part = make_part(params("duties.class", name="class_a"))
    findings = found(KINDS["duties.class"], part, make_incident(3))
    assert amounts(findings) == [("action", "class_a", ONE)]


@pytest.mark.parametrize(("direction", "said"), [({}, "none"), ({"direction": "reward"}, "reward")])
def test_class_in_the_catalogue(direction: dict[str, str], said: str) -> None:
    part = make_part(params("duties.class", name="class_a", **direction))
    rows = list(KINDS["duties.class"].rows(part))
    assert [(row.direction, row.account, row.unit) for row in rows] == [(said, "action", "class_a")]


@pytest.mark.parametrize(
    ("given", "quantity", "expected"),
    [
        pytest.param({}, 2, [("breach", "clause", Decimal(2))], id="not counted"),
        pytest.param(
            {"counter": "late"},
            2,
            [("breach", "clause", Decimal(2)), ("count", "late", Decimal(2))],
            id="counted",
        ),
        pytest.param({"counter": "late"}, 0, [], id="none"),
    ],
)
def test_counted_breach(
    given: dict[str, str], quantity: int, expected: list[tuple[str, str, Decimal]]
) -> None:
    part = make_part(params("duties.breach", **given))
    assert amounts(found(KINDS["duties.breach"], part, make_incident(quantity))) == expected


def test_supervisor_of_the_day_bears_as_many() -> None:
    staff = Lines().add("E", "M").add("E", "N", date(2026, 3, 3)).add("M", "T")
    company = tenant(staff)
    first = company.record("1", "E", at=date(2026, 3, 2), quantity=2)
    company.record("1", "E", at=date(2026, 3, 3))
    assert company.balance("E", "breach", "clause") == 3
    assert company.balance("M", "breach", "clause") == 2
    assert company.balance("N", "breach", "clause") == 1
    assert company.balance("T", "breach", "clause") == 0
    company.reverse(first)
    assert company.balance("M", "breach", "clause") == 0


@pytest.mark.parametrize(
    ("clause", "staff"),
    [
        pytest.param("2", Lines().add("E", "M"), id="not counted"),
        pytest.param("1", Lines(), id="no supervisor"),
    ],
)
def test_nobody_else_bears_it(clause: str, staff: Lines) -> None:
    result = tenant(staff).record(clause, "E")
    assert {posting.subject for posting in result.postings} == {"E"}


def test_supervisor_derives_from_the_count_alone() -> None:
    rule = make_rule(SUPERVISOR.params.model_validate({"of": "late"}))
    assert amounts(derived(SUPERVISOR, rule, 3)) == [("breach", "clause", Decimal(3))]
    assert derived(SUPERVISOR, rule, 0) == []
    assert [row.note for row in SUPERVISOR.rows(rule)] == ["the direct supervisor"]
    assert SUPERVISOR.note(rule).text("zh")
