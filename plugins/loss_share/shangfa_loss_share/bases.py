"""A fine by the base units of a person's wage or bonus: a minimum for each, open upwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from shangfa.sdk import (
    Choice,
    Fact,
    FactName,
    Field,
    Incident,
    Note,
    Params,
    Part,
    Row,
    fen,
    invalid_fact,
    missing_fact,
)

_LEAST = Note(
    "每基数 {0} 元 × {1} × {2} 个基数，最低 {3} 元，具体金额由指定的人决定",
    "CNY {0} for each base unit × {1} × {2} units: at least CNY {3}, a named human decides",
)

_OVER_ZERO = Note("大于 0 的数", "a number over 0")


class BaseFine(Params):
    """The least fine for each base unit and each unit of the quantity."""

    min: Decimal = Field(gt=0, description="CNY for one base unit")
    base: FactName = Field(default="base_units", description="a numeric fact, over 0")


def assess_base_fine(part: Part[BaseFine], incident: Incident) -> Sequence[Choice]:
    """Ask for the amount.

    Raises:
        RefusedError: `missing_fact` without the base units, `invalid_fact` for none or less.
    """
    params = part.params
    units = incident.facts[params.base]
    if units is None:
        raise missing_fact(Fact(params.base, "number"))
    if units <= 0:
        raise invalid_fact(params.base, units, _OVER_ZERO)
    least = fen(params.min * incident.quantity * units)
    note = _LEAST.of(params.min, incident.quantity, units, least)
    return [Choice("fine", "CNY", least, None, note)]


def rows_base_fine(part: Part[BaseFine]) -> Iterable[Row]:
    """One row: the minimum of one base unit, open."""
    yield Row("penalty", "fine", "CNY", part.params.min, None, part.params.base)
