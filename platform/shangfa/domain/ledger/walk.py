"""The state of a walk through the reactions of a policy, and how one of them posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.windows import Window
from shangfa.domain.incident import People
from shangfa.domain.ledger.book import Book, When
from shangfa.domain.ledger.posting import Line, Place, Posting
from shangfa.domain.money import ZERO
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction, Sums


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
        found = [window.span(day, self.begun(subject, window, day)) for window in windows]
        return list(dict.fromkeys(span for span in found if span is not None))

    def add(self, posting: Posting) -> None:
        """Add a posting to the totals that any rule looks at."""
        windows = self.policy.windows(posting.account, posting.unit).every
        if not windows:
            return
        subject, day, counter = posting.subject, posting.day, posting[:3]
        moved = posting.quantity, ZERO if posting.joint else posting.quantity
        self.book.add(counter, self.spans(windows, subject, day), day, moved)
        if posting.quantity.is_signed() is (ACCOUNTS[posting.account].sign > 0):
            self.book.forget(counter, day, lambda other: self.spans(windows, subject, other))

    def begun(self, subject: str, window: Window, day: date) -> date | None:
        """Return the day a window of the subject is anchored at, None without one."""
        return self.people.dated(subject, window.anchor, day) if window.anchor else None


Where = tuple[str, date, Place]
"""Whose total it is, the day, and the place within it."""


def post(
    walk: Following, reaction: Reaction, where: Where, sums: Sums, *, joint: bool
) -> list[Posting]:
    """Return what a reaction posts for sums; the supervisor of that day may bear them."""
    subject, day, place = where
    bearer: str | None = subject
    cause = "reaction"
    if reaction.watch.of_supervisor:
        bearer, cause = (None if joint else walk.people.supervisor(subject, day)), "supervisor"
        joint = True
    if bearer is None:
        return []
    code = reaction.rule.code
    return [
        Posting(bearer, account, unit, quantity, code, cause, day, joint, place=place)
        for (account, unit), quantity in sums.items()
        if quantity
    ]
