"""Values that a document leaves open, and readings of ambiguous places."""

from typing import Any

import pytest
from tests.making.policies import faults_in, policy_from, version_from

from shangfa.domain.faults import RefusedError
from shangfa.testing import MemoryTenant

OPEN = """
policy: p
title: P
ladder: [warning]
parameters:
  a1: {note: 一个A1值多少元}
  reading: {value: R1, allowed: [R1, R2], note: 读法}
clauses:
  - {code: fixed, title: t, kind: fines.fixed, params: {amount: $a1}}
  - {code: known, title: t, kind: fines.fixed, params: {amount: 5}}
  - code: parts
    title: t
    parts:
      - {when: {$reading: R1}, kind: fines.fixed, params: {amount: 1}}
      - {when: {$reading: R2}, kind: fines.fixed, params: {amount: $a1}}
      - {when: {$reading: [R1, R2]}, kind: fines.fixed, params: {amount: 3}}
"""


def fined(clause: str, **parameters: Any) -> list[int]:
    result = MemoryTenant(policy_from(OPEN, **parameters)).record(clause)
    return [int(posting.quantity) for posting in result.postings]


def test_a_clause_without_its_value_is_incomplete_and_says_so() -> None:
    assert version_from(OPEN).clauses["fixed"].missing == ("a1",)
    with pytest.raises(RefusedError) as caught:
        fined("fixed")
    fault = caught.value.faults[0]
    assert (fault.code, fault.values["missing"]) == ("incomplete_clause", "a1")


def test_the_other_clauses_are_not_held_up() -> None:
    assert fined("known") == [-5]


def test_a_part_of_another_reading_needs_no_value() -> None:
    assert fined("parts") == [-1, -3]


def test_a_value_makes_it_complete() -> None:
    assert fined("fixed", a1=30) == [-30]
    assert fined("parts", a1=30, reading="R2") == [-30, -3]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        pytest.param({"reading": "R3"}, "out_of_range", id="no such reading"),
        pytest.param({"redaing": "R1"}, "unknown_parameter", id="misspelt"),
    ],
)
def test_a_value_that_cannot_be_given(parameters: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        version_from(OPEN, **parameters)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("more", "line"),
    [
        pytest.param(
            "reactions:\n  - {code: r, kind: points.from_nth,\n"
            "     params: {of: c, nth: 2, letter: A, points: $a1}}\n",
            18,
            id="a reaction",
        ),
        pytest.param(
            "attributes: {grade: number}\nscope: {when: {subject.grade: $a1}}\n", 18, id="the scope"
        ),
    ],
)
def test_what_concerns_every_clause_cannot_wait_for_a_value(more: str, line: int) -> None:
    assert [(fault.place, fault.code) for fault in faults_in(OPEN + more)] == [
        (f"policy.yaml:{line}", "incomplete_clause")
    ]
