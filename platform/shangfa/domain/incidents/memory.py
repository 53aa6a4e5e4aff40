"""A tenant in memory: what its facts give, with no database at hand.

Cases of policies run in it, plugins are tried in it, and a stored tenant is proven
against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import refused
from shangfa.domain.incident import People, Report
from shangfa.domain.incidents.chronicle import Chronicle, Key, first_key, recorded
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.incidents.faults import NOT_LIFTABLE
from shangfa.domain.ledger.book import Book, Marked
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.ledger.reactions import react, time_passes
from shangfa.domain.money import ZERO
from shangfa.domain.people.lines import Lines
from shangfa.domain.policies.policy import LAPSING, Policy, choose


class Balance(NamedTuple):
    """What a sum of postings is kept by."""

    policy: str
    subject: str
    account: str
    unit: str
    clause: str
    day: date
    joint: bool


@dataclass(slots=True)
class Memory:
    """Policies, reporting lines, and all that was recorded.

    Attributes:
        people: who reports to whom.
        books: policy -> its totals, with the days unless one without is put there before.
        ledgers: policy -> every posting in the order of recording; None to keep the sums
            alone, as for a tenant with a long history.
        sums: what the postings add up to, zeros included.
        number: of the last incident recorded without an id of its own.
        chronicles: policy -> its facts in their order, for those that ask for history.
        lifted: what counts no longer though its time is not over.
        adjusted: what the last report changed of facts after it.
    """

    policies: Mapping[str, Policy]
    calendar: Calendar
    people: People = field(default_factory=Lines)
    books: dict[str, Book] = field(default_factory=dict)
    ledgers: dict[str, list[Posting]] | None = field(default_factory=dict)
    sums: dict[Balance, Decimal] = field(default_factory=dict)
    number: int = 0
    chronicles: dict[str, Chronicle] = field(default_factory=dict)
    lifted: dict[Marked, date] = field(default_factory=dict)
    adjusted: list[Posting] = field(default_factory=list)

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return the supervisor of that day."""
        return self.people.supervisor(subject, day)

    def record(self, report: Report) -> Assessment:
        """Record an incident and return what follows.

        Raises:
            RefusedError: as the platform refuses it.
            BackdatedError: a book was put there without its days and they are needed.
        """
        policy = choose(self.policies, report)
        self.adjusted = []
        if not report.id:
            self.number += 1
            report = replace(report, id=f"{self.number:09}")
        if policy.timed:
            self.pass_time(policy.name, [item.code for item in report.subjects], report.on)
        book = self.book(policy.name)
        if not policy.asks:
            found = assess(policy, report, self.people, book, self.calendar)
            self._post(policy.name, found.postings)
            return found
        return self._record_asked(policy, report, book)

    def record_lifted(self, report: Report, units: Mapping[str, date]) -> Assessment:
        """Record an incident of which some units are lifted, each from a day on.

        Raises:
            RefusedError: as the platform refuses it; `not_liftable` for what has no term.
        """
        policy = choose(self.policies, report)
        self.number += 1
        report = replace(report, id=f"{self.number:09}")
        for unit, day in units.items():
            if unit not in policy.lapses:
                allowed = "、".join(sorted(policy.lapses)) or "–"
                raise refused(NOT_LIFTABLE, "/lifted", value=unit, day=day, allowed=allowed)
            for subject in report.subjects:
                for account in LAPSING:
                    self.lifted[Marked(subject.code, report.id, account, unit)] = day
        return self.record(report)

    def _record_asked(self, policy: Policy, report: Report, book: Book) -> Assessment:
        chronicle = self._chronicle(policy)
        past = chronicle.past(report)
        found = assess(policy, report, self.people, book, self.calendar, past=past)
        fact = recorded(report.id, report, found)
        chronicle.add(fact)
        self._post(policy.name, found.postings)
        chronicle.others += [item for item in found.postings if item.cause != "clause"]
        self.adjusted = self._settle(chronicle, fact.key)
        return found

    def _chronicle(self, policy: Policy) -> Chronicle:
        return self.chronicles.setdefault(policy.name, Chronicle(policy, lifted=self.lifted))

    def _settle(self, chronicle: Chronicle, key: Key) -> list[Posting]:
        book = self.book(chronicle.policy.name)
        changes = chronicle.settle(key, self.people, book, self.calendar)
        changed = [item for change in changes for item in (*change.direct, *change.following)]
        self._post(chronicle.policy.name, changed)
        return changed

    def follow(self, policy: str, *decided: Posting) -> list[Posting]:
        """Take postings as facts: post them and what follows, and return all of it."""
        trace: list[Line] = []
        chosen, book = self.policies[policy], self.book(policy)
        postings = [*decided, *react(chosen, self.people, book, decided, trace)]
        self._post(policy, postings)
        if chosen.asks:
            chronicle = self._chronicle(chosen)
            chronicle.others += postings
            postings += self._settle(chronicle, first_key(decided))
        return postings

    def reverse(self, assessment: Assessment) -> list[Posting]:
        """Undo an incident: negate what it posted itself, and let the rest follow."""
        policy = self.policies[assessment.policy]
        if policy.asks:
            return self._reverse_asked(policy, assessment)
        direct = [
            posting._replace(quantity=-posting.quantity)
            for posting in assessment.postings
            if posting.cause == "clause"
        ]
        return self.follow(assessment.policy, *direct)

    def pass_time(self, policy: str, subjects: Iterable[str], day: date) -> list[Posting]:
        """Post what follows by time alone before a day begins, and return it."""
        book, found = self.book(policy), list[Posting]()
        since, book.as_of = book.as_of, max(book.as_of, day)
        for subject in sorted({*subjects, *(book.histories or ())}):
            found += time_passes(self.policies[policy], self.people, book, subject, since)
        self._post(policy, found)
        return found

    def _reverse_asked(self, policy: Policy, assessment: Assessment) -> list[Posting]:
        chronicle = self._chronicle(policy)
        (fact,) = [item for item in chronicle.facts if item.handle is assessment]
        chronicle.facts.remove(fact)
        back = [
            item._replace(quantity=-item.quantity) for own in fact.direct.values() for item in own
        ]
        trace: list[Line] = []
        following = react(policy, self.people, self.book(policy.name), back, trace)
        chronicle.others += following
        self._post(policy.name, [*back, *following])
        return [*back, *following, *self._settle(chronicle, fact.key)]

    def balances(self) -> dict[Balance, Decimal]:
        """Return what the ledgers add up to, without what adds up to nothing."""
        return {key: quantity for key, quantity in self.sums.items() if quantity}

    def book(self, policy: str) -> Book:
        """Return the totals of a policy."""
        known = self.books.get(policy)
        if known is None:
            known = self.books[policy] = Book(lifted=self.lifted)
        return known

    def _post(self, policy: str, postings: Iterable[Posting]) -> None:
        for item in postings:
            where = (item.subject, item.account, item.unit, item.clause, item.day, item.joint)
            key = Balance(policy, *where)
            self.sums[key] = self.sums.get(key, ZERO) + item.quantity
            if self.ledgers is not None:
                self.ledgers.setdefault(policy, []).append(item)
