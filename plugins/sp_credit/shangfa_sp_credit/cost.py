"""The service cost a partner pays for a month (article 30), after reductions (25-27).

Money is CNY; an item of zero is left out; an input that is absent gives no item.
Source: 004_abb6365393d0c5c9.txt L79-L91.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from shangfa.sdk import (
    ZERO,
    Award,
    Effect,
    Field,
    Note,
    Params,
    PeriodFacts,
    Row,
    Rule,
    Start,
    TimeLimit,
    fen,
    inputs,
    invalid_input,
)
from shangfa_sp_credit.inputs import REDUCIBLE, Counters, Line, read_lines

INPUTS: Final = (
    "lines",
    "list_posted",
    "objected_at",
    "dial_score",
    "information_fee",
    "hotline",
    "sim_fees",
    "refund_costs",
)
_NUMBERS: Final = ("dial_score", "information_fee", "sim_fees", "refund_costs")
SIM: Final = "30-3-SIM"
"""The second sentence of 30-3: a code of its own, since effects of one code are summed."""
_PERCENT: Final = Decimal(100)

_TIMES = Note("{0} 件 × {1} 元 = {2} 元", "{0} × CNY {1} = CNY {2}")
_DIAL = Note(
    "信息费 {0} 元 ×（{1} − 拨测得分 {2}）% = {3} 元",
    "information fee CNY {0} × ({1} − score {2})% = CNY {3}",
)
_HOTLINE = Note("被叫付费热线月费 {0} 元", "toll-free hotline: CNY {0} for the month")
_SIM = Note("热线 SIM 卡主叫及转移费 {0} 元", "SIM calls and forwarding: CNY {0}")
_NOT_BEFORE = Note("须不早于 list_posted", "not before the list was posted (list_posted)")
_REFUNDS = Note("退费及双返 {0} 元", "refunded and double-returned: CNY {0}")


class ServiceCost(Params):
    """The rates of article 30, and how its silent places are read."""

    per_complaint: Decimal = Field(default=Decimal(500), ge=0, description="CNY each")
    liable_factor: Decimal = Field(
        default=Decimal(10), ge=0, description="an upgraded complaint the partner answers for"
    )
    full_score: Decimal = Field(default=Decimal(8), ge=0, description="dial test, points")
    hotline: Decimal = Field(default=Decimal(1000), ge=0, description="CNY a month")
    objection_days: int = Field(default=3, ge=1, le=366)
    objection_unit: Literal["days", "working_days"] = "days"
    objection_first_counts: bool = Field(
        default=False, description="the day the list is posted is day 1"
    )
    upgraded_on_lines: Literal["apart", "kept"] = Field(
        default="apart", description="whether upgraded complaints leave the ordinary ones"
    )
    not_liable: Literal["charged", "free"] = Field(
        default="charged", description="upgraded complaints the partner does not answer for"
    )
    over_full_score: Literal["nothing", "credit"] = Field(
        default="nothing", description="`credit` gives the negative amount as a reward"
    )
    counters: Counters = Counters()


class Month(NamedTuple):
    """All that is known of one partner's month; None for an input that is absent.

    Attributes:
        upgraded, liable: upgraded complaints recorded, and those of them it answers for.
        found: breaches found.
    """

    upgraded: Decimal
    liable: Decimal
    found: Decimal
    lines: list[Line] | None
    objection_in_time: bool
    dial_score: Decimal | None
    information_fee: Decimal | None
    hotline: bool
    sim_fees: Decimal
    refund_costs: Decimal


class Item(NamedTuple):
    """One line of the statement; CNY, under 0 in the partner's favour."""

    code: str
    amount: Decimal
    note: Note


def evaluate_service_cost(rule: Rule[ServiceCost], facts: PeriodFacts) -> Sequence[Award]:
    """Charge every partner its items.

    Raises:
        RefusedError: `invalid` for an input that cannot be used; `calendar_missing` when
            objections count in working days of an unknown year.
    """
    return [
        Award(partner, _effect(item), item.code)
        for partner, month in months(rule.params, facts).items()
        for charge in _ITEMS
        for item in charge(rule.params, month)
        if item.amount
    ]


def _effect(item: Item) -> Effect:
    if item.amount > 0:
        return Effect("cost", "CNY", -item.amount, item.note)
    return Effect("reward", "CNY", -item.amount, item.note)


def months(params: ServiceCost, facts: PeriodFacts) -> dict[str, Month]:
    """Return partner -> its month, with every input read before anything is charged."""
    lines = inputs.by_subject(facts, "lines", read_lines)
    in_time = objections_in_time(params, facts)
    numbers = {name: inputs.by_subject(facts, name, inputs.read_amount) for name in _NUMBERS}
    hotline = inputs.by_subject(facts, "hotline", inputs.read_flag)
    return {
        code: Month(
            *_counted(params.counters, facts, code),
            lines=lines.get(code),
            objection_in_time=code in in_time,
            dial_score=numbers["dial_score"].get(code),
            information_fee=numbers["information_fee"].get(code),
            hotline=hotline.get(code, False),
            sim_fees=numbers["sim_fees"].get(code, ZERO),
            refund_costs=numbers["refund_costs"].get(code, ZERO),
        )
        for code in (subject.code for subject in facts.subjects)
    }


def _counted(counters: Counters, facts: PeriodFacts, code: str) -> tuple[Decimal, Decimal, Decimal]:
    totals = facts.totals
    return (
        totals.get((code, "count", counters.upgraded), ZERO),
        totals.get((code, "count", counters.liable), ZERO),
        totals.get((code, "count", counters.found), ZERO),
    )


def objections_in_time(params: ServiceCost, facts: PeriodFacts) -> set[str]:
    """Return the partners that objected to the list in time (article 25).

    Raises:
        RefusedError: `invalid` for an objection before the list, or without one.
    """
    posted = inputs.by_subject(facts, "list_posted", inputs.read_date)
    objected = inputs.by_subject(facts, "objected_at", inputs.read_date)
    for code, day in objected.items():
        if code not in posted or day < posted[code]:
            raise invalid_input(f"objected_at/{code}", day, _NOT_BEFORE)
    return {
        code for code, day in objected.items() if day <= objection_due(params, posted[code], facts)
    }


def objection_due(params: ServiceCost, posted: date, facts: PeriodFacts) -> date:
    """Return the last day on which an objection is in time."""
    unit, count = params.objection_unit, params.objection_days
    limit = TimeLimit(unit, count, first_counts=params.objection_first_counts)
    return limit.due(Start(posted, None, facts.calendar))


def reduced(line: Line, month: Month) -> Decimal:
    """Return how many complaints of a line are taken off (articles 25-27)."""
    void = month.upgraded or month.found or not month.objection_in_time
    if void or line.category != REDUCIBLE or line.service == "wap":
        return ZERO
    clear, ordinary = line.objected - line.unclear, line.complaints - line.upgraded
    return min(clear, line.double_confirmed, ordinary)


def ordinary_complaints(params: ServiceCost, month: Month) -> Decimal:
    """Return the complaints charged at the simple rate.

    When upgraded complaints stay among those of the lines, only those that are on no
    line are added again.
    """
    lines = month.lines or []
    on_lines = sum((line.upgraded for line in lines), ZERO)
    left = sum((line.complaints - reduced(line, month) for line in lines), ZERO)
    extra = month.upgraded - month.liable
    if params.upgraded_on_lines == "apart":
        left -= on_lines
    else:
        extra = min(extra, max(ZERO, month.upgraded - on_lines))
    return left + (extra if params.not_liable == "charged" else ZERO)


def _complaints(params: ServiceCost, month: Month) -> Iterable[Item]:
    if month.lines is not None:
        number = ordinary_complaints(params, month)
        total = fen(number * params.per_complaint)
        note = _TIMES.of(number, params.per_complaint, total)
        yield Item("30-1a", total, note)


def _liable(params: ServiceCost, month: Month) -> Iterable[Item]:
    rate = params.per_complaint * params.liable_factor
    total = fen(month.liable * rate)
    yield Item("30-1b", total, _TIMES.of(month.liable, rate, total))


def _dial(params: ServiceCost, month: Month) -> Iterable[Item]:
    score, fee = month.dial_score, month.information_fee
    if score is None or fee is None:
        return
    total = fen(fee * (params.full_score - score) / _PERCENT)
    if total > 0 or params.over_full_score == "credit":
        yield Item("30-2", total, _DIAL.of(fee, params.full_score, score, total))


def _hotline(params: ServiceCost, month: Month) -> Iterable[Item]:
    if month.hotline:
        yield Item("30-3", params.hotline, _HOTLINE.of(params.hotline))
    yield Item(SIM, fen(month.sim_fees), _SIM.of(month.sim_fees))


def _refunds(params: ServiceCost, month: Month) -> Iterable[Item]:
    del params
    yield Item("30-4", fen(month.refund_costs), _REFUNDS.of(month.refund_costs))


_ITEMS: Final[tuple[Callable[[ServiceCost, Month], Iterable[Item]], ...]] = (
    _complaints,
    _liable,
    _dial,
    _hotline,
    _refunds,
)
"""In the order of article 30."""


def rows_service_cost(rule: Rule[ServiceCost]) -> Iterable[tuple[str, Row]]:
    """One row for each item, and one more for the open part of the hotline."""
    params = rule.params
    simple = params.per_complaint
    liable = simple * params.liable_factor
    dial = f"({params.full_score} - score)% × information_fee"
    yield "30-1a", Row("penalty", "cost", "CNY", simple, simple, "complaint")
    yield "30-1b", Row("penalty", "cost", "CNY", liable, liable, "complaint")
    yield "30-2", Row("penalty", "cost", "CNY", ZERO, None, "month", dial)
    yield "30-3", Row("penalty", "cost", "CNY", params.hotline, params.hotline, "month")
    yield "30-3", Row("penalty", "cost", "CNY", ZERO, None, "month", "sim_fees")
    yield "30-4", Row("penalty", "cost", "CNY", ZERO, None, "month", "refund_costs")
