"""What a tenant's facts come to, one after the other: the same for whoever computes anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from shangfa.db.facts import Direct, Happened
from shangfa.domain.faults import PluginFailedError, RefusedError
from shangfa.domain.incident import Report
from shangfa.domain.incidents.chronicle import Chronicle, Recorded
from shangfa.domain.incidents.engine import SubjectDecision, assess
from shangfa.domain.ledger.book import Book, Lifted
from shangfa.domain.ledger.posting import NOWHERE, Line, Posting
from shangfa.domain.ledger.reactions import react_in_turn
from shangfa.domain.policies.policy import Policy
from shangfa.services.ledger.anew.cast import Cast
from shangfa.services.ledger.decision import said_of
from shangfa.services.ledger.places import of_fact
from shangfa.services.tenancy.ready import ReadyTenant


@dataclass(slots=True)
class Stage:
    """A tenant as it is known, with a book for each policy and what has happened so far.

    Attributes:
        as_of: what follows by time alone is told for the days before this one.
        chronicles: of the policies whose conditions ask for history.
        refusals: how often a policy no longer took what was reported.
        lifted: what counts no longer though its time is not over.
    """

    tenant: ReadyTenant
    cast: Cast
    as_of: date
    books: dict[str, Book] = field(default_factory=dict)
    chronicles: dict[str, Chronicle] = field(default_factory=dict)
    refusals: int = 0
    lifted: Lifted = field(default_factory=dict)

    def policy(self, item: Happened | Direct) -> Policy:
        """Return the policy that a fact falls under."""
        return self.tenant.policies[self.tenant.policy_name(item.policy_id)]

    def book(self, policy: Policy) -> Book:
        """Return the totals of a policy."""
        known = self.books.get(policy.name)
        if known is None:
            known = self.books[policy.name] = self._book()
        return known

    def _book(self) -> Book:
        return Book(as_of=self.as_of, lifted=self.lifted)

    def chronicle(self, policy: Policy) -> Chronicle:
        """Return what has happened under a policy."""
        known = self.chronicles.get(policy.name)
        if known is None:
            known = self.chronicles[policy.name] = Chronicle(policy, lifted=self.lifted)
        return known

    def happen(self, item: Happened, report: Report | None = None) -> list[SubjectDecision | None]:
        """Return what follows for each part of an incident, None for one that does not stand.

        Nothing follows where the policy no longer takes it; the trace says why. `report`: the
        incident as it is assessed, where it is known already.

        Raises:
            PluginFailedError: a plugin failed.
        """
        policy = self.policy(item)
        report = report or self.cast.report(item, policy.name, self.tenant.zone)
        found: Sequence[SubjectDecision | None]
        if item.is_whole:
            found = self._assess(policy, report, self.book(policy))
        else:
            found = [self._part(policy, item, index) for index in range(len(item.parts))]
        if policy.asks:
            self._remember(policy, item, report, found)
        return list(found)

    def _part(self, policy: Policy, item: Happened, index: int) -> SubjectDecision | None:
        """Return what follows from what is left of an incident for one subject."""
        part = item.parts[index]
        if not part.stands:
            return None
        report = self.cast.report(item, policy.name, self.tenant.zone, part.varied)
        decision = self._assess(policy, report, self._book())[index]
        direct = [posting for posting in decision.postings if posting.cause == "clause"]
        decision.postings = [*direct, *self.follow(policy, direct, decision.trace)]
        return decision

    def _assess(self, policy: Policy, report: Report, book: Book) -> list[SubjectDecision]:
        calendar = self.tenant.calendar
        try:
            if policy.asks:
                past = self.chronicle(policy).past(report, report.id)
                found = assess(policy, report, self.cast, book, calendar, past=past)
            else:
                found = assess(policy, report, self.cast, book, calendar)
        except PluginFailedError:
            raise
        except RefusedError as error:
            self.refusals += 1
            why = said_of(error, report.clause)
            return [SubjectDecision(subject.code, trace=list(why)) for subject in report.subjects]
        for decision in found.decisions:
            decision.trace.insert(0, found.cited)
        return found.decisions

    def _remember(
        self,
        policy: Policy,
        item: Happened,
        report: Report,
        found: Iterable[SubjectDecision | None],
    ) -> None:
        """Keep a fact for those after it that ask: apart each part that an appeal varied."""
        chronicle = self.chronicle(policy)
        direct: dict[str, list[Posting]] = {}
        for decision, part in zip(found, item.parts, strict=True):
            if decision is None:
                continue
            own = [one for one in decision.postings if one.cause == "clause"]
            chronicle.others += [one for one in decision.postings if one.cause != "clause"]
            if part.varied is None:
                direct[decision.subject] = own
                continue
            varied = self.cast.report(item, policy.name, self.tenant.zone, part.varied)
            chronicle.add(Recorded(report.id, varied, {decision.subject: own}))
        if direct:
            chronicle.add(Recorded(report.id, report, direct))

    def posting(self, item: Direct) -> Posting:
        """Return what a decision posted by itself, at its place."""
        assert item.posting is not None  # noqa: S101 - narrows for mypy
        place = NOWHERE
        if self.policy(item).placed:
            place = of_fact(item.incident_id, item.at, self.tenant.zone)
        return Posting(*item.posting, place=place)

    def decide(self, item: Direct) -> list[Posting]:
        """Return what a human or a programme decided, with all that follows from it.

        It counts for conditions from the next day on.
        """
        policy, direct = self.policy(item), self.posting(item)
        found = [direct, *self.follow(policy, [direct], [])]
        if policy.asks:
            self.chronicle(policy).others += found
        return found

    def follow(
        self, policy: Policy, postings: Sequence[Posting], trace: list[Line]
    ) -> list[Posting]:
        """Return what follows from postings, and count them."""
        (more,) = react_in_turn(policy, self.cast, self.book(policy), [(postings, trace)])
        return more
