"""Fixed amounts, amounts for each unit, and losses."""

from decimal import Decimal
from typing import Any

import pytest

from shangfa.sdk import ClauseKind
from shangfa.testing import (
    MemoryTenant,
    amounts,
    effects,
    found,
    make_clause,
    make_incident,
    make_part,
    make_policy,
)
from shangfa_fines import register_clause_kinds

KINDS: dict[str, ClauseKind[Any]] = {kind.name: kind for kind in register_clause_kinds()}
FIXED, PER_UNIT, LOSS = (KINDS[f"fines.{name}"] for name in ("fixed", "per_unit", "loss"))


def part(kind: ClauseKind[Any], **params: Any) -> Any:
    return make_part(kind.params.model_validate(params))


@pytest.mark.parametrize(
    ("params", "quantity", "gives"),
    [
        pytest.param({"amount": 20}, 1, ("fine", "CNY", "-20.00"), id="once"),
        pytest.param({"amount": 20}, 3, ("fine", "CNY", "-60.00"), id="each time"),
        pytest.param(
            {"amount": 20, "per": "incident"}, 3, ("fine", "CNY", "-20.00"), id="once in all"
        ),
        pytest.param(
            {"amount": 50, "account": "reward"}, 1, ("reward", "CNY", "50.00"), id="a reward"
        ),
        pytest.param(
            {"amount": "0.005"}, 1, ("fine", "CNY", "-0.01"), id="half a fen is rounded up"
        ),
    ],
)
def test_a_fixed_amount(params: dict[str, Any], quantity: int, gives: tuple[str, ...]) -> None:
    (effect,) = effects(FIXED, part(FIXED, **params), make_incident(quantity))
    assert (effect.account, effect.unit, str(effect.quantity)) == gives


@pytest.mark.parametrize(
    "account", ["fine", "compensation", "donation", "cost", "refund", "wage", "reward"]
)
def test_the_account_gives_the_sign(account: str) -> None:
    (effect,) = effects(FIXED, part(FIXED, amount=5, account=account), make_incident())
    assert effect.quantity == (5 if account == "reward" else -5)


@pytest.mark.parametrize(
    ("params", "quantity", "money"),
    [
        pytest.param({}, 0, [], id="none"),
        pytest.param({}, 1, ["-50.00"], id="the first day"),
        pytest.param({}, 3, ["-150.00"], id="three days"),
        pytest.param({"after": 2}, 2, [], id="the last that costs nothing"),
        pytest.param({"after": 2}, 3, ["-50.00"], id="the first that costs"),
        pytest.param({"unit": "kg"}, "1.5", ["-75.00"], id="half a unit"),
    ],
)
def test_an_amount_for_each_unit(
    params: dict[str, Any], quantity: int | str, money: list[str]
) -> None:
    given = found(PER_UNIT, part(PER_UNIT, amount=50, **params), make_incident(quantity))
    assert [str(quantity) for _, _, quantity in amounts(given)] == money


@pytest.mark.parametrize(
    ("unit", "whole"), [pytest.param("day", True, id="days"), pytest.param("kg", False, id="kg")]
)
def test_what_an_amount_is_measured_in(unit: str, whole: bool) -> None:  # noqa: FBT001 - a case's value
    measure = PER_UNIT.measure(part(PER_UNIT, amount=1, unit=unit).params)
    assert (measure.unit, measure.least, measure.whole) == (unit, 0, whole)


@pytest.mark.parametrize(
    ("params", "loss", "gives"),
    [
        pytest.param({}, "1234.56", [("compensation", "CNY", "-1234.56")], id="the whole"),
        pytest.param({"percent": 30}, "0.05", [("compensation", "CNY", "-0.02")], id="a part"),
        pytest.param({"percent": 200}, 10, [("compensation", "CNY", "-20.00")], id="twice"),
        pytest.param(
            {"percent": 10}, "0.04", [("compensation", "CNY", "0.00")], id="less than half a fen"
        ),
        pytest.param({}, 0, [], id="no loss"),
        pytest.param({}, None, [], id="not given"),
        pytest.param({"account": "reward"}, 8, [("reward", "CNY", "8.00")], id="given"),
    ],
)
def test_a_loss(params: dict[str, Any], loss: Any, gives: list[Any]) -> None:
    amount = None if loss is None else Decimal(loss)
    given = amounts(found(LOSS, part(LOSS, **params), make_incident(loss=amount)))
    assert [(account, unit, str(quantity)) for account, unit, quantity in given] == gives


def test_every_amount_says_its_arithmetic() -> None:
    (fixed,) = effects(FIXED, part(FIXED, amount=20), make_incident(3))
    (loss,) = effects(LOSS, part(LOSS, percent=30), make_incident(loss=Decimal(100)))
    assert [effect.note.text("zh") for effect in (fixed, loss)] == [
        "20 元 × 3 = 60.00 元",
        "按金额 100 元的 30%：30.00 元",
    ]


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param(FIXED, {"amount": 0}, id="nothing"),
        pytest.param(FIXED, {"amount": -20}, id="a sign of its own"),
        pytest.param(FIXED, {"amount": 20, "account": "bonus"}, id="no account of money"),
        pytest.param(PER_UNIT, {"amount": 5, "after": -1}, id="after under zero"),
        pytest.param(LOSS, {"percent": 0}, id="no part"),
        pytest.param(LOSS, {"percent": "1000.1"}, id="more than ten times"),
    ],
)
def test_params_that_are_refused(kind: ClauseKind[Any], params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        kind.params.model_validate(params)


@pytest.mark.parametrize(
    ("kind", "params", "row"),
    [
        pytest.param(
            FIXED, {"amount": 20}, ("penalty", "fine", "CNY", 20, 20, "times"), id="each time"
        ),
        pytest.param(
            FIXED,
            {"amount": 20, "account": "reward", "per": "incident"},
            ("reward", "reward", "CNY", 20, 20, ""),
            id="once",
        ),
        pytest.param(
            PER_UNIT, {"amount": 50}, ("penalty", "fine", "CNY", 50, 50, "day"), id="each day"
        ),
        pytest.param(LOSS, {}, ("penalty", "compensation", "CNY", 0, None, ""), id="open"),
    ],
)
def test_rows(kind: ClauseKind[Any], params: dict[str, Any], row: tuple[Any, ...]) -> None:
    (found_row,) = kind.rows(part(kind, **params))
    assert found_row[:6] == row


def test_a_fine_of_two_is_split_to_the_fen() -> None:
    clause = make_clause(FIXED, FIXED.params(amount="0.05"))
    tenant = MemoryTenant(make_policy([clause]))
    tenant.record("1", "A", "B", shares=(50, 50))
    assert [tenant.balance(code, "fine", "CNY") for code in "AB"] == [
        Decimal("-0.03"),
        Decimal("-0.02"),
    ]
