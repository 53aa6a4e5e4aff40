"""Rules whose kind folds the dated entries of a span itself: offsets, streaks, third parties'.

What it gives at an entry stands a step behind it; what it gives for a day that is over stands
at the day's end. Nothing it gives is among what it looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from shangfa.domain.dates.windows import Span
from shangfa.domain.faults import PluginFailedError
from shangfa.domain.ledger.book import Entry, When
from shangfa.domain.ledger.posting import DAY_END, By, Place
from shangfa.domain.money import ZERO
from shangfa.domain.policies.checks import called, check_effect
from shangfa.domain.policies.kinds import Cancelled, Dated, Given, Seen
from shangfa.domain.policies.lanes import Lane
from shangfa.domain.policies.version import Reaction

if TYPE_CHECKING:
    from shangfa.domain.ledger.folding import Folding, Outputs

CANCELS: Final = "x"
"""The sign of a line that takes another out of force."""
MOST: Final = 2_000
"""What a fold may give in one span."""
_DAY: Final = timedelta(1)


@dataclass(slots=True)
class Hooked:
    """One rule's fold over a subject's history."""

    folding: Folding
    lane: Lane
    above: frozenset[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        lanes = self.folding.policy.folds
        names = [(lane.code, lane.name) for lane in lanes]
        self.above = frozenset(names[: names.index((self.lane.code, self.lane.name))])

    def fold(self, since: When) -> Outputs:
        """Return what is given from a place on."""
        entries = dict(self._entries())
        found: dict[Entry, Decimal] = {}
        for start, reaction in self.lane.stretches:
            if reaction is None:
                continue
            known = sorted([*entries.items(), *self._own(reaction, found)], key=self._order)
            more: dict[Entry, Decimal] = {}
            for span in self._spans(reaction, known, since[0]):
                inside = [item for item in known if _is_inside(item[0], span)]
                for entry, quantity in self._given(reaction, (start, span), inside):
                    if self.lane.at(entry.day) is reaction:
                        more[entry] = more.get(entry, ZERO) + quantity
            found |= more
        subject = self.folding.subject
        return {(subject, entry): size for entry, size in found.items() if entry.when >= since}

    def _own(
        self, reaction: Reaction, found: dict[Entry, Decimal]
    ) -> Iterator[tuple[Entry, Decimal]]:
        """Return what earlier wordings took out of force."""
        for entry, quantity in found.items():
            by = entry.place.by
            if by and by.sign == CANCELS and reaction.watch.matches(entry.account, entry.unit):
                yield entry, quantity

    def _entries(self) -> Iterator[tuple[Entry, Decimal]]:
        own = (self.lane.code, self.lane.name)
        for entry, quantity in self.folding.book.history(self.folding.subject).items():
            by = entry.place.by
            if by is not None and (by.code, by.lane) == own:
                continue
            if any(item.watch.matches(entry.account, entry.unit) for item in self.lane.reactions):
                yield entry, quantity

    def _spans(
        self, reaction: Reaction, entries: Iterable[tuple[Entry, Decimal]], since: date
    ) -> Iterator[Span]:
        """Return the spans from the first entry on, until the last one or the day it is."""
        window, as_of = reaction.window, self.folding.book.as_of
        days = [entry.day for entry, _ in entries]
        if window is None or not days:
            return
        day, last = min(days), max(days[-1], as_of - _DAY if as_of > date.min else as_of)
        while True:
            span = self.folding.span(window, day)
            if span is not None and span[1] >= since:
                yield span
            end = day if span is None else span[1]
            if end >= last:
                return
            day = end + _DAY

    def _given(
        self,
        reaction: Reaction,
        where: tuple[date, Span],
        entries: list[tuple[Entry, Decimal]],
    ) -> Iterator[tuple[Entry, Decimal]]:
        kind, rule, (since, span) = reaction.kind, reaction.rule, where
        spots = _numbered(self._spot(entry) for entry, _ in entries)
        dated = tuple(
            Dated(*_said(entry, quantity), self.folding.until(entry), number, spot)
            for number, ((entry, quantity), spot) in enumerate(zip(entries, spots, strict=True))
        )
        seen = Seen(self.folding.subject, *span, since, dated, self.folding.book.as_of)
        for item in called(kind.name, kind.fold, rule, seen, most=MOST):  # type: ignore[arg-type]
            if type(item) is Given:
                yield self._gives(reaction, item, entries)
            elif type(item) is Cancelled:
                yield self._cancels(reaction, item, entries)
            else:
                raise PluginFailedError(kind.name, f"folded to {item!r}")

    def _order(self, item: tuple[Entry, Decimal]) -> tuple[Any, ...]:
        entry = item[0]
        by = entry.place.by or ("",)
        return *self._spot(entry), entry.when, entry.unit, entry.clause, entry.joint, by

    def _spot(self, entry: Entry) -> When:
        """Return an entry's place: what a rule listed above cancels there is gone at once."""
        day, (time, fact, step) = entry.when
        by = entry.place.by
        if by is not None and by.sign == CANCELS and (by.code, by.lane) in self.above:
            return day, (time, fact, step - 1)
        return entry.when

    def _gives(
        self, reaction: Reaction, item: Given, entries: list[tuple[Entry, Decimal]]
    ) -> tuple[Entry, Decimal]:
        name = reaction.kind.name
        effect = check_effect(item.effect, name, reaction.rule.ladder.rungs)
        if (effect.account, effect.unit) not in reaction.gives:
            raise PluginFailedError(name, f"gives {effect[:2]} and did not say so")
        by = By(self.lane.code, self.lane.name, sign="-" if effect.quantity < 0 else "+")
        day, place = self._place(reaction, item.at, entries, by)
        line = Entry(day, place, effect.account, effect.unit, self.lane.code, joint=False)
        return line, effect.quantity

    def _cancels(
        self, reaction: Reaction, item: Cancelled, entries: list[tuple[Entry, Decimal]]
    ) -> tuple[Entry, Decimal]:
        entry, held = _known(reaction, item.entry, entries)
        quantity: Any = item.quantity
        if type(quantity) is not Decimal or not ZERO < quantity <= abs(held):
            raise PluginFailedError(reaction.kind.name, f"cancels {quantity!r} of {held}")
        until = self.folding.until(entry).isoformat()
        by = By(self.lane.code, self.lane.name, "", CANCELS, "", until, entry.day.isoformat())
        day, place = self._place(reaction, item.at, entries, by)
        line = Entry(day, place, entry.account, entry.unit, self.lane.code, entry.joint)
        return line, -quantity if held > 0 else quantity

    def _place(
        self, reaction: Reaction, at: Any, entries: list[tuple[Entry, Decimal]], by: By
    ) -> tuple[date, Place]:
        if type(at) is Dated:
            entry, _ = _known(reaction, at, entries)
            time, fact, step = entry.place.order
            return entry.day, Place(time, fact, step + 1, by)
        if type(at) is not date or at >= self.folding.book.as_of:
            raise PluginFailedError(reaction.kind.name, f"gives on {at!r}, which is not over")
        return at, Place(DAY_END, by=by)


def _is_inside(entry: Entry, span: Span) -> bool:
    return span[0] <= entry.counts_from and entry.day <= span[1]


def _numbered(spots: Iterable[When]) -> list[int]:
    """Return the number of each place, those that are equal the same."""
    numbers: dict[When, int] = {}
    return [numbers.setdefault(spot, len(numbers)) for spot in spots]


def _said(entry: Entry, quantity: Decimal) -> tuple[date, str, str, Decimal, bool]:
    return entry.day, entry.account, entry.unit, quantity, entry.joint


def _known(
    reaction: Reaction, dated: Any, entries: list[tuple[Entry, Decimal]]
) -> tuple[Entry, Decimal]:
    if type(dated) is not Dated or not 0 <= dated.number < len(entries):
        raise PluginFailedError(reaction.kind.name, f"names {dated!r}, which is no entry")
    return entries[dated.number]
