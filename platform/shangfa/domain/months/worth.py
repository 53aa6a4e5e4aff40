"""What days, hours and shares of pay are worth, CNY.

A month's wage is for 21.75 days, a day for 8 hours. What is taken is rounded down to the
fen, and so is what is given back for it: the two are always the same.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Final

from shangfa.domain.account import MONEY_UNIT
from shangfa.domain.money import FEN
from shangfa.domain.months.settlement import Pay

DAYS: Final = Decimal("21.75")
"""Paid days of a month: 人社部发〔2025〕2号."""
HOURS: Final = Decimal(8)
HUNDRED: Final = Decimal(100)


def worth(unit: str, quantity: Decimal, pay: Pay) -> Decimal | None:
    """Return what a signed quantity comes to; None when what it is a part of is not known.

    `unit`: CNY, day, hour or percent.
    """
    if unit == MONEY_UNIT:
        return quantity
    exact = _exact(unit, quantity, pay)
    return None if exact is None else exact.quantize(FEN, ROUND_DOWN)


def _exact(unit: str, quantity: Decimal, pay: Pay) -> Decimal | None:
    if unit == "percent":
        return None if pay.bonus is None else pay.bonus * quantity / HUNDRED
    hours = HOURS if unit == "hour" else Decimal(1)
    if pay.month_wage is not None:  # one division at the end: nothing is rounded on the way
        return pay.month_wage * quantity / (DAYS * hours)
    return None if pay.day_wage is None else pay.day_wage * quantity / hours
