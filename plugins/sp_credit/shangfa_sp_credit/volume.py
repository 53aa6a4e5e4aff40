"""Credit points for the number of complaints in a month (articles 24 and 28).

The raw count decides, whatever was reduced for the service cost. The table of points
is external and handed in with the close.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from shangfa.sdk import (
    ZERO,
    Award,
    Effect,
    Note,
    Params,
    PeriodFacts,
    Row,
    Rule,
    inputs,
    invalid_input,
)
from shangfa_sp_credit.inputs import Counters, Line, read_lines

INPUTS: Final = ("lines", "points_table")

_RAW = Note("原始投诉量 {0} 件，按表扣 {1} 分", "raw complaints: {0}; {1} points by the table")

_ONCE = Note("from 不得重复", "each `from` stands once")


class ComplaintVolume(Params):
    """Nothing to set: the table of points is an input."""

    counters: Counters = Counters()


class Band(NamedTuple):
    """So many complaints or more cost so many points, until the next band."""

    start: Decimal
    points: Decimal


def evaluate_complaint_volume(rule: Rule[ComplaintVolume], facts: PeriodFacts) -> Sequence[Award]:
    """Take the points of the raw count; nobody without lines, nothing without a table.

    Raises:
        RefusedError: `invalid` for lines or a table that cannot be used.
    """
    lines = inputs.by_subject(facts, "lines", read_lines)
    bands = read_bands(facts.inputs.get("points_table"))
    awards = []
    for code in sorted(lines):
        upgraded = facts.totals.get((code, "count", rule.params.counters.upgraded), ZERO)
        raw = raw_count(lines[code], upgraded)
        points = points_for(raw, bands)
        if points:
            effect = Effect("score", "credit", -points, _RAW.of(raw, points))
            awards.append(Award(code, effect))
    return awards


def raw_count(lines: Iterable[Line], upgraded: Decimal) -> Decimal:
    """Return all complaints of the lines and the upgraded ones that are on no line."""
    complaints, on_lines = ZERO, ZERO
    for line in lines:
        complaints += line.complaints
        on_lines += line.upgraded
    return complaints + max(ZERO, upgraded - on_lines)


def read_bands(value: Any) -> list[Band]:
    """Return the bands from low to high; none when no table was handed in."""
    rows = [] if value is None else inputs.read_rows("points_table", value)
    bands = [_band(f"points_table/{index}", row) for index, row in enumerate(rows)]
    starts = [band.start for band in bands]
    if len(set(starts)) < len(starts):
        raise invalid_input("points_table", starts, _ONCE)
    return sorted(bands)


def _band(place: str, row: Any) -> Band:
    inputs.check_keys(place, row, ("from", "points"))
    return Band(
        inputs.read_amount(f"{place}/from", row.get("from")),
        inputs.read_amount(f"{place}/points", row.get("points")),
    )


def points_for(raw: Decimal, bands: Sequence[Band]) -> Decimal:
    """Return the points of the highest band not above the count, 0 under the lowest."""
    return next((band.points for band in reversed(bands) if band.start <= raw), ZERO)


def rows_complaint_volume(rule: Rule[ComplaintVolume]) -> Iterable[tuple[str, Row]]:
    """One row under the programme's code: open, the external table decides."""
    note = "points_table by the raw count"
    yield rule.code, Row("penalty", "score", "credit", ZERO, None, "month", note)
