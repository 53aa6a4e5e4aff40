"""A dated version of a policy: its clauses, reactions, programmes and scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final, Literal, NamedTuple, get_args

from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.days import EACH, add_months
from shangfa.domain.dates.windows import Terms, Window, window_of
from shangfa.domain.faults import PluginFailedError
from shangfa.domain.incident import Subject
from shangfa.domain.money import ZERO
from shangfa.domain.policies.checks import called, check_effect
from shangfa.domain.policies.clause import Clause
from shangfa.domain.policies.conditions import Condition
from shangfa.domain.policies.kinds import (
    Ladder,
    ProgrammeKind,
    ReactionKind,
    Rule,
    Watch,
)
from shangfa.domain.text import Note

VersionState = Literal["draft", "published"]
VERSION_STATES: Final[tuple[str, ...]] = get_args(VersionState)
"""Whether a version can still change."""
ReplayState = Literal["waiting", "running", "done", "failed", "cancelled"]
REPLAY_STATES: Final[tuple[str, ...]] = get_args(ReplayState)
"""Where a what-if is: what a version would have done to incidents that have happened."""
REMEMBERED: Final = 2_000
"""How many counters and totals are remembered; their names may hold reporters' words."""

TRIED: Final = (*range(41), 50, 60, 80, 100, 150, 200, 300, 500, 1_000, 2_000, 5_000, 10_000)
"""Totals at which a rule is tried, to see whether it ever gives less for more."""
_WRITTEN: Final = {Decimal(total): Decimal(total) for one in TRIED for total in (one, -one)}
"""3, 3.0 and 3.00 are one total; what follows is worked out for 3, whichever is met first."""

FARTHEST: Final = 31
"""A next step farther away than this is not looked for."""

Sums = dict[tuple[str, str], Decimal]
"""(account, unit) -> quantity"""
NONE: Final[Sums] = {}
"""Nothing follows."""


class NextStep(NamedTuple):
    """The nearest change a reaction would bring.

    Attributes:
        gap: how many more of the counter.
        gives: what follows, as (account, unit, quantity).
    """

    gap: Decimal
    code: str
    title: str
    gives: tuple[tuple[str, str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Reaction:
    """A rule of a version with its kind and what it watches.

    Attributes:
        gives: the (account, unit) pairs it may post to; it cannot post to others, or
            nobody could say that no reaction feeds itself.
        derived: (unit, total) -> what follows from it, remembered because `derive` is
            pure and totals are mostly small.
        ahead: (unit, total) -> the next step from there, remembered likewise.
        terms: the tenant's, for a window of named terms.
        window: what the watch says, None when each posting is answered by itself.
    """

    rule: Rule[Any]
    kind: ReactionKind[Any]
    watch: Watch
    terms: Terms | None = field(default=None, compare=False, repr=False)
    window: Window | None = field(init=False, compare=False, repr=False)
    note: Note = field(init=False)
    gives: frozenset[tuple[str, str]] = field(init=False)
    derived: dict[tuple[str, Decimal], Sums] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    ahead: dict[tuple[str, Decimal], NextStep | None] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "note", self.kind.note(self.rule))
        object.__setattr__(self, "gives", frozenset(self.kind.gives(self.rule)))
        within = self.watch.window
        window = None if within == EACH else window_of(within, self.terms)
        object.__setattr__(self, "window", window)

    def grows(self) -> bool:
        """Tell whether its total only grows within spans that stand still, and so its gives."""
        if not self._may_grow():
            return False
        sign = ACCOUNTS[self.watch.account].sign
        before: Sums = {}
        with suppress(Exception):  # said when a total gets there, not before
            for total in TRIED:
                # not kept: most of these are never met, and every policy has many rules
                after = self._derive(self.watch.unit, Decimal(sign * total))
                if any(had and _shrinks(had, after.get(key, ZERO)) for key, had in before.items()):
                    return False
                before = after
        return True

    def _may_grow(self) -> bool:
        if self.kind.fold is not None or self.watch.weights or self.window is None:
            return False
        return self.window.back is None and ACCOUNTS[self.watch.account].sign != 0

    def covers(self, account: str, unit: str, clause: str) -> bool:
        """Tell whether a cap counts what is posted so; what it gave back itself, never."""
        covers = self.kind.covers
        own = clause == self.rule.code
        return covers is not None and not own and covers(self.rule, account, unit, clause)

    def title(self, unit: str) -> Note | str:
        """Return how an explanation names what is counted."""
        return self.rule.title or self.rule.ladder.title(unit)

    def derive(self, unit: str, total: Decimal) -> Sums:
        """Return all that follows from a total, checked.

        Raises:
            PluginFailedError: the plugin raised or returned what it must not.
        """
        key = (unit, total)
        sums = self.derived.get(key)
        if sums is None:
            if unit == self.watch.unit and self._may_grow():
                total = _WRITTEN.get(total, total)
            sums = self._derive(unit, total)
            if len(self.derived) < REMEMBERED:
                self.derived[key] = sums
        return sums

    def next_step(self, unit: str, total: Decimal) -> NextStep | None:
        """Return the nearest total above this one that brings something else, None when far.

        Raises:
            PluginFailedError: as `derive`.
        """
        key = (unit, total)
        if key in self.ahead:
            return self.ahead[key]
        step = self._next_step(unit, total)
        if len(self.ahead) < REMEMBERED:
            self.ahead[key] = step
        return step

    def _next_step(self, unit: str, total: Decimal) -> NextStep | None:
        now = self.derive(unit, total)
        for more in range(1, FARTHEST + 1):
            then = self.derive(unit, total + more)
            if then != now:
                gives = tuple((*key, then[key] - now.get(key, 0)) for key in then)
                changed = tuple(item for item in gives if item[2])
                return NextStep(Decimal(more), self.rule.code, self.rule.title, changed)
        return None

    def _derive(self, unit: str, total: Decimal) -> Sums:
        kind = self.kind
        sums: Sums = {}
        for effect in called(kind.name, kind.derive, self.rule, unit, total):
            checked = effect
            if kind.covers is None:
                checked = check_effect(effect, kind.name, self.rule.ladder.rungs)
            elif not 0 <= abs(effect.quantity) <= abs(total):
                raise PluginFailedError(kind.name, f"gives back {effect.quantity} of {total}")
            key = (checked.account, checked.unit)
            if key not in self.gives:
                raise PluginFailedError(kind.name, f"gives {key} and did not say so")
            sums[key] = sums.get(key, ZERO) + checked.quantity
        return sums


def _shrinks(before: Decimal, after: Decimal) -> bool:
    return after < before if before > 0 else after > before


@dataclass(frozen=True, slots=True)
class Lapse:
    """How long a mark or a point is in force.

    Attributes:
        months, days: so long from its day on, the last day included; 0 for not so.
        until: the window with whose end it lapses, "" for not so.
    """

    months: int = 0
    days: int = 0
    until: str = ""

    @property
    def anchor(self) -> str:
        """The date attribute of the subject that its window begins with, "" without one."""
        return window_of(self.until).anchor if self.until else ""

    def last_day(self, day: date, begun: date | None = None) -> date:
        """Return the last day on which what was given on `day` is in force."""
        if self.until:
            span = window_of(self.until).bounds(day, begun)
            return span[1] if span else date.max
        try:
            return add_months(day, self.months) if self.months else day + timedelta(self.days)
        except (ValueError, OverflowError):
            return date.max


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of a version with its kind."""

    name: str
    rule: Rule[Any]
    kind: ProgrammeKind[Any]
    missing: tuple[str, ...] = ()


_KIND = Note("对象类别 {0} 不在 {1} 之列", "the kind {0} is not among {1}")
_DEPARTMENT = Note("部门 {0} 不在 {1} 之列", "the department {0} is not among {1}")
_POSITION = Note("岗位 {0} 不在 {1} 之列", "the position {0} is not among {1}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a version covers; an empty dimension covers all.

    A subject whose department or position is not recorded is not shut out by it.
    `when` is a condition on attributes: outside it the policy gives nothing.
    `is_open`: nobody is shut out. `is_steady`: `when` asks for nothing but what the subject is.
    """

    kinds: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    when: Condition | None = None
    is_steady: bool = True
    is_open: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        named = self.kinds or self.departments or self.positions
        object.__setattr__(self, "is_open", not named)

    def excludes(self, subject: Subject) -> Note | None:
        """Return why `subject` is outside, None when it is inside."""
        kinds, departments, positions = self.kinds, self.departments, self.positions
        if kinds and subject.kind not in kinds:
            return _KIND.of(subject.kind, "、".join(kinds))
        department, position = subject.department, subject.position
        if departments and department is not None and department not in departments:
            return _DEPARTMENT.of(department, "、".join(departments))
        if positions and position is not None and position not in positions:
            return _POSITION.of(position, "、".join(positions))
        return None


@dataclass(slots=True)
class Version:
    """A version of a policy, from its first local day in force.

    Attributes:
        procedure: how its cases move unless the clause says otherwise.
        procedures: others that an incident may ask for.
    """

    number: int
    title: str
    effective_from: date
    source: str
    scope: Scope
    ladder: Ladder
    clauses: dict[str, Clause]
    reactions: tuple[Reaction, ...] = ()
    programmes: tuple[Programme, ...] = ()
    procedure: str = "immediate"
    rounding: str = "last"
    lapses: Mapping[str, Lapse] = field(default_factory=dict)
    procedures: tuple[str, ...] = ()
    caps: tuple[Reaction, ...] = field(init=False, default=())
    _watching: dict[tuple[str, str], tuple[Reaction, ...]] = field(default_factory=dict)
    _in_window: dict[tuple[str, str, str], tuple[Reaction, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.caps = tuple(item for item in self.reactions if item.kind.covers is not None)

    def watching(self, account: str, unit: str) -> tuple[Reaction, ...]:
        """Return the reactions that look at this counter."""
        key = (account, unit)
        found = self._watching.get(key)
        if found is None:
            found = tuple(r for r in self.reactions if r.watch.matches(account, unit))
            if len(self._watching) < REMEMBERED:
                self._watching[key] = found
        return found

    def watching_in(self, account: str, unit: str, window: str) -> tuple[Reaction, ...]:
        """Return those of them that keep their total in a window."""
        key = (account, unit, window)
        found = self._in_window.get(key)
        if found is None:
            every = self.watching(account, unit)
            found = tuple(item for item in every if item.watch.window == window)
            if len(self._in_window) < REMEMBERED:
                self._in_window[key] = found
        return found


class Plan(NamedTuple):
    """A clause in force.

    Attributes:
        number: what tells it apart from every other in the process, None when what it gives
            may be another each time.
    """

    version: Version
    clause: Clause
    number: int | None


NUMBERS: Final = count()
"""Of plans: none is given twice in a process."""


def circles(reactions: Iterable[Reaction]) -> tuple[str, ...]:
    """Return the units on a loop of reactions of one subject, empty when there is none.

    What a supervisor bears for a report goes no further up, so it closes no loop.
    """
    own = [reaction for reaction in reactions if not reaction.watch.of_supervisor]
    feeds = {
        index: [
            (unit, fed)
            for account, unit in sorted(reaction.gives)
            for fed, other in enumerate(own)
            if other.watch.matches(account, unit)
        ]
        for index, reaction in enumerate(own)
    }
    return next((loop for start in feeds if (loop := _loop(start, feeds))), ())


def offset_circle(reactions: Iterable[Reaction]) -> tuple[str, ...]:
    """Return the units on a way of offsets back to where it began, empty when there is none."""
    feeds: dict[str, list[tuple[str, str]]] = {}
    for reaction in reactions:
        for unit, cancelled in reaction.kind.cancels(reaction.rule):
            feeds.setdefault(unit, []).append((cancelled, cancelled))
            feeds.setdefault(cancelled, [])
    return next((loop for unit in feeds if (loop := _loop(unit, feeds))), ())


def _loop(start: Any, feeds: Mapping[Any, list[tuple[str, Any]]]) -> tuple[str, ...]:
    """Return the units passed on the way from a place back to itself."""
    ways: list[tuple[tuple[str, ...], Any]] = [((), start)]
    seen: set[Any] = set()
    while ways:
        units, at = ways.pop()
        for unit, fed in feeds[at]:
            if fed == start:
                return (unit, *units, unit) if units else (unit, unit)
            if fed not in seen:
                seen.add(fed)
                ways.append(((*units, unit), fed))
    return ()
