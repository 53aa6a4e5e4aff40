"""The clause kind `points.per_unit`: points for each unit, or each step, of a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from shangfa.sdk import (
    TIMES,
    ZERO,
    Direction,
    Effect,
    Fact,
    FactName,
    Field,
    Incident,
    Measure,
    Note,
    Params,
    ParamsError,
    Part,
    Row,
    missing_fact,
)

_POINTS = Note("{0}{1} × {2} = {0}{3} 点", "{0}{1} × {2} = {0}{3} points")
_MOST = Note("{0}；一次至多 {1} 点", "{0}; {1} points at most for one incident")
_NONE = Note("点数不能为 0", "points of 0 are none")
_FULL_STEPS = Note("begun: false 须与 step 同用", "begun: false goes with step")


class PerUnit(Params):
    """Points for each unit of the quantity, or of a fact, beyond the first few."""

    letter: str = Field(min_length=1, max_length=8)
    points: Decimal = Field(description="signed points for each unit, or each step")
    unit: str = Field(default="times", description="the unit of the quantity")
    fact: FactName | None = Field(
        default=None,
        description="a fact that is a number instead: each of the quantity counts so much",
    )
    below: Decimal | None = Field(
        default=None, description="what is missing to this is counted, not what there is"
    )
    after: Decimal = Field(default=ZERO, ge=0, description="units that count nothing")
    step: Decimal | None = Field(
        default=None, gt=0, description="the points are for each step of so many units begun"
    )
    begun: bool = Field(default=True, description="false: only steps that are full count")
    most: Decimal | None = Field(
        default=None, gt=0, description="points at most for one incident, unsigned"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse points of nothing, and full steps where there are none.

        Raises:
            ParamsError: saying which.
        """
        del context
        if not self.points:
            raise ParamsError((("points",), _NONE))
        if not self.begun and self.step is None:
            raise ParamsError((("begun",), _FULL_STEPS))


def measure_per_unit(params: PerUnit) -> Measure:
    """Count in the unit, parts of it allowed; times when a fact is the number."""
    if params.fact is not None or params.unit == "times":
        return TIMES
    return Measure(params.unit, ZERO, whole=False)


def assess_per_unit(part: Part[PerUnit], incident: Incident) -> Sequence[Effect]:
    """Give or take the points of each unit beyond `after`; nothing when there is none."""
    params = part.params
    units = _units(params, incident)
    if not units:
        return []
    total = params.points * units
    note = _POINTS.of(params.letter, params.points, units, total)
    if params.most is not None and abs(total) > params.most:
        total = params.most.copy_sign(total)
        note = _MOST.of(note, params.most)
    return [Effect("points", params.letter, total, note)]


def _units(params: PerUnit, incident: Incident) -> Decimal:
    number, times = incident.quantity, Decimal(1)
    if params.fact is not None:
        said, times = incident.facts[params.fact], incident.quantity
        if said is None:
            raise missing_fact(Fact(params.fact, "number"))
        number = Decimal(said)
    if params.below is not None:
        number = params.below - number
    units = max(ZERO, number - params.after)
    if params.step is not None:
        way = ROUND_CEILING if params.begun else ROUND_FLOOR
        units = (units / params.step).to_integral_value(way)
    return units * times


def rows_per_unit(part: Part[PerUnit]) -> Iterable[Row]:
    """One row: the points of one unit or step."""
    params = part.params
    size, name = abs(params.points), params.fact or params.unit
    kind: Direction = "reward" if params.points > 0 else "penalty"
    note = f"below {params.below}" if params.below is not None else ""
    if params.step is not None:
        how = "begun" if params.begun else "full"
        note = f"each {params.step} {name} {how} {note}".strip()
    yield Row(kind, "points", params.letter, size, size, "" if params.step else name, note)
