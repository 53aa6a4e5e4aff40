"""Clause kinds for one amount: fixed, for each unit, a loss, a range to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ONE,
    ZERO,
    AccountName,
    Choice,
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
    fen,
    invalid_fact,
    missing_fact,
)
from shangfa_fines.money import Money, direction, money, signed

_EQUAL = Note("按金额 {0} 元的 {1}%：{2} 元", "{1}% of CNY {0}: CNY {2}")

_EQUAL_TIMES = Note("按金额 {0} 元的 {1}% × {2}：{3} 元", "{1}% of CNY {0} × {2}: CNY {3}")

_MAX_UNDER_MIN = Note("上限 {0} 小于下限 {1}", "max {0} lies under min {1}")
_CNY_ONLY = Note("max_fact 只与 CNY 同用", "max_fact goes with CNY only")
_AT_LEAST = Note("不小于 {0} 的金额", "an amount of {0} or more")


class Fixed(Params):
    """A fixed amount for each unit of the quantity, or once for the incident."""

    amount: Decimal = Field(gt=0, description="CNY")
    account: Money = "fine"
    per: Literal["quantity", "incident"] = "quantity"


def assess_fixed(part: Part[Fixed], incident: Incident) -> Sequence[Effect]:
    """Take or give the amount."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else ONE
    return [money(params.account, params.amount, times)]


def rows_fixed(part: Part[Fixed]) -> Iterable[Row]:
    """One row: the amount of one unit."""
    params = part.params
    per = "times" if params.per == "quantity" else ""
    kind = direction(params.account)
    yield Row(kind, params.account, "CNY", params.amount, params.amount, per)


class PerUnit(Params):
    """An amount for each unit of the quantity beyond the first few."""

    amount: Decimal = Field(gt=0, description="CNY for each unit")
    unit: str = Field(default="day", description="the unit of the quantity")
    after: Decimal = Field(default=ZERO, ge=0, description="units that cost nothing")
    step: Decimal | None = Field(
        default=None, gt=0, description="the amount is for each step of so many units begun"
    )
    days: Literal["natural", "working"] = Field(
        default="natural",
        description="working: only the working days among those up to the incident's",
    )
    account: Money = "fine"


def measure_per_unit(params: PerUnit) -> Measure:
    """Count in the unit; 0 is allowed."""
    return Measure(params.unit, ZERO, whole=params.unit in {"day", "days", "times", "item"})


def assess_per_unit(part: Part[PerUnit], incident: Incident) -> Sequence[Effect]:
    """Take or give the amount for each unit beyond `after`."""
    params = part.params
    units = max(ZERO, incident.quantity - params.after)
    if params.days == "working":
        units = _working(incident, units)
    if params.step is not None:
        units = (units / params.step).to_integral_value(ROUND_CEILING)
    return [money(params.account, params.amount, units)] if units else []


def _working(incident: Incident, days: Decimal) -> Decimal:
    """Return how many of the last `days` days, today included, are working days."""
    ending = (incident.on - timedelta(days=back) for back in range(int(days)))
    return Decimal(sum(incident.calendar.is_working_day(day) for day in ending))


def rows_per_unit(part: Part[PerUnit]) -> Iterable[Row]:
    """One row: the amount of one unit."""
    params = part.params
    kind = direction(params.account)
    note = "" if params.step is None else f"each {params.step} {params.unit} begun"
    per = params.unit if params.step is None else ""
    yield Row(kind, params.account, "CNY", params.amount, params.amount, per, note)


class Loss(Params):
    """An amount taken from a fact in money, or a percentage of it."""

    fact: FactName = Field(default="loss", description="a fact of type money")
    account: Money = "compensation"
    percent: Decimal = Field(default=Decimal(100), gt=0, le=1000)
    per: Literal["quantity", "incident"] = Field(
        default="incident", description="quantity: the share, times the quantity"
    )


def assess_loss(part: Part[Loss], incident: Incident) -> Sequence[Effect]:
    """Take or give what the fact says; nothing for zero, and 0.00 with its arithmetic."""
    params = part.params
    amount = incident.facts[params.fact] or ZERO
    times = incident.quantity if params.per == "quantity" else ONE
    if not amount or not times:
        return []
    total = fen(amount * params.percent * times / 100)
    note = _EQUAL.of(amount, params.percent, total)
    if params.per == "quantity":
        note = _EQUAL_TIMES.of(amount, params.percent, times, total)
    return [Effect(params.account, "CNY", signed(params.account, total), note)]


def rows_loss(part: Part[Loss]) -> Iterable[Row]:
    """One row: open, because the fact decides."""
    params = part.params
    note = f"{params.percent}% of {params.fact}"
    per = "times" if params.per == "quantity" else ""
    yield Row(direction(params.account), params.account, "CNY", ZERO, None, per, note)


class Range(Params):
    """An amount within limits that a named human sets."""

    min: Decimal = Field(ge=0, description="CNY")
    max: Decimal | None = Field(default=None, description="CNY; empty when open")
    max_fact: FactName | None = Field(
        default=None, description="a fact of type money; the lower of it and `max` is the limit"
    )
    account: Money = "fine"
    unit: Literal["CNY", "day", "hour", "percent"] = Field(
        default="CNY",
        description="day, hour: of pay; percent: of a bonus; the limits are then in it",
    )
    per: Literal["quantity", "incident"] = Field(
        default="incident", description="quantity: the limits of one unit, times the quantity"
    )

    def posted_to(self) -> AccountName:
        """Return the account of the choice."""
        if self.unit == "percent":
            return "bonus"
        return self.account if self.unit == "CNY" else "wage"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse limits that leave nothing.

        Raises:
            ParamsError: `min` over `max`.
        """
        del context
        if self.max is not None and self.max < self.min:
            raise ParamsError((("max",), _MAX_UNDER_MIN.of(self.max, self.min)))
        if self.max_fact is not None and self.unit != "CNY":
            raise ParamsError((("max_fact",), _CNY_ONLY))


def assess_range(part: Part[Range], incident: Incident) -> Sequence[Choice]:
    """Ask for the amount; nothing for a quantity of 0 when it counts."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else ONE
    if not times:
        return []
    least, most = params.min * times, _most(params, incident, times)
    return [Choice(params.posted_to(), params.unit, least, most)]


def _most(params: Range, incident: Incident, times: Decimal) -> Decimal | None:
    """Return the upper limit, None when open.

    Raises:
        RefusedError: the fact was not given, or lies under the lower limit.
    """
    most = None if params.max is None else params.max * times
    if params.max_fact is None:
        return most
    limit = incident.facts[params.max_fact]
    if limit is None:
        raise missing_fact(Fact(params.max_fact, "money"))
    if limit < params.min * times:
        raise invalid_fact(params.max_fact, limit, _AT_LEAST.of(params.min * times))
    return Decimal(limit if most is None else min(limit, most))


def rows_range(part: Part[Range]) -> Iterable[Row]:
    """One row: the limits."""
    params = part.params
    per = "times" if params.per == "quantity" else ""
    note = "" if params.max_fact is None else f"up to {params.max_fact}"
    account = params.posted_to()
    kind: Direction = "reward" if account == "reward" else "penalty"
    yield Row(kind, account, params.unit, params.min, params.max, per, note)
