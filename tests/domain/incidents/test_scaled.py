"""Heavier or milder: what has a size is multiplied and says so, all else stays as it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.account import MONEY, AccountName
from shangfa.domain.effect import Choice, Deadline, Effect
from shangfa.domain.incidents.scaled import SCALED, scaled
from shangfa.domain.money import amount_text, fen
from shangfa.domain.text import Note

OWN = Note("迟到", "late")
PERCENTS = st.decimals(0, 1000, places=2)
FEN = st.integers(-10_000_000, 10_000_000).map(lambda amount: Decimal(amount) / 100)


def of(account: AccountName, unit: str, quantity: str) -> Effect:
    return Effect(account, unit, Decimal(quantity), OWN)


@pytest.mark.parametrize(
    ("effect", "percent", "quantity", "said"),
    [
        (of("fine", "CNY", "-50"), "150", "-75.00", "late; × 150%, that is 75.00"),
        (of("fine", "CNY", "-0.01"), "50", "-0.01", "late; × 50%, that is 0.01"),
        (of("reward", "CNY", "33.33"), "50", "16.67", "late; × 50%, that is 16.67"),
        (of("points", "A", "5"), "200", "10", "late; × 200%, that is 10"),
        (of("points", "A", "-50"), "2000", "-1000", "late; × 2000%, that is 1000"),
        (of("score", "score", "-5"), "50", "-2.5", "late; × 50%, that is 2.5"),
        (of("points", "A", "-5"), "0", "0", "late; × 0%, that is 0"),
    ],
    ids=lambda value: value.account if isinstance(value, Effect) else None,
)
def test_a_size_is_multiplied_and_says_so(
    effect: Effect, percent: str, quantity: str, said: str
) -> None:
    found: Any = scaled(effect, Decimal(percent))
    assert amount_text(effect.unit, found.quantity) == quantity
    assert "E" not in str(found.quantity)
    assert found.note.text("en") == said
    assert found.note.text("zh") == said.replace("late", "迟到").replace("; ", "；").replace(
        ", that is", "，即"
    )
    assert found._replace(quantity=effect.quantity, note=OWN) == effect


@pytest.mark.parametrize("account", sorted(set(get_args(AccountName)) - SCALED))
def test_what_is_no_size_stays(account: AccountName) -> None:
    effect, choice = Effect(account, "u", Decimal(1)), Choice(account, "u", Decimal(1), Decimal(2))
    deadline = Deadline("defend", date(2026, 3, 2))
    for finding in (effect, choice, deadline):
        assert scaled(finding, Decimal(200)) is finding


@pytest.mark.parametrize(
    ("most", "found"), [(Decimal("99.99"), Decimal("33.00")), (None, None)], ids=["range", "open"]
)
def test_the_limits_of_a_choice_are_multiplied(most: Decimal | None, found: Decimal | None) -> None:
    choice = Choice("fine", "CNY", Decimal(50), most, OWN, "one", deducts=True)
    expected = choice._replace(minimum=Decimal("16.50"), maximum=found)
    assert scaled(choice, Decimal(33)) == expected


@given(st.sampled_from(sorted(MONEY)), FEN, PERCENTS)
def test_money_stays_whole_fen_and_on_its_side(
    account: AccountName, quantity: Decimal, percent: Decimal
) -> None:
    found: Any = scaled(Effect(account, "CNY", quantity), percent)
    assert found.quantity == fen(found.quantity)
    assert found.quantity * quantity >= 0
    assert abs(found.quantity * 100 - quantity * percent) <= Decimal("0.5")
