"""Between stored tallies and the engine's book: read totals, tell what moved, find the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from uuid import UUID

from shangfa.db.ledger import Spans, TallyLine, TallyMove
from shangfa.db.people import PersonOfDay
from shangfa.domain.dates.days import SPANS
from shangfa.domain.faults import PluginFailedError
from shangfa.domain.incident import People
from shangfa.domain.ledger.book import Book, Counter, Total, book_of_days
from shangfa.domain.ledger.walk import Following
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import NextStep
from shangfa.services.clock import new_id


def spans_of(policies: Iterable[Policy], day: date) -> Spans:
    """Return every span a day falls in."""
    varied = any(policy.varies for policy in policies)
    return Spans([span(day) for span in SPANS.values()], day, varied)


def book_of(lines: Iterable[TallyLine], policy_id: UUID) -> Book:
    """Return a book of stored tallies, without the days behind them."""
    totals = {
        ((line.subject, line.account, line.unit), line.span): Total(
            line.total, line.own, line.last_day
        )
        for line in lines
        if line.policy_id == policy_id
    }
    return Book(totals, days=None, histories=None)


def book_of_history(
    policy: Policy, people: People, days: Iterable[tuple[str, str, str, date, Decimal, Decimal]]
) -> Book:
    """Return a book of everything ever posted under a policy; histories are added to it."""
    kept: dict[Counter, dict[date, tuple[Decimal, Decimal]]] = {}
    for subject, account, unit, day, total, own in days:
        if policy.windows(account, unit).every:
            kept.setdefault((subject, account, unit), {})[day] = (total, own)
    walk = Following(policy, people, Book(), [])

    def spans(counter: Counter, day: date) -> list[str]:
        return walk.spans(policy.windows(*counter[1:]).every, counter[0], day)

    return book_of_days(kept, spans)


def moves(policy: Policy, book: Book, people: Mapping[str, PersonOfDay]) -> list[TallyMove]:
    """Return the tallies that moved, with their distance to the next step."""
    return [
        TallyMove(
            new_id(),
            people[counter[0]].id,
            counter[1],
            counter[2],
            span,
            total.total,
            total.own,
            total.last_day,
            gap(policy, counter, span, total),
        )
        for counter, span in sorted(book.moved)
        if (total := book.total(counter, span)) is not None
    ]


def gap(policy: Policy, counter: Counter, span: str, total: Total) -> Decimal | None:
    """Return how many more bring something, None when nothing near does."""
    steps = next_steps(policy, counter, span, total)
    return min((step.gap for step in steps), default=None)


def next_steps(policy: Policy, counter: Counter, span: str, total: Total) -> list[NextStep]:
    """Return the nearest step of every reaction that keeps its total in this span."""
    version = policy.at(total.last_day)
    found = []
    for reaction in version.watching(counter[1], counter[2]) if version else ():
        watch, window = reaction.watch, reaction.window
        if window is None or window.back or watch.weights or not window.names(span, total.last_day):
            continue
        with suppress(PluginFailedError):  # said when the total gets there, not before
            step = reaction.next_step(counter[2], total.total if watch.joint else total.own)
            found += [step] if step else []
    return found
