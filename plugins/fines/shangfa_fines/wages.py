"""Clause kinds for pay and bonuses forgone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from shangfa.sdk import ONE, TIMES, ZERO, Effect, Field, Incident, Measure, Note, Params, Part, Row
from shangfa_fines.money import WageShare

_BONUS = Note("扣{0} {1}%", "{1}% of the bonus {0}")


class Wage(WageShare):
    """Days or hours of pay for each unit of the quantity, or once for the incident."""

    per: Literal["quantity", "incident"] = "quantity"
    unit: str = Field(default="times", description="the unit of the quantity")


def measure_wage(params: Wage) -> Measure:
    """Count in the unit; 0 and parts of it are allowed unless it is times."""
    return TIMES if params.unit == "times" else Measure(params.unit, ZERO, whole=False)


def assess_wage(part: Part[Wage], incident: Incident) -> Sequence[Effect]:
    """Take the pay; nothing for a quantity of 0."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else ONE
    return [params.taken(times)] if times else []


def rows_wage(part: Part[Wage]) -> Iterable[Row]:
    """One row: the pay of one unit."""
    params = part.params
    per = params.unit if params.per == "quantity" else ""
    yield Row("penalty", "wage", params.paid_in(), params.size(), params.size(), per)


class Bonus(Params):
    """A percentage of a named bonus forgone, once for the incident."""

    percent: Decimal = Field(default=Decimal(100), gt=0, le=100)
    which: str = Field(min_length=1, description="which bonus, such as 全年奖金")


def assess_bonus(part: Part[Bonus], incident: Incident) -> Sequence[Effect]:
    """Take the percentage."""
    del incident
    params = part.params
    note = _BONUS.of(params.which, params.percent)
    return [Effect("bonus", "percent", -params.percent, note)]


def rows_bonus(part: Part[Bonus]) -> Iterable[Row]:
    """One row: the percentage."""
    params = part.params
    percent = params.percent
    yield Row("penalty", "bonus", "percent", percent, percent, "", params.which)
