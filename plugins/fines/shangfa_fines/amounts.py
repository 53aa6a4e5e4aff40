"""Clause kinds for one amount: fixed, for each unit, a loss, a range to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ONE,
    TIMES,
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
from shangfa_fines.money import Limits, Money, direction, money, signed, within

_EQUAL = Note("按金额 {0} 元的 {1}%：{2} 元", "{1}% of CNY {0}: CNY {2}")

_EQUAL_TIMES = Note("按金额 {0} 元的 {1}% × {2}：{3} 元", "{1}% of CNY {0} × {2}: CNY {3}")

_MAX_UNDER_MIN = Note("上限 {0} 小于下限 {1}", "max {0} lies under min {1}")
_CNY_ONLY = Note("{0} 只与 CNY 同用", "{0} goes with CNY only")
_ONE_RATE = Note("恰须 percent 与 amount 之一", "exactly one of percent and amount is needed")
_NO_END = Note("只有最后一段可以没有 to", "only the last stretch goes without `to`")
_ASCEND = Note("须大于上一段的 {0}", "it must be above the stretch before it, {0}")
_CUT = Note("分段累进：{0} = {1} 元", "by stretches: {0} = CNY {1}")
_FULL_STEPS = Note("begun: false 须与 step 同用", "begun: false goes with step")
_FACT_MOST = Note("{0}；至多 {1} 元（{2}）", "{0}; CNY {1} at most ({2})")
_AT_LEAST = Note("不小于 {0} 的金额", "an amount of {0} or more")


class Fixed(Limits):
    """A fixed amount for each unit of the quantity, or once for the incident."""

    amount: Decimal = Field(gt=0, description="CNY")
    account: Money = "fine"
    per: Literal["quantity", "incident"] = "quantity"


def assess_fixed(part: Part[Fixed], incident: Incident) -> Sequence[Effect]:
    """Take or give the amount."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else ONE
    return [money(params.account, params.amount, times, params)]


def rows_fixed(part: Part[Fixed]) -> Iterable[Row]:
    """One row: the amount of one unit."""
    params = part.params
    per = "times" if params.per == "quantity" else ""
    kind = direction(params.account)
    yield Row(kind, params.account, "CNY", params.amount, params.amount, per)


class PerUnit(Limits):
    """An amount for each unit of the quantity, or of a fact, beyond the first few."""

    amount: Decimal = Field(gt=0, description="CNY for each unit")
    unit: str = Field(default="day", description="the unit of the quantity")
    fact: FactName | None = Field(
        default=None,
        description="a fact that is a number instead: each of the quantity costs so much",
    )
    below: Decimal | None = Field(
        default=None, description="what is missing to this is counted, not what there is"
    )
    after: Decimal = Field(default=ZERO, ge=0, description="units that cost nothing")
    step: Decimal | None = Field(
        default=None, gt=0, description="the amount is for each step of so many units begun"
    )
    begun: bool = Field(default=True, description="false: only steps that are full count")
    days: Literal["natural", "working"] = Field(
        default="natural",
        description="working: only the working days among those up to the incident's",
    )
    account: Money = "fine"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse full steps where there are none.

        Raises:
            ParamsError: `begun` without `step`.
        """
        super().model_post_init(context)
        if not self.begun and self.step is None:
            raise ParamsError((("begun",), _FULL_STEPS))


def measure_per_unit(params: PerUnit) -> Measure:
    """Count in the unit; 0 is allowed. Times when a fact is the number."""
    if params.fact is not None:
        return TIMES
    return Measure(params.unit, ZERO, whole=params.unit in {"day", "days", "times", "item"})


def assess_per_unit(part: Part[PerUnit], incident: Incident) -> Sequence[Effect]:
    """Take or give the amount for each unit beyond `after`."""
    params = part.params
    number = incident.quantity if params.fact is None else _number(params.fact, incident)
    if params.below is not None:
        number = params.below - number
    units = max(ZERO, number - params.after)
    if params.days == "working":
        units = _working(incident, units)
    if params.step is not None:
        way = ROUND_CEILING if params.begun else ROUND_FLOOR
        units = (units / params.step).to_integral_value(way)
    units = units if params.fact is None else units * incident.quantity
    return [money(params.account, params.amount, units, params)] if units else []


def _number(fact: str, incident: Incident) -> Decimal:
    """Return a fact that is a number.

    Raises:
        RefusedError: it was not given.
    """
    number = incident.facts[fact]
    if number is None:
        raise missing_fact(Fact(fact, "number"))
    return Decimal(number)


def _working(incident: Incident, days: Decimal) -> Decimal:
    """Return how many of the last `days` days, today included, are working days."""
    ending = (incident.on - timedelta(days=back) for back in range(int(days)))
    return Decimal(sum(incident.calendar.is_working_day(day) for day in ending))


def rows_per_unit(part: Part[PerUnit]) -> Iterable[Row]:
    """One row: the amount of one unit."""
    params = part.params
    kind = direction(params.account)
    name = params.fact or params.unit
    how = "begun" if params.begun else "full"
    note = "" if params.step is None else f"each {params.step} {name} {how}"
    if params.below is not None:
        note = f"{note} below {params.below}".strip()
    per = name if params.step is None else ""
    yield Row(kind, params.account, "CNY", params.amount, params.amount, per, note)


class Loss(Limits):
    """An amount taken from a fact in money, or a percentage of it."""

    fact: FactName = Field(default="loss", description="a fact of type money")
    account: Money = "compensation"
    percent: Decimal = Field(default=Decimal(100), gt=0, le=1000)
    per: Literal["quantity", "incident"] = Field(
        default="incident", description="quantity: the share, times the quantity"
    )
    most_fact: FactName | None = Field(
        default=None, description="a fact of type money that it may not exceed, such as the value"
    )
    most_percent: Decimal | None = Field(
        default=None, gt=0, le=1000, description="with `per: quantity`: of the fact, in all"
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
    limits = (
        {} if params.most_fact is None else {params.most_fact: _number(params.most_fact, incident)}
    )
    if params.most_percent is not None:
        limits[f"{params.most_percent}%"] = amount * params.most_percent / 100
    for name, limit in limits.items():
        if total > limit:
            total = fen(limit)
            note = _FACT_MOST.of(note, total, name)
    return [within(params, Effect(params.account, "CNY", signed(params.account, total), note))]


def rows_loss(part: Part[Loss]) -> Iterable[Row]:
    """One row: open, because the fact decides."""
    params = part.params
    note = f"{params.percent}% of {params.fact}"
    if params.most_fact is not None:
        note = f"{note}, {params.most_fact} at most"
    per = "times" if params.per == "quantity" and params.most is None else ""
    least = params.least or ZERO
    yield Row(direction(params.account), params.account, "CNY", least, params.most, per, note)


class Range(Params):
    """An amount within limits that a named human sets."""

    min: Decimal = Field(ge=0, description="CNY")
    max: Decimal | None = Field(default=None, description="CNY; empty when open")
    max_fact: FactName | None = Field(
        default=None, description="a fact of type money; the lower of it and `max` is the limit"
    )
    fact: FactName | None = Field(
        default=None, description="a fact of type money: the limits are then percentages of it"
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
        for name in ("max_fact", "fact"):
            if getattr(self, name) is not None and self.unit != "CNY":
                raise ParamsError(((name,), _CNY_ONLY.of(name)))


def assess_range(part: Part[Range], incident: Incident) -> Sequence[Choice]:
    """Ask for the amount; nothing for a quantity of 0 when it counts."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else ONE
    if params.fact is not None:
        amount = incident.facts[params.fact]
        if amount is None:
            raise missing_fact(Fact(params.fact, "money"))
        times = times * amount / 100
    if not times:
        return []
    least, most = params.min * times, _most(params, incident, times)
    if params.fact is not None:
        least, most = fen(least), None if most is None else fen(most)
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
    if params.fact is not None:
        note = f"{params.min} to {params.max or '…'} % of {params.fact} {note}".strip()
        yield Row(kind, account, params.unit, ZERO, None, per, note)
        return
    yield Row(kind, account, params.unit, params.min, params.max, per, note)


class Bracket(Params):
    """One stretch of a number and what the part of it that lies in the stretch costs."""

    to: Decimal | None = Field(default=None, gt=0, description="its end; none for the last")
    percent: Decimal | None = Field(default=None, ge=0, le=1000, description="of that money")
    amount: Decimal | None = Field(default=None, ge=0, description="CNY for each unit instead")


class Brackets(Limits):
    """A number cut into stretches, each with a rate of its own; the parts add up."""

    brackets: tuple[Bracket, ...] = Field(min_length=1, max_length=50)
    fact: FactName | None = Field(
        default=None, description="a fact that is a number or money; the quantity if none"
    )
    unit: str = Field(default="times", description="the unit of the quantity")
    account: Money = "fine"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse stretches that do not ascend, and a rate that is none or two.

        Raises:
            ParamsError: every fault, with its stretch.
        """
        super().model_post_init(context)
        faults = list(_bracket_faults(self.brackets))
        if faults:
            raise ParamsError(*faults)


def _bracket_faults(
    brackets: Sequence[Bracket],
) -> Iterator[tuple[tuple[str | int, ...], Note]]:
    end = ZERO
    for index, item in enumerate(brackets):
        if (item.percent is None) == (item.amount is None):
            yield ("brackets", index), _ONE_RATE
        if item.to is None and index < len(brackets) - 1:
            yield ("brackets", index), _NO_END
        if item.to is not None and item.to <= end:
            yield ("brackets", index, "to"), _ASCEND.of(end)
        end = end if item.to is None else item.to


def measure_brackets(params: Brackets) -> Measure:
    """Count in the unit, parts of it allowed; times when a fact decides."""
    if params.fact is not None or params.unit == "times":
        return TIMES
    return Measure(params.unit, ZERO, whole=False)


def assess_brackets(part: Part[Brackets], incident: Incident) -> Sequence[Effect]:
    """Take or give what the stretches come to."""
    params = part.params
    number = incident.quantity if params.fact is None else incident.facts[params.fact]
    if number is None:
        raise missing_fact(Fact(params.fact or "", "number"))
    if not isinstance(number, Decimal) or number < 0:
        raise invalid_fact(params.fact or "", number, _AT_LEAST.of(0))
    parts = list(_parts(params.brackets, number))
    total = fen(sum((size * rate for size, rate, _ in parts), ZERO))
    if not total:
        return []
    said = " + ".join(f"{size} × {rate_text}" for size, _, rate_text in parts)
    effect = Effect(params.account, "CNY", signed(params.account, total), _CUT.of(said, total))
    return [within(params, effect)]


def _parts(brackets: Sequence[Bracket], number: Decimal) -> Iterator[tuple[Decimal, Decimal, str]]:
    """Yield the part of a number in each stretch, its rate, and how that is written."""
    begun = ZERO
    for item in brackets:
        end = number if item.to is None else min(number, item.to)
        if end > begun:
            percent, amount = item.percent, item.amount
            rate = amount if percent is None else percent / 100
            yield end - begun, rate or ZERO, f"{percent}%" if amount is None else f"{amount}"
            begun = end


def rows_brackets(part: Part[Brackets]) -> Iterable[Row]:
    """One row: open, because the number decides."""
    params = part.params
    rates = [
        f"{item.percent}%" if item.amount is None else f"{item.amount}" for item in params.brackets
    ]
    note = f"{' / '.join(rates)} of the parts of {params.fact or params.unit}"
    least = params.least or ZERO
    yield Row(direction(params.account), params.account, "CNY", least, params.most, "", note)
