"""Money: fixed amounts, amounts per unit, losses and ranges, given or taken.

Amounts in a policy are unsigned CNY; the account gives the sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ZERO,
    Choice,
    ClauseKind,
    Effect,
    FactName,
    Field,
    Incident,
    Measure,
    Note,
    Params,
    Part,
    ReactionKind,
    Row,
    Rule,
    Watch,
    fen,
    hookimpl,
)

Money = Literal["fine", "reward", "compensation", "donation", "cost", "refund", "wage"]
_TIMES = Note("{0} 元 × {1} = {2} 元", "CNY {0} × {1} = CNY {2}")
_EQUAL = Note("按金额 {0} 元的 {1}%：{2} 元", "{1}% of CNY {0}: CNY {2}")


def signed(account: Money, amount: Decimal) -> Decimal:
    """Return an unsigned amount with the sign of its account."""
    return amount if account == "reward" else -amount


def direction(account: Money) -> str:
    """Return what the catalogue calls it."""
    return "reward" if account == "reward" else "penalty"


class Fixed(Params):
    """A fixed amount for each unit of the quantity, or once for the incident."""

    amount: Decimal = Field(gt=0, description="CNY")
    account: Money = "fine"
    per: Literal["quantity", "incident"] = "quantity"


def assess_fixed(part: Part[Fixed], incident: Incident) -> Sequence[Effect]:
    """Take or give the amount."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else Decimal(1)
    total = fen(params.amount * times)
    note = _TIMES._replace(values=(params.amount, times, total))
    return [Effect(params.account, "CNY", signed(params.account, total), note)]


def rows_fixed(part: Part[Fixed]) -> Iterable[Row]:
    """One row: the amount of one unit."""
    params = part.params
    per = "times" if params.per == "quantity" else ""
    yield Row(
        direction(params.account),
        params.account,
        "CNY",
        params.amount,
        params.amount,
        per,
    )


class PerUnit(Params):
    """An amount for each unit of the quantity beyond the first few."""

    amount: Decimal = Field(gt=0, description="CNY for each unit")
    unit: str = Field(default="day", description="the unit of the quantity")
    after: Decimal = Field(default=ZERO, ge=0, description="units that cost nothing")
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
    if not units:
        return []
    total = fen(params.amount * units)
    note = _TIMES._replace(values=(params.amount, units, total))
    return [Effect(params.account, "CNY", signed(params.account, total), note)]


def _working(incident: Incident, days: Decimal) -> Decimal:
    """Return how many of the last `days` days, today included, are working days."""
    ending = (incident.on - timedelta(days=back) for back in range(int(days)))
    return Decimal(sum(incident.calendar.is_working_day(day) for day in ending))


def rows_per_unit(part: Part[PerUnit]) -> Iterable[Row]:
    """One row: the amount of one unit."""
    params = part.params
    yield Row(
        direction(params.account),
        params.account,
        "CNY",
        params.amount,
        params.amount,
        params.unit,
    )


class Loss(Params):
    """An amount taken from a fact in money, or a percentage of it."""

    fact: FactName = Field(default="loss", description="a fact of type money")
    account: Money = "compensation"
    percent: Decimal = Field(default=Decimal(100), gt=0, le=1000)


def assess_loss(part: Part[Loss], incident: Incident) -> Sequence[Effect]:
    """Take or give what the fact says; nothing for zero."""
    params = part.params
    amount = incident.facts[params.fact] or ZERO
    total = fen(amount * params.percent / 100)
    if not total:
        return []
    note = _EQUAL._replace(values=(amount, params.percent, total))
    return [Effect(params.account, "CNY", signed(params.account, total), note)]


def rows_loss(part: Part[Loss]) -> Iterable[Row]:
    """One row: open, because the fact decides."""
    params = part.params
    note = f"{params.percent}% of {params.fact}"
    yield Row(direction(params.account), params.account, "CNY", ZERO, None, "", note)


class Range(Params):
    """An amount within limits that a named human sets."""

    min: Decimal = Field(ge=0, description="CNY")
    max: Decimal | None = Field(default=None, description="CNY; empty when open")
    max_fact: FactName | None = Field(default=None, description="a fact of type money as the limit")
    account: Money = "fine"


def assess_range(part: Part[Range], incident: Incident) -> Sequence[Choice]:
    """Ask for the amount."""
    params = part.params
    most = incident.facts[params.max_fact] if params.max_fact else params.max
    return [Choice(params.account, "CNY", params.min, most)]


def rows_range(part: Part[Range]) -> Iterable[Row]:
    """One row: the limits."""
    params = part.params
    yield Row(direction(params.account), params.account, "CNY", params.min, params.max)


class PerCount(Params):
    """Money for what a counter gathers within a window."""

    of: str = Field(description="the counter, as posted by a counting clause")
    amount: Decimal = Field(gt=0, description="CNY for each count")
    after: Decimal = Field(default=ZERO, ge=0, description="counts that cost nothing")
    most: Decimal | None = Field(default=None, gt=0, description="counts paid in one window")
    within: Literal["day", "month", "quarter", "year", "ever"] = "ever"
    account: Money = "fine"


def watch_per_count(rule: Rule[PerCount]) -> Sequence[Watch]:
    """Watch the counter in its window."""
    return [Watch("count", rule.params.of, rule.params.within)]


def derive_per_count(rule: Rule[PerCount], unit: str, total: Decimal) -> Sequence[Effect]:
    """Take or give the amount for each count beyond `after`, up to `most`."""
    del unit
    params = rule.params
    counts = max(ZERO, total - params.after)
    if params.most is not None:
        counts = min(counts, params.most)
    if not counts:
        return []
    money = signed(params.account, fen(params.amount * counts))
    return [Effect(params.account, "CNY", money)]


def rows_per_count(rule: Rule[PerCount]) -> Iterable[Row]:
    """One row: the amount of one count."""
    params = rule.params
    kind, size = direction(params.account), params.amount
    yield Row(kind, params.account, "CNY", size, size, "times", f"within {params.within}")


def note_per_count(rule: Rule[PerCount]) -> Note:
    """Say what a count costs, beyond how many and up to how many."""
    params = rule.params
    words: tuple[Decimal, ...] = (params.after, params.amount)
    if params.most is None:
        return Note("超过{0}次的部分每次 {1} 元。", "CNY {1} each beyond {0}.", words)
    zh, en = (
        "超过{0}次的部分每次 {1} 元，至多{2}次。",
        "CNY {1} each beyond {0}, {2} at most.",
    )
    return Note(zh, en, (*words, params.most))


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind("fines.fixed", Fixed, assess_fixed, rows_fixed),
        ClauseKind(
            "fines.per_unit",
            PerUnit,
            assess_per_unit,
            rows_per_unit,
            measure=measure_per_unit,
        ),
        ClauseKind("fines.loss", Loss, assess_loss, rows_loss),
        ClauseKind("fines.range", Range, assess_range, rows_range),
    ]


@hookimpl
def register_reactions() -> list[ReactionKind[Any]]:
    return [
        ReactionKind(
            "fines.per_count",
            PerCount,
            watch_per_count,
            derive_per_count,
            lambda rule: [(rule.params.account, "CNY")],
            rows_per_count,
            note_per_count,
        )
    ]
