"""Growing totals in windows that stand still: what one more entry brings, from totals alone.

Only when something counted lies later than the posting are the days of its span walked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shangfa.domain import text
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.days import EVER
from shangfa.domain.dates.windows import Window
from shangfa.domain.ledger.book import Day, Move, Pair, Total
from shangfa.domain.ledger.posting import NOWHERE, Line, Posting
from shangfa.domain.ledger.sums import beyond, less, most
from shangfa.domain.ledger.walk import Following, Where, post
from shangfa.domain.money import ZERO
from shangfa.domain.policies.lanes import Held, Key
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction, Sums
from shangfa.domain.text import Note


def follow_in(
    walk: Following, posting: Posting, where: tuple[Window, str, tuple[Held, ...]], moved: Pair
) -> list[Posting]:
    """Return what changes on the posting's day and on every later day of its span."""
    window, span, rules = where
    total = walk.book.total(posting[:3], span)
    undoes = moved[0].is_signed() is (ACCOUNTS[posting.account].sign > 0)
    if undoes or total.last_day > posting.day:
        return _walk_days(walk, posting, (window, span), moved)
    before = (total.total, total.own)
    move = (before, _plus(before, moved))
    found: list[Posting] = []
    for held in rules:
        found += _at_once(walk, posting, held, (span, total, move))
        note = counted(held.reaction, posting.unit, span, move)
        walk.trace.append(Line(note, held.reaction.rule.code, posting.subject))
    return found


def _plus(a: Pair, b: Pair) -> Pair:
    return a[0] + b[0], a[1] + b[1]


def _at_once(
    walk: Following, posting: Posting, held: Held, at: tuple[str, Total, Move]
) -> list[Posting]:
    """Return what one more entry at the end of a span gives, from totals alone."""
    span, total, (before, after) = at
    reaction, unit, day = held.reaction, posting.unit, posting.day
    own = reaction.derive(unit, after[1])
    had = reaction.derive(unit, before[1])
    cuts = held.cuts and _cut_totals(walk, posting, held, span)
    if not cuts and own is had and before[0] == before[1] and not posting.joint:
        return []  # nothing is near, as most often
    now = total.last_day >= held.since
    past = [(item, was.own) for item, was in cuts] if cuts else []
    gain = beyond(own, _earned(reaction, unit, before[1] if now else None, past))
    where = (posting.subject, day, NOWHERE)
    found = post(walk, reaction, where, gain, joint=False)
    if reaction.watch.joint and (before[0] != before[1] or after[0] != after[1] or cuts):
        every = [(item, was.total) for item, was in cuts] if cuts else []
        had = _earned(reaction, unit, before[0] if now else None, every)
        more = beyond(reaction.derive(unit, after[0]), had)
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
        before = (within.total, within.own)
        gives = within.step(item)
        for held in walk.policy.held(item.day, posting.account, unit, window.text):
            was = had.get(item.day, {}).get(held.key, ({}, {}))
            posted = _changes(
                walk, held.reaction, (subject, item.day, NOWHERE), gives[held.key], was
            )
            if posted or item.day == day:
                move = (before, (within.total, within.own))
                note = counted(held.reaction, unit, span, move)
                walk.trace.append(Line(note, held.reaction.rule.code, subject))
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


def counted(reaction: Reaction, unit: str, span: str, move: Move) -> Note:
    """Say how a total moved and what the rule says of it."""
    rule, said = reaction.rule, reaction.note
    title = rule.title or rule.ladder.title(unit)
    return _COUNT.of(title, _EVER if span == EVER else span, move[0][0], move[1][0], said)
