"""Running totals of one policy's counters, by subject and span, and the days behind them.

A total is kept twice: with and without what was taken over from a report (`own`), so
that joint marks can count for their bearer and still not travel further up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from shangfa.domain.ledger.posting import Place
from shangfa.domain.money import ZERO


class Total(NamedTuple):
    """A counter's total in one span.

    Attributes:
        total: all that counts.
        own: without joint marks.
        last_day: no posting lies after it.
    """

    total: Decimal = ZERO
    own: Decimal = ZERO
    last_day: date = date.min


class Day(NamedTuple):
    """What one day adds to a counter."""

    day: date
    total: Decimal
    own: Decimal


NOTHING = Total()
Pair = tuple[Decimal, Decimal]
"""A total with and without joint marks."""
Move = tuple[Pair, Pair]
"""A total before and after."""
Counter = tuple[str, str, str]
"""subject, account, unit"""


class Entry(NamedTuple):
    """A line of a subject's history; what stands at one place adds up."""

    day: date
    place: Place
    account: str
    unit: str
    clause: str
    joint: bool

    @property
    def when(self) -> When:
        """Where it stands among all entries."""
        return self.day, self.place.order

    @property
    def counts_from(self) -> date:
        """The day a window must hold for it to count: of what it cancels, else its own."""
        by = self.place.by
        return date.fromisoformat(by.of) if by is not None and by.of else self.day


class Marked(NamedTuple):
    """What somebody has of one fact in one unit: what can be lifted."""

    subject: str
    fact: str
    account: str
    unit: str


Lifted = Mapping[Marked, date]
"""What was lifted before its time -> the first day on which it counts no longer."""
When = tuple[date, tuple[str, str, int]]
"""A day and a place within it."""
History = dict[Entry, Decimal]
Series = list[Day]
"""The days of a span on which a counter moved, oldest first."""


@dataclass(slots=True)
class Book:
    """Totals that the engine reads and moves.

    Attributes:
        totals: (counter, span) -> total before the incident; moved as it is assessed.
        days: counter -> day -> (total, own). Only needed when something lies later than
            the incident; None when the totals say nothing does.
        moved: the keys of `totals` that changed.
        histories: subject -> the entries that some rule recalls, as far back as any rule
            looks; None when they were not read.
        as_of: what follows by time alone is told for the days before this one.
        lifted: what counts no longer though its time is not over.
    """

    totals: dict[tuple[Counter, str], Total] = field(default_factory=dict)
    days: dict[Counter, dict[date, tuple[Decimal, Decimal]]] | None = field(default_factory=dict)
    moved: set[tuple[Counter, str]] = field(default_factory=set)
    histories: dict[str, History] | None = field(default_factory=dict)
    as_of: date = date.min
    lifted: Lifted = field(default_factory=dict)

    def total(self, counter: Counter, span: str) -> Total:
        """Return the total of a counter in a span."""
        return self.totals.get((counter, span), NOTHING)

    def series(self, counter: Counter, is_inside: Callable[[date], bool]) -> Series:
        """Return the days of a span on which the counter moved.

        Raises:
            BackdatedError: the book was given without its days.
        """
        if self.days is None:
            raise BackdatedError
        known = self.days.get(counter, {})
        days = [day for day in sorted(known) if any(known[day]) and is_inside(day)]
        return [Day(day, *known[day]) for day in days]

    def add(
        self, counter: Counter, spans: Iterable[str], day: date, moved: tuple[Decimal, Decimal]
    ) -> None:
        """Add (total, own) to a counter on a day."""
        for span in spans:
            key = (counter, span)
            before = self.totals.get(key, NOTHING)
            self.totals[key] = Total(
                before.total + moved[0], before.own + moved[1], max(before.last_day, day)
            )
            self.moved.add(key)
        self.add_day(counter, day, moved)

    def add_day(self, counter: Counter, day: date, by: Pair) -> None:
        """Add (total, own) to the days of a counter, where they are kept."""
        if self.days is not None:
            series = self.days.setdefault(counter, {})
            was = series.get(day, (ZERO, ZERO))
            series[day] = (was[0] + by[0], was[1] + by[1])

    def forget(self, counter: Counter, day: date, spans_of: Callable[[date], list[str]]) -> None:
        """Find the last days of a day's spans again once nothing is left on it."""
        if self.days is None or any(self.days[counter][day]):
            return
        for span in spans_of(day):
            key = (counter, span)
            days = [other for other, pair in self.days[counter].items() if any(pair)]
            last = max((other for other in days if span in spans_of(other)), default=date.min)
            self.totals[key] = self.totals[key]._replace(last_day=last)

    def history(self, subject: str) -> History:
        """Return a subject's entries, to be looked at and added to.

        Raises:
            BackdatedError: the book was given without histories.
        """
        if self.histories is None:
            raise BackdatedError
        return self.histories.setdefault(subject, {})


class BackdatedError(Exception):
    """Something counted lies later than the incident, or a rule looks back: more is needed."""


def last_of(until: date, lifted: date | None) -> date:
    """Return the last day in force of what was lifted on a day, None for what was not."""
    return until if lifted is None else min(until, lifted - timedelta(days=1))


def book_of_days(
    days: Mapping[Counter, Mapping[date, tuple[Decimal, Decimal]]],
    spans_of: Callable[[Counter, date], Iterable[str]],
) -> Book:
    """Return a book with the days of all counters.

    Args:
        days: counter -> day -> (total, own).
        spans_of: (counter, day) -> the spans to keep totals in.
    """
    book = Book()
    for counter, series in days.items():
        for day, moved in sorted(series.items()):
            book.add(counter, spans_of(counter, day), day, moved)
    book.moved.clear()
    return book
