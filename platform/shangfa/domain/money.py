"""Amounts: the fen, rounding, splitting by shares."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

FEN: Final = Decimal("0.01")

ZERO: Final = Decimal(0)

ONE: Final = Decimal(1)


def fen(amount: Decimal) -> Decimal:
    """Round money to the fen, half up."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def amount_text(unit: str, quantity: Decimal) -> str:
    """Return a quantity as the contract writes it: money with two places, others plain."""
    if unit == "CNY":
        return str(quantity.quantize(FEN))
    plain = quantity.normalize()
    return format(plain, "f") if plain else "0"


ROUNDINGS: Final = ("last", "largest_remainder", "whole_yuan")
"""The methods of `apportion`."""


def apportion(
    total: Decimal, shares: tuple[Decimal, ...], method: str = "last"
) -> tuple[Decimal, ...]:
    """Split money by percentages so that the parts add up to the fen.

    Args:
        total: CNY, any sign.
        shares: percentages that total 100.
        method: `last` gives what rounding leaves to the last one listed, unless so many
            share so little that nothing would be left to give;
            `largest_remainder` gives a fen at a time to the largest fractions cut off;
            `whole_yuan` rounds every part half up to the yuan, what is left over or too
            much stays with the company.
    """
    exact = [total * share / 100 for share in shares]
    if method == "whole_yuan":
        return tuple(part.quantize(ONE, ROUND_HALF_UP) for part in exact)
    if method == "last":
        head = [fen(part) for part in exact[:-1]]
        rest = fen(total) - sum(head, ZERO)
        if rest * total >= 0:
            return (*head, rest)
    floors = [part.quantize(FEN, "ROUND_DOWN") for part in exact]
    left = int((fen(total) - sum(floors, ZERO)) / FEN)
    step = FEN if left >= 0 else -FEN
    order = sorted(range(len(exact)), key=lambda i: (-abs(exact[i] - floors[i]), i))
    for index in order[: abs(left)]:
        floors[index] += step
    return tuple(floors)
