"""The lines an assessment is made of, before any of them is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from shangfa.domain import text
from shangfa.domain.account import ACCOUNTS
from shangfa.domain.dates.days import EVER
from shangfa.domain.effect import Choice, Deadline
from shangfa.domain.money import ZERO
from shangfa.domain.text import NOTHING_TO_SAY, Note


class By(NamedTuple):
    """Which rule posted a line out of a subject's history, so that it knows its own again.

    Attributes:
        code, lane: the rule's, and which of the counters it watches.
        source: the unit that brought it, where several are watched at once.
        sign: `+` or `-`, which way the rule went.
        origin: the subject of the history when somebody else bears the line.
        until: the last day it is in force when that is another's; "" for its own term.
        of: the day of what it takes out of force: a window without that day misses nothing.
    """

    code: str
    lane: str
    source: str = ""
    sign: str = ""
    origin: str = ""
    until: str = ""
    of: str = ""


class Place(NamedTuple):
    """Where within its day a line stands: facts known only by day come first.

    Attributes:
        time: local time of the fact, "" when only its day is known, `~` for the day's end.
        fact: the id of the fact.
        step: what answers the fact comes behind it.
        by: set for what a rule posted out of a history.
    """

    time: str = ""
    fact: str = ""
    step: int = 0
    by: By | None = None

    @property
    def order(self) -> tuple[str, str, int]:
        """What places of one day are ordered by."""
        return self[:3]


NOWHERE: Final = Place()
DAY_END: Final = "~"
"""After every time of a day."""


def place_of(at: datetime | None, fact: str) -> Place:
    """Return the place of a fact by its local time, None when only its day is known."""
    return Place("" if at is None else at.isoformat(timespec="microseconds"), fact)


class Posting(NamedTuple):
    """One line of the ledger to be.

    Attributes:
        day: the local day it counts on.
        joint: taken over from a report, or derived from what was.
        cause: clause, reaction, supervisor, programme; cap for what one gives back.
        place: its place within the day, where the policy's rules ask for it.
        since, until: of an action that lasts.
    """

    subject: str
    account: str
    unit: str
    quantity: Decimal
    clause: str
    cause: str
    day: date
    joint: bool = False
    note: Note = NOTHING_TO_SAY
    place: Place = NOWHERE
    since: date | None = None
    until: date | None = None


class OpenChoice(NamedTuple):
    """A choice a named human must make for one subject."""

    subject: str
    choice: Choice
    clause: str


class Due(NamedTuple):
    """A deadline that began with the incident."""

    subject: str
    deadline: Deadline
    clause: str


class Line(NamedTuple):
    """One sentence of the trace."""

    note: Note
    clause: str
    subject: str


_EVER: Final = text.note(EVER)
_COUNT: Final = Note(
    "{0}（{1}）累计由 {2} 变为 {3}。{4}", "{0}: the total in {1} goes from {2} to {3}. {4}"
)


class Moved(Line):
    """How a total moved, and what the rule says of it: most of a trace, put into words when read.

    It is a tuple of the title, code, subject, what the rule says, span, and the total before and
    after; one is made for every total of every posting.
    """

    __slots__ = ()

    @property
    def note(self) -> Note:
        """The sentence."""
        title, _, _, said, span, was, now = tuple[Any, ...](self)
        return _COUNT.of(title, _EVER if span == EVER else span, was, now, said)


def visible(postings: Iterable[Posting]) -> list[Posting]:
    """Sum postings over days by subject, account, unit, clause and cause; leave out counts.

    What a programme gives stays apart: each is an item of its own statement.
    """
    items = list(postings)
    own = [item for item in items if item.cause == "programme" and item.account != "count"]
    return own + _relieved(_summed(item for item in items if item.cause != "programme"))


def _relieved(lines: list[Posting]) -> list[Posting]:
    """Take what caps gave back off the lines it was given back on, the last one first."""
    given = [line for line in lines if line.cause == "cap" and _gives_back(line)]
    if not given:
        return lines
    left = {id(line): line.quantity for line in lines}
    for relief in given:
        for line in reversed(lines):
            if line[:3] == relief[:3] and _is_relieved(line, relief):
                taken = min(abs(left[id(line)]), abs(left[id(relief)]))
                left[id(line)] += taken.copy_sign(relief.quantity)
                left[id(relief)] -= taken.copy_sign(relief.quantity)
    kept = [line._replace(quantity=left[id(line)]) for line in lines]
    return [line for line in kept if line.quantity]


def _gives_back(line: Posting) -> bool:
    return _against(line) or ACCOUNTS[line.account].sign == 0


def _is_relieved(line: Posting, relief: Posting) -> bool:
    if line.cause == "reversal" or _against(line):
        return False
    if ACCOUNTS[line.account].sign:
        return True
    return line.cause != "cap" and line.quantity * relief.quantity < 0


def _against(line: Posting) -> bool:
    """Tell whether a line goes against the sign of its account."""
    sign = ACCOUNTS[line.account].sign
    return bool(sign) and (line.quantity > 0) is (sign < 0)


def _summed(postings: Iterable[Posting]) -> list[Posting]:
    sums: dict[tuple[Any, ...], Posting] = {}
    for posting in postings:
        if posting.account == "count":
            continue
        key = (*posting[:3], posting.clause, posting.cause, posting.since, posting.until)
        was = sums.get(key)
        quantity = posting.quantity + (was.quantity if was else ZERO)
        sums[key] = posting._replace(quantity=quantity)
    return [posting for posting in sums.values() if posting.quantity]
