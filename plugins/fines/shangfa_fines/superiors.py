"""The reaction `fines.supervisor`: what a superior pays, or earns, for each of a report's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from shangfa.sdk import (
    AccountName,
    Effect,
    Field,
    Note,
    ReactionKind,
    Row,
    Rule,
    Superior,
    Watch,
    fen,
)
from shangfa_fines.money import direction

_NOTE = Note("{0}连带承担 {1}%（{2}）。", "{0} bears {1} % of it ({2}).")


class Shared(Superior):
    """A superior of the day bears a percentage: one rule for each level or position."""

    account: Literal["fine", "reward", "compensation"] = "fine"
    percent: Decimal = Field(gt=0, le=1000)
    least: Decimal = Field(default=Decimal(0), ge=0, description="CNY; less is passed over")


def watch_shared(rule: Rule[Shared]) -> Sequence[Watch]:
    """Watch what clauses give, each by itself."""
    return [rule.params.watch(rule.params.account, "CNY", converted=False)]


def derive_shared(rule: Rule[Shared], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give the percentage, to the fen."""
    params = rule.params
    share = fen(total * params.percent / 100)
    if not share or abs(total) < params.least:
        return []
    return [Effect(params.account, unit, share)]


def rows_shared(rule: Rule[Shared]) -> Iterable[Row]:
    """One row: open, because what a report is given decides."""
    params = rule.params
    note = f"{params.who().text('en')} bears {params.percent} %"
    yield Row(direction(params.account), params.account, "CNY", None, None, "", note)


def note_shared(rule: Rule[Shared]) -> Note:
    """Say why somebody else pays."""
    return _NOTE.of(rule.params.who(), rule.params.percent, rule.code)


def gives_shared(rule: Rule[Shared]) -> Sequence[tuple[AccountName, str]]:
    """Say that it is money of the same account."""
    return [(rule.params.account, "CNY")]


SHARED: ReactionKind[Any] = ReactionKind(
    "fines.supervisor",
    Shared,
    watch_shared,
    derive_shared,
    gives_shared,
    rows_shared,
    note_shared,
)
