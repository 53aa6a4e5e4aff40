"""Clause kinds for pay and bonuses forgone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from shangfa.sdk import (
    ONE,
    TIMES,
    ZERO,
    Award,
    Effect,
    Field,
    Incident,
    Measure,
    Note,
    Params,
    Part,
    PeriodFacts,
    Row,
    Rule,
    fen,
    inputs,
    invalid_input,
)
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
    """A percentage of a named bonus forgone, once for the incident or for each unit of it."""

    percent: Decimal = Field(default=Decimal(100), gt=0, le=100)
    which: str = Field(min_length=1, description="which bonus, such as 全年奖金")
    per: Literal["quantity", "incident"] = Field(
        default="incident", description="quantity: for each unit, the whole bonus at most"
    )


def assess_bonus(part: Part[Bonus], incident: Incident) -> Sequence[Effect]:
    """Take the percentage."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else ONE
    percent = min(Decimal(100), params.percent * times)
    if not percent:
        return []
    return [Effect("bonus", "percent", -percent, _BONUS.of(params.which, percent))]


def rows_bonus(part: Part[Bonus]) -> Iterable[Row]:
    """One row: the percentage."""
    params = part.params
    percent = params.percent
    per = "times" if params.per == "quantity" else ""
    yield Row("penalty", "bonus", "percent", percent, percent, per, params.which)


class MonthWage(Params):
    """A percentage of the subject's own wage of the month, posted in wages."""

    percent: Decimal = Field(gt=0, le=100)
    per: Literal["quantity", "incident"] = "incident"


_MONTH_WAGE = Note("本人月工资的 {0}% × {1}", "{0}% × {1} of the own month's wage")


def assess_month_wage(part: Part[MonthWage], incident: Incident) -> Sequence[Effect]:
    """Take the share; it becomes money when the month's wages are known."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else ONE
    note = _MONTH_WAGE.of(params.percent, times)
    return [Effect("wage", "wage", -params.percent * times / 100, note)] if times else []


def rows_month_wage(part: Part[MonthWage]) -> Iterable[Row]:
    """One row: the share of one wage."""
    params = part.params
    share = params.percent / 100
    per = "times" if params.per == "quantity" else ""
    yield Row("penalty", "wage", "wage", share, share, per, f"{params.percent}% of the own wage")


class WageInMoney(Params):
    """At the end of a month, its shares of wages become money."""


_IN_MONEY = Note("月工资 {0} 元 × {1} = {2} 元", "month's wage CNY {0} × {1} = CNY {2}")
_NO_WAGE = Note(
    "{0} 有按月工资计的扣款，请给出其当月工资",
    "{0} owes shares of the month's wage; hand the wage in",
)


def evaluate_wage_in_money(rule: Rule[WageInMoney], facts: PeriodFacts) -> Sequence[Award]:
    """Take from each subject the money that its shares of the wage come to."""
    del rule
    wages = inputs.by_subject(facts, "month_wages", inputs.read_amount)
    owed: list[tuple[str, Decimal]] = []
    for subject in facts.subjects:
        share = facts.totals.get((subject.code, "wage", "wage"), ZERO)
        if share:
            owed.append((subject.code, share))
    return [_in_money(code, share, wages) for code, share in owed]


def _in_money(code: str, share: Decimal, wages: dict[str, Decimal]) -> Award:
    if code not in wages:
        raise invalid_input("month_wages", code, _NO_WAGE.of(code))
    amount = fen(wages[code] * share)
    note = _IN_MONEY.of(wages[code], -share, -amount)
    return Award(code, Effect("wage", "CNY", amount, note))


def rows_wage_in_money(rule: Rule[WageInMoney]) -> Iterable[tuple[str, Row]]:
    """One row: open, because wages decide."""
    yield rule.code, Row("penalty", "wage", "CNY", ZERO, None, "", "shares of the month's wage")
