"""What is taken back of the past before it is assessed again, and what changes in the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from shangfa.db.facts import Direct
from shangfa.domain.ledger.book import Book, Entry, History
from shangfa.domain.ledger.posting import NOWHERE, Line, Place, Posting
from shangfa.domain.money import ZERO
from shangfa.domain.policies.policy import Policy
from shangfa.domain.text import NOTHING_TO_SAY
from shangfa.services.ledger.decision import ChoiceView, DeadlineView


@dataclass(slots=True)
class Change:
    """What changes of one fact: postings without their quantity -> quantity, and why.

    Attributes:
        place: of the fact, where what is posted says no other.
        choices, deadlines: those that are open now, None where they are as they were.
        noted: whether the trace says what somebody must know, though nothing moves.
    """

    direct: Direct
    day: date
    place: Place
    sums: dict[Posting, Decimal] = field(default_factory=dict)
    trace: list[Line] = field(default_factory=list)
    choices: list[ChoiceView] | None = None
    deadlines: list[DeadlineView] | None = None
    noted: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything is different."""
        is_left = self.choices is not None or self.deadlines is not None
        return is_left or self.noted or any(self.sums.values())

    def left(self) -> dict[str, Any]:
        """Return what is open now, where it is different."""
        pairs = {"choices": self.choices, "deadlines": self.deadlines}
        return {name: value for name, value in pairs.items() if value is not None}

    def add(self, postings: Iterable[Posting]) -> None:
        """Add postings."""
        for item in postings:
            place = self.place if item.place == NOWHERE else item.place
            key = item._replace(quantity=ZERO, note=NOTHING_TO_SAY, place=place)
            self.sums[key] = self.sums.get(key, ZERO) + item.quantity

    def postings(self, *, placed: bool = True) -> list[Posting]:
        """Return what is left; `placed`: with their places within the day."""
        found = [key._replace(quantity=quantity) for key, quantity in self.sums.items() if quantity]
        return found if placed else [item._replace(place=NOWHERE) for item in found]

    def owned(self, item: Posting, origin: str) -> bool:
        """Tell whether a clause gave a posting to whom it was reported of."""
        own = item.cause == "clause" and item.subject == origin
        return own and self.direct.kind == "sanction"


def forget(book: Book, postings: Iterable[Posting]) -> None:
    """Drop the days on which nothing is left, so that nobody walks over them."""
    days = book.days or {}
    for item in postings:
        series = days.get(item[:3], {})
        if item.day in series and not any(series[item.day]):
            del series[item.day]


def take(policy: Policy, history: History, item: Posting) -> None:
    """Take a posting out of a history that was read with it."""
    if item.place.by is None and not policy.recalls(item.account, item.unit):
        return
    entry = Entry(item.day, item.place, item.account, item.unit, item.clause, item.joint)
    history[entry] = history.get(entry, ZERO) + item.quantity
    if not history[entry]:
        del history[entry]


def misplaced(histories: Mapping[str, History]) -> list[Posting]:
    """Take out lines of a day that are nothing in sum; return what takes them back.

    A policy whose rules did not look back kept no places: a line that another incident's
    decision moved stands where that incident does.
    """
    found: list[Posting] = []
    for subject, history in histories.items():
        sums: dict[Entry, Decimal] = {}
        for entry, quantity in history.items():
            key = entry._replace(place=NOWHERE)
            sums[key] = sums.get(key, ZERO) + quantity
        for entry in [item for item in history if not sums[item._replace(place=NOWHERE)]]:
            what = (subject, entry.account, entry.unit, -history.pop(entry), entry.clause)
            found.append(Posting(*what, "reaction", entry.day, entry.joint, place=entry.place))
    return found


def less(
    rows: Iterable[tuple[str, str, str, date, Decimal, Decimal]], taken: Iterable[Posting]
) -> list[tuple[str, str, str, date, Decimal, Decimal]]:
    """Return the days of counters with what was taken back."""
    sums = {row[:4]: (row[4], row[5]) for row in rows}
    for item in taken:
        key = (*item[:3], item.day)
        total, own = sums.get(key, (ZERO, ZERO))
        sums[key] = (total + item.quantity, own if item.joint else own + item.quantity)
    return [(*key, *pair) for key, pair in sums.items()]
