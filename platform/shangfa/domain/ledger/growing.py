"""Growing totals in windows that stand still: what one more entry brings, from totals alone.

Only when something counted lies later than the posting are the days of its span walked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from shangfa.domain import text
from shangfa.domain.dates.days import EVER
from shangfa.domain.dates.windows import Window
from shangfa.domain.ledger.book import NOTHING, Counter, Day, Pair, Total
from shangfa.domain.ledger.posting import NOWHERE, Line, Posting
from shangfa.domain.ledger.sums import beyond, less, most
from shangfa.domain.ledger.walk import Following, Where, post
from shangfa.domain.money import ZERO
from shangfa.domain.policies.lanes import Counts, Held, Key, Looks
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import NONE, Reaction, Sums
from shangfa.domain.text import Note


def follow(walk: Following, posting: Posting, looks: Looks) -> list[Posting]:
    """Count a posting in every window, and return what the rules there give for it.

    This is where the time goes, so all that most postings need is in this one loop.
    """
    counter, quantity, day, book = posting[:3], posting[3], posting[6], walk.book
    if quantity.is_signed() is looks.rises:
        return _undo(walk, posting, looks.counts)
    own = ZERO if posting[7] else quantity
    found: list[Posting] = []
    moved: dict[tuple[Counter, str], Total] = {}
    for window, rules in looks.counts:
        span = walk.span(window, counter[0], day) if window.anchor else window.span(day, None)
        if span is None:
            continue
        key = (counter, span)
        was = book.totals.get(key, NOTHING)
        total = was[0] + quantity
        mine = total if was[0] is was[1] and own is quantity else was[1] + own
        now = moved[key] = _new(Total, (total, mine, max(was[2], day)))
        if rules is None:
            continue
        if was[2] > day:
            found += _walk_days(walk, posting, (window, span), (quantity, own))
            continue
        for held in rules:
            if held.cuts or _gives(held, counter[2], was, now):
                found += _at_once(walk, posting, held, (span, was, now))
            walk.trace.append(counted(held[1], held[4], span, (was[0], now[0]), counter[0]))
    book.put(counter, moved, day, (quantity, own))
    return found


_new: Final = tuple.__new__
"""Of a named tuple: without its own `__new__`, which is as slow as all that is in it."""


def _gives(held: Held, unit: str, was: Total, now: Total) -> bool:
    """Tell whether the last entry of a span brings anything; most bring nothing."""
    derive, begun = held.reaction.derive, was[2] >= held.since
    if derive(unit, now[1]) is not (derive(unit, was[1]) if begun else NONE):
        return True
    if not held.reaction.watch.joint or (now[0] is now[1] and was[0] is was[1]):
        return False
    return derive(unit, now[0]) is not (derive(unit, was[0]) if begun else NONE)


def _undo(walk: Following, posting: Posting, counts: Counts) -> list[Posting]:
    """Do the same for a posting against the sign of its account."""
    quantity, own = posting.quantity, ZERO if posting.joint else posting.quantity
    found: list[Posting] = []
    spans: list[str] = []
    for window, rules in counts:
        span = walk.span(window, posting.subject, posting.day)
        if span is not None:
            spans.append(span)
            if rules is not None:
                found += _walk_days(walk, posting, (window, span), (quantity, own))
    walk.add(posting, spans, (quantity, own))
    return found


def _at_once(
    walk: Following, posting: Posting, held: Held, at: tuple[str, Total, Total]
) -> list[Posting]:
    """Return what one more entry at the end of a span gives, from totals alone."""
    span, total, after = at
    reaction, unit, day = held.reaction, posting.unit, posting.day
    cuts = _cut_totals(walk, posting, held, span)
    now = total.last_day >= held.since
    past = [(item, was.own) for item, was in cuts]
    gain = beyond(
        reaction.derive(unit, after.own), _earned(reaction, unit, total.own if now else None, past)
    )
    where = (posting.subject, day, NOWHERE)
    found = post(walk, reaction, where, gain, joint=False)
    if reaction.watch.joint and (total.total != total.own or after.total != after.own or cuts):
        every = [(item, was.total) for item, was in cuts]
        had = _earned(reaction, unit, total.total if now else None, every)
        more = beyond(reaction.derive(unit, after.total), had)
        found += post(walk, reaction, where, less(more, gain), joint=True)
    return found


Past = Sequence[tuple[Reaction, Decimal]]
"""Earlier wordings, each with the total at its last entry."""


def _cut_totals(
    walk: Following, posting: Posting, held: Held, span: str
) -> list[tuple[Reaction, Total]]:
    """Return the earlier wordings that saw an entry in a span, with its total at their end."""
    found = []
    for cut in held.cuts:
        total = walk.book.total(posting[:3], f"{span}<{cut.end}")
        if total.last_day >= cut.stretch.since and cut.stretch.reaction is not None:
            found.append((cut.stretch.reaction, total))
    return found


def _earned(reaction: Reaction, unit: str, total: Decimal | None, past: Past) -> Sums:
    """Return the most that was earned so far by any wording that saw an entry."""
    sums: Sums = {} if total is None else reaction.derive(unit, total)
    for other, was in past:
        sums = most(sums, other.derive(unit, was))
    return sums


def _walk_days(
    walk: Following, posting: Posting, where: tuple[Window, str], moved: Pair
) -> list[Posting]:
    """Return how what each day of a span gives changes from the posting's day on."""
    window, span = where
    subject, _, unit, *_ = posting
    day = posting.day

    def is_inside(other: date) -> bool:
        return walk.span(window, subject, other) == span

    series = walk.book.series(posting[:3], is_inside)
    earlier = [item for item in series if item.day < day]
    later = [item for item in series if item.day >= day]
    start = _Fold(walk.policy, posting[1:3], window.text)
    for item in earlier:
        start.step(item)
    without, within = start, start.copy()
    had = {item.day: without.step(item) for item in later}
    found: list[Posting] = []
    for item in _with(later, Day(day, *moved)):
        before = within.total
        gives = within.step(item)
        for held in walk.policy.held(item.day, posting.account, unit, window.text):
            was = had.get(item.day, {}).get(held.key, ({}, {}))
            posted = _changes(
                walk, held.reaction, (subject, item.day, NOWHERE), gives[held.key], was
            )
            if posted or item.day == day:
                said = counted(held.reaction, held.title, span, (before, within.total), subject)
                walk.trace.append(said)
            found += posted
    return found


Gives = dict[Key, tuple[Sums, Sums]]
"""A rule -> what an entry gives, without joint marks and by them alone."""


def _changes(
    walk: Following,
    reaction: Reaction,
    where: Where,
    now: tuple[Sums, Sums],
    was: tuple[Sums, Sums],
) -> list[Posting]:
    found = post(walk, reaction, where, less(now[0], was[0]), joint=False)
    return found + post(walk, reaction, where, less(now[1], was[1]), joint=True)


def _with(series: Sequence[Day], more: Day) -> list[Day]:
    """Return a series with one more movement, by day; a day that comes to nothing is none."""
    days = {item.day: item for item in series}
    was = days.get(more.day, Day(more.day, ZERO, ZERO))
    days[more.day] = Day(more.day, was.total + more.total, was.own + more.own)
    return [days[day] for day in sorted(days)]


@dataclass(slots=True)
class _Fold:
    """The days of one counter's span, one after the other.

    Attributes:
        given: rule -> what it gave so far, without joint marks and with them.
    """

    policy: Policy
    counter: tuple[str, str]
    window: str
    total: Decimal = ZERO
    own: Decimal = ZERO
    given: dict[Key, tuple[Sums, Sums]] = field(default_factory=dict)

    def copy(self) -> _Fold:
        return _Fold(self.policy, self.counter, self.window, self.total, self.own, dict(self.given))

    def step(self, item: Day) -> Gives:
        """Return what each rule in force that day gives for it."""
        self.total, self.own = self.total + item.total, self.own + item.own
        moved = bool(item.total or item.own)
        return {
            held.key: self._give(held) if moved else ({}, {})
            for held in self.policy.held(item.day, *self.counter, self.window)
        }

    def _give(self, held: Held) -> tuple[Sums, Sums]:
        reaction, unit = held.reaction, self.counter[1]
        own_given, all_given = self.given.get(held.key, ({}, {}))
        own_earned = reaction.derive(unit, self.own)
        own = beyond(own_earned, own_given)
        if not reaction.watch.joint:
            self.given[held.key] = (most(own_given, own_earned), {})
            return own, {}
        all_earned = reaction.derive(unit, self.total)
        every = beyond(all_earned, all_given)
        self.given[held.key] = (most(own_given, own_earned), most(all_given, all_earned))
        return own, less(every, own)


_EVER = text.note(EVER)
_COUNT = Note(
    "{0}（{1}）累计由 {2} 变为 {3}。{4}", "{0}: the total in {1} goes from {2} to {3}. {4}"
)


def counted(
    reaction: Reaction, title: Note | str, span: str, move: tuple[Decimal, Decimal], subject: str
) -> Line:
    """Say how a total moved and what the rule says of it."""
    values = (title, _EVER if span == EVER else span, *move, reaction.note)
    note = _new(Note, (_COUNT[0], _COUNT[1], values))
    return _new(Line, (note, reaction.rule.code, subject))
