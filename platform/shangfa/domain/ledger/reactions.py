"""Follow postings through a policy's reactions.

The law held here: everything derived is a function of the set of surviving facts. A rule
is a fold over the dated entries it watches: at each, what the wording in force that day says
the window has earned, less what was already given in it, never less than nothing. So a later
version or a later merit takes nothing back; only reversing a cause does. Recording late,
back-dating and reversing therefore end in the same ledger as a replay in date order.

Where only a growing total matters, work is flat in the length of history unless something
counted lies later than the posting, when the days of that one subject are walked. Rules that
look back or net are folds over the subject's entries: see `folding`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from shangfa.domain.account import ACCOUNTS
from shangfa.domain.incident import People
from shangfa.domain.ledger.book import Book, Entry
from shangfa.domain.ledger.folding import Folding
from shangfa.domain.ledger.growing import follow
from shangfa.domain.ledger.posting import NOWHERE, Line, Posting
from shangfa.domain.ledger.walk import Following, post
from shangfa.domain.money import ZERO
from shangfa.domain.policies.lanes import DEAF, Looks
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction
from shangfa.domain.text import NOTHING_TO_SAY


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
    found: list[list[Posting]] = []
    try:
        for postings, trace in given:
            walk = Following(policy, people, book, trace, {})
            found.append(_follow_all(walk, postings, counted))
    except BaseException:
        walk = Following(policy, people, book, [])
        for posting in counted:
            _count(walk, posting._replace(quantity=-posting.quantity))
        raise
    return found


def time_passes(
    policy: Policy, people: People, book: Book, subject: str, since: date
) -> list[Posting]:
    """Return what follows for a subject by time alone, as of the day of the book.

    `since`: it was looked at before on this day, or it is looked at so far back.
    """
    walk = Following(policy, people, book, [])

    def begun(attribute: str) -> date | None:
        return people.dated(subject, attribute, since) if attribute else None

    walk.touched[subject] = (policy.reach(since, begun), NOWHERE.order)
    return _follow_all(walk, [], [])


def _follow_all(
    walk: Following, postings: Iterable[Posting], counted: list[Posting]
) -> list[Posting]:
    every = _merged(postings) if walk.policy.answers else list(postings)
    given = len(every)
    more = every or _settle(walk)
    if not given:
        every = more
    looks_at = walk.policy.looks
    while more:
        for posting in more:  # what follows is added behind and followed in its turn
            looks = looks_at(posting[6], posting[1], posting[2])
            if looks is not DEAF or posting[9].by is not None:
                more += _follow(walk, posting, looks)
            counted.append(posting)
        if more is not every:
            every += more
        more = _settle(walk)
    return every[given:]


def _merged(postings: Iterable[Posting]) -> list[Posting]:
    """Sum what stands alike, as the ledger keeps it: it is answered as it is taken back."""
    given = list(postings)
    if len(given) == 1 or len({item[:3] for item in given}) == len(given):
        return given  # nothing to sum, as most often
    sums: dict[Posting, Decimal] = {}
    for item in given:
        key = item._replace(quantity=ZERO, note=NOTHING_TO_SAY, since=None, until=None)
        sums[key] = sums.get(key, ZERO) + item.quantity
    return [key._replace(quantity=quantity) for key, quantity in sums.items() if quantity]


def _follow(walk: Following, posting: Posting, looks: Looks) -> list[Posting]:
    found: list[Posting] = []
    for reaction in looks.answers:
        found += _answer(walk, reaction, posting, looks.sign)
    if looks.caps:
        found += _capped(posting, looks.caps)
    if looks.counts:
        follow(walk, posting, looks, found)
    if looks.recalled or posting[9].by is not None:
        _recall(walk, posting, watched=looks.recalled)
    return found


def _capped(posting: Posting, caps: Iterable[Reaction]) -> list[Posting]:
    """Return what a posting adds to the counters of the caps that cover it, unsigned."""
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
            place=posting.place._replace(by=None),
        )
        for cap in caps
        if cap.covers(account, unit, clause)
    ]


def _count(walk: Following, posting: Posting) -> None:
    """Add a posting to the totals and histories that any reaction looks at."""
    quantity, day = posting.quantity, posting.day
    windows = walk.policy.windows(posting.account, posting.unit).every
    if windows:
        moved = quantity, ZERO if posting.joint else quantity
        walk.add(posting, walk.spans(windows, posting.subject, day), moved)
    watched = walk.policy.recalls(posting.account, posting.unit)
    if watched or posting.place.by is not None:
        _recall(walk, posting, watched=watched)


def _recall(walk: Following, posting: Posting, *, watched: bool) -> None:
    """Add a posting to the histories, and remember from where on to look again."""
    subject, account, unit, quantity, clause, _, day, joint, _, place, *_ = posting
    history = walk.book.history(subject)
    entry = Entry(day, place, account, unit, clause, joint)
    history[entry] = history.get(entry, ZERO) + quantity
    if not history[entry]:
        del history[entry]
    if watched:
        when = entry.when
        walk.touched[subject] = min(walk.touched.get(subject, when), when)


def _settle(walk: Following) -> list[Posting]:
    """Return what the rules that look back now give one subject, less what they gave before."""
    if not walk.touched:
        return []
    subject, since = walk.touched.popitem()
    folding = Folding(walk.policy, walk.people, walk.book, subject)
    for lane in walk.policy.folds:
        found = folding.changes(lane, since)
        walk.trace += found.trace
        if found.postings:
            walk.touched[subject] = since  # what it gives may be watched in its turn
            return found.postings
    return _settle(walk)


def _answer(walk: Following, reaction: Reaction, posting: Posting, sign: int) -> Iterable[Posting]:
    """Answer one posting by itself, in proportion to its quantity.

    A posting against the sign of its account undoes: its answer is that to the posting
    it undoes, negated.
    """
    subject, _, unit, quantity, _, cause, day, joint, _, place, *_ = posting
    if joint or cause == "offset":
        return ()  # what is cancelled was borne all the same
    if cause != "clause" and not reaction.watch.converted:
        return ()
    size = -abs(quantity) if sign < 0 else abs(quantity)
    given = reaction.derive(unit, size)
    if quantity != size:
        given = {key: -value for key, value in given.items()}
    place = place if place.by is None else place._replace(by=None)
    found = post(walk, reaction, (subject, day, place), given, joint=False)
    if found:
        walk.trace.append(Line(reaction.note, reaction.rule.code, found[0].subject))
    return found
