"""Values of choices, at a step and afterwards: each said once, in texts, of the clause it is of."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.office import Office, add_file
from werkzeug.test import TestResponse

ONE = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "20"}
WRONG: list[tuple[str, list[Any]]] = [
    ("invalid", [{**ONE, "subject": ["E"]}]),
    ("invalid", [{**ONE, "account": {}}]),
    ("invalid", [{**ONE, "unit": 5}]),
    ("invalid", [{**ONE, "more": "x"}]),
    ("invalid", [None]),
    ("invalid", ["E"]),
    ("invalid", [ONE, {**ONE, "quantity": "30"}]),
    ("unknown_choice", [{**ONE, "clause": "f"}]),
    ("unknown_choice", [{**ONE, "unit": "分"}]),
    ("out_of_range", [{**ONE, "quantity": {}}]),
    ("out_of_range", [{**ONE, "quantity": "NaN"}]),
]


def at_a_step(office: Office) -> str:
    case = office.hr.record("b", "E", procedure="default")["case"]["id"]
    proof = add_file(office.hr)["id"]
    office.hr("POST", f"/v1/cases/{case}/defend", {"evidence": [proof]}, If_Match="*")
    return f"/v1/cases/{case}/approve"


@pytest.fixture(scope="module")
def step(office: Office) -> str:
    return at_a_step(office)


@pytest.fixture(scope="module")
def at_once(office: Office) -> str:
    return f"/v1/incidents/{office.hr.record('b', 'E')['id']}/choices"


def hand_in(office: Office, path: str, choices: list[Any]) -> TestResponse:
    if path.endswith("approve"):
        return office.by("supervisor")("POST", path, {"choices": choices}, If_Match="*")
    return office.hr("POST", path, {"choices": choices, "reason": "初犯"})


@pytest.mark.parametrize(("code", "choices"), WRONG)
def test_a_value_that_does_not_fit_is_refused_wherever_it_is_set(
    office: Office, step: str, at_once: str, code: str, choices: list[Any]
) -> None:
    at_step = hand_in(office, step, choices)
    assert (at_step.status_code, at_step.get_json()["code"]) == (422, code)
    later = hand_in(office, at_once, choices)
    assert later.status_code == 422
    assert later.get_json()["code"] in {code, "unknown_field"}


def test_the_clause_of_a_choice_may_come_along(office: Office, step: str, at_once: str) -> None:
    for path in (step, at_once):
        assert hand_in(office, path, [{**ONE, "clause": "b"}]).status_code in {200, 201}
