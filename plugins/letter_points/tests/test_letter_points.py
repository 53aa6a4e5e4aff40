"""Letters given and taken, choices of letters, and letters from the nth time on."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.sdk import Choice, ClauseKind, Effect, Params, ReactionKind
from shangfa.testing import (
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
from shangfa_letter_points import register_clause_kinds, register_reactions

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
FIXED, CHOICE = KINDS["points.fixed"], KINDS["points.choice"]
(FROM_NTH,) = (kind for kind in register_reactions() if kind.name == "points.from_nth")


def params(kind: ClauseKind[Any] | ReactionKind[Any], **given: Any) -> Any:
    return kind.params.model_validate(given)


@pytest.mark.parametrize(
    ("given", "quantity", "gives"),
    [
        pytest.param({"letter": "C", "points": -1}, 1, ("C", -1), id="one taken"),
        pytest.param({"letter": "A", "points": 1}, 1, ("A", 1), id="one given"),
        pytest.param({"letter": "C", "points": -2}, 3, ("C", -6), id="each time"),
        pytest.param(
            {"letter": "C", "points": -2, "per": "incident"}, 3, ("C", -2), id="once in all"
        ),
        pytest.param({"letter": "分", "points": "-0.5"}, 3, ("分", Decimal("-1.5")), id="half"),
    ],
)
def test_points(given: dict[str, Any], quantity: int, gives: tuple[str, Any]) -> None:
    effects = found(FIXED, make_part(params(FIXED, **given)), make_incident(quantity))
    assert amounts(effects) == [("points", *gives)]


def test_points_say_their_arithmetic() -> None:
    (effect,) = found(FIXED, make_part(params(FIXED, letter="C", points=-2)), make_incident(3))
    assert effect.note.text("zh") == "记 C-2 × 3 = C-6 点"
    assert effect.note.text("en") == "C-2 × 3 = C-6 points"


@pytest.mark.parametrize(
    ("given", "most"),
    [
        pytest.param({"min": 1}, None, id="open"),
        pytest.param({"min": 1, "max": 3}, Decimal(3), id="limits"),
        pytest.param({"min": 2, "max": 2}, Decimal(2), id="one value"),
    ],
)
def test_a_named_human_sets_the_points(given: dict[str, Any], most: Decimal | None) -> None:
    part = make_part(params(CHOICE, letter="B", **given))
    wanted = Choice("points", "B", Decimal(given["min"]), most)
    assert found(CHOICE, part, make_incident()) == [wanted]


@pytest.mark.parametrize(
    ("total", "points"),
    [
        pytest.param(0, [], id="none"),
        pytest.param(2, [], id="the last time without"),
        pytest.param(3, [("points", "B", -1)], id="the third"),
        pytest.param(5, [("points", "B", -3)], id="and each after it"),
        pytest.param(-1, [], id="more taken back than there was"),
    ],
)
def test_from_the_third_time_on(total: int, points: list[Any]) -> None:
    rule = make_rule(params(FROM_NTH, of="late", nth=3, letter="B", points=-1))
    assert amounts(derived(FROM_NTH, rule, total)) == points


def test_from_the_first_time_on_is_every_time() -> None:
    rule = make_rule(params(FROM_NTH, of="late", nth=1, letter="A", points=2))
    assert amounts(derived(FROM_NTH, rule, 2)) == [("points", "A", 4)]


def test_letters_are_never_netted() -> None:
    clauses = [
        make_clause(FIXED, params(FIXED, letter="A", points=1), code="plus"),
        make_clause(FIXED, params(FIXED, letter="C", points=-1), code="minus"),
    ]
    tenant = MemoryTenant(make_policy(clauses))
    for code in ("plus", "minus", "plus"):
        tenant.record(code)
    assert (tenant.balance("E", "points", "A"), tenant.balance("E", "points", "C")) == (2, -1)


class Nothing(Params):
    """No params."""


COUNTING = ClauseKind(
    "test.count",
    Nothing,
    lambda part, incident: [Effect("count", "late", incident.quantity)],
    lambda part: (),
)


def test_the_second_of_a_month_takes_a_point_until_it_is_taken_back() -> None:
    rule = params(FROM_NTH, of="late", nth=2, letter="B", points=-1, within="month")
    reactions = make_reactions(FROM_NTH, rule)
    tenant = MemoryTenant(make_policy([make_clause(COUNTING, Nothing())], reactions))
    tenant.record("1", at=date(2026, 3, 31))
    tenant.record("1", at=date(2026, 4, 1))
    assert tenant.balance("E", "points", "B") == 0
    second = tenant.record("1", at=date(2026, 4, 30))
    assert tenant.balance("E", "points", "B") == -1
    tenant.reverse(second)
    assert tenant.balance("E", "points", "B") == 0


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        pytest.param(FIXED, {"letter": "", "points": 1}, id="no letter"),
        pytest.param(FIXED, {"letter": "A"}, id="no points"),
        pytest.param(FIXED, {"letter": "A", "points": "many"}, id="points in words"),
        pytest.param(FIXED, {"letter": "A", "points": 1, "per": "day"}, id="unknown per"),
        pytest.param(CHOICE, {"letter": "A", "min": -1}, id="a choice under zero"),
        pytest.param(CHOICE, {"letter": "A", "min": 2, "max": 1}, id="a choice from two to one"),
        pytest.param(FROM_NTH, {"of": "c", "nth": 2, "letter": "", "points": 1}, id="to no letter"),
        pytest.param(FROM_NTH, {"of": "c", "nth": 0, "letter": "A", "points": 1}, id="no nth"),
        pytest.param(
            FROM_NTH,
            {"of": "c", "nth": 2, "letter": "A", "points": 1, "within": "fortnight"},
            id="unknown window",
        ),
    ],
)
def test_params_that_are_refused(kind: Any, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        params(kind, **given)


@pytest.mark.parametrize(
    ("row", "tells"),
    [
        pytest.param(
            next(iter(FIXED.rows(make_part(params(FIXED, letter="C", points=-2))))),
            ("penalty", "points", "C", 2, 2, "times"),
            id="taken, unsigned, each time",
        ),
        pytest.param(
            next(iter(FIXED.rows(make_part(params(FIXED, letter="A", points=1, per="incident"))))),
            ("reward", "points", "A", 1, 1, ""),
            id="given, once",
        ),
        pytest.param(
            next(iter(CHOICE.rows(make_part(params(CHOICE, letter="A", min=1))))),
            ("reward", "points", "A", 1, None, ""),
            id="open",
        ),
        pytest.param(
            next(
                iter(
                    FROM_NTH.rows(make_rule(params(FROM_NTH, of="c", nth=2, letter="B", points=-1)))
                )
            ),
            ("penalty", "points", "B", 1, 1, "times"),
            id="from the nth on",
        ),
    ],
)
def test_rows(row: Any, tells: tuple[Any, ...]) -> None:
    assert row[:6] == tells


def test_the_note_of_the_reaction() -> None:
    note = FROM_NTH.note(make_rule(params(FROM_NTH, of="c", nth=2, letter="B", points=-1)))
    assert note.text("zh") == "自第2次起每次记B-1点。"
