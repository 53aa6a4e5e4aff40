"""In a row: so many entries of one sort, or so many periods that were good."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ONE,
    AccountName,
    Direction,
    Effect,
    Field,
    Given,
    Note,
    Params,
    ParamsError,
    ReactionKind,
    Row,
    Rule,
    Seen,
    Stretch,
    Watch,
    Window,
    stretch_of,
)
from shangfa_demerit_ladder.offsets import derive_nothing

_BREAKS = Note("「{0}」不能既计入又中断", "“{0}” cannot both count and break the row")
_LIMITS = Note("at_most 与 at_least 恰取其一", "exactly one of at_most and at_least is expected")
_RUN = Note("连续{0}次「{1}」得「{2}」。", "{0} × {1} in a row: {2}.")
_LAST = Note("最近{0}次中{1}次「{2}」得「{3}」。", "{1} × {2} among the last {0}: {3}.")
_MORE = Note("须大于 times（{0}）", "more than times ({0}) is expected")
_PERIODS = Note("连续{0}个周期达标得「{1}」。", "{0} good periods in a row: {1}.")


class Gives(Params):
    """What a row brings: a rung or an action, or money."""

    gives: str = Field(min_length=1, description="a rung or an action, or `CNY` with `amount`")
    amount: Decimal | None = Field(default=None, gt=0, description="CNY, when it is money")
    account: Literal["reward", "fine"] = "reward"

    def effect(self, rule: Rule[Any]) -> Effect:
        """Return what one row brings."""
        if self.amount is None:
            return Effect(rule.ladder.account(self.gives), self.gives, ONE)
        signed = self.amount if self.account == "reward" else -self.amount
        return Effect(self.account, "CNY", signed)


class Run(Gives):
    """So many entries of one sort in a row, broken by an entry of others.

    With `last` so many of the last entries of either sort instead: two of the last five.
    """

    of: str = Field(description="the sort: a rung, a counter or a letter")
    broken_by: tuple[str, ...] = Field(min_length=1, description="what breaks the row")
    times: int = Field(ge=2)
    last: int | None = Field(
        default=None,
        ge=3,
        le=1_000,
        description="so many entries are looked at, in place of a row that others break",
    )
    within: Window = "ever"
    watched: Literal["marks", "count", "points"] = "count"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse what would count and break at once.

        Raises:
            ParamsError: naming it, or a `last` that `times` fills.
        """
        del context
        if self.of in self.broken_by:
            raise ParamsError((("broken_by",), _BREAKS.of(self.of)))
        if self.last is not None and self.last <= self.times:
            raise ParamsError((("last",), _MORE.of(self.times)))


def watch_run(rule: Rule[Run]) -> Sequence[Watch]:
    """Watch what counts and what breaks."""
    params = rule.params
    weights = tuple((unit, ONE) for unit in (params.of, *params.broken_by))
    return [Watch(params.watched, params.of, params.within, weights=weights)]


def fold_run(rule: Rule[Run], seen: Seen) -> Iterator[Given]:
    """Give at every entry that makes a row full, and begin anew."""
    params, row = rule.params, 0
    if params.last is not None:
        yield from _among_last(rule, seen, params.last)
        return
    for entry in seen.entries:
        if entry.unit != params.of:
            row = 0
            continue
        for _ in range(int(abs(entry.quantity))):
            row += 1
            if row == params.times:
                row = 0
                yield Given(entry, params.effect(rule))


def _among_last(rule: Rule[Run], seen: Seen, last: int) -> Iterator[Given]:
    """Give at every entry that is the so-manieth of its sort among the last ones."""
    params = rule.params
    looked_at: deque[bool] = deque(maxlen=last)
    for entry in seen.entries:
        for _ in range(int(abs(entry.quantity))):
            looked_at.append(entry.unit == params.of)
            if looked_at[-1] and sum(looked_at) == params.times:
                looked_at.clear()
                yield Given(entry, params.effect(rule))


def rows_run(rule: Rule[Run]) -> Iterable[Row]:
    """One row: what comes of it."""
    params = rule.params
    how = "in a row" if params.last is None else f"of the last {params.last}"
    note = f"{params.times} {params.of} {how} within {params.within}"
    yield _row(rule, note)


def note_run(rule: Rule[Run]) -> Note:
    """Say how many make what."""
    params, title = rule.params, rule.ladder.title
    if params.last is not None:
        return _LAST.of(params.last, params.times, title(params.of), title(params.gives))
    return _RUN.of(params.times, title(params.of), title(params.gives))


class Periods(Gives):
    """So many periods in a row whose total keeps a limit, counted from the first entry on."""

    of: tuple[str, ...] = Field(min_length=1, description="rungs, counters or letters, added up")
    period: Stretch = "month"
    periods: int = Field(ge=2, le=60)
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    empty: Literal["good", "nothing", "breaks"] = Field(
        default="good",
        description="a period without an entry: good, or left out of the row, or its end",
    )
    within: Window = "ever"
    watched: Literal["marks", "count", "points"] = "count"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one limit.

        Raises:
            ParamsError: both or neither.
        """
        del context
        if (self.at_most is None) == (self.at_least is None):
            raise ParamsError(((), _LIMITS))

    def is_good(self, total: Decimal) -> bool:
        """Tell whether a period's total keeps the limit."""
        if self.at_most is not None:
            return total <= self.at_most
        return self.at_least is not None and total >= self.at_least


def watch_periods(rule: Rule[Periods]) -> Sequence[Watch]:
    """Watch what is added up."""
    params = rule.params
    weights = tuple((unit, ONE) for unit in params.of)
    return [Watch(params.watched, "+".join(params.of), params.within, weights=weights)]


_DAY = timedelta(1)


def fold_periods(rule: Rule[Periods], seen: Seen) -> Iterator[Given]:
    """Give at the end of every period that makes a row full, and begin anew."""
    params, row = rule.params, 0
    if not seen.entries:
        return
    for first, last in _ended(params, seen):
        inside = [entry for entry in seen.entries if first <= entry.day <= last]
        total = sum((entry.quantity for entry in inside), Decimal(0))
        if not inside and params.empty == "nothing":
            continue
        good = params.is_good(total) if inside else params.empty == "good"
        row = row + 1 if good else 0
        if row == params.periods:
            row = 0
            yield Given(last, params.effect(rule))


def _ended(params: Periods, seen: Seen) -> Iterator[tuple[date, date]]:
    """Return the periods that are over, from that of the first entry on, inside the span."""
    day = seen.entries[0].day
    while day < seen.as_of:
        first, last = stretch_of(params.period, day)
        if last >= seen.as_of or last > seen.last:
            return
        yield first, last
        day = last + _DAY


def rows_periods(rule: Rule[Periods]) -> Iterable[Row]:
    """One row: what comes of it."""
    params = rule.params
    limit = f"≤ {params.at_most}" if params.at_most is not None else f"≥ {params.at_least}"
    yield _row(rule, f"{params.periods} × {params.period} with {limit} in a row")


def note_periods(rule: Rule[Periods]) -> Note:
    """Say how many make what."""
    params = rule.params
    return _PERIODS.of(params.periods, rule.ladder.title(params.gives))


def _row(rule: Rule[Any], note: str) -> Row:
    effect = rule.params.effect(rule)
    direction: Direction = "reward" if effect.account == "reward" else "penalty"
    size = abs(effect.quantity)
    return Row(direction, effect.account, effect.unit, size, size, "", note)


def _gives(rule: Rule[Any]) -> Sequence[tuple[AccountName, str]]:
    effect = rule.params.effect(rule)
    return [(effect.account, effect.unit)]


RUN: ReactionKind[Any] = ReactionKind(
    "ladder.run",
    Run,
    watch_run,
    derive_nothing,
    _gives,
    rows_run,
    note_run,
    fold_run,
)
PERIODS: ReactionKind[Any] = ReactionKind(
    "ladder.in_row",
    Periods,
    watch_periods,
    derive_nothing,
    _gives,
    rows_periods,
    note_periods,
    fold_periods,
    timed=True,
)
