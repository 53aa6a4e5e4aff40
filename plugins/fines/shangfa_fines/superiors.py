"""The reaction `fines.supervisor`: what a superior pays, or earns, for each of a report's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ZERO,
    AccountName,
    Effect,
    Field,
    Note,
    ParamsError,
    ReactionKind,
    Row,
    Rule,
    Superior,
    Watch,
    fen,
)
from shangfa_fines.money import direction, signed

_EACH = Note("{0}每次连带承担 {1} 元（{2}）。", "{0} bears CNY {1} each time ({2}).")
_ONE_OF = Note("恰须 percent 与 amount 之一", "exactly one of percent and amount is needed")
_WITH_AMOUNT = Note("of 须与 amount 同用，且不写 least", "of goes with amount, and without least")
_NOTE = Note("{0}连带承担 {1}%（{2}）。", "{0} bears {1} % of it ({2}).")


class Shared(Superior):
    """A superior of the day bears a percentage or a fixed amount: one rule for each of them."""

    account: Literal["fine", "reward", "compensation"] = "fine"
    percent: Decimal | None = Field(default=None, gt=0, le=1000, description="of a report's money")
    amount: Decimal | None = Field(
        default=None, gt=0, description="CNY each time instead, however much the report pays"
    )
    of: tuple[str, ...] = Field(
        default=(),
        description="with `amount`: for each of these rungs or counters of a report, in place of"
        " its money",
    )
    least: Decimal = Field(default=Decimal(0), ge=0, description="CNY; less is passed over")

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one of the two.

        Raises:
            ParamsError: both or neither, and `of` or `least` beside what they do not go with.
        """
        super().model_post_init(context)
        if (self.amount is None) == (self.percent is None):
            raise ParamsError(((), _ONE_OF))
        if self.of and (self.amount is None or self.least):
            raise ParamsError((("of",), _WITH_AMOUNT))


def watch_shared(rule: Rule[Shared]) -> Sequence[Watch]:
    """Watch what clauses give, each by itself; of rungs also what was rolled up."""
    params, rungs = rule.params, rule.ladder.rungs
    if not params.of:
        return [params.watch(params.account, "CNY", converted=False)]
    return [params.watch("marks" if unit in rungs else "count", unit) for unit in params.of]


def derive_shared(rule: Rule[Shared], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give the percentage, to the fen, or the amount: of rungs and counters, for each."""
    params = rule.params
    if abs(total) < params.least or not total:
        return []
    if params.of:
        share = signed(params.account, fen((params.amount or ZERO) * total))
    elif params.amount is not None:
        share = signed(params.account, fen(params.amount))
    else:
        share = fen(total * (params.percent or ZERO) / 100)
    return [Effect(params.account, "CNY", share)] if share else []


def rows_shared(rule: Rule[Shared]) -> Iterable[Row]:
    """One row: open where what a report is given decides."""
    params = rule.params
    if params.amount is not None:
        note = f"{params.who().text('en')} bears it for each {' / '.join(params.of)}".strip()
        size = params.amount
        yield Row(direction(params.account), params.account, "CNY", size, size, "", note)
        return
    note = f"{params.who().text('en')} bears {params.percent} %"
    yield Row(direction(params.account), params.account, "CNY", None, None, "", note)


def note_shared(rule: Rule[Shared]) -> Note:
    """Say why somebody else pays."""
    params = rule.params
    if params.amount is not None:
        return _EACH.of(params.who(), params.amount, rule.code)
    return _NOTE.of(params.who(), params.percent, rule.code)


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
