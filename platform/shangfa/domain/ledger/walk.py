"""The state of a walk through the reactions of a policy, and how one of them posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.windows import Window
from shangfa.domain.frozen import by_place
from shangfa.domain.incident import People
from shangfa.domain.ledger.book import Book, Pair, When
from shangfa.domain.ledger.posting import Line, Place, Posting
from shangfa.domain.people.chain import superior
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction, Sums
from shangfa.domain.text import NOTHING_TO_SAY


@dataclass(slots=True)
class Following:
    """The state of one walk through the reactions of a policy.

    Attributes:
        touched: whose histories changed since they were last settled, and from where on.
    """

    policy: Policy
    people: People
    book: Book
    trace: list[Line]
    touched: dict[str, When] = field(default_factory=dict)

    def spans(self, windows: Iterable[Window], subject: str, day: date) -> list[str]:
        """Return the spans of a subject's day; a gap between them has none."""
        found = [self.span(window, subject, day) for window in windows]
        return list(dict.fromkeys(span for span in found if span is not None))

    def span(self, window: Window, subject: str, day: date) -> str | None:
        """Return the span a subject's day lies in, None in a gap."""
        if not window.anchor:
            return window.span(day, None)
        return window.span(day, self.people.dated(subject, window.anchor, day))

    def add(self, posting: Posting, spans: list[str], moved: Pair) -> None:
        """Add a posting to the totals that any rule looks at."""
        day, counter, book = posting.day, posting[:3], self.book
        book.add(counter, dict.fromkeys(spans) if self.policy.varies else spans, day, moved)
        if book.days is not None and moved[0].is_signed() is (ACCOUNTS[counter[1]].sign > 0):
            windows = self.policy.windows(counter[1], counter[2]).every
            book.forget(counter, day, lambda other: self.spans(windows, counter[0], other))


Where = tuple[str, date, Place]
"""Whose total it is, the day, and the place within it."""


def post(
    walk: Following, reaction: Reaction, where: Where, sums: Sums, *, joint: bool
) -> list[Posting]:
    """Return what a reaction posts for sums; the supervisor of that day may bear them."""
    if not sums:
        return []
    subject, day, place = where
    bearer: str | None = subject
    cause = "reaction" if reaction.kind.covers is None else "cap"
    if reaction.watch.of_supervisor:
        watch = reaction.watch
        bearer = None if joint else superior(walk.people, subject, day, watch.level, watch.roles)
        cause, joint = "supervisor", True
    if bearer is None:
        return []
    code, unsaid = reaction.rule.code, (NOTHING_TO_SAY, place, None, None)
    return [
        by_place(Posting, (bearer, account, unit, quantity, code, cause, day, joint, *unsaid))
        for (account, unit), quantity in sums.items()
        if quantity
    ]
