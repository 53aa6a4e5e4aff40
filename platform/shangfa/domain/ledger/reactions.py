"""Follow postings through a policy's reactions.

The law held here: balances are a function of the set of surviving facts. Each posting
belongs to a day. What a reaction posts on a day is its function of the running total
after that day less its function of the total before it, under the version in force that
day. Recording late, back-dating and reversing therefore end in the same ledger as a
replay in date order. Work is flat in the length of history unless something counted
lies later than the posting, when the days of that one subject are walked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shangfa.domain import text
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.days import EACH, EVER, SPANS
from shangfa.domain.incident import People
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.money import ZERO
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction, Sums
from shangfa.domain.text import Note

Pair = tuple[Decimal, Decimal]
"""A total with and without joint marks."""
_ALL, _OWN = 0, 1
Move = tuple[Pair, Pair]
"""A total before and after."""


@dataclass(slots=True)
class Following:
    """The state of one walk through the reactions of a policy."""

    policy: Policy
    people: People
    book: Book
    trace: list[Line]


def react(
    policy: Policy,
    people: People,
    book: Book,
    postings: Iterable[Posting],
    trace: list[Line],
) -> list[Posting]:
    """Move `book` by `postings` and return everything the policy's reactions post for it.

    Negated postings undo: a reversal is `react` over them. When it raises, the totals of
    `book` are what they were.
    """
    return react_in_turn(policy, people, book, [(postings, trace)])[0]


def react_in_turn(
    policy: Policy,
    people: People,
    book: Book,
    batches: Iterable[tuple[Iterable[Posting], list[Line]]],
) -> list[list[Posting]]:
    """Do the same for several batches, one after the other, all or none of them.

    `batches`: (postings, the trace that explains what follows from them) each.
    """
    given = list(batches)
    if not policy.reacts:
        return [[] for _ in given]
    counted: list[Posting] = []
    try:
        return [
            _follow_all(Following(policy, people, book, trace), postings, counted)
            for postings, trace in given
        ]
    except BaseException:
        walk = Following(policy, people, book, [])
        for posting in counted:
            _count(walk, posting._replace(quantity=-posting.quantity))
        raise


def _follow_all(
    walk: Following, postings: Iterable[Posting], counted: list[Posting]
) -> list[Posting]:
    every = list(postings)
    given = len(every)
    for posting in every:  # what follows is added behind and followed in its turn
        every += _follow(walk, posting)
        counted.append(posting)
    return every[given:]


def _follow(walk: Following, posting: Posting) -> list[Posting]:
    found = _answers(walk, posting) if walk.policy.answers else []
    if walk.policy.caps:
        found += _capped(walk, posting)
    windows = walk.policy.windows(posting.account, posting.unit)
    if windows:
        counter, moved = posting[:3], _moved(posting)
        for window in windows:
            found += _in_window(walk, posting, window, moved)
        walk.book.add(counter, windows, posting.day, moved)
    return found


def _capped(walk: Following, posting: Posting) -> list[Posting]:
    """Return what a posting adds to the counters of the caps that cover it, unsigned."""
    version = walk.policy.at(posting.day)
    subject, account, unit, quantity, clause = posting[:5]
    natural = -1 if ACCOUNTS[account].sign < 0 else 1
    return [
        Posting(
            subject,
            "count",
            cap.watch.unit,
            natural * quantity,
            cap.rule.code,
            "reaction",
            posting.day,
            posting.joint,
        )
        for cap in (version.caps if version else ())
        if cap.covers(account, unit, clause)
    ]


def _count(walk: Following, posting: Posting) -> None:
    """Add a posting to the totals that any reaction looks at."""
    windows = walk.policy.windows(posting.account, posting.unit)
    if windows:
        walk.book.add(posting[:3], windows, posting.day, _moved(posting))


def _moved(posting: Posting) -> Pair:
    return posting.quantity, ZERO if posting.joint else posting.quantity


def _answers(walk: Following, posting: Posting) -> list[Posting]:
    """Return what the reactions post that answer each posting by itself."""
    version = walk.policy.at(posting.day)
    watching = version.watching_in(posting.account, posting.unit, EACH) if version else ()
    found: list[Posting] = []
    for reaction in watching:
        found += _answer(walk, reaction, posting)
    return found


def _answer(walk: Following, reaction: Reaction, posting: Posting) -> list[Posting]:
    """Answer one posting by itself, in proportion to its quantity.

    A posting against the sign of its account undoes: its answer is that to the posting
    it undoes, negated.
    """
    watch = reaction.watch
    if posting.joint or (posting.cause != "clause" and not watch.converted):
        return []
    natural = -1 if ACCOUNTS[posting.account].sign < 0 else 1
    size = natural * abs(posting.quantity)
    sign = 1 if posting.quantity == size else -1
    given = {key: sign * value for key, value in reaction.derive(posting.unit, size).items()}
    found = _post(walk, reaction, (posting.subject, posting.day), given, joint=False)
    if found:
        walk.trace.append(Line(reaction.note, reaction.rule.code, found[0].subject))
    return found


def _in_window(walk: Following, posting: Posting, window: str, moved: Pair) -> list[Posting]:
    """Return what changes on the posting's day and on every later day of its span."""
    counter, day = posting[:3], posting.day
    span = SPANS[window](day)
    total = walk.book.total(counter, span)
    running = (total.total, total.own)
    later = walk.book.later(counter, window, day) if total.last_day > day else []
    for item in later:
        running = running[0] - item.total, running[1] - item.own
    move = (running, _plus(running, moved))
    found = _on_day(walk, posting, (window, span), day, [move])
    for item in later:
        after = _plus(running, (item.total, item.own))
        moves = [(_plus(running, moved), _plus(after, moved)), (after, running)]
        found += _on_day(walk, posting, (window, span), item.day, moves)
        running = after
    return found


def _plus(a: Pair, b: Pair) -> Pair:
    return a[0] + b[0], a[1] + b[1]


def _on_day(
    walk: Following,
    posting: Posting,
    where: tuple[str, str],
    day: date,
    moves: Sequence[Move],
) -> list[Posting]:
    """Return what the reactions of the day's version post for moves of the total."""
    window, span = where
    version = walk.policy.at(day)
    found: list[Posting] = []
    watching = version.watching_in(posting.account, posting.unit, window) if version else ()
    for reaction in watching:
        posted = _difference(walk, reaction, posting, day, moves)
        if posted or day == posting.day:
            note = _counted(reaction, posting.unit, span, moves[0])
            walk.trace.append(Line(note, reaction.rule.code, posting.subject))
        found += posted
    return found


def _difference(
    walk: Following, reaction: Reaction, posting: Posting, day: date, moves: Sequence[Move]
) -> list[Posting]:
    own = _moves(reaction, posting.unit, moves, _OWN)
    every = own
    if not own and moves[0][0][0] == moves[0][0][1] and not posting.joint and not moves[1:]:
        return []  # nothing is near, as most often
    if reaction.watch.joint and not _all_own(moves):
        every = _moves(reaction, posting.unit, moves, _ALL)
    place = (posting.subject, day)
    found = _post(walk, reaction, place, own, joint=False)
    if every is not own:
        found += _post(walk, reaction, place, _less(every, own), joint=True)
    return found


def _all_own(moves: Sequence[Move]) -> bool:
    """Tell whether joint marks make no difference."""
    for (total, own), (later_total, later_own) in moves:
        if total != own or later_total != later_own:
            return False
    return True


def _moves(reaction: Reaction, unit: str, moves: Sequence[Move], which: int) -> Sums:
    """Return what follows from moves of the total with joint marks, `_ALL`, or without."""
    sums: Sums = {}
    for before, after in moves:
        given = reaction.derive(unit, after[which])
        had = reaction.derive(unit, before[which])
        if given or had:
            _add(sums, given, 1)
            _add(sums, had, -1)
    return sums


def _add(sums: Sums, given: Sums, sign: int) -> None:
    for key, quantity in given.items():
        sums[key] = sums.get(key, ZERO) + sign * quantity


def _less(a: Sums, b: Sums) -> Sums:
    return {key: a.get(key, ZERO) - b.get(key, ZERO) for key in {**a, **b}}


def _post(
    walk: Following, reaction: Reaction, place: tuple[str, date], sums: Sums, *, joint: bool
) -> list[Posting]:
    subject, day = place
    bearer: str | None = subject
    cause = "reaction" if reaction.kind.covers is None else "cap"
    if reaction.watch.of_supervisor:
        bearer, cause = (None if joint else walk.people.supervisor(subject, day)), "supervisor"
        joint = True
    if bearer is None:
        return []
    code = reaction.rule.code
    return [
        Posting(bearer, account, unit, quantity, code, cause, day, joint)
        for (account, unit), quantity in sums.items()
        if quantity
    ]


_EVER = text.note(EVER)
_COUNT = Note(
    "{0}（{1}）累计由 {2} 变为 {3}。{4}", "{0}: the total in {1} goes from {2} to {3}. {4}"
)


def _counted(reaction: Reaction, unit: str, span: str, move: Move) -> Note:
    rule, said = reaction.rule, reaction.note
    title = rule.title or rule.ladder.title(unit)
    return _COUNT.of(title, _EVER if span == EVER else span, move[0][0], move[1][0], said)
