"""A policy: its dated versions, their clauses, reactions and programmes, ready to assess.

Built by `shangfa.policies` from a document whose faults were all reported before.
"""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from shangfa.domain import words
from shangfa.domain.checks import called, check_effect
from shangfa.domain.condition import Condition
from shangfa.domain.effect import ZERO, Note
from shangfa.domain.errors import Fault, PluginFailedError, RefusedError, refused
from shangfa.domain.facts import Fact, read_facts, to_decimal
from shangfa.domain.incident import Report, Subject
from shangfa.domain.kinds import (
    TIMES,
    ClauseKind,
    Ladder,
    Measure,
    Part,
    ProgrammeKind,
    ReactionKind,
    Rule,
    Watch,
)
from shangfa.domain.window import EACH

REMEMBERED: Final = 2_000
"""How many counters and totals are remembered; their names may hold reporters' words."""
Sums = dict[tuple[str, str], Decimal]
"""(account, unit) -> quantity"""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a clause with the kind that assesses it and the condition it needs."""

    part: Part[Any]
    kind: ClauseKind[Any]
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in force.

    Attributes:
        when: the clause gives nothing unless this holds.
        steps: its parts; with `first` only the first whose condition holds counts.
        extras: parts common to many clauses, added when the clause gave something;
            an extra whose `replaces` is true stands instead of the clause's own parts.
        unrecordable: why it cannot be reported, empty when it can.
        missing: parameters the company must fill before the clause can be computed.
        shared: what it gives is split, so several subjects need shares.
    """

    code: str
    title: str
    place: str = ""
    measure: Measure = TIMES
    facts: Mapping[str, Fact] = field(default_factory=dict)
    when: Condition | None = None
    steps: tuple[Step, ...] = ()
    first: bool = False
    extras: tuple[tuple[Step, bool], ...] = ()
    unrecordable: str = ""
    missing: tuple[str, ...] = ()
    shared: bool = False

    def read(self, report: Report) -> tuple[Decimal, dict[str, Any]]:
        """Return the typed quantity and facts of a report.

        Raises:
            RefusedError: with every fault found: `not_recordable`, `incomplete_clause`,
                `shares_needed`, `invalid_quantity`, `missing_fact`, `unknown_fact`,
                `invalid_fact`.
        """
        if self.unrecordable:
            raise refused("not_recordable", "/clause", value=self.code, why=self.unrecordable)
        if self.missing:
            missing = "、".join(self.missing)
            raise refused("incomplete_clause", "/clause", value=self.code, missing=missing)
        if self.shared and report.subjects[1:] and not report.shares:
            raise refused("shares_needed", "/subjects", value=self.code)
        faults: list[Fault] = []
        try:
            number = self._read_quantity(report)
        except RefusedError as error:
            faults += error.faults
        try:
            values = read_facts(self.facts, report.facts)
        except RefusedError as error:
            faults += error.faults
        if faults:
            raise RefusedError(*faults)
        return number, values

    def _read_quantity(self, report: Report) -> Decimal:
        measure = self.measure
        try:
            number = to_decimal(report.quantity)
            if number < measure.least or (measure.whole and number != int(number)):
                raise ValueError("range")
            if report.unit not in {None, measure.unit}:
                raise ValueError("unit")
        except ValueError:
            given = f"{report.quantity} {report.unit or ''}".strip()
            values = {
                "value": given,
                "unit": words.note(measure.unit),
                "allowed": Note(*measure.allowed()),
            }
            raise refused("invalid_quantity", "/quantity", **values) from None
        return number


@dataclass(frozen=True, slots=True)
class Reaction:
    """A rule of a version with its kind and what it watches.

    Attributes:
        gives: the (account, unit) pairs it may post to; it cannot post to others, or
            nobody could say that no reaction feeds itself.
        derived: (unit, total) -> what follows from it, remembered because `derive` is
            pure and totals are mostly small.
    """

    rule: Rule[Any]
    kind: ReactionKind[Any]
    watch: Watch
    note: Note = field(init=False)
    gives: frozenset[tuple[str, str]] = field(init=False)
    derived: dict[tuple[str, Decimal], Sums] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "note", self.kind.note(self.rule))
        object.__setattr__(self, "gives", frozenset(self.kind.gives(self.rule)))

    def derive(self, unit: str, total: Decimal) -> Sums:
        """Return all that follows from a total, checked.

        Raises:
            PluginFailedError: the plugin raised or returned what it must not.
        """
        key = (unit, total)
        sums = self.derived.get(key)
        if sums is None:
            sums = self._derive(unit, total)
            if len(self.derived) < REMEMBERED:
                self.derived[key] = sums
        return sums

    def _derive(self, unit: str, total: Decimal) -> Sums:
        kind = self.kind
        sums: Sums = {}
        for effect in called(kind.name, kind.derive, self.rule, unit, total):
            checked = check_effect(effect, kind.name, self.rule.ladder.rungs)
            key = (checked.account, checked.unit)
            if key not in self.gives:
                raise PluginFailedError(kind.name, f"gives {key} and did not say so")
            sums[key] = sums.get(key, ZERO) + checked.quantity
        return sums


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of a version with its kind."""

    name: str
    rule: Rule[Any]
    kind: ProgrammeKind[Any]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a version covers; an empty dimension covers all.

    A subject whose department or position is not recorded is not shut out by it.
    `when` is a condition on attributes: outside it the policy gives nothing.
    """

    kinds: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    when: Condition | None = None

    def excludes(self, subject: Subject) -> str:
        """Return why `subject` is outside, empty when it is inside."""
        for word, allowed, actual in (
            ("kind", self.kinds, subject.kind),
            ("department", self.departments, subject.department),
            ("position", self.positions, subject.position),
        ):
            if allowed and actual is not None and actual not in allowed:
                return f"{word} {actual} ∉ {'/'.join(allowed)}"
        return ""


@dataclass(slots=True)
class Version:
    """A version of a policy, from its first local day in force."""

    number: int
    title: str
    effective_from: date
    source: str
    scope: Scope
    ladder: Ladder
    clauses: dict[str, Clause]
    reactions: tuple[Reaction, ...] = ()
    programmes: tuple[Programme, ...] = ()
    procedure: str = "default"
    rounding: str = "last"
    _watching: dict[tuple[str, str], tuple[Reaction, ...]] = field(default_factory=dict)
    _in_window: dict[tuple[str, str, str], tuple[Reaction, ...]] = field(default_factory=dict)

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


@dataclass(slots=True)
class Policy:
    """A policy of a tenant: all published versions, oldest first.

    Attributes:
        reacts: whether any version has reactions, that is, whether totals matter.
    """

    name: str
    versions: Sequence[Version]
    reacts: bool = field(init=False)
    _starts: list[date] = field(init=False)
    _windows: dict[tuple[str, str], tuple[str, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.reacts = any(version.reactions for version in self.versions)
        self._starts = [version.effective_from for version in self.versions]

    def at(self, day: date) -> Version | None:
        """Return the version in force on a local day."""
        index = bisect_right(self._starts, day)
        return self.versions[index - 1] if index else None

    def clause(self, code: str, day: date) -> tuple[Version, Clause]:
        """Return a clause and its version as in force on a local day.

        Raises:
            RefusedError: `not_in_force` when only other days know it, `unknown_clause`
                when no version does.
        """
        version = self.at(day)
        if version is not None:
            clause = version.clauses.get(code)
            if clause is not None:
                return version, clause
        if self.has(code):
            raise refused("not_in_force", "/clause", value=code, day=day)
        raise self.unknown_clause(code)

    def has(self, code: str) -> bool:
        """Tell whether any version has the clause."""
        return any(code in version.clauses for version in self.versions)

    def covers(self, report: Report) -> bool:
        """Tell whether the clause is in force that day for all subjects."""
        version = self.at(report.on)
        return (
            version is not None
            and report.clause in version.clauses
            and not any(version.scope.excludes(subject) for subject in report.subjects)
        )

    def unknown_clause(self, code: str) -> RefusedError:
        """Return the refusal that names the nearest codes."""
        known = [code for version in self.versions for code in version.clauses]
        near = difflib.get_close_matches(code, known, n=5, cutoff=0.3) or known[:5]
        return refused(
            "unknown_clause", "/clause", value=code, policy=self.name, near="、".join(near)
        )

    def windows(self, account: str, unit: str) -> tuple[str, ...]:
        """Return the windows in which any version keeps a total of this counter."""
        known = self._windows.get((account, unit))
        return self._find_windows(account, unit) if known is None else known

    def _find_windows(self, account: str, unit: str) -> tuple[str, ...]:
        names = [
            reaction.watch.window
            for version in self.versions
            for reaction in version.watching(account, unit)
            if reaction.watch.window != EACH
        ]
        found = tuple(dict.fromkeys(names))
        if len(self._windows) < REMEMBERED:
            self._windows[account, unit] = found
        return found


def choose(policies: Mapping[str, Policy], report: Report) -> Policy:
    """Return the policy an incident falls under.

    The one the report names; else the one that has the clause; of several, the one in
    force that day whose scope names the subjects.

    Raises:
        RefusedError: `unknown_policy`, `unknown_clause`, `ambiguous_policy`.
    """
    if report.policy is not None:
        if report.policy not in policies:
            allowed = "、".join(policies) or "—"
            raise refused("unknown_policy", "/policy", value=report.policy, allowed=allowed)
        return policies[report.policy]
    having = [policy for policy in policies.values() if policy.has(report.clause)]
    if not having:
        names = "、".join(policies) or "—"
        every = Policy(names, [version for p in policies.values() for version in p.versions])
        raise every.unknown_clause(report.clause)
    fitting = [policy for policy in having if policy.covers(report)] if having[1:] else having
    if len(fitting) != 1:
        allowed = "、".join(policy.name for policy in having)
        raise refused("ambiguous_policy", "/policy", value=report.clause, allowed=allowed)
    return fitting[0]


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


def _loop(start: int, feeds: Mapping[int, list[tuple[str, int]]]) -> tuple[str, ...]:
    """Return the units passed on the way from a reaction back to itself."""
    ways: list[tuple[tuple[str, ...], int]] = [((), start)]
    seen: set[int] = set()
    while ways:
        units, at = ways.pop()
        for unit, fed in feeds[at]:
            if fed == start:
                return (unit, *units, unit) if units else (unit, unit)
            if fed not in seen:
                seen.add(fed)
                ways.append(((*units, unit), fed))
    return ()
