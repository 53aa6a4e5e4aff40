"""Bands: which one a number lies in, what it gives, and what a policy may not say."""

from decimal import Decimal
from typing import Any

import pytest
from tests.making.policies import faults_in, policy_from

from shangfa.documents.policy.catalogue import catalogue
from shangfa.sdk import ClauseKind, RefusedError
from shangfa.testing import MemoryTenant, amounts, effects, found, make_incident, make_part
from shangfa_fines import register_clause_kinds

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
BANDS = KINDS["fines.bands"]
LATE = [
    {"from": 1, "to": 10, "amount": 10, "code": "1a", "title": "first"},
    {"over": 10, "under": 60, "amount": 30, "code": "1b"},
    {"from": 60, "amount": 50, "wage": {"days": 1}},
]


def part(bands: list[dict[str, Any]], **params: Any) -> Any:
    return make_part(BANDS.params.model_validate({"bands": bands, **params}))


def given(bands: list[dict[str, Any]], number: str, **params: Any) -> list[tuple[str, str]]:
    given = found(BANDS, part(bands, **params), make_incident(number))
    return [(unit, str(quantity)) for _, unit, quantity in amounts(given)]


@pytest.mark.parametrize(
    ("number", "gives"),
    [
        ("0", []),
        ("0.99", []),
        ("1", [("CNY", "-10.00")]),
        ("10", [("CNY", "-10.00")]),
        ("10.01", [("CNY", "-30.00")]),
        ("59.99", [("CNY", "-30.00")]),
        ("60", [("CNY", "-50.00"), ("day", "-1")]),
        ("1000", [("CNY", "-50.00"), ("day", "-1")]),
    ],
)
def test_an_edge_belongs_to_the_band_that_takes_it_in(
    number: str, gives: list[tuple[str, str]]
) -> None:
    assert given(LATE, number) == gives


@pytest.mark.parametrize(
    ("side", "at_10", "at_60"),
    [("lower", "-10.00", "-30.00"), ("upper", "-30.00", "-50.00")],
)
def test_a_reading_moves_the_shared_edge(side: str, at_10: str, at_60: str) -> None:
    at = {10: side, 60: side}
    assert given(LATE, "10", at=at)[0] == ("CNY", at_10)
    assert given(LATE, "60", at=at)[0] == ("CNY", at_60)
    assert given(LATE, "1", at=at) == [("CNY", "-10.00")]


def test_a_band_may_give_nothing_and_the_last_may_end() -> None:
    bands: list[dict[str, Any]] = [{"under": 5}, {"from": 5, "to": 5, "wage": {"hours": "0.5"}}]
    assert given(bands, "4.99") == []
    assert given(bands, "5") == [("hour", "-0.5")]
    assert given(bands, "5.01") == []


def test_an_effect_cites_its_band_and_says_why() -> None:
    (low,) = effects(BANDS, part(LATE), make_incident(10))
    money, pay = effects(BANDS, part(LATE, at={60: "lower"}), make_incident("60.5"))
    assert [effect.clause for effect in (low, money, pay)] == ["1a", "", ""]
    assert low.note.text("zh") == "10 属「1起、至10」档：10 元 × 1 = 10.00 元"
    assert low.note.text("en") == "10 lies in the band from 1 to 10: CNY 10 × 1 = CNY 10.00"
    assert money.note.text("zh").startswith("60.5 属「超过60」档")


def test_a_fact_decides_and_the_quantity_multiplies() -> None:
    bands: list[dict[str, Any]] = [{"over": 10, "amount": 50}]
    each = part(bands, by="minutes", per="quantity")
    assert BANDS.measure(each.params).unit == "times"
    late = make_incident(2, minutes=Decimal(11))
    assert amounts(found(BANDS, each, late)) == [("fine", "CNY", Decimal(-100))]
    assert found(BANDS, each, make_incident(2, minutes=Decimal(10))) == []
    assert found(BANDS, each, make_incident(0, minutes=Decimal(11))) == []


@pytest.mark.parametrize("value", [None, "11", True])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(RefusedError) as caught:
        found(BANDS, part([{"over": 10}], by="minutes"), make_incident(minutes=value))
    assert caught.value.faults[0].pointer == "/facts/minutes"


def test_a_row_for_each_band_with_a_code_and_one_for_the_rest() -> None:
    bands: list[dict[str, Any]] = [
        *LATE[:2],
        {"from": 60, "to": 90, "amount": 50},
        {"over": 90, "to": 120, "amount": 80, "wage": {"days": "0.5"}},
        {"over": 120, "wage": {"days": 1}},
    ]
    rows = BANDS.rows(part(bands))
    assert [(row.code, row.title, row.unit, row.minimum, row.maximum) for row in rows] == [
        ("1a", "first", "CNY", 10, 10),
        ("1b", "", "CNY", 30, 30),
        ("", "", "CNY", 50, 80),
        ("", "", "day", Decimal("0.5"), 1),
    ]
    (row,) = BANDS.rows(part([{"code": "x"}]))
    assert (row.direction, row.code, row.note) == ("none", "x", "minutes any number")


POLICY = """
policy: p
title: P
clauses:
  - code: '1'
    title: late
    kind: fines.bands
    params:
      at: {AT}
      bands:
        - {FIRST, amount: 10, code: 1a}
        - {SECOND, amount: 30, code: 1b}
        - {THIRD, amount: 50}
"""
GOOD = {"AT": "{}", "FIRST": "over: 0, to: 10", "SECOND": "over: 10, to: 20", "THIRD": "over: 20"}


def text(**changes: str) -> str:
    words = POLICY
    for name, value in (GOOD | changes).items():
        words = words.replace(name, value)
    return words.replace("{{}}", "{}")


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, []),
        ({"SECOND": "over: 8, to: 20"}, [12]),
        ({"SECOND": "over: 12, to: 20"}, [12]),
        ({"SECOND": "from: 10, to: 20"}, [12]),
        ({"FIRST": "over: 0, under: 10"}, [12]),
        ({"SECOND": "over: 12, to: 18"}, [12, 13]),
        ({"FIRST": "over: 0"}, [12]),
        ({"SECOND": "to: 20"}, [12]),
        ({"SECOND": "over: 20, to: 10"}, [12]),
        ({"SECOND": "over: 10, from: 10, to: 20"}, [12]),
        ({"THIRD": "over: 20, to: 20"}, [13]),
        ({"THIRD": "over: 20, to: 30, under: 30"}, [13]),
        ({"THIRD": "over: 20, wage: {days: 1, hours: 1}"}, [13]),
        ({"AT": "11: lower"}, [9]),
        ({"AT": "10: both"}, [9]),
        ({"AT": "10: upper", "SECOND": "from: 10, to: 20"}, []),
        ({"AT": "20: lower", "SECOND": "over: 10, under: 20"}, []),
    ],
)
def test_overlaps_gaps_and_empty_bands_are_refused_at_their_line(
    changes: dict[str, str], lines: list[int]
) -> None:
    places = [fault.place for fault in faults_in(text(**changes))]
    assert places == [f"policy.yaml:{line}" for line in lines]


def test_per_quantity_needs_a_fact() -> None:
    words = text().replace("      at: {}", "      per: quantity")
    assert [fault.place for fault in faults_in(words)] == ["policy.yaml:9"]


def test_the_posting_and_the_catalogue_cite_the_band() -> None:
    policy = policy_from(text())
    (posting,) = MemoryTenant(policy).record("1", quantity=15).postings
    assert (posting.clause, posting.quantity) == ("1b", Decimal(-30))
    lines = catalogue("p", policy.versions[0])
    assert [line[1:3] for line in lines] == [("1a", "late"), ("1b", "late"), ("1", "late")]
