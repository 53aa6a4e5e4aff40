"""Points that expire: each counts for 90 days from its own day, and steps follow from the sum.

How long they count is written in the policy: `within: 90 days` for the steps, `lapses` for what is
shown as in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from shangfa.sdk import (
    ClauseKind,
    Effect,
    FactName,
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

SDK: Final = "2.1"
UNIT: Final = "rolling_points"
NOTE: Final = Note("记 {0} 分", "{0} points")
HALVED: Final = Note("事先告知，减半记 {0} 分", "told beforehand: half, {0} points")
STEPS: Final = Note("{0} 内累计：{1}", "the sum within {0}: {1}")
BARE: Final = Note("至少一步，分值大于 0", "one step at least, each over 0 points")


class Absence(Params):
    """Points for an absence, half of them when it was told beforehand."""

    points: Decimal = Field(gt=0, le=100, description="points for each unit")
    told: FactName | None = Field(default=None, description="a fact: it was told beforehand")


def assess(part: Part[Absence], incident: Incident) -> Sequence[Effect]:
    """Give the points."""
    points = part.params.points * incident.quantity
    if part.params.told is not None and incident.facts.get(part.params.told) is True:
        return [Effect("points", UNIT, points / 2, HALVED.of(points / 2))]
    return [Effect("points", UNIT, points, NOTE.of(points))]


def rows(part: Part[Absence]) -> Iterable[Row]:
    """One row: half of the points up to all, for one unit."""
    points = part.params.points
    yield Row(
        "penalty", "points", UNIT, points / 2 if part.params.told else points, points, "times"
    )


class Steps(Params):
    """Which mark follows at which sum; each is reached once for as long as the sum stays there."""

    steps: Mapping[str, Decimal] = Field(min_length=1, description="rung -> points")
    within: Window = "90 days"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse steps that begin at nothing.

        Raises:
            ParamsError: at the step.
        """
        del context
        bad = [(("steps", name), BARE) for name, at in self.steps.items() if at <= 0]
        if bad:
            raise ParamsError(*bad)


def watch(rule: Rule[Steps]) -> Sequence[Watch]:
    """Watch what is not older than the window."""
    return [Watch("points", UNIT, rule.params.within)]


def derive(rule: Rule[Steps], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give each mark whose step is reached."""
    del unit
    reached = [rung for rung, at in rule.params.steps.items() if total >= at]
    return [Effect(rule.ladder.account(rung), rung, Decimal(1)) for rung in reached]


def gives(rule: Rule[Steps]) -> Sequence[tuple[Any, str]]:
    """Every rung of the steps."""
    return [(rule.ladder.account(rung), rung) for rung in rule.params.steps]


def steps(rule: Rule[Steps]) -> Iterable[Row]:
    """A row for each step."""
    for rung in rule.params.steps:
        yield Row("penalty", rule.ladder.account(rung), rung, Decimal(1), Decimal(1))


def note(rule: Rule[Steps]) -> Note:
    """Say which sums bring what."""
    said = "、".join(f"{at} {rung}" for rung, at in rule.params.steps.items())
    return STEPS.of(rule.params.within, said)


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [ClauseKind("rolling.absence", Absence, assess, rows)]


@hookimpl
def register_reactions() -> list[ReactionKind[Any]]:
    return [ReactionKind("rolling.steps", Steps, watch, derive, gives, steps, note)]
