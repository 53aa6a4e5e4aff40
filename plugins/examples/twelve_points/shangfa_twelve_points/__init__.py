"""Twelve points a year: violations take points, merits give some back until the year ends.

The year is each person's own: it begins on the anniversary of a date, the licence's say. In the
next one all begin anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from shangfa.sdk import (
    ZERO,
    ClauseKind,
    Effect,
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
    Window,
    hookimpl,
)

SDK: Final = "2.1"
TAKEN: Final = "violation_points"
GIVEN: Final = "merit_points"
TOOK: Final = Note("记 {0} 分", "{0} points")
MERIT: Final = Note("加 {0} 分，抵同一年度的记分", "{0} merit points, against this year's")
FULL: Final = Note("年度净记分每满 {0} 分：{1}", "{1} for each full {0} points of the year")


class Violation(Params):
    """Points that a violation takes."""

    points: Literal[1, 3, 6, 9, 12] = Field(description="points for the incident")


def take(part: Part[Violation], incident: Incident) -> Sequence[Effect]:
    """Take the points, however many times it was counted in the incident."""
    del incident
    points = Decimal(part.params.points)
    return [Effect("points", TAKEN, points, TOOK.of(points))]


def taken(part: Part[Violation]) -> Iterable[Row]:
    """One row: the points."""
    points = Decimal(part.params.points)
    yield Row("penalty", "points", TAKEN, points, points)


class Merit(Params):
    """Points that a merit gives for each unit, so many at most."""

    points: Decimal = Field(gt=0, le=12, description="points for each unit")
    most: Decimal = Field(default=Decimal(3), gt=0, le=12, description="points of one incident")


def give(part: Part[Merit], incident: Incident) -> Sequence[Effect]:
    """Give the points, up to the limit."""
    points = min(part.params.points * incident.quantity, part.params.most)
    return [Effect("points", GIVEN, points, MERIT.of(points))]


def given(part: Part[Merit]) -> Iterable[Row]:
    """One row: up to the limit."""
    yield Row("reward", "points", GIVEN, part.params.points, part.params.most)


class Full(Params):
    """What the net points of a year bring each time they are full."""

    at: Decimal = Field(default=Decimal(12), gt=0, description="points")
    gives: str = Field(min_length=1, max_length=80, description="an action, such as suspension")
    within: Window = Field(description="such as `year since licensed`")


def watch(rule: Rule[Full]) -> Sequence[Watch]:
    """Watch what was taken less what was given, in each person's own year."""
    weights = ((TAKEN, Decimal(1)), (GIVEN, Decimal(-1)))
    return [Watch("points", "net_points", rule.params.within, weights=weights)]


def derive(rule: Rule[Full], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give one action for each full number of points."""
    del unit
    times = total // rule.params.at if total > 0 else ZERO
    return [Effect("action", rule.params.gives, times)] if times else []


def rows(rule: Rule[Full]) -> Iterable[Row]:
    """One row: the action."""
    yield Row("penalty", "action", rule.params.gives, Decimal(1), Decimal(1))


def note(rule: Rule[Full]) -> Note:
    """Say what brings the action."""
    return FULL.of(rule.params.at, rule.ladder.title(rule.params.gives))


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind("twelve.violation", Violation, take, taken),
        ClauseKind("twelve.merit", Merit, give, given, measure=lambda params: Measure("times")),
    ]


@hookimpl
def register_reactions() -> list[ReactionKind[Any]]:
    return [
        ReactionKind(
            "twelve.full",
            Full,
            watch,
            derive,
            lambda rule: [("action", rule.params.gives)],
            rows,
            note,
        )
    ]
