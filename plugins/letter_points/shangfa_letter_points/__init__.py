"""Letter points: `-C1` takes one C point, `A1` gives one A point.

Letters are never netted against each other or converted; each is a unit of its own.
Source: 001_648d08a12260468c.txt, the two schemes of 乐富隆 (L180, L182).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ZERO,
    Choice,
    ClauseKind,
    Direction,
    Effect,
    Field,
    Incident,
    Note,
    Params,
    ParamsError,
    Part,
    ReactionKind,
    Row,
    Rule,
    Watch,
    Window,
    hookimpl,
)

_POINTS = Note("记 {0}{1} × {2} = {0}{3} 点", "{0}{1} × {2} = {0}{3} points")

_MAX_UNDER_MIN = Note("上限 {0} 小于下限 {1}", "max {0} lies under min {1}")


class Points(Params):
    """Points of one letter, positive to give, negative to take."""

    letter: str = Field(min_length=1, max_length=8)
    points: Decimal = Field(description="signed points for each unit of the quantity")
    per: Literal["quantity", "incident"] = "quantity"


def assess_points(part: Part[Points], incident: Incident) -> Sequence[Effect]:
    """Give or take the points, once for each unit of the quantity or once in all."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else Decimal(1)
    total = params.points * times
    note = _POINTS.of(params.letter, params.points, times, total)
    return [Effect("points", params.letter, total, note)]


def rows_points(part: Part[Points]) -> Iterable[Row]:
    """One row: the points of one unit."""
    params = part.params
    size = abs(params.points)
    per = "times" if params.per == "quantity" else ""
    yield Row(_direction(params.points), "points", params.letter, size, size, per)


class OpenPoints(Params):
    """Points of one letter within limits that a named human sets."""

    letter: str = Field(min_length=1, max_length=8)
    min: Decimal = Field(ge=0)
    max: Decimal | None = Field(default=None, description="empty when open")

    def model_post_init(self, context: Any, /) -> None:
        """Refuse limits that leave nothing.

        Raises:
            ParamsError: `min` over `max`.
        """
        del context
        if self.max is not None and self.max < self.min:
            raise ParamsError((("max",), _MAX_UNDER_MIN.of(self.max, self.min)))


def assess_choice(part: Part[OpenPoints], incident: Incident) -> Sequence[Choice]:
    """Ask for the points."""
    del incident
    params = part.params
    return [Choice("points", params.letter, params.min, params.max)]


def rows_choice(part: Part[OpenPoints]) -> Iterable[Row]:
    """One row: the limits."""
    params = part.params
    yield Row("reward", "points", params.letter, params.min, params.max)


class FromNth(Params):
    """Points for every count from the nth on, none before."""

    of: str = Field(description="the counter, as posted by a counting clause")
    nth: int = Field(ge=1)
    letter: str = Field(min_length=1, max_length=8)
    points: Decimal
    within: Window = "ever"


def watch_counter(rule: Rule[FromNth]) -> Sequence[Watch]:
    """Watch the counter in its window."""
    return [Watch("count", rule.params.of, rule.params.within)]


def derive_from_nth(rule: Rule[FromNth], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give the points for each count from the nth on."""
    del unit
    params = rule.params
    beyond = max(ZERO, total - (params.nth - 1))
    return [Effect("points", params.letter, params.points * beyond)] if beyond else []


def rows_from_nth(rule: Rule[FromNth]) -> Iterable[Row]:
    """One row: the points of one count."""
    params = rule.params
    size = abs(params.points)
    yield Row(_direction(params.points), "points", params.letter, size, size, "times")


def note_from_nth(rule: Rule[FromNth]) -> Note:
    """Say from which time on."""
    params = rule.params
    signed = f"{params.letter}{params.points}"
    return Note("自第{}次起每次记{}点。", "From time {} on, {} each.", (params.nth, signed))


def _direction(points: Decimal) -> Direction:
    return "reward" if points > 0 else "penalty"


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind("points.fixed", Points, assess_points, rows_points),
        ClauseKind("points.choice", OpenPoints, assess_choice, rows_choice),
    ]


@hookimpl
def register_reactions() -> list[ReactionKind[Any]]:
    return [
        ReactionKind(
            "points.from_nth",
            FromNth,
            watch_counter,
            derive_from_nth,
            lambda rule: [("points", rule.params.letter)],
            rows_from_nth,
            note_from_nth,
        )
    ]
