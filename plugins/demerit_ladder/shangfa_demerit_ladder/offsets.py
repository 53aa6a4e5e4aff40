"""Merit against demerit: so many of one rung cancel so many of others, as declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal

from shangfa.sdk import (
    ONE,
    Cancelled,
    Dated,
    Effect,
    Field,
    Note,
    Params,
    ParamsError,
    ReactionKind,
    Row,
    Rule,
    RungName,
    Seen,
    Watch,
    Window,
)

_CIRCLE = Note(
    "「{0}」不能既抵销又被抵销；抵销只能朝一个方向",
    "“{0}” cannot both cancel and be cancelled: an offset goes one way",
)
_NOTE = Note("功过相抵：{0}次「{1}」抵{2}次「{3}」。", "Offset: {0} × {1} for {2} × {3}.")


class Offset(Params):
    """So many merits cancel so many demerits that are in force; both are used up."""

    of: RungName = Field(description="the rung that cancels")
    cancels: tuple[RungName, ...] = Field(min_length=1, description="the rungs it may cancel")
    takes: int = Field(default=1, ge=1, description="so many of `of` at a time")
    for_: int = Field(default=1, ge=1, alias="for", description="cancel so many")
    first: Literal["oldest", "latest", "heaviest"] = "oldest"
    within: Window = Field(default="ever", description="both lie in the same span of it")
    later: bool = Field(
        default=True, description="a merit in stock also cancels what comes after it"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse a rung that would cancel itself, and windows that roll.

        Raises:
            ParamsError: saying which rung, or which windows are meant.
        """
        del context
        if self.of in self.cancels:
            raise ParamsError((("cancels",), _CIRCLE.of(self.of)))


def watch_offset(rule: Rule[Offset]) -> Sequence[Watch]:
    """Watch the rungs on both sides."""
    params = rule.params
    weights = tuple((unit, ONE) for unit in (params.of, *params.cancels))
    return [Watch("marks", params.of, params.within, weights=weights)]


@dataclass(slots=True)
class _Lot:
    """An entry with what of it is still in force."""

    entry: Dated
    left: Decimal

    def counts(self, entry: Dated) -> bool:
        return self.left > 0 and self.entry.until >= entry.day


def fold_offset(rule: Rule[Offset], seen: Seen) -> Iterator[Cancelled]:
    """Cancel at each entry what there is to cancel by then."""
    params = rule.params
    lots: list[_Lot] = []
    for _, group in groupby(seen.entries, key=lambda entry: entry.spot):
        entries = list(group)
        lots += [_Lot(entry, entry.quantity) for entry in entries if entry.quantity > 0]
        for entry in entries:
            if entry.quantity < 0:
                _reduce(lots, entry)
        for entry in entries:
            sets_off = entry.unit == params.of or params.later
            if entry.quantity > 0 and entry.day >= seen.since and sets_off:
                upto = [lot for lot in lots if lot.entry.number <= entry.number]
                yield from _offset(rule, upto, entry)


def _reduce(lots: Iterable[_Lot], entry: Dated) -> None:
    """Let what another rule cancelled be gone: it names the last day of what it cancelled."""
    left = -entry.quantity
    for lot in lots:
        if lot.entry.unit == entry.unit and lot.entry.until == entry.until:
            used = min(lot.left, left)
            lot.left, left = lot.left - used, left - used


def _offset(rule: Rule[Offset], lots: list[_Lot], entry: Dated) -> Iterator[Cancelled]:
    params = rule.params
    merits = [lot for lot in lots if lot.entry.unit == params.of and lot.counts(entry)]
    against = [lot for lot in lots if lot.entry.unit in params.cancels and lot.counts(entry)]
    sides = ((merits, Decimal(params.takes)), (_ordered(rule, against), Decimal(params.for_)))
    times = min(sum(lot.left for lot in side) // number for side, number in sides)
    for side, number in sides:
        yield from _use(side, times * number, entry)


def _ordered(rule: Rule[Offset], lots: list[_Lot]) -> list[_Lot]:
    """Return what is cancelled first at the front."""
    first, rungs = rule.params.first, rule.ladder.rungs
    if first == "heaviest":
        return sorted(lots, key=lambda lot: -rungs.index(lot.entry.unit))
    return lots[::-1] if first == "latest" else lots


def _use(lots: Iterable[_Lot], number: Decimal, entry: Dated) -> Iterator[Cancelled]:
    for lot in lots:
        used = min(lot.left, number)
        if used > 0:
            lot.left, number = lot.left - used, number - used
            yield Cancelled(entry, lot.entry, used)


def derive_nothing(rule: Rule[Any], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give nothing by totals."""
    del rule, unit, total
    return []


def rows_offset(rule: Rule[Offset]) -> Iterable[Row]:
    """One row: what is cancelled."""
    params = rule.params
    note = f"{params.takes} {params.of} for {params.for_} within {params.within}"
    yield Row("none", "marks", "/".join(params.cancels), ONE, ONE, "", note)


def note_offset(rule: Rule[Offset]) -> Note:
    """Say what cancels what."""
    params, title = rule.params, rule.ladder.title
    cancelled = Note(
        "、".join(title(rung).text("zh") for rung in params.cancels),
        ", ".join(title(rung).text("en") for rung in params.cancels),
    )
    return _NOTE.of(params.takes, title(params.of), params.for_, cancelled)


OFFSET: ReactionKind[Any] = ReactionKind(
    "ladder.offset",
    Offset,
    watch_offset,
    derive_nothing,
    lambda rule: [],
    rows_offset,
    note_offset,
    fold_offset,
    cancels=lambda rule: [(rule.params.of, unit) for unit in rule.params.cancels],
)
