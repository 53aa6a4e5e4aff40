"""What conditions ask of a subject's own history: read, and held against what is posted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from shangfa.documents.plain import Path_, words_in
from shangfa.documents.policy.rules import COUNT, Rules
from shangfa.documents.policy.shape import ClauseDoc, HistoryDoc, OfDoc, PartDoc, WithinDoc
from shangfa.domain.dates.windows import WindowError
from shangfa.domain.faults import DUPLICATE, INVALID
from shangfa.domain.history import ALWAYS, REPORTED, Ask, Within
from shangfa.domain.near import close
from shangfa.domain.policies.facts import Fact
from shangfa.domain.policies.faults import (
    CIRCULAR_CONDITION,
    TERM_BEYOND_HORIZON,
    UNKNOWN_CLAUSE,
    UNKNOWN_COUNTER,
)
from shangfa.domain.policies.policy import LAPSING
from shangfa.domain.policies.version import Lapse, Reaction
from shangfa.domain.text import Note

SAME: Final = frozenset({"text", "choice", "date"})
"""Types of facts that may be compared with those of earlier reports."""
_SAME_CLAUSE = Note(
    "same 只与 of: clause（条款的登记）同用", "same goes with `of: clause` alone, with reports"
)
_SAME = Note(
    "须为本条 text、choice 或 date 类型的事实：{0}",
    "a fact of the clause of type text, choice or date is expected: {0}",
)
Unit = tuple[str, str]
"""account, unit"""
_FIRST: Final = date(2027, 1, 1)
_TRIED: Final = 731
"""Days of two years, the latter a leap year."""
_ACCOUNTS: Final = {"counter": COUNT, "rung": "marks", "action": "action", "letter": "points"}


class Looking(NamedTuple):
    """A condition that asks for a unit, and the parts that stand under it."""

    path: Path_
    asked: Unit
    parts: tuple[Path_, ...]


@dataclass(slots=True)
class Asking(Rules):
    """A document whose questions to history are read.

    Attributes:
        questions: all that is asked, with its place.
        looking: every condition that looks at what is posted.
    """

    questions: list[tuple[Ask, Path_]] = field(default_factory=list)
    looking: list[Looking] = field(default_factory=list)

    def asks_of(
        self, docs: Mapping[str, HistoryDoc], facts: Mapping[str, Fact], code: str, path: Path_
    ) -> dict[str, Ask]:
        """Return the questions declared at `path` by a clause, or for one by a common part."""
        found: dict[str, Ask] = {}
        for name, doc in docs.items():
            where = (*path, "history", name)
            if name in facts:
                self.fault(where, DUPLICATE, value=name)
            if self.name_is_free(name, where):
                account, unit = _unit(doc.of, code)
                within = self._within(doc.within, (*where, "within"))
                self._check_same(doc, account, facts, where)
                found[name] = Ask(name, doc.ask, account, (unit,), within, doc.zh, doc.same)
                self.questions.append((found[name], where))
        return found

    def _check_same(
        self, doc: HistoryDoc, account: str, facts: Mapping[str, Fact], path: Path_
    ) -> None:
        """Refuse to compare what only reports say with what was posted, and what is measured."""
        said = [name for name, fact in facts.items() if fact.type in SAME]
        for number, name in enumerate(doc.same):
            where = (*path, "same", number)
            if account != REPORTED:
                self.fault(where, INVALID, value=name, why=_SAME_CLAUSE)
            elif name not in said:
                allowed = "、".join(close(name, said) or said) or "—"
                self.fault(where, INVALID, value=name, why=_SAME.of(allowed))

    def _within(self, doc: WithinDoc, path: Path_) -> Within:
        try:
            within = Within(doc.window, doc.days, doc.months, self.kinds.terms)
        except WindowError as error:
            self.fault(path, INVALID, value=doc.window, why=error.why)
            return ALWAYS
        self.check_anchor(within.frame, path)
        return within

    def look(
        self, doc: ClauseDoc, asks: Mapping[str, Ask], parts: Iterable[tuple[PartDoc, Path_]]
    ) -> None:
        """Keep which of a clause's conditions look at what is posted."""
        placed = list(parts)
        for part, path in placed:
            self._look(part.when, asks, (*path, "when"), (path,))
        if placed:
            paths = tuple(path for _, path in placed)
            self._look(doc.when, asks, (*paths[0][:2], "when"), paths)

    def _look(
        self, when: object, asks: Mapping[str, Ask], path: Path_, parts: tuple[Path_, ...]
    ) -> None:
        for name in words_in(when) & asks.keys():
            ask = asks[name]
            if ask.account != REPORTED:
                self.looking += [Looking(path, (ask.account, unit), parts) for unit in ask.units]

    def check_asked(
        self,
        codes: Iterable[str],
        reactions: Iterable[Reaction],
        lapses: Mapping[str, Lapse],
    ) -> None:
        """Refuse what is asked for and never posted, and conditions on their own consequence."""
        known = list(codes)
        self._check_lapsing(lapses)
        for ask, path in self.questions:
            for unit in ask.units:
                if ask.account == REPORTED:
                    self._check_clause(unit, known, path)
                elif not self.is_posted(ask.account, unit):
                    near = self.nearest_posted(ask.account, unit)
                    self.fault((*path, "of"), UNKNOWN_COUNTER, value=unit, allowed=near)
            self._check_horizon(ask, path, lapses)
        leads = _ways(reactions)
        for looking in self.looking:
            way = self._way_back(looking, leads)
            if way:
                self.fault(looking.path, CIRCULAR_CONDITION, value=" → ".join(way))

    def _check_lapsing(self, units: Iterable[str]) -> None:
        """Refuse a term of what is never posted: it would be misspelt."""
        for unit in units:
            if not any(self.is_posted(account, unit) for account in LAPSING):
                near = [self.nearest_posted(account, unit) for account in sorted(LAPSING)]
                allowed = "、".join(item for item in near if item != "—") or "—"
                self.fault(("lapses", unit), UNKNOWN_COUNTER, value=unit, allowed=allowed)

    def _check_horizon(self, ask: Ask, path: Path_, lapses: Mapping[str, Lapse]) -> None:
        """Refuse to look for what is in force in less than its term."""
        if ask.what != "in_force" or ask.within == ALWAYS or ask.account not in LAPSING:
            return
        for unit in (unit for unit in ask.units if unit in lapses):
            if not all(ask.within.holds(*term) for term in _terms(lapses[unit])):
                within = ask.within.said().text("en")
                self.fault((*path, "within"), TERM_BEYOND_HORIZON, value=unit, within=within)

    def _check_clause(self, code: str, known: list[str], path: Path_) -> None:
        if code not in known:
            near = "、".join(close(code, known) or known[:5])
            values = {"value": code, "policy": self.doc.policy, "near": near}
            self.fault((*path, "of"), UNKNOWN_CLAUSE, **values)

    def _way_back(self, looking: Looking, leads: Iterable[tuple[Reaction, Unit]]) -> list[str]:
        """Return the units on the way from a condition's parts to what it asks for."""
        ways = [[unit] for path in looking.parts for unit in self.given_at.get(path, ())]
        seen: set[Unit] = set()
        known = list(leads)
        for way in ways:
            at = way[-1]
            if at == looking.asked:
                return [unit for _, unit in way]
            if at not in seen:
                seen.add(at)
                ways += [[*way, to] for reaction, to in known if reaction.watch.matches(*at)]
        return []


def _terms(lapse: Lapse) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of terms, one that begins on each day of some years."""
    for number in range(0 if lapse.anchor else _TRIED):
        day = _FIRST + timedelta(number)
        yield day, lapse.last_day(day)


def _unit(of: OfDoc, code: str) -> Unit:
    if of.itself or of.clause:
        return REPORTED, of.clause or code
    if of.money:
        return of.money, "CNY"
    name = next(name for name in _ACCOUNTS if getattr(of, name))
    return _ACCOUNTS[name], getattr(of, name)


def _ways(reactions: Iterable[Reaction]) -> list[tuple[Reaction, Unit]]:
    """Return what reactions of one's own lead to; what a supervisor bears is not one's own."""
    return [
        (item, given)
        for item in reactions
        if not item.watch.of_supervisor
        for given in sorted(item.gives)
    ]
