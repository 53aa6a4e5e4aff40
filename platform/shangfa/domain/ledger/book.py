"""Running totals of one policy's counters, by subject and span, and the days behind them.

A total is kept twice: with and without what was taken over from a report (`own`), so
that joint marks can count for their bearer and still not travel further up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shangfa.domain.dates.days import SPANS
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
Counter = tuple[str, str, str]
"""subject, account, unit"""


@dataclass(slots=True)
class Book:
    """Totals that the engine reads and moves.

    Attributes:
        totals: (counter, span) -> total before the incident; moved as it is assessed.
        days: counter -> day -> (total, own). Only needed when something lies later than
            the incident; None when the totals say nothing does.
        moved: the keys of `totals` that changed.
    """

    totals: dict[tuple[Counter, str], Total] = field(default_factory=dict)
    days: dict[Counter, dict[date, tuple[Decimal, Decimal]]] | None = field(default_factory=dict)
    moved: set[tuple[Counter, str]] = field(default_factory=set)

    def total(self, counter: Counter, span: str) -> Total:
        """Return the total of a counter in a span."""
        return self.totals.get((counter, span), NOTHING)

    def later(self, counter: Counter, window: str, day: date) -> list[Day]:
        """Return the days after `day` in its span of `window` on which the counter moved.

        Only asked when the total of that span says there may be some.

        Raises:
            BackdatedError: the book was given without its days.
        """
        span_of = SPANS[window]
        span = span_of(day)
        if self.days is None:
            raise BackdatedError
        known = self.days.get(counter, {})
        return [
            Day(other, *known[other])
            for other in sorted(known)
            if other > day and span_of(other) == span
        ]

    def add(
        self, counter: Counter, windows: Iterable[str], day: date, moved: tuple[Decimal, Decimal]
    ) -> None:
        """Add (total, own) to a counter on a day."""
        for window in windows:
            key = (counter, SPANS[window](day))
            before = self.totals.get(key, NOTHING)
            self.totals[key] = Total(
                before.total + moved[0], before.own + moved[1], max(before.last_day, day)
            )
            self.moved.add(key)
        if self.days is not None:
            series = self.days.setdefault(counter, {})
            was = series.get(day, (ZERO, ZERO))
            series[day] = (was[0] + moved[0], was[1] + moved[1])


class BackdatedError(Exception):
    """Something counted lies later than the incident, so the days are needed too."""


def book_of_days(
    days: Mapping[Counter, Mapping[date, tuple[Decimal, Decimal]]],
    windows: Mapping[Counter, Iterable[str]],
) -> Book:
    """Return a book with full history.

    Args:
        days: counter -> day -> (total, own).
        windows: counter -> the windows to keep totals in.
    """
    book = Book()
    for counter, series in days.items():
        for day, moved in sorted(series.items()):
            book.add(counter, windows.get(counter, ()), day, moved)
    book.moved.clear()
    return book
