"""Pay and bonuses forgone, and the limits of a choice."""

from decimal import Decimal
from typing import Any

import pytest
from tests.making.policies import faults_in

from shangfa.sdk import Choice, ClauseKind, RefusedError
from shangfa.testing import amounts, effects, found, make_incident, make_part
from shangfa_fines import register_clause_kinds

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
WAGE, BONUS, RANGE = (KINDS[f"fines.{name}"] for name in ("wage", "bonus", "range"))


def part(kind: ClauseKind[Any], **params: Any) -> Any:
    return make_part(kind.params.model_validate(params))


@pytest.mark.parametrize(
    ("params", "quantity", "unit", "taken"),
    [
        ({"days": 1}, 1, "day", "-1"),
        ({"days": 1}, "0.5", "day", "-0.5"),
        ({"days": "0.5"}, 3, "day", "-1.5"),
        ({"hours": 2}, 2, "hour", "-4"),
        ({"days": "0.5", "per": "incident"}, 240, "day", "-0.5"),
    ],
)
def test_pay_for_each_unit_or_once(
    params: dict[str, Any], quantity: Any, unit: str, taken: str
) -> None:
    given = found(WAGE, part(WAGE, **params), make_incident(quantity))
    assert amounts(given) == [("wage", unit, Decimal(taken))]


def test_no_pay_for_nothing() -> None:
    assert found(WAGE, part(WAGE, days=1, unit="day"), make_incident(0)) == []


@pytest.mark.parametrize(
    ("unit", "least", "whole"), [("times", 1, True), ("day", 0, False), ("hour", 0, False)]
)
def test_days_may_be_parts_and_times_may_not(unit: str, least: int, *, whole: bool) -> None:
    measure = WAGE.measure(WAGE.params.model_validate({"days": 1, "unit": unit}))
    assert (measure.unit, measure.least, measure.whole) == (unit, least, whole)


def test_the_rows_of_pay() -> None:
    (each,) = WAGE.rows(part(WAGE, days=1, unit="day"))
    (once,) = WAGE.rows(part(WAGE, hours="0.5", per="incident"))
    assert each[:6] == ("penalty", "wage", "day", 1, 1, "day")
    assert once[:6] == ("penalty", "wage", "hour", Decimal("0.5"), Decimal("0.5"), "")


@pytest.mark.parametrize(
    "params", ["{}", "{days: 1, hours: 1}", "{days: 0}", "{hours: -1}", "{days: one}"]
)
def test_pay_must_be_days_or_hours(params: str) -> None:
    clause = f"{{code: '1', title: t, kind: fines.wage,\n params: {params}}}"
    (fault,) = faults_in(f"policy: p\ntitle: P\nclauses:\n- {clause}")
    assert fault.place == "policy.yaml:5"


def test_a_bonus_is_taken_once_whatever_the_quantity() -> None:
    annual = part(BONUS, which="全年奖金")
    assert amounts(found(BONUS, annual, make_incident(3))) == [("bonus", "percent", Decimal(-100))]
    half = effects(BONUS, part(BONUS, which="月奖", percent=50), make_incident())
    assert [(effect.quantity, effect.note.text("zh")) for effect in half] == [(-50, "扣月奖 50%")]
    (row,) = BONUS.rows(annual)
    assert row[1:7] == ("bonus", "percent", 100, 100, "", "全年奖金")


@pytest.mark.parametrize("percent", [0, -1, "100.01"])
def test_a_bonus_has_a_hundred_percent(percent: Any) -> None:
    with pytest.raises(ValueError, match="percent"):
        part(BONUS, which="x", percent=percent)


@pytest.mark.parametrize(
    ("params", "quantity", "limits"),
    [
        ({"min": 10, "max": 50}, 1, (10, 50)),
        ({"min": 10, "max": 50}, 2, (10, 50)),
        ({"min": 10, "max": 50, "per": "quantity"}, 2, (20, 100)),
        ({"min": 500}, 1, (500, None)),
        ({"min": 500, "per": "quantity"}, 3, (1500, None)),
        ({"min": 30, "max": 30}, 1, (30, 30)),
        ({"min": 0, "max_fact": "loss"}, 1, (0, 80)),
        ({"min": 0, "max": 50, "max_fact": "loss"}, 1, (0, 50)),
        ({"min": 0, "max": 100, "max_fact": "loss"}, 1, (0, 80)),
    ],
)
def test_the_limits_of_a_choice(
    params: dict[str, Any], quantity: int, limits: tuple[int, int | None]
) -> None:
    incident = make_incident(quantity, loss=Decimal(80))
    assert found(RANGE, part(RANGE, **params), incident) == [
        Choice("fine", "CNY", Decimal(limits[0]), None if limits[1] is None else Decimal(limits[1]))
    ]


def test_no_choice_for_nothing() -> None:
    assert found(RANGE, part(RANGE, min=10, max=50, per="quantity"), make_incident(0)) == []


@pytest.mark.parametrize("loss", [None, Decimal("9.99")])
def test_a_fact_below_the_least_is_refused(loss: Decimal | None) -> None:
    with pytest.raises(RefusedError) as caught:
        found(RANGE, part(RANGE, min=10, max_fact="loss"), make_incident(loss=loss))
    assert caught.value.faults[0].pointer == "/facts/loss"


def test_min_over_max_is_refused_at_its_line() -> None:
    text = """
policy: p
title: P
clauses:
  - code: '1'
    title: t
    kind: fines.range
    params:
      min: 50
      max: 49.99
"""
    (fault,) = faults_in(text)
    assert (fault.place, fault.pointer) == ("policy.yaml:10", "/clauses/0/params/max")


@pytest.mark.parametrize(
    ("params", "row"),
    [
        ({"min": 10, "max": 50}, (10, 50, "", "")),
        ({"min": 10, "per": "quantity"}, (10, None, "times", "")),
        ({"min": 0, "max_fact": "loss"}, (0, None, "", "up to loss")),
    ],
)
def test_the_rows_of_a_choice(params: dict[str, Any], row: tuple[Any, ...]) -> None:
    (found_row,) = RANGE.rows(part(RANGE, **params))
    assert found_row[3:7] == row
