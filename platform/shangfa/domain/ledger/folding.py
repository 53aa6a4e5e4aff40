"""Rules that look back or net: folds over the dated entries of one subject.

A mark that has lapsed counts no longer, nor does what its day had given: a rule may give
again for new ones. One that was cancelled or lifted counts no longer, but what it had brought
counts as given until its own term is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from shangfa.domain.dates.days import EVER
from shangfa.domain.dates.windows import Span, Window
from shangfa.domain.incident import People
from shangfa.domain.ledger.book import Book, Entry, Marked, Move, When, last_of
from shangfa.domain.ledger.growing import counted
from shangfa.domain.ledger.hooked import CANCELS, Hooked
from shangfa.domain.ledger.posting import NOWHERE, By, Line, Place, Posting
from shangfa.domain.ledger.sums import beyond
from shangfa.domain.money import ONE, ZERO
from shangfa.domain.people.chain import superior
from shangfa.domain.policies.kinds import Watch
from shangfa.domain.policies.lanes import Lane
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction

Output = tuple[str, Entry]
"""Who bears a line, and the line."""
Outputs = dict[Output, Decimal]
Notes = dict[Output, Line]
"""What says why each was given."""
NOBODY: Final = ""
"""Who bears what falls to a supervisor where there is none."""


class Counted(NamedTuple):
    """An entry as a rule counts it: times its weight, until its last day in force.

    Attributes:
        since: the day that the window must hold.
    """

    when: When
    total: Decimal
    own: Decimal
    since: date
    until: date


@dataclass(slots=True)
class Changes:
    """What a rule gives now less what it gave before."""

    postings: list[Posting] = field(default_factory=list)
    trace: list[Line] = field(default_factory=list)

    def tell(self, line: Line | None) -> None:
        """Add what says why, once for all that follows at one place."""
        if line is not None and line not in self.trace:
            self.trace.append(line)


@dataclass(slots=True)
class Folding:
    """One subject's history under a policy."""

    policy: Policy
    people: People
    book: Book
    subject: str

    def changes(self, lane: Lane, since: When) -> Changes:
        """Return how what a rule gives changes from a place on."""
        standing = self.standing(lane)
        kept = {item: value for item, value in standing.items() if item[1].when < since}
        found, notes = Changes(), Notes()
        wanted: Outputs
        if any(reaction.kind.fold for reaction in lane.reactions):
            wanted = Hooked(self, lane).fold(since)
        else:
            wanted = {}
            for unit in self._units(lane):
                wanted |= _Series(self, lane, unit, kept, notes).fold(since)
        for output in {**standing, **wanted}:
            more = wanted.get(output, ZERO) - standing.get(output, ZERO)
            if more and output not in kept:
                found.postings.append(_posting(lane, output, more))
                found.tell(notes.get(output))
        return found

    def standing(self, lane: Lane) -> Outputs:
        """Return what a rule gave for the subject, whoever bears it."""
        histories = self.book.histories or {}
        if not lane.of_supervisor:  # nobody else bears it
            histories = {self.subject: histories.get(self.subject, {})}
        return {
            (bearer, entry): quantity
            for bearer, history in histories.items()
            for entry, quantity in history.items()
            if (by := entry.place.by) is not None
            and (by.code, by.lane) == (lane.code, lane.name)
            and (by.origin or bearer) == self.subject
        }

    def begun(self, attribute: str, day: date) -> date | None:
        """Return a date attribute of the subject as of a day."""
        return self.people.dated(self.subject, attribute, day) if attribute else None

    def span(self, window: Window, day: date) -> Span | None:
        """Return the span a day lies in."""
        return window.bounds(day, self.begun(window.anchor, day))

    def until(self, entry: Entry) -> date:
        """Return the last day an entry is in force."""
        by, day = entry.place.by, entry.day
        if by is not None and by.until:
            return date.fromisoformat(by.until)
        name, unit = entry.account, entry.unit
        last = self.policy.last_day(day, name, unit, lambda name: self.begun(name, day))
        if not self.book.lifted:
            return last
        mark = Marked(self.subject, entry.place.fact, name, unit)
        return last_of(last, self.book.lifted.get(mark))

    def _units(self, lane: Lane) -> list[str]:
        """Return the units that are counted apart."""
        watches = [reaction.watch for reaction in lane.reactions]
        found = {watch.unit for watch in watches if watch.weights}
        for entry in self.book.history(self.subject):
            alone = (watch for watch in watches if not watch.weights)
            if any(watch.matches(entry.account, entry.unit) for watch in alone):
                found.add(entry.unit)
        return sorted(found)


@dataclass(slots=True)
class _Series:
    """The entries of one counter of a rule, and what the rule gave for them so far."""

    folding: Folding
    lane: Lane
    unit: str
    kept: Outputs
    notes: Notes
    given: Outputs = field(init=False)
    entries: dict[Entry, Decimal] = field(init=False)
    known: dict[int, list[Counted]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.given = {
            output: quantity
            for output, quantity in self.kept.items()
            if (by := output[1].place.by) and by.source == self.unit
        }
        history = self.folding.book.history(self.folding.subject)
        watches = [reaction.watch for reaction in self.lane.reactions]
        self.entries = {
            entry: quantity
            for entry, quantity in history.items()
            if any(_weight(watch, self.unit, entry) for watch in watches)
        }

    def fold(self, since: When) -> Outputs:
        """Return what is given from a place on."""
        wanted: Outputs = {}
        if self.lane.of_supervisor:  # what fell to nobody is not kept, and was given all the same
            self.given.clear()
        for when in self._spots():
            is_looked_at = when >= since or self.lane.of_supervisor
            reaction = self.lane.at(when[0]) if is_looked_at else None
            if reaction is not None and (span := self._window(reaction, when[0])):
                found = self._give(reaction, when, span)
                self.given |= found
                wanted |= {item: value for item, value in found.items() if when >= since}
        return {item: value for item, value in wanted.items() if item[0] != NOBODY}

    def _spots(self) -> list[When]:
        """Return the places at which anything stands, in their order."""
        sums: dict[tuple[When, str, str], list[Decimal]] = {}
        for entry, quantity in self.entries.items():
            pair = sums.setdefault((entry.when, entry.account, entry.unit), [ZERO, ZERO])
            pair[entry.joint] += quantity
        return sorted({key[0] for key, pair in sums.items() if any(pair)})

    def _window(self, reaction: Reaction, day: date) -> Span | None:
        return self.folding.span(reaction.window, day) if reaction.window else None

    def _counted(self, reaction: Reaction) -> list[Counted]:
        found = self.known.get(id(reaction))
        if found is None:
            found = self.known[id(reaction)] = []
            for entry, quantity in self.entries.items():
                total = quantity * _weight(reaction.watch, self.unit, entry)
                if total:
                    own = ZERO if entry.joint else total
                    term = entry.counts_from, self.folding.until(entry)
                    found.append(Counted(entry.when, total, own, *term))
        return found

    def _totals(self, reaction: Reaction, when: When, span: Span) -> Move:
        """Return what is in force before and after the entries at a place."""
        before, after = [ZERO, ZERO], [ZERO, ZERO]
        day = when[0]
        for item in self._counted(reaction):
            if span[0] <= item.since and item.until >= day and item.when <= when:
                for sums in (after, before) if item.when < when else (after,):
                    sums[0] += item.total
                    sums[1] += item.own
        return (before[0], before[1]), (after[0], after[1])

    def _give(self, reaction: Reaction, when: When, span: Span) -> Outputs:
        watch = reaction.watch
        move = self._totals(reaction, when, span)
        total, own = move[1]
        gain = self._beyond(reaction, own, when, span, own=True)
        found = self._outputs(reaction, when, gain, joint=False)
        if watch.joint and not watch.of_supervisor:
            every = self._beyond(reaction, total, when, span, own=False)
            found |= self._outputs(reaction, when, less_signed(every, gain), joint=True)
        if found:
            name = EVER if reaction.watch.window == EVER else f"{span[0]}..{span[1]}"
            title, totals = reaction.title(self.unit), (move[0][0], total)
            line = counted(reaction, title, name, totals, self.folding.subject)
            self.notes.update(dict.fromkeys(found, line))
        return found

    def _beyond(
        self, reaction: Reaction, total: Decimal, when: When, span: Span, *, own: bool
    ) -> Signed:
        """Return what a total has earned beyond what was given in its window."""
        earned = reaction.derive(self.unit, total)
        found: Signed = {}
        for key, quantity in earned.items():
            sign = "-" if quantity < 0 else "+"
            given = self._given(reaction, (key, sign), when, span, own=own)
            more = beyond({key: quantity}, {key: given}).get(key)
            if more:
                found[key, sign] = more
        return found

    def _given(
        self,
        reaction: Reaction,
        what: tuple[tuple[str, str], str],
        when: When,
        span: Span,
        *,
        own: bool,
    ) -> Decimal:
        key, sign = what
        found = ZERO
        for (_, entry), quantity in self.given.items():
            by = entry.place.by
            if (entry.account, entry.unit) != key or by is None or by.sign != sign:
                continue
            if own and entry.joint and not reaction.watch.of_supervisor:
                continue
            if span[0] <= entry.day and entry.when < when and self._counts(reaction, entry, when):
                found += quantity
        return found

    def _counts(self, reaction: Reaction, given: Entry, when: When) -> bool:
        """Tell whether what was given at an entry counts: while the entry has its own term."""
        watch = reaction.watch
        units = [unit for unit, _ in watch.weights] or [self.unit]
        marks = [Entry(given.day, NOWHERE, watch.account, unit, "", False) for unit in units]  # noqa: FBT003 - a line's field
        return any(self.folding.until(mark) >= when[0] for mark in marks)

    def _outputs(self, reaction: Reaction, when: When, sums: Signed, *, joint: bool) -> Outputs:
        subject, day = self.folding.subject, when[0]
        bearer, origin = subject, ""
        if reaction.watch.of_supervisor:
            people, watch = self.folding.people, reaction.watch
            boss = superior(people, subject, day, watch.level, watch.roles)
            bearer, origin, joint = boss or NOBODY, subject, True
        found: Outputs = {}
        for ((account, unit), sign), quantity in sums.items():
            by = By(self.lane.code, self.lane.name, self.unit, sign, origin)
            place = Place(*when[1], by)
            if quantity:
                found[bearer, Entry(day, place, account, unit, self.lane.code, joint)] = quantity
        return found


Signed = dict[tuple[tuple[str, str], str], Decimal]
"""(account, unit) and the way it goes -> quantity"""


def less_signed(one: Signed, other: Signed) -> Signed:
    """Return what one is more than the other."""
    return {key: one.get(key, ZERO) - other.get(key, ZERO) for key in {**one, **other}}


def _weight(watch: Watch, unit: str, entry: Entry) -> Decimal:
    """Return what an entry counts for under a watch, nothing when it is not watched."""
    if not watch.matches(entry.account, entry.unit):
        return ZERO
    if watch.weights:
        return dict(watch.weights)[entry.unit] if watch.unit == unit else ZERO
    return ONE if entry.unit == unit else ZERO


def _cause(lane: Lane, by: By | None) -> str:
    if by is not None and by.sign == CANCELS:
        return "offset"
    if by is not None and by.origin:
        return "supervisor"
    return "cap" if lane.is_cap else "reaction"


def _posting(lane: Lane, output: Output, quantity: Decimal) -> Posting:
    bearer, entry = output
    cause = _cause(lane, entry.place.by)
    account, unit, clause = entry.account, entry.unit, entry.clause
    return Posting(
        bearer, account, unit, quantity, clause, cause, entry.day, entry.joint, place=entry.place
    )
