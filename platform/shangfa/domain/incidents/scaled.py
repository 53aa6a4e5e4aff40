"""Consequences made heavier or milder: money, pay and points times a percentage."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from shangfa.domain.account import MONEY, MONEY_UNIT
from shangfa.domain.effect import Choice, Effect, Finding
from shangfa.domain.money import amount_text, fen
from shangfa.domain.text import Note

SCALED: Final = MONEY | {"points", "score"}
"""The accounts of sizes: a mark, an action or a count is not half of one."""
_TIMES = Note("{0}；× {1}%，即 {2}", "{0}; × {1}%, that is {2}")


def scaled(finding: Finding, percent: Decimal) -> Finding:
    """Return a consequence times a percentage; what is no size stays as it is."""
    if type(finding) is Effect and finding.account in SCALED:
        size = _size(finding.unit, finding.quantity, percent)
        note = _TIMES.of(finding.note, percent, amount_text(finding.unit, abs(size)))
        return finding._replace(quantity=size, note=note)
    if type(finding) is Choice and finding.account in SCALED:
        least = _size(finding.unit, finding.minimum, percent)
        most = finding.maximum
        most = None if most is None else _size(finding.unit, most, percent)
        return finding._replace(minimum=least, maximum=most)
    return finding


def _size(unit: str, quantity: Decimal, percent: Decimal) -> Decimal:
    size = quantity * percent / 100
    return fen(size) if unit == MONEY_UNIT else size
