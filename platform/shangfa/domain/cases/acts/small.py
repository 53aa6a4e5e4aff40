"""What is so small that several cases may be approved together, each still by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

ACCOUNTS: Final = frozenset({"marks", "points", "score", "count", "breach", "fine", "reward"})
"""What a small decision may post to; no action, no compensation, nothing of wages."""
MOST: Final = Decimal(200)
"""CNY that it may take or give in all."""


def is_small(
    effects: Sequence[Mapping[str, Any]], choices: Sequence[Any], ladder: Sequence[str]
) -> bool:
    """Tell whether a decision is small: the lowest rung once for each at most, and little money.

    `effects`, `choices`: as they are shown. A decision that leaves something open is not small.
    """
    if choices or not effects or not all(item["account"] in ACCOUNTS for item in effects):
        return False
    marks = [item for item in effects if item["account"] == "marks"]
    lowest = all(item["unit"] in ladder[:1] and Decimal(item["quantity"]) <= 1 for item in marks)
    people = [item["subject"] for item in marks]
    money = sum(abs(Decimal(item["quantity"])) for item in effects if item["unit"] == "CNY")
    return lowest and len(people) == len(set(people)) and money <= MOST
