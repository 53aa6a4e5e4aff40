"""Clause kinds whose amount depends on what came before: the nth time, what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ONE,
    ZERO,
    AttributeName,
    Effect,
    Fact,
    FactName,
    Field,
    Incident,
    Note,
    Params,
    ParamsError,
    Part,
    RefusedError,
    Row,
    fen,
    invalid_fact,
    missing_fact,
)
from shangfa_fines.money import Limits, Money, direction, signed, within

_NTH = Note("第{0}次：{1} 元 × {2}% = {3} 元", "time {0}: CNY {1} × {2}% = CNY {3}")
_ONE_AMOUNT = Note("恰须 amount 与 fact 之一", "exactly one of amount and fact is needed")
_ONE_FORMULA = Note("恰须 percents 与 step 之一", "exactly one of percents and step is needed")
_LEFT = Note(
    "本次 {0} 元，{1} 共 {2} 元，已用 {3} 元，余 {4} 元：取 {5} 元",
    "CNY {0} now; {1} is CNY {2}, of which {3} is used and {4} left: CNY {5}",
)
_OF_OWN = Note("{0} {1} 元的 {2}% × {3} = {4} 元", "{2}% of {0}, CNY {1}, × {3} = CNY {4}")
_COUNT = Note("不小于 1 的整数", "a whole number of 1 or more")
_OWN = Note("金额（元）", "an amount in CNY")


class Nth(Params):
    """An amount of which the nth time takes its own percentage."""

    by: FactName = Field(description="which time it is, as `history` answers it")
    amount: Decimal | None = Field(default=None, gt=0, description="CNY")
    fact: FactName | None = Field(default=None, description="a fact of type money instead")
    percents: tuple[Decimal, ...] = Field(
        default=(), description="of the first time, the second, …; the last one holds on"
    )
    start: Decimal = Field(default=Decimal(100), ge=0, description="percent of the first time")
    step: Decimal | None = Field(default=None, description="percent more with every time")
    most: Decimal | None = Field(default=None, ge=0, description="percent at most")
    account: Money = "fine"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one amount and one formula.

        Raises:
            ParamsError: both or neither.
        """
        del context
        if (self.amount is None) == (self.fact is None):
            raise ParamsError(((), _ONE_AMOUNT))
        if bool(self.percents) == (self.step is not None):
            raise ParamsError(((), _ONE_FORMULA))

    def percent(self, nth: int) -> Decimal:
        """Return the percentage of the nth time."""
        if self.percents:
            return self.percents[min(nth, len(self.percents)) - 1]
        grown = max(ZERO, self.start + (self.step or ZERO) * (nth - 1))
        return grown if self.most is None else min(grown, self.most)


def assess_nth(part: Part[Nth], incident: Incident) -> Sequence[Effect]:
    """Take or give the percentage of the time this is."""
    params = part.params
    nth = incident.facts[params.by]
    if not isinstance(nth, Decimal) or nth < 1 or nth != nth.to_integral_value():
        raise invalid_fact(params.by, nth, _COUNT)
    amount = _amount(params, incident)
    percent = params.percent(int(nth))
    total = fen(amount * percent / 100)
    if not amount or not percent:
        return []
    note = _NTH.of(nth, amount, percent, total)
    return [Effect(params.account, "CNY", signed(params.account, total), note)]


def _amount(params: Nth, incident: Incident) -> Decimal:
    if params.fact is None:
        return params.amount or ZERO
    amount = incident.facts[params.fact]
    if amount is None:
        raise missing_fact(Fact(params.fact, "money"))
    return Decimal(amount)


def rows_nth(part: Part[Nth]) -> Iterable[Row]:
    """One row: the least and the most."""
    params = part.params
    said = [*params.percents] or [params.start]
    note = f"percent of {params.by}: {'/'.join(map(str, said))}"
    if params.step is not None:
        note += f" + {params.step} each"
    account, kind = params.account, direction(params.account)
    if params.amount is None or (params.step is not None and params.most is None):
        yield Row(kind, account, "CNY", ZERO, None, "", note)
        return
    shares = [*said, *(() if params.most is None else (params.most,))]
    amounts = [fen(params.amount * share / 100) for share in shares]
    yield Row(kind, account, "CNY", min(amounts), max(amounts), "", note)


class FromOwn(Params):
    """An amount taken until a named amount of one's own is used up."""

    amount: Decimal | None = Field(default=None, gt=0, description="CNY")
    fact: FactName | None = Field(default=None, description="a fact of type money instead")
    own: AttributeName = Field(description="a number among the subject's attributes: CNY")
    used: FactName = Field(description="what of it is used, as `history` answers it with sum")
    per: Literal["quantity", "incident"] = "incident"
    account: Money = "fine"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one amount.

        Raises:
            ParamsError: both or neither.
        """
        del context
        if (self.amount is None) == (self.fact is None):
            raise ParamsError(((), _ONE_AMOUNT))


def assess_from_own(part: Part[FromOwn], incident: Incident) -> Sequence[Effect]:
    """Take the amount, or what is left; 0.00 with its arithmetic when nothing is."""
    params = part.params
    own = _own(incident.subject.attributes.get(params.own), params.own)
    used = incident.facts[params.used] or ZERO
    times = incident.quantity if params.per == "quantity" else ONE
    asked = incident.facts[params.fact] if params.fact else params.amount
    amount = fen((asked or ZERO) * times)
    left = max(ZERO, own - used)
    taken = min(amount, fen(left))
    note = _LEFT.of(amount, params.own, own, used, left, taken)
    return [Effect(params.account, "CNY", signed(params.account, taken), note)] if amount else []


def _own(value: Any, name: str) -> Decimal:
    try:
        return Decimal(Fact(name, "money").read(value))
    except RefusedError:
        raise invalid_fact(f"subject.{name}", value, _OWN) from None


def rows_from_own(part: Part[FromOwn]) -> Iterable[Row]:
    """One row: from nothing to the amount."""
    params = part.params
    per = "times" if params.per == "quantity" else ""
    note = f"until {params.own} is used up"
    yield Row(direction(params.account), params.account, "CNY", ZERO, params.amount, per, note)


class OwnShare(Limits):
    """A percentage of a named amount of one's own, such as the pay of a position."""

    own: AttributeName = Field(description="a number among the subject's attributes: CNY")
    percent: Decimal = Field(gt=0, le=1000)
    per: Literal["quantity", "incident"] = "quantity"
    account: Money = "fine"


def assess_own_share(part: Part[OwnShare], incident: Incident) -> Sequence[Effect]:
    """Take or give the percentage of what the attribute says that day."""
    params = part.params
    own = _own(incident.subject.attributes.get(params.own), params.own)
    times = incident.quantity if params.per == "quantity" else ONE
    total = fen(own * params.percent * times / 100)
    note = _OF_OWN.of(params.own, own, params.percent, times, total)
    effect = Effect(params.account, "CNY", signed(params.account, total), note)
    return [within(params, effect)] if own and times else []


def rows_own_share(part: Part[OwnShare]) -> Iterable[Row]:
    """One row: open, because the attribute decides."""
    params = part.params
    per = "times" if params.per == "quantity" and params.most is None else ""
    least, note = params.least or ZERO, f"{params.percent}% of {params.own}"
    yield Row(direction(params.account), params.account, "CNY", least, params.most, per, note)
