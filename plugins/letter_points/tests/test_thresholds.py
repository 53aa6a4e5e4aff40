"""Choices of a deduction, and thresholds on a net of letters."""

from datetime import date
from typing import Any

import pytest
from tests.making.policies import policy_from

from shangfa.sdk import Choice, ClauseKind, RefusedError
from shangfa.testing import MemoryTenant, amounts, derived, make_incident, make_part, make_rule
from shangfa_letter_points import register_clause_kinds, register_reactions

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
CHOICE = KINDS["points.choice"]
(THRESHOLD,) = (kind for kind in register_reactions() if kind.name == "points.threshold")


@pytest.mark.parametrize(
    ("limits", "choice", "row"),
    [
        pytest.param(
            {"min": -10, "max": -5}, (5, 10, True), ("penalty", 5, 10), id="a deduction of 5 to 10"
        ),
        pytest.param({"min": -3, "max": 0}, (0, 3, True), ("penalty", 0, 3), id="or of nothing"),
        pytest.param({"min": 1, "max": 3}, (1, 3, False), ("reward", 1, 3), id="or points given"),
    ],
)
def test_a_choice_may_be_a_deduction(
    limits: dict[str, int], choice: tuple[Any, ...], row: tuple[Any, ...]
) -> None:
    part = make_part(CHOICE.params(letter="C", **limits))
    (open_one,) = CHOICE.assess(part, make_incident())
    assert isinstance(open_one, Choice)
    assert (open_one.minimum, open_one.maximum, open_one.deducts) == choice
    (shown,) = CHOICE.rows(part)
    assert (shown.direction, shown.minimum, shown.maximum) == row


@pytest.mark.parametrize(
    ("params", "total", "given"),
    [
        pytest.param({"gives": "training"}, 11, [], id="under it"),
        pytest.param({"gives": "training"}, 12, [("action", "training", 1)], id="at it"),
        pytest.param({"gives": "training"}, 24, [("action", "training", 2)], id="twice"),
        pytest.param(
            {"gives": "training", "every": False}, 24, [("action", "training", 1)], id="once"
        ),
        pytest.param({"amount": 50}, 12, [("reward", "CNY", 50)], id="money"),
        pytest.param(
            {"amount": 50, "account": "fine"}, 25, [("fine", "CNY", -100)], id="money to pay"
        ),
        pytest.param({"gives": "training"}, -12, [], id="the other way"),
    ],
)
def test_a_threshold_on_a_net(
    params: dict[str, Any], total: int, given: list[tuple[str, str, int]]
) -> None:
    said = {"letters": {"C": -1, "A": 2}, "at": 12, "within": "year since licensed"} | params
    rule = make_rule(THRESHOLD.params(**said))
    assert amounts(derived(THRESHOLD, rule, total)) == given
    (watch,) = THRESHOLD.watch(rule)
    assert (watch.weights, watch.window) == ((("C", -1), ("A", 2)), "year since licensed")


@pytest.mark.parametrize("quantity", [1, 5])
def test_a_reporter_cannot_change_what_a_threshold_counts(quantity: int) -> None:
    text = """
policy: p
title: p
clauses: [{code: c, title: c, kind: points.fixed, params: {letter: C, points: -12}}]
reactions:
  - {code: t, kind: points.threshold,
     params: {letters: {C: -1}, at: 12, within: year, gives: training}}
"""
    company = MemoryTenant(policy_from(text))
    with pytest.raises(RefusedError, match="unknown_fact"):
        company.record("c", facts={"p12": 1})
    company.record("c", quantity=quantity)
    assert company.balance("E", "action", "training") == quantity


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        pytest.param(CHOICE, {"letter": "C", "min": -5}, id="a deduction without an end"),
        pytest.param(CHOICE, {"letter": "C", "min": -5, "max": 5}, id="both ways"),
        pytest.param(CHOICE, {"letter": "C", "min": -5, "max": -10}, id="max under min"),
        pytest.param(THRESHOLD, {"letters": {"C": -1}}, id="nothing given"),
        pytest.param(THRESHOLD, {"letters": {"C": 0}, "gives": "x"}, id="a weight of nothing"),
        pytest.param(THRESHOLD, {"letters": {}, "gives": "x"}, id="no letters"),
        pytest.param(
            THRESHOLD, {"letters": {"C": 1}, "gives": "x", "amount": 1}, id="both consequences"
        ),
        pytest.param(
            THRESHOLD, {"letters": {"C": 1}, "gives": "x", "within": "since licensed"}, id="no end"
        ),
    ],
)
def test_params_that_are_refused(kind: Any, given: dict[str, Any]) -> None:
    more = {"at": 1, "within": "year"} if kind is THRESHOLD else {}
    with pytest.raises(ValueError, match="validation error"):
        kind.params.model_validate(more | given)


def test_an_action_that_a_threshold_gives_may_have_a_term() -> None:
    policy = policy_from("""
policy: p
title: p
lapses: {suspension: {months: 3}}
clauses:
  - {code: c, title: c, kind: points.fixed, params: {letter: C, points: -12}}
  - code: x
    title: x
    history: {stopped: {ask: in_force, of: {action: suspension}}}
    when: {stopped: true}
    kind: fines.fixed
    params: {amount: 500}
reactions:
  - {code: t, kind: points.threshold,
     params: {letters: {C: -1}, at: 12, within: year, gives: suspension}}
""")
    company = MemoryTenant(policy)
    company.record("c", at=date(2026, 3, 15))
    for day in (date(2026, 3, 16), date(2026, 6, 15), date(2026, 6, 16)):
        company.record("x", at=day)
    fines = {
        key[3] for key, quantity in company.balances().items() if quantity and key[1] == "fine"
    }
    assert fines == {date(2026, 3, 16), date(2026, 6, 15)}
