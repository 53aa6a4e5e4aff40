"""A policy: its dated versions, their clauses, reactions and programmes, ready to assess.

Built by `shangfa.policies` from a document whose faults were all reported before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.days import EACH
from shangfa.domain.faults import PLUGIN_DISABLED, RefusedError, refused
from shangfa.domain.history import Ask
from shangfa.domain.incident import Report
from shangfa.domain.near import close
from shangfa.domain.people.chain import MOST_LEVELS
from shangfa.domain.policies.clause import Clause
from shangfa.domain.policies.faults import (
    AMBIGUOUS_POLICY,
    NOT_IN_FORCE,
    UNKNOWN_CLAUSE,
    UNKNOWN_POLICY,
)
from shangfa.domain.policies.kinds import Watch
from shangfa.domain.policies.lanes import (
    DEAF,
    Held,
    Kept,
    Lane,
    Looks,
    folded,
    held_on,
    lanes_of,
    matching,
)
from shangfa.domain.policies.version import NUMBERS, REMEMBERED, Plan, Version
from shangfa.domain.text import Note

DAY: Final = timedelta(1)
LAPSING: Final = frozenset({"marks", "points", "action"})
"""The accounts whose lines may have a term."""
OFFERED: Final = 5
"""Clauses that a refusal names."""
_IN_TURN: Final = 2
"""Levels from which on all who were ever above somebody are read."""
SHOWN: Final = 20
"""Letters of a title that a refusal quotes."""


@dataclass(slots=True)
class Policy:
    """A policy of a tenant: all published versions, oldest first.

    Attributes:
        reacts: whether any version has reactions, that is, whether totals matter.
        answers: whether any version answers postings one by one.
        folds: the rules that need the subject's history, in the order of their wording.
        lapses: the units that lapse in any version.
        placed: whether lines keep their places: where rules look back, and where what lapses is
            lifted by the fact it came of.
        timed: whether any rule gives by time alone.
        varies: whether spans other than those of the calendar are kept.
        asks: whether any clause asks for history.
        caps: whether any version has caps.
        levels: how many superiors of a subject may bear something. Where conditions ask for
            history, what one bears may change what he did, and so what the one above him bears.
    """

    name: str
    versions: Sequence[Version]
    reacts: bool = field(init=False)
    answers: bool = field(init=False)
    folds: tuple[Lane, ...] = field(init=False)
    lapses: frozenset[str] = field(init=False)
    placed: bool = field(init=False)
    timed: bool = field(init=False)
    varies: bool = field(init=False)
    asks: bool = field(init=False)
    caps: bool = field(init=False)
    levels: int = field(init=False)
    _grows: tuple[Lane, ...] = field(init=False)
    _starts: list[date] = field(init=False)
    _windows: dict[tuple[str, str], Kept] = field(init=False, default_factory=dict)
    _held: dict[tuple[int, str, str, str], tuple[Held, ...]] = field(
        init=False, default_factory=dict
    )
    _looks: dict[tuple[int, str, str], Looks] = field(init=False, default_factory=dict)
    _plans: dict[tuple[int, str], Plan] = field(init=False, default_factory=dict)
    _recalled: dict[tuple[str, str], bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        reactions = [item for version in self.versions for item in version.reactions]
        self.reacts = bool(reactions)
        self.answers = any(item.watch.window == EACH for item in reactions)
        self.caps = any(version.caps for version in self.versions)
        self.asks = any(True for _ in self._asked())
        self.levels = max((_level(item.watch) for item in reactions), default=0)
        if self.asks and self.levels:
            self.levels = max(self.levels, _IN_TURN)
        self._starts = [version.effective_from for version in self.versions]
        lanes = lanes_of(self.versions)
        self.folds = tuple(folded(lanes, self.versions))
        self._grows = tuple(lane for lane in lanes if lane not in self.folds)
        self.lapses = frozenset(unit for version in self.versions for unit in version.lapses)
        self.placed = bool(self.folds or self.lapses)
        self.timed = any(item.kind.timed for lane in lanes for item in lane.reactions)
        windows = [item.window for lane in lanes for item in lane.reactions if item.window]
        self.varies = any(lane.stretches[1:] for lane in self._grows) or any(
            not window.is_named for window in windows
        )

    def _asked(self) -> Iterator[Ask]:
        for version in self.versions:
            for clause in version.clauses.values():
                yield from clause.asks

    def horizon(self, day: date) -> date:
        """Return the first day whose history may matter for a fact of `day`."""
        return min((ask.within.start(day) for ask in self._asked()), default=day)

    def at(self, day: date) -> Version | None:
        """Return the version in force on a local day."""
        index = bisect_right(self._starts, day)
        return self.versions[index - 1] if index else None

    def plan(self, code: str, day: date) -> Plan:
        """Return how a clause is assessed on a local day.

        Raises:
            RefusedError: as `clause` does.
        """
        key = (bisect_right(self._starts, day), code)
        known = self._plans.get(key)
        if known is None:
            version, clause = self.clause(code, day)
            number = next(NUMBERS) if clause.is_impartial() else None
            known = self._plans[key] = Plan(version, clause, number)
        return known

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
            raise refused(NOT_IN_FORCE, "/clause", value=code, day=day)
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
        """Return the refusal that names the nearest clauses, by their titles or codes."""
        titles = {key: item.title for v in self.versions for key, item in v.clauses.items()}
        titled = [key for key, title in titles.items() if code.strip() and code in title]
        if not titled:
            wanted = close(code, titles.values(), OFFERED)
            titled = sorted(
                (key for key, title in titles.items() if title in wanted),
                key=lambda key: wanted.index(titles[key]),
            )
        codes = close(code, titles, OFFERED) or list(titles)
        found = dict.fromkeys([*titled, *(codes if not titled else ())])
        near = [_offered(key, titles[key]) for key in list(found)[:OFFERED]]
        return refused(
            UNKNOWN_CLAUSE, "/clause", value=code, policy=self.name, near="、".join(near) or "—"
        )

    def windows(self, account: str, unit: str) -> Kept:
        """Return the windows in which any version keeps a total of this counter."""
        known = self._windows.get((account, unit))
        return self._find_windows(account, unit) if known is None else known

    def _find_windows(self, account: str, unit: str) -> Kept:
        grown = matching(self._grows, account, unit)
        followed = {item.watch.window: item.window for lane in grown for item in lane.reactions}
        others = matching(self.folds, account, unit)
        kept = dict(followed)
        for item in (item for lane in others for item in lane.reactions):
            if not item.watch.weights and item.window and not item.window.back:
                kept.setdefault(item.watch.window, item.window)
        for lane in grown:
            held = held_on(lane, date.max, unit) or held_on(
                lane, lane.stretches[-1].since - DAY, unit
            )
            kept |= {item.window.text: item.window for item in (held.cuts if held else ())}
        found = Kept(
            len(followed),
            tuple(window for window in kept.values() if window),
        )
        if len(self._windows) < REMEMBERED:
            self._windows[account, unit] = found
        return found

    def looks(self, day: date, account: str, unit: str) -> Looks:
        """Return all that looks at a posting of a day on this counter; `DEAF` when nothing does."""
        key = (bisect_right(self._starts, day), account, unit)
        known = self._looks.get(key)
        if known is None:
            known = self._find_looks(day, account, unit)
            if len(self._looks) < REMEMBERED:
                self._looks[key] = known
        return known

    def _find_looks(self, day: date, account: str, unit: str) -> Looks:
        kept = self.windows(account, unit)
        version = self.at(day)
        found = Looks(
            version.watching_in(account, unit, EACH) if version else (),
            version.caps if version else (),
            tuple(
                (window, self.held(day, account, unit, window.text) if n < kept.followed else None)
                for n, window in enumerate(kept.every)
            ),
            self.recalls(account, unit),
            ACCOUNTS[account].sign,
        )
        return found if any(found[:4]) else DEAF

    def held(self, day: date, account: str, unit: str, window: str) -> tuple[Held, ...]:
        """Return the rules in force on a day that total this counter in a window."""
        index = bisect_right(self._starts, day)
        known = self._held.get((index, account, unit, window))
        if known is not None:
            return known
        lanes = matching(self._grows, account, unit)
        found = tuple(
            held
            for lane in lanes
            if (held := held_on(lane, day, unit)) and held.reaction.watch.window == window
        )
        if len(self._held) < REMEMBERED:
            self._held[index, account, unit, window] = found
        return found

    def recalls(self, account: str, unit: str) -> bool:
        """Tell whether the dated entries of this counter are needed, not only its totals."""
        if not self.folds:
            return False
        known = self._recalled.get((account, unit))
        if known is None:
            known = bool(matching(self.folds, account, unit))
            if len(self._recalled) < REMEMBERED:
                self._recalled[account, unit] = known
        return known

    def looks_back_anew(self, before: Policy) -> bool:
        """Tell whether a rule needs histories for which totals were enough before."""
        grew = {lane.key for lane in before._grows}
        return any(lane.key in grew for lane in self.folds)

    def reach(self, day: date, begun: Callable[[str], date | None]) -> date:
        """Return the first day of which the rules that look back must know the entries.

        `begun`: the name of a date attribute -> that of the subject.
        """
        if any(lane.of_supervisor for lane in self.folds):
            return date.min
        windows = [item.window for lane in self.folds for item in lane.reactions if item.window]
        spans = [window.bounds(day, begun(window.anchor)) for window in windows]
        return min((span[0] for span in spans if span), default=day)

    def last_day(
        self, day: date, account: str, unit: str, begun: Callable[[str], date | None]
    ) -> date:
        """Return the last day on which what was given on a day is in force.

        `begun`: the name of a date attribute -> that of the subject.
        """
        version = self.at(day) if account in LAPSING else None
        lapse = version.lapses.get(unit) if version else None
        if lapse is None:
            return date.max
        return lapse.last_day(day, begun(lapse.anchor) if lapse.anchor else None)


class Stopped(NamedTuple):
    """A policy that cannot be used in this process: one of its plugins cannot.

    Attributes:
        codes: of its clauses, all versions together.
        evaluates: whether it has programmes.
        plugin, why: what a refusal says.
    """

    codes: frozenset[str]
    evaluates: bool
    plugin: str
    why: Note

    def refusal(self) -> RefusedError:
        """Return the refusal of whatever needs the policy."""
        return refused(PLUGIN_DISABLED, "/policy", plugin=self.plugin, why=self.why)


class Policies(dict[str, Policy]):
    """A tenant's policies by name; to ask for one that is stopped is refused.

    Attributes:
        stopped: the policies that cannot be used, by name.
    """

    def __init__(
        self,
        usable: Mapping[str, Policy] = {},
        stopped: Mapping[str, Stopped] = {},
    ) -> None:
        super().__init__(usable)
        self.stopped = dict(stopped)

    def __missing__(self, name: str) -> Policy:
        """Refuse a stopped policy.

        Raises:
            RefusedError: `plugin_disabled`.
        """
        if name in self.stopped:
            raise self.stopped[name].refusal()
        raise KeyError(name)

    def check_reported(self, report: Report) -> None:
        """Let a report pass that falls under no stopped policy.

        Raises:
            RefusedError: `plugin_disabled`.
        """
        for name, item in self.stopped.items():
            if report.policy == name or (report.policy is None and report.clause in item.codes):
                raise item.refusal()

    def check_evaluated(self) -> None:
        """Let a month pass of which every programme can be evaluated.

        Raises:
            RefusedError: `plugin_disabled`.
        """
        for item in self.stopped.values():
            if item.evaluates:
                raise item.refusal()


def _level(watch: Watch) -> int:
    """Return how far up somebody is looked for who bears what follows, 0 when nobody else is."""
    if not watch.of_supervisor:
        return 0
    return MOST_LEVELS if watch.roles else watch.level


def _offered(code: str, title: str) -> str:
    return code if code == title else f"{code}（{title[:SHOWN]}）"


def choose(policies: Mapping[str, Policy], report: Report) -> Policy:
    """Return the policy an incident falls under.

    The one the report names; else the one that has the clause; of several, the one in
    force that day whose scope names the subjects.

    Raises:
        RefusedError: `unknown_policy`, `unknown_clause`, `ambiguous_policy`,
            `plugin_disabled`.
    """
    if isinstance(policies, Policies):
        policies.check_reported(report)
    if report.policy is not None:
        if report.policy not in policies:
            allowed = "、".join(policies) or "—"
            raise refused(UNKNOWN_POLICY, "/policy", value=report.policy, allowed=allowed)
        return policies[report.policy]
    having = [policy for policy in policies.values() if policy.has(report.clause)]
    if not having:
        names = "、".join(policies) or "—"
        every = Policy(names, [version for p in policies.values() for version in p.versions])
        raise every.unknown_clause(report.clause)
    fitting = [policy for policy in having if policy.covers(report)] if having[1:] else having
    if len(fitting) != 1:
        allowed = "、".join(policy.name for policy in having)
        raise refused(AMBIGUOUS_POLICY, "/policy", value=report.clause, allowed=allowed)
    return fitting[0]
