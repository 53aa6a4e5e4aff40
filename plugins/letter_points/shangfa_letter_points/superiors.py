"""The reaction `points.supervisor`: points a superior bears for each of a report's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from shangfa.sdk import (
    AccountName,
    Direction,
    Effect,
    Field,
    Note,
    ParamsError,
    ReactionKind,
    Row,
    Rule,
    Superior,
    Watch,
)

_PERCENT = Note("{0}连带承担 {1}%（{2}）。", "{0} bears {1} % of it ({2}).")
_EACH = Note("{0}每次连带 {1} 点（{2}）。", "{0} bears {1} points each time ({2}).")
_ONE_OF = Note("恰须 percent 与 points 之一", "exactly one of percent and points is needed")
_WITH_POINTS = Note("of 须与 points 同用", "of goes with points")
_UNSIGNED = Note(
    "不写 of 时方向与下属相同，请写大于 0 的点数",
    "without of it goes the way the report's go: write points over 0",
)
_SIGNED = Note("点数不能为 0", "points of 0 are none")


class Borne(Superior):
    """A superior of the day bears points, or gets them: one rule for each level or position."""

    letter: str = Field(min_length=1, max_length=8, description="of a report, and what is borne")
    percent: Decimal | None = Field(default=None, gt=0, le=1000, description="of its points")
    points: Decimal | None = Field(
        default=None,
        description="each time instead: the way the report's go; with `of` signed as written",
    )
    of: tuple[str, ...] = Field(
        default=(), description="for each of these rungs or counters, in place of the letter"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one measure, and a sign where the report's decides.

        Raises:
            ParamsError: saying which.
        """
        super().model_post_init(context)
        if (self.points is None) == (self.percent is None):
            raise ParamsError(((), _ONE_OF))
        if self.of and self.points is None:
            raise ParamsError((("of",), _WITH_POINTS))
        if self.points is not None and not self.of and self.points <= 0:
            raise ParamsError((("points",), _UNSIGNED))
        if self.points is not None and not self.points:
            raise ParamsError((("points",), _SIGNED))


def watch_borne(rule: Rule[Borne]) -> Sequence[Watch]:
    """Watch the letter as clauses give it, or every rung and counter named."""
    params, rungs = rule.params, rule.ladder.rungs
    if not params.of:
        return [params.watch("points", params.letter, converted=False)]
    return [params.watch("marks" if unit in rungs else "count", unit) for unit in params.of]


def derive_borne(rule: Rule[Borne], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give the share or the points; the platform turns it round for points that are taken."""
    del unit
    params = rule.params
    if not total:
        return []
    if params.percent is not None:
        size = total * params.percent / 100
    else:
        size = (params.points or Decimal(0)) * (total if params.of else Decimal(1))
    return [Effect("points", params.letter, size)]


def rows_borne(rule: Rule[Borne]) -> Iterable[Row]:
    """One row: open where the report's points decide."""
    params = rule.params
    size = None if params.points is None else abs(params.points)
    note = f"{params.who().text('en')} bears it"
    if params.percent is not None:
        note = f"{params.who().text('en')} bears {params.percent} %"
    yield Row(_direction(params), "points", params.letter, size, size, "", note)


def _direction(params: Borne) -> Direction:
    return "reward" if params.of and (params.points or 0) > 0 else "penalty"


def note_borne(rule: Rule[Borne]) -> Note:
    """Say why somebody else bears it."""
    params = rule.params
    if params.percent is not None:
        return _PERCENT.of(params.who(), params.percent, rule.code)
    return _EACH.of(params.who(), params.points, rule.code)


def gives_borne(rule: Rule[Borne]) -> Sequence[tuple[AccountName, str]]:
    """One letter."""
    return [("points", rule.params.letter)]


BORNE: ReactionKind[Any] = ReactionKind(
    "points.supervisor",
    Borne,
    watch_borne,
    derive_borne,
    gives_borne,
    rows_borne,
    note_borne,
)
