"""Reactions: roll-ups, repeats under the same cause, the supervisor one rung lower."""

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
    Params,
    ReactionKind,
    Row,
    Rule,
    RungName,
    Watch,
    Window,
    hookimpl,
)
from shangfa_demerit_ladder.offsets import OFFSET
from shangfa_demerit_ladder.streaks import PERIODS, RUN
from shangfa_demerit_ladder.superiors import SUPERVISOR

_SET = Note("每满{0}次「{1}」得「{2}」一次。", "Every {0} × {1} make one {2}.")
_SET_ONCE = Note("满{0}次「{1}」得「{2}」，限一次。", "{0} × {1} make {2}, once.")


class RollUp(Params):
    """So many of one thing within a window make one of another."""

    of: str = Field(description="a rung, or a counter of a counting clause")
    every: Decimal = Field(gt=0)
    after: Decimal = Field(default=Decimal(0), ge=0, description="counts that give nothing")
    within: Window
    gives: str = Field(description="a rung, an action, or a counter when `counts` is true")
    once: bool = Field(default=False, description="at most one in a window")
    joint: bool = Field(default=True, description="marks borne for a report count too")
    counts: bool = Field(default=False, description="gives a count for another reaction")


def _account(rule: Rule[Any], unit: str) -> AccountName:
    return "marks" if unit in rule.ladder.rungs else "count"


def watch_roll_up(rule: Rule[RollUp]) -> Sequence[Watch]:
    """Watch the rung or the counter in its window."""
    params = rule.params
    return [Watch(_account(rule, params.of), params.of, params.within, params.joint)]


def given_account(rule: Rule[RollUp]) -> AccountName:
    """Return the account `gives` is posted to."""
    return "count" if rule.params.counts else rule.ladder.account(rule.params.gives)


def derive_roll_up(rule: Rule[RollUp], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give one for every full set."""
    del unit
    params = rule.params
    beyond = total - params.after
    sets = beyond // params.every if beyond > 0 else Decimal(0)
    number = min(ONE, sets) if params.once else sets
    return [Effect(given_account(rule), params.gives, number)] if number else []


def rows_roll_up(rule: Rule[RollUp]) -> Iterable[Row]:
    """One row: one mark or action for each full set."""
    params = rule.params
    if not params.counts:
        beyond = f" beyond {params.after}" if params.after else ""
        note = f"every {params.every} {params.of}{beyond} within {params.within}"
        yield Row("penalty", given_account(rule), params.gives, ONE, ONE, "", note)


def note_roll_up(rule: Rule[RollUp]) -> Note:
    """Say how many make one."""
    params = rule.params
    titles = (rule.ladder.title(params.of), rule.ladder.title(params.gives))
    note = _SET_ONCE if params.once else _SET
    if params.after:
        note = Note("超过{3}次后" + note.zh, "Beyond {3}: " + note.en)
    return note.of(params.every, *titles, params.after)


class Repeat(Params):
    """The nth time under the same cause opens or brings something.

    Causes are counted by `ladder.mark` clauses that set `cause`.
    """

    of: tuple[RungName, ...] = Field(min_length=1, description="rungs whose causes are watched")
    nth: int = Field(default=2, ge=2)
    within: Window = "ever"
    gives: str
    each: bool = Field(default=False, description="again for every further time")


def watch_repeat(rule: Rule[Repeat]) -> Sequence[Watch]:
    """Watch every cause of the rungs, each with a total of its own."""
    return [Watch("count", f"same:{rung}:*", rule.params.within) for rung in rule.params.of]


def derive_repeat(rule: Rule[Repeat], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give one at the nth time, or one for each time from the nth on."""
    del unit
    params = rule.params
    beyond = total - (params.nth - 1)
    if beyond <= 0:
        return []
    number = beyond if params.each else ONE
    return [Effect(rule.ladder.account(params.gives), params.gives, number)]


def rows_repeat(rule: Rule[Repeat]) -> Iterable[Row]:
    """One row: one mark or action."""
    params = rule.params
    note = f"time {params.nth} under the same cause"
    yield Row("penalty", rule.ladder.account(params.gives), params.gives, ONE, ONE, "", note)


def note_repeat(rule: Rule[Repeat]) -> Note:
    """Say which time brings what."""
    params = rule.params
    words = (params.nth, rule.ladder.title(params.gives))
    return Note("同一事由第{0}次：「{1}」。", "Time {0} under the same cause: {1}.", words)


@hookimpl
def register_reactions() -> list[ReactionKind[Any]]:
    return [
        ReactionKind(
            "ladder.roll_up",
            RollUp,
            watch_roll_up,
            derive_roll_up,
            lambda rule: [(given_account(rule), rule.params.gives)],
            rows_roll_up,
            note_roll_up,
        ),
        ReactionKind(
            "ladder.repeat",
            Repeat,
            watch_repeat,
            derive_repeat,
            lambda rule: [(rule.ladder.account(rule.params.gives), rule.params.gives)],
            rows_repeat,
            note_repeat,
        ),
        SUPERVISOR,
        OFFSET,
        RUN,
        PERIODS,
    ]
