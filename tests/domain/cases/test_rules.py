"""Approvals, the gate of a dismissal, what is harsher, what is handed in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.cases.approvals import Delegate, Matrix, Rule, Stakes, stakes_of
from shangfa.domain.cases.gate import GROUNDS, STATUSES, gate_faults, is_dismissal
from shangfa.domain.cases.harshness import harsher
from shangfa.domain.cases.inputs import facts_of, form_of, given_facts, inputs_of, read_inputs
from shangfa.domain.cases.procedure import Input, Step
from shangfa.domain.faults import RefusedError
from shangfa.domain.incident import Subject
from shangfa.domain.ledger.posting import Posting

DAY = date(2026, 9, 1)
LADDER = ("warning", "minor_demerit", "major_demerit")
MATRIX = Matrix(
    (
        Rule(grade="经理", role="finance"),
        Rule(level="dismissal", person="CEO"),
        Rule(level="minor_demerit", person="B"),
        Rule(amount=Decimal(200), department="客服部", role="finance"),
        Rule(amount=Decimal(50), role="hr"),
    ),
    (Delegate("B", "C", date(2026, 8, 20), DAY),),
)


@pytest.mark.parametrize(
    ("stakes", "roles", "people"),
    [
        pytest.param(Stakes(("warning",), LADDER), ("hr", "supervisor"), set(), id="below all"),
        pytest.param(
            Stakes(("warning",), LADDER, grades=("经理",)), ("finance",), set(), id="grade"
        ),
        pytest.param(Stakes(("dismissal",), LADDER, grades=("7",)), (), {"CEO"}, id="other grade"),
        pytest.param(Stakes(("minor_demerit",), LADDER), (), {"B", "C"}, id="a rung, stood in for"),
        pytest.param(Stakes(("major_demerit",), LADDER), (), {"B", "C"}, id="a higher rung"),
        pytest.param(Stakes(("dismissal",), LADDER), (), {"CEO"}, id="an action"),
        pytest.param(Stakes(amount=Decimal(50)), ("hr",), set(), id="an amount"),
        pytest.param(
            Stakes(amount=Decimal(300), departments=("客服部",)),
            ("finance",),
            set(),
            id="department",
        ),
    ],
)
def test_the_first_rule_that_applies_decides(
    stakes: Stakes, roles: tuple[str, ...], people: set[str]
) -> None:
    found = MATRIX.approvers(stakes, DAY)
    assert (found.roles, set(found.people)) == (roles, people)


def test_a_stand_in_stands_in_on_his_days_only() -> None:
    stakes = Stakes(("minor_demerit",), LADDER)
    assert MATRIX.approvers(stakes, date(2026, 9, 2)).people == {"B"}
    assert MATRIX.names("C", DAY)
    assert not MATRIX.names("C", date(2026, 9, 2))


def test_stakes_are_what_is_proposed_and_what_choices_may_add() -> None:
    effects = [
        {"account": "fine", "unit": "CNY", "quantity": "-20.00"},
        {"account": "marks", "unit": "warning", "quantity": "1"},
        {"account": "action", "unit": "dismissal", "quantity": "1"},
    ]
    whom = [
        Subject("E", department="客服部", attributes={"grade": 7}),
        Subject("G", department="门店"),
    ]
    found = stakes_of(effects, LADDER, whom, Decimal(30))
    assert (found.amount, set(found.rungs)) == (Decimal(50), {"warning", "dismissal"})
    assert (found.departments, found.grades) == ({"客服部", "门店"}, {"7", None})
    assert is_dismissal(effects)
    assert not is_dismissal(effects[:2])


FREE = dict.fromkeys(STATUSES, False)
WHOLE: dict[str, Any] = {"ground": "39-2", "protected": FREE, "union": {"reason": "无工会"}}


def gate(said: dict[str, Any], *evidence: str, person: str | None = "B") -> list[tuple[str, str]]:
    return [
        (fault.code, fault.pointer) for fault in gate_faults(said, ["E"], evidence, person, DAY)
    ]


def test_a_dismissal_that_has_everything_passes() -> None:
    assert gate(WHOLE, "e") == []
    assert gate(WHOLE | {"union": {"notified_on": "2026-09-01"}}, "e") == []
    assert gate(WHOLE | {"decided_by": "王总"}, "e", person=None) == []
    for ground in GROUNDS:
        assert gate(WHOLE | {"ground": ground}, "e") == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param({"ground": None}, ("missing", "/dismissal/ground"), id="no ground"),
        pytest.param({"ground": "39-7"}, ("invalid", "/dismissal/ground"), id="no such ground"),
        pytest.param({"union": None}, ("missing", "/dismissal/union"), id="the union not told"),
        pytest.param(
            {"union": {"notified_on": "2026-09-02"}}, ("invalid", "/dismissal/union"), id="not yet"
        ),
        pytest.param(
            {"union": {"opinion": ["无异议"], "notified_on": "2026-09-01"}},
            ("invalid", "/dismissal/union/opinion"),
            id="no text",
        ),
        pytest.param({"union": {"reason": " "}}, ("invalid", "/dismissal/union"), id="no reason"),
        *(
            pytest.param(
                {"protected": {key: False for key in STATUSES if key != status}},
                ("missing", f"/dismissal/protected/{status}"),
                id=f"{status} not looked into",
            )
            for status in STATUSES
        ),
        pytest.param(
            {"ground": "41", "protected": FREE | {"medical_period": True}},
            ("protected_person", "/dismissal/protected"),
            id="protected",
        ),
        pytest.param(
            {"protected": FREE | {"maternity": "no"}},
            ("invalid", "/dismissal/protected/maternity"),
            id="neither yes nor no",
        ),
        pytest.param({"why": "x"}, ("unknown_field", "/dismissal/why"), id="nobody asks for it"),
        pytest.param(
            {"protected": FREE | {"old": True}},
            ("unknown_field", "/dismissal/protected/old"),
            id="no status of the law",
        ),
        pytest.param(
            {"union": {"reason": "无工会", "by": "x"}},
            ("unknown_field", "/dismissal/union/by"),
            id="more of the union",
        ),
        pytest.param(
            {"union": {"reason": "无工会", "notified_on": "昨天"}},
            ("invalid", "/dismissal/union"),
            id="a reason and no day",
        ),
        pytest.param({"decided_by": 5}, ("invalid", "/dismissal/decided_by"), id="no name"),
        pytest.param({"decided_by": "x" * 10_001}, ("invalid", "/dismissal/decided_by"), id="long"),
    ],
)
def test_a_dismissal_that_lacks_something_is_told_what(
    change: dict[str, Any], found: tuple[str, str]
) -> None:
    assert gate(WHOLE | change, "e") == [found]


def test_a_dismissal_takes_evidence_and_a_name_and_a_serious_breach_reaches_everybody() -> None:
    assert gate(WHOLE, person=None) == [
        ("missing", "/evidence"),
        ("missing", "/dismissal/decided_by"),
    ]
    assert gate(WHOLE | {"protected": FREE | {"maternity": True}}, "e") == []


def posting(account: str, unit: str, quantity: int) -> Posting:
    return Posting("E", account, unit, Decimal(quantity), "c", "clause", DAY)


@pytest.mark.parametrize(
    ("before", "after", "is_harsher"),
    [
        pytest.param([("fine", "CNY", -20)], [("fine", "CNY", -30)], True, id="more money"),
        pytest.param([("fine", "CNY", -20)], [("wage", "CNY", -20)], False, id="other money"),
        pytest.param([("fine", "CNY", -20)], [("marks", "warning", 1)], True, id="a mark instead"),
        pytest.param(
            [("marks", "minor_demerit", 1)], [("marks", "warning", 5)], False, id="lower rungs"
        ),
        pytest.param(
            [("marks", "warning", 5)], [("marks", "minor_demerit", 1)], True, id="a higher rung"
        ),
        pytest.param([("marks", "warning", 1)], [("marks", "warning", 2)], True, id="more marks"),
        pytest.param([], [("action", "training", 1)], True, id="a new action"),
        pytest.param(
            [("action", "dismissal", 1)], [("action", "demotion", 1)], False, id="not dismissed"
        ),
        pytest.param(
            [("action", "dismissal", 1)],
            [("marks", "major_demerit", 1)],
            False,
            id="a mark at last",
        ),
        pytest.param(
            [("action", "dismissal", 1)], [("fine", "CNY", -500)], False, id="pays at last"
        ),
        pytest.param(
            [("action", "dismissal", 1)],
            [("action", "dismissal", 1), ("action", "demotion", 1)],
            True,
            id="dismissed and more",
        ),
        pytest.param([("points", "C", -1)], [("points", "C", -2)], True, id="points"),
        pytest.param([("breach", "clause", 1)], [("breach", "clause", 2)], True, id="breaches"),
        pytest.param([("fine", "CNY", -20)], [], False, id="nothing"),
        pytest.param([("points", "C", -2)], [("points", "C", -1)], False, id="fewer points"),
    ],
)
def test_what_is_harsher(before: list[Any], after: list[Any], is_harsher: bool) -> None:  # noqa: FBT001 - a case's value
    old, new = ([posting(*item) for item in items] for items in (before, after))
    assert (harsher(old, new, LADDER) is not None) is is_harsher


STEP = Step(
    "x",
    "a",
    "b",
    ("hr",),
    inputs=(
        Input("method"),
        Input("accepts", "bool"),
        Input("count", "int", required=False),
        Input("on", "date", required=False),
        Input("response", "choice", required=False, values=("yes", "no"), fact="answer"),
        Input("numbers", "texts", required=False, least=1, most=2, fact="asked"),
        Input("facts", "facts", required=False),
        Input("document", "texts", required=False, least=1, needed_of=("hr",)),
        Input("seen_by", "texts", required=False, least=2, most=2),
    ),
)
GOOD = {"method": "post", "accepts": True, "document": ["d"]}


def read(given: dict[str, Any], role: str = "hr") -> list[tuple[str, str]]:
    try:
        read_inputs(inputs_of(STEP), role, given)
    except RefusedError as error:
        return [(fault.code, fault.pointer) for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param({}, [], id="all there"),
        pytest.param({"method": None}, [("missing", "/method")], id="null is nothing"),
        pytest.param({"method": ""}, [("missing", "/method")], id="empty is nothing"),
        pytest.param({"method": " \n"}, [("missing", "/method")], id="blank is nothing"),
        pytest.param({"document": ["d", " "]}, [("invalid", "/document")], id="a blank among them"),
        pytest.param({"seen_by": ["a", "a "]}, [("invalid", "/seen_by")], id="one who is two"),
        pytest.param({"seen_by": ["a", "b"]}, [], id="two"),
        pytest.param({"method": 5}, [("invalid", "/method")], id="no text"),
        pytest.param({"method": "x" * 10_001}, [("invalid", "/method")], id="too long"),
        pytest.param({"accepts": "yes"}, [("invalid", "/accepts")], id="no yes or no"),
        pytest.param({"count": True}, [("invalid", "/count")], id="no number"),
        pytest.param({"on": "2026-02-30"}, [("invalid", "/on")], id="no day"),
        pytest.param({"on": "1800-01-01"}, [("invalid", "/on")], id="no year of ours"),
        pytest.param({"response": "maybe"}, [("invalid", "/response")], id="no option"),
        pytest.param({"numbers": ["1", "2", "3"]}, [("invalid", "/numbers")], id="too many"),
        pytest.param({"numbers": [1]}, [("invalid", "/numbers")], id="no texts"),
        pytest.param({"facts": []}, [("invalid", "/facts")], id="no object"),
        pytest.param({"on": "2026-03-02", "count": 3, "response": "no"}, [], id="what fits"),
        pytest.param({"on": ""}, [("invalid", "/on")], id="empty though not needed"),
        pytest.param({"evidence": []}, [], id="no evidence though not needed"),
        pytest.param({"document": []}, [("missing", "/document")], id="an empty list"),
        pytest.param({"colour": 1}, [("unknown_field", "/colour")], id="unknown"),
    ],
)
def test_what_is_handed_in(change: dict[str, Any], found: list[Any]) -> None:
    assert read(GOOD | change) == found


def test_only_who_must_hand_it_in_must() -> None:
    given = {"method": "post", "accepts": True}
    assert read(given, "employee") == []
    assert read(given) == [("missing", "/document")]
    assert form_of(inputs_of(STEP), "employee")["required"] == ["method", "accepts"]
    assert form_of(inputs_of(STEP), "hr")["required"] == ["method", "accepts", "document"]


def test_what_is_handed_in_becomes_facts() -> None:
    data = {"response": "yes", "numbers": ["1"], "facts": {"base": 2}}
    assert facts_of(inputs_of(STEP), data) == {"answer": "yes", "asked": True}
    assert facts_of(inputs_of(STEP), {"numbers": []}) == {"asked": False}
    assert given_facts(inputs_of(STEP), data) == {"base": 2}
