"""Growing totals in windows that stand still: what one more entry brings, from totals alone.

Only when something counted lies later than the posting are the days of its span walked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from shangfa.domain.dates.windows import Window
from shangfa.domain.frozen import by_place
from shangfa.domain.ledger.book import NOTHING, Counter, Day, Pair, Total
from shangfa.domain.ledger.posting import NOWHERE, Line, Moved, Posting
from shangfa.domain.ledger.sums import beyond, less, most
from shangfa.domain.ledger.walk import Following, Where, post
from shangfa.domain.money import ZERO
from shangfa.domain.policies.lanes import STEPS, Counts, Held, Key, Looks
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import NONE, Reaction, Sums
from shangfa.domain.text import Note


def follow(walk: Following, posting: Posting, looks: Looks, found: list[Posting]) -> None:
    """Count a posting in every window, and add what the rules there give for it to `found`."""
    counter, quantity, day, joint = posting[:3], posting[3], posting[6], posting[7]
    if quantity.is_signed() is (looks.sign > 0):
        found += _undo(walk, posting, looks.counts)
        return
    subject, totals, trace = counter[0], walk.book.totals, walk.trace
    by = (quantity, ZERO if joint else quantity)
    moved: dict[tuple[Counter, str], Total] = {}
    for window, rules in looks.counts:
        span = walk.span(window, subject, day) if window.anchor else window.span(day, None)
        if span is None:
            continue
        key = (counter, span)
        before, mine, last = was = totals.get(key, NOTHING)
        total = before + quantity
        own = total if mine is before and not joint else mine + by[1]
        moved[key] = now = by_place(Total, (total, own, last if last > day else day))
        if rules is not None and last > day:
            found += _walk_days(walk, posting, (window, span), by)
            continue
        for held in rules or ():
            _, reaction, since, cuts, title, steps = held
            # most totals are without joint marks, and most steps give nothing
            plain = own is total and mine is before and last >= since and not cuts
            gives = steps.get((before, total)) if plain else None
            if gives is None:
                gives = _step_of(walk, posting, held, (span, was, now))
            said = (title, held[0][0], subject, reaction.note, span, before, total)
            trace.append(by_place(Moved, said))
            if gives is not QUIET:
                found += _given(walk, reaction, posting, gives)
    walk.book.totals.update(moved)
    walk.book.moved.update(moved)
    walk.book.add_day(counter, day, by)


QUIET: Final = (NONE, NONE)
"""Most steps give nothing."""


def _given(
    walk: Following, reaction: Reaction, posting: Posting, gives: tuple[Sums, Sums]
) -> list[Posting]:
    where = (posting[0], posting[6], NOWHERE)
    found = post(walk, reaction, where, gives[0], joint=False)
    return found + post(walk, reaction, where, gives[1], joint=True)


def _step_of(
    walk: Following, posting: Posting, held: Held, at: tuple[str, Total, Total]
) -> tuple[Sums, Sums]:
    """Return what a step gives, and keep it where it is the same for everybody."""
    span, was, now = at
    unit, before = posting[2], was if was[2] >= held.since else None
    if held.cuts:
        return _step(held.reaction, unit, (before, now), _cut_totals(walk, posting, held, span))
    plain = before is not None and was[0] is was[1] and now[0] is now[1]
    name = (was[0], now[0]) if plain else (before and before[:2], now[0], now[1])
    known = held.steps.get(name)
    if known is None:
        known = _step(held.reaction, unit, (before, now), ())
        if len(held.steps) < STEPS:
            held.steps[name] = known
    return known


def _step(
    reaction: Reaction, unit: str, totals: tuple[Total | None, Total], past: Past
) -> tuple[Sums, Sums]:
    """Return what a step of a total gives, without joint marks and by them alone.

    `totals`: before, None when this wording saw no entry yet, and after.
    """
    was, now = totals
    had = reaction.derive(unit, was.own) if was else NONE
    gain = beyond(reaction.derive(unit, now.own), _most(had, unit, past, own=True))
    more: Sums = NONE
    if reaction.watch.joint and (past or now.total != now.own or (was and was.total != was.own)):
        had = reaction.derive(unit, was.total) if was else NONE
        more = beyond(reaction.derive(unit, now.total), _most(had, unit, past, own=False))
        more = less(more, gain)
    return (gain, more) if gain or more else QUIET


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


Past = Sequence[tuple[Reaction, Total]]
"""Earlier wordings, each with the total at its last entry."""


def _cut_totals(walk: Following, posting: Posting, held: Held, span: str) -> Past:
    """Return the earlier wordings that saw an entry in a span, with its total at their end."""
    found = []
    for cut in held.cuts:
        total = walk.book.total(posting[:3], f"{span}<{cut.end}")
        if total.last_day >= cut.stretch.since and cut.stretch.reaction is not None:
            found.append((cut.stretch.reaction, total))
    return found


def _most(sums: Sums, unit: str, past: Past, *, own: bool) -> Sums:
    """Return the most that was earned so far, by any wording that saw an entry."""
    for other, was in past:
        sums = most(sums, other.derive(unit, was.own if own else was.total))
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


def counted(
    reaction: Reaction, title: Note | str, span: str, move: tuple[Decimal, Decimal], subject: str
) -> Line:
    """Say how a total moved and what the rule says of it."""
    return by_place(
        Moved, (title, reaction.rule.code, subject, reaction.note, span, move[0], move[1])
    )
