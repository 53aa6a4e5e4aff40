"""What superiors bear for a sanction: so many rungs less, level by level or by position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from shangfa.sdk import (
    ONE,
    AccountName,
    Effect,
    Field,
    Note,
    ReactionKind,
    Row,
    Rule,
    RungName,
    Superior,
    Watch,
)

_ONE_LESS = Note("{0}连带，减一级（{2}）。", "{0} bears one rung less ({2}).")
_LESS = Note("{0}连带，减{1}级（{2}）。", "{0} bears {1} rungs less ({2}).")
_GIVEN = Note("{0}连带（{2}）。", "{0} bears it too ({2}).")


class Supervisor(Superior):
    """A superior of the day bears less for each sanction: one rule for each level or position."""

    actions: tuple[str, ...] = Field(
        default=("dismissal",), description="actions that stand above the highest rung"
    )
    converted: bool = Field(default=True, description="rolled-up sanctions count too")
    floor: bool = Field(default=False, description="what falls below the lowest rung is that one")
    lower: int = Field(default=1, ge=0, le=20, description="so many rungs less")
    least: RungName | None = Field(
        default=None, description="lower sanctions are passed over; all when empty"
    )
    gives: RungName | None = Field(
        default=None, description="this rung whatever the sanction, in place of `lower`"
    )


def watch_supervisor(rule: Rule[Supervisor]) -> Sequence[Watch]:
    """Watch every sanction by itself."""
    params = rule.params
    sanctions: list[tuple[AccountName, str]] = [("marks", rung) for rung in rule.ladder.rungs]
    sanctions += [("action", action) for action in params.actions]
    return [
        params.watch(account, unit, converted=params.converted)
        for account, unit in sanctions
        if below(rule, unit) is not None
    ]


def below(rule: Rule[Supervisor], unit: str) -> str | None:
    """Return the rung that is borne for a rung or action, None when there is none."""
    rungs, params = rule.ladder.rungs, rule.params
    place = rungs.index(unit) if unit in rungs else len(rungs)
    if not rungs or (params.least in rungs and place < rungs.index(params.least or "")):
        return None
    if params.gives is not None:
        return params.gives
    lower = place - params.lower
    if lower < 0:
        return rungs[0] if params.floor else None
    return rungs[lower] if lower < len(rungs) else None


def derive_supervisor(rule: Rule[Supervisor], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give the rung below, as often."""
    lower = below(rule, unit)
    return [Effect("marks", lower, total)] if lower and total else []


def rows_supervisor(rule: Rule[Supervisor]) -> Iterable[Row]:
    """One row: the highest mark that is borne."""
    rungs, params = rule.ladder.rungs, rule.params
    if rungs:
        note = f"{params.who().text('en')} bears it, {params.lower} rung(s) lower"
        yield Row("penalty", "marks", params.gives or rungs[-1], ONE, ONE, "", note)


def note_supervisor(rule: Rule[Supervisor]) -> Note:
    """Say why a superior bears a mark."""
    params = rule.params
    less = _ONE_LESS if params.lower == 1 else _LESS
    note = less if params.gives is None else _GIVEN
    return note.of(params.who(), params.lower, rule.code)


def gives_supervisor(rule: Rule[Supervisor]) -> Sequence[tuple[AccountName, str]]:
    """Say that nothing but marks follows."""
    return [("marks", rung) for rung in rule.ladder.rungs]


SUPERVISOR: ReactionKind[Any] = ReactionKind(
    "ladder.supervisor",
    Supervisor,
    watch_supervisor,
    derive_supervisor,
    gives_supervisor,
    rows_supervisor,
    note_supervisor,
)
