"""A policy: its dated versions, their clauses, reactions and programmes, ready to assess.

Built by `shangfa.policies` from a document whose faults were all reported before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from shangfa.domain.dates.days import EACH
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.history import Ask
from shangfa.domain.incident import Report
from shangfa.domain.near import close
from shangfa.domain.policies.clause import Clause
from shangfa.domain.policies.faults import (
    AMBIGUOUS_POLICY,
    NOT_IN_FORCE,
    UNKNOWN_CLAUSE,
    UNKNOWN_POLICY,
)
from shangfa.domain.policies.version import REMEMBERED, Version

OFFERED: Final = 5
"""Clauses that a refusal names."""
SHOWN: Final = 20
"""Letters of a title that a refusal quotes."""


@dataclass(slots=True)
class Policy:
    """A policy of a tenant: all published versions, oldest first.

    Attributes:
        reacts: whether any version has reactions, that is, whether totals matter.
        answers: whether any version answers postings one by one.
        asks: whether any clause asks for history.
        caps: whether any version has caps.
    """

    name: str
    versions: Sequence[Version]
    reacts: bool = field(init=False)
    answers: bool = field(init=False)
    asks: bool = field(init=False)
    caps: bool = field(init=False)
    _starts: list[date] = field(init=False)
    _windows: dict[tuple[str, str], tuple[str, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        reactions = [item for version in self.versions for item in version.reactions]
        self.reacts = bool(reactions)
        self.answers = any(item.watch.window == EACH for item in reactions)
        self.caps = any(version.caps for version in self.versions)
        self.asks = any(True for _ in self._asked())
        self._starts = [version.effective_from for version in self.versions]

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


def _offered(code: str, title: str) -> str:
    return code if code == title else f"{code}（{title[:SHOWN]}）"


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
