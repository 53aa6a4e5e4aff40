"""Money for a counter within a window, and delays counted in working days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shangfa.sdk import Calendar, Incident, Part, Rule, Subject
from shangfa_fines.amounts import PerUnit, assess_per_unit
from shangfa_fines.counts import PerCount, derive_per_count

CALENDAR = Calendar("test", frozenset({2026}), worked=frozenset({date(2026, 2, 28)}))


@pytest.mark.parametrize(
    ("params", "total", "money"),
    [
        ({}, 0, []),
        ({}, 2, ["-40.00"]),
        ({"after": 3}, 3, []),
        ({"after": 3}, 5, ["-40.00"]),
        ({"most": 1}, 4, ["-20.00"]),
        ({"after": 1, "most": 2, "account": "reward"}, 9, ["40.00"]),
    ],
)
def test_money_for_counts(params: dict[str, object], total: int, money: list[str]) -> None:
    rule = Rule("X", "", PerCount.model_validate({"of": "c", "amount": 20, **params}))
    found = derive_per_count(rule, "c", Decimal(total))
    assert [str(effect.quantity) for effect in found] == money


@pytest.mark.parametrize(
    ("on", "days", "after", "money"),
    [
        (date(2026, 3, 9), 3, 0, ["-50.00"]),
        (date(2026, 3, 8), 2, 0, []),
        (date(2026, 2, 28), 1, 0, ["-50.00"]),
        (date(2026, 3, 9), 7, 1, ["-200.00"]),
        (date(2026, 3, 9), 0, 0, []),
    ],
)
def test_only_working_days_count(on: date, days: int, after: int, money: list[str]) -> None:
    params = PerUnit(amount=Decimal(50), after=Decimal(after), days="working")
    incident = Incident(Subject("E"), on, None, Decimal(days), {}, CALENDAR)
    found = assess_per_unit(Part("X", "X", "", params), incident)
    assert [str(effect.quantity) for effect in found] == money
