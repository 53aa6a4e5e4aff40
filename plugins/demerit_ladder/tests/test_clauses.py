"""Marks, actions and counts."""

from decimal import Decimal
from typing import Any

import pytest
from tests.making.policies import faults_in

from shangfa.sdk import ClauseKind, RefusedError
from shangfa.testing import amounts, found, make_incident, make_part
from shangfa_demerit_ladder import register_clause_kinds

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
MARK, ACTION, COUNT = KINDS["ladder.mark"], KINDS["ladder.action"], KINDS["ladder.count"]


def part(kind: ClauseKind[Any], **params: Any) -> Any:
    return make_part(kind.params.model_validate(params))


@pytest.mark.parametrize(
    ("params", "quantity", "gives"),
    [
        pytest.param({"mark": "warning"}, 1, [("marks", "warning", 1)], id="one"),
        pytest.param({"mark": "warning"}, 2, [("marks", "warning", 2)], id="each time"),
        pytest.param(
            {"mark": "warning", "per": "incident"}, 2, [("marks", "warning", 1)], id="once in all"
        ),
        pytest.param(
            {"mark": "warning", "cause": "clause"},
            1,
            [("marks", "warning", 1), ("count", "same:warning:1", 1)],
            id="the clause is the cause",
        ),
        pytest.param(
            {"mark": "warning", "cause": "item"},
            1,
            [("marks", "warning", 1), ("count", "same:warning:1#1-7", 1)],
            id="a fact tells causes of one clause apart",
        ),
    ],
)
def test_a_mark(params: dict[str, Any], quantity: int, gives: list[Any]) -> None:
    effects = found(MARK, part(MARK, **params), make_incident(quantity, item="1-7"))
    assert amounts(effects) == gives


POLICY = """
policy: p
title: P
ladder: [warning]
clauses:
  - code: '1'
    title: t
    facts: {item: text, minutes: {type: number, required: false}}
    kind: KIND
    params: PARAMS
"""


@pytest.mark.parametrize(
    ("kind", "params", "code"),
    [
        pytest.param("ladder.mark", "{mark: warning, cause: item}", None, id="a declared cause"),
        pytest.param("ladder.mark", "{mark: warning, cause: clause}", None, id="the clause"),
        pytest.param(
            "ladder.mark", "{mark: warning, cause: itme}", "unknown_fact", id="a misspelt cause"
        ),
        pytest.param("ladder.mark", "{mark: exile}", "unknown_rung", id="a foreign rung"),
        pytest.param("ladder.count", "{by: minutes}", None, id="a declared number"),
        pytest.param("ladder.count", "{by: mintes}", "unknown_fact", id="a misspelt number"),
        pytest.param("ladder.count", "{least: -1}", "invalid", id="a least under zero"),
        pytest.param("ladder.action", "{action: ''}", "invalid", id="no action"),
    ],
)
def test_names_are_checked_when_the_policy_is_read(
    kind: str, params: str, code: str | None
) -> None:
    faults = faults_in(POLICY.replace("KIND", kind).replace("PARAMS", params))
    assert [(fault.code, fault.place) for fault in faults] == (
        [(code, "policy.yaml:10")] if code else []
    )


@pytest.mark.parametrize(
    ("params", "quantity", "times"),
    [
        pytest.param({}, 3, 1, id="once, whatever the quantity"),
        pytest.param({"per": "quantity"}, 3, 3, id="each time"),
    ],
)
def test_an_action(params: dict[str, Any], quantity: int, times: int) -> None:
    effects = found(ACTION, part(ACTION, action="dismissal", **params), make_incident(quantity))
    assert amounts(effects) == [("action", "dismissal", times)]
    assert effects[0].note.text("zh") == "「解除劳动合同」须由指定的人决定或办理"


@pytest.mark.parametrize(
    ("params", "quantity", "counted"),
    [
        pytest.param({}, 2, [("count", "1", 2)], id="the clause is the counter"),
        pytest.param({"counter": "late"}, 2, [("count", "late", 2)], id="a counter of its own"),
        pytest.param({"per": "incident"}, 30, [("count", "1", 1)], id="one, of so many minutes"),
        pytest.param({"by": "minutes"}, 2, [("count", "1", Decimal("7.5"))], id="a fact"),
        pytest.param({"least": 0}, 0, [], id="nothing is not counted"),
        pytest.param({"by": "none"}, 2, [], id="a fact of nothing"),
    ],
)
def test_a_count(params: dict[str, Any], quantity: int, counted: list[Any]) -> None:
    incident = make_incident(quantity, minutes=Decimal("7.5"), none=Decimal(0))
    assert amounts(found(COUNT, part(COUNT, **params), incident)) == counted


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param(None, "missing_fact", id="not given"),
        pytest.param(Decimal(-1), "invalid_fact", id="under zero"),
        pytest.param("7", "invalid_fact", id="a text"),
        pytest.param(True, "invalid_fact", id="yes"),
    ],
)
def test_what_cannot_be_counted(value: Any, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        found(COUNT, part(COUNT, by="minutes"), make_incident(minutes=value))
    fault = caught.value.faults[0]
    assert (fault.code, fault.pointer) == (code, "/facts/minutes")


@pytest.mark.parametrize(
    ("unit", "whole"),
    [
        pytest.param("times", True, id="times"),
        pytest.param("days", True, id="days"),
        pytest.param("minutes", False, id="minutes"),
    ],
)
def test_what_a_count_is_measured_in(unit: str, whole: bool) -> None:  # noqa: FBT001 - a case's value
    measure = COUNT.measure(part(COUNT, unit=unit, least=0).params)
    assert (measure.unit, measure.least, measure.whole) == (unit, 0, whole)


@pytest.mark.parametrize(
    ("mark", "direction"),
    [
        pytest.param("warning", "penalty", id="warning"),
        pytest.param("minor_demerit", "penalty", id="a demerit is no merit"),
        pytest.param("minor_merit", "reward", id="merit"),
        pytest.param("public_praise", "reward", id="praise"),
    ],
)
def test_the_catalogue_tells_rewards_from_penalties(mark: str, direction: str) -> None:
    (row,) = MARK.rows(part(MARK, mark=mark))
    assert (row.direction, row.unit, row.per) == (direction, mark, "times")


def test_rows_of_actions_and_counts() -> None:
    (row,) = ACTION.rows(part(ACTION, action="promotion", reward=True))
    assert row[:3] == ("reward", "action", "promotion")
    assert list(COUNT.rows(part(COUNT))) == []
