"""What happened to some subjects under a policy, in the order in which it counts.

A policy whose conditions ask for history is a function of the facts in their order. When a
fact becomes known late, or is taken back, those after it that ask are assessed again and
the difference is posted.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.history import REPORTED, Entry, History
from shangfa.domain.incident import People, Report, Subject
from shangfa.domain.incidents.engine import Assessment, SubjectDecision, assess
from shangfa.domain.ledger.book import Book, Lifted, Marked, last_of
from shangfa.domain.ledger.posting import Line, Posting, place_of
from shangfa.domain.ledger.reactions import react
from shangfa.domain.money import ONE, ZERO
from shangfa.domain.people.lines import read_date
from shangfa.domain.policies.policy import Policy

Key = tuple[date, datetime, str]
"""Local day, moment and id: what comes first counts first."""
MORNING: Final = datetime(1, 1, 1)  # noqa: DTZ001 - local, as moments of reports are
"""Before every moment: the place of what is known only by its day."""
LAST: Final = "~"
"""After every id: the place of what is being recorded."""


def key_of(report: Report, order: str = LAST) -> Key:
    """Return the place of a fact among the others."""
    return report.on, report.at or MORNING, order


@dataclass(slots=True)
class Recorded:
    """A fact that stands.

    Attributes:
        order: its id as text.
        direct: subject -> what its clause posted.
        handle: what its owner finds it by.
    """

    order: str
    report: Report
    direct: dict[str, list[Posting]]
    handle: Any = None

    @property
    def key(self) -> Key:
        """Its place."""
        return key_of(self.report, self.order)


class Settled(NamedTuple):
    """What changes for one subject of an earlier recorded fact: its own and what follows."""

    fact: Recorded
    subject: str
    direct: list[Posting]
    following: list[Posting]
    trace: list[Line]


@dataclass(slots=True)
class Chronicle:
    """The facts of some subjects, and what else was posted to them.

    Attributes:
        others: what followed from totals, was chosen or given by programmes.
        lifted: what counts no longer though its time is not over.
        again: (id, subject) -> a fact as it was assessed again, with what it then comes to.
    """

    policy: Policy
    facts: list[Recorded] = field(default_factory=list)
    others: list[Posting] = field(default_factory=list)
    lifted: Lifted = field(default_factory=dict)
    again: dict[tuple[str, str], tuple[Recorded, SubjectDecision]] = field(default_factory=dict)

    def past(self, report: Report, order: str = LAST) -> dict[str, History]:
        """Return what came before a fact, for each of its subjects."""
        key = key_of(report, order)
        found: dict[str, list[Entry]] = {subject.code: [] for subject in report.subjects}
        for fact in self.facts:
            if fact.key < key:
                self._tell(fact, found)
        for item in self.others:
            if item.day < report.on and item.subject in found:
                found[item.subject].append(_entry(item, order=item.place.fact))
        if self.policy.lapses:
            for subject in report.subjects:
                ended = [self._ended(item, subject) for item in found[subject.code]]
                found[subject.code] = ended
        return {code: History(tuple(entries)) for code, entries in found.items()}

    def _ended(self, item: Entry, subject: Subject) -> Entry:
        """Return an entry with the last day of its term, where it has one."""
        if item.unit not in self.policy.lapses or item.until is not None:
            return item
        attributes, unit = subject.attributes, item.unit
        last = self.policy.last_day(
            item.day, item.account, unit, lambda name: read_date(attributes.get(name))
        )
        mark = Marked(subject.code, item.order, item.account, unit)
        last = last_of(last, self.lifted.get(mark))
        return item if last == date.max else item._replace(until=last)

    def _tell(self, fact: Recorded, found: Mapping[str, list[Entry]]) -> None:
        report = fact.report
        times = self._times(report)
        for subject in report.subjects:
            entries = found.get(subject.code)
            if entries is not None and subject.code in fact.direct:
                at, clause = report.at, report.clause
                said = Entry(report.on, clause, REPORTED, clause, times, at, fact.order)
                entries.append(said._replace(facts=report.facts))
                entries += [_entry(item, at, fact.order) for item in fact.direct[subject.code]]

    def _times(self, report: Report) -> Decimal:
        """Return how often a clause was reported at once: its quantity counts when in times."""
        version = self.policy.at(report.on)
        clause = version.clauses.get(report.clause) if version else None
        if clause is None or clause.measure.unit != "times":
            return ONE
        return Decimal(report.quantity)

    def add(self, fact: Recorded) -> None:
        """Put a fact in its place."""
        insort(self.facts, fact, key=lambda item: item.key)

    def later(self, key: Key) -> Iterator[Recorded]:
        """Yield the facts after a place whose clause asks for history, in order."""
        for fact in [item for item in self.facts if item.key > key]:
            _, clause = self.policy.clause(fact.report.clause, fact.report.on)
            if clause.asks:
                yield fact

    def settle(self, key: Key, people: People, book: Book, calendar: Calendar) -> list[Settled]:
        """Assess again what comes after a place and return what changes.

        Raises:
            RefusedError: a plugin failed.
        """
        found: list[Settled] = []
        for fact in self.later(key):
            past = self.past(fact.report, fact.order)
            again = assess(self.policy, fact.report, people, Book(), calendar, past=past)
            for decision in again.decisions:
                old = fact.direct.get(decision.subject)
                if old is None:
                    continue
                self.again[fact.order, decision.subject] = fact, decision
                new = [item for item in decision.postings if item.cause == "clause"]
                if self.policy.placed:
                    place = place_of(fact.report.at, fact.order)
                    old = [item._replace(place=place) for item in old]
                changed = difference(old, new)
                if changed:
                    changed = _whole(changed, old, new) if self.policy.answers else changed
                    found.append(self._follow(fact, changed, people, book))
                    fact.direct[decision.subject] = new
        return found

    def _follow(
        self, fact: Recorded, changed: list[Posting], people: People, book: Book
    ) -> Settled:
        trace: list[Line] = []
        following = react(self.policy, people, book, changed, trace)
        self.others += following
        own = [item._replace(cause="adjustment") for item in changed]
        return Settled(fact, changed[0].subject, own, following, trace)


def difference(old: Iterable[Posting], new: Iterable[Posting]) -> list[Posting]:
    """Return what must be posted so that `new` stands instead of `old`."""
    sums: dict[tuple[Any, ...], Posting] = {}
    for sign, items in ((1, new), (-1, old)):
        for item in items:
            key = _name(item)
            was = sums[key].quantity if key in sums else ZERO
            sums[key] = item._replace(cause="clause", quantity=was + sign * item.quantity)
    return [item for item in sums.values() if item.quantity]


def _whole(
    changed: Iterable[Posting], old: Iterable[Posting], new: Iterable[Posting]
) -> list[Posting]:
    """Return what changes as what goes and what comes: each is answered by itself."""
    keys = {_name(item) for item in changed}
    gone = [item._replace(quantity=-item.quantity) for item in old if _name(item) in keys]
    return gone + [item for item in new if _name(item) in keys]


def _name(item: Posting) -> tuple[Any, ...]:
    return item.account, item.unit, item.clause, item.day, item.since, item.until


def _entry(item: Posting, at: datetime | None = None, order: str = "") -> Entry:
    _, account, unit, quantity, clause = item[:5]
    by = item.place.by
    until = date.fromisoformat(by.until) if by is not None and by.until else item.until
    of = date.fromisoformat(by.of) if by is not None and by.of else None
    return Entry(item.day, clause, account, unit, quantity, at, order, item.since, until, of)


def recorded(order: str, report: Report, found: Assessment) -> Recorded:
    """Return a fact with what its clause posted to each of its subjects."""
    direct = {
        item.subject: [posting for posting in item.postings if posting.cause == "clause"]
        for item in found.decisions
    }
    return Recorded(order, report, direct, found)


def first_key(postings: Iterable[Posting]) -> Key:
    """Return the place before which postings that count from the next day on change nothing."""
    first = min((item.day for item in postings), default=None)
    if first is None or first == date.max:
        return date.max, MORNING, LAST
    return first + timedelta(1), MORNING, ""
