"""The arithmetic: a share of a wage, what a loss may take, what time not worked is worth.

Everything is CNY, unsigned, and rounded down to the fen, in the worker's favour.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Final

from shangfa.sdk import ZERO

FEN: Final = Decimal("0.01")
FIFTH: Final = Decimal("0.20")
PAID_DAYS: Final = Decimal("21.75")
"""Paid days of a month."""
HOURS: Final = Decimal(8)
"""Hours of a day."""
BANDS: Final = ((Decimal(20), 1), (Decimal(50), 2), (Decimal(200), 3), (Decimal(500), 5))
MOST_POINTS: Final = 8


def down(amount: Decimal) -> Decimal:
    """Return an amount rounded down to the fen."""
    return amount.quantize(FEN, ROUND_DOWN)


def share_of(wage: Decimal, rate: Decimal) -> Decimal:
    """Return a share of a wage, such as a fifth of it."""
    return down(wage * rate)


def above(basis: Decimal, minimum: Decimal) -> Decimal:
    """Return what of a wage lies above the minimum wage."""
    return max(ZERO, basis - minimum)


def loss_deduction(
    due: Decimal, wage: Decimal, minimum: Decimal, rate: Decimal = FIFTH
) -> tuple[Decimal, Decimal]:
    """Return what a loss takes from a month, and what is carried over."""
    taken = min(due, share_of(wage, rate), above(wage, minimum))
    return taken, due - taken


def unworked(wage: Decimal, days: Decimal, hours: Decimal) -> Decimal:
    """Return the pay of time not worked: the month by 21.75 a day, an eighth of it an hour."""
    return min(wage, down(wage * (days * HOURS + hours) / (PAID_DAYS * HOURS)))


def points_for(amount: Decimal) -> int:
    """Return the points that stand instead of a fine: by bands, so that none is a price.

    Two fines of one band give the same points, and no points lead back to an amount.
    """
    return next((points for most, points in BANDS if amount <= most), MOST_POINTS)
