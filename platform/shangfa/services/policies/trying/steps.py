"""What an incident does where the totals stand alike, found once by the engine and then known.

Where rules look at growing totals in the calendar's windows alone, all that follows from a report
whose kinds are impartial hangs on what was reported, on the totals of the counters it can reach,
and on who above bears something. Most incidents of a long past are met with totals that were seen
before; what the engine found then is put down again, without asking it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from shangfa.db.history.lines import Told
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.days import SPANS
from shangfa.domain.faults import RefusedError
from shangfa.domain.frozen import NOTHING
from shangfa.domain.incident import Incident, Subject
from shangfa.domain.ledger.book import Book, Total
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import ONE
from shangfa.domain.people.chain import superior
from shangfa.domain.policies.lanes import DEAF, Looks
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction, Scope
from shangfa.services.ledger.anew.cast import Cast

MOST: Final = 200_000
"""Steps that are kept; a thousand of them are about a megabyte."""
_NEVER: Final = Calendar("none")
"""What a steady condition does not look at."""
Bearer = tuple[int, tuple[str, ...]]
"""Who is meant: the level above and the positions; (0, ()) for whom it is reported of."""
HIMSELF: Final[Bearer] = (0, ())
Spanned = tuple[int, str, str, tuple[str, ...]]
"""A counter of a reach as of a day: the index of the bearer, account, unit, spans."""
Place = tuple[tuple[str, str, str], str]
"""A counter and a span."""


class Reach(NamedTuple):
    """All that a report can move.

    Attributes:
        bearers: who may get something, himself first.
        counters: (index of the bearer, account, unit, the calendar's windows that are kept).
    """

    bearers: tuple[Bearer, ...]
    counters: tuple[tuple[int, str, str, tuple[str, ...]], ...]


class Step(NamedTuple):
    """What an incident posts and how totals move.

    Attributes:
        plain: (index of the bearer, account, unit, quantity, clause, cause) each.
        totals: of the places in their order, afterwards; None where there is none.
        before: the totals before; they are kept so that no other has their identity.
    """

    plain: tuple[tuple[Any, ...], ...]
    totals: tuple[Total | None, ...]
    before: tuple[Total | None, ...]


class Met(NamedTuple):
    """An incident as it is met: what tells it apart, where its totals are, who bears what."""

    key: tuple[Any, ...]
    reach: Reach
    places: list[Place]
    people: list[str | None]
    before: tuple[Total | None, ...]

    def sums(self, step: Step) -> Iterator[tuple[tuple[str, str, str], Decimal]]:
        """Yield what a step posts, as far as it is summed up."""
        people = self.people
        for who, account, unit, size, _, _ in step.plain:
            if account != "count":
                yield (people[who] or "", account, unit), size


@dataclass(slots=True)
class Steps:
    """The steps of a policy, over its totals.

    Attributes:
        known: what was found, by what was reported and the identities of the totals before.
        reached: how far a report reaches.
        inside: a scope and a subject, both as they are while this runs -> what the one says of
            the other.
        alike: totals that are equal are one, and as old as the policy: nothing lies later.
    """

    policy: Policy
    cast: Cast
    book: Book
    known: dict[tuple[Any, ...], Step] = field(default_factory=dict)
    reached: dict[Any, Reach] = field(default_factory=dict)
    alike: dict[tuple[Decimal, Decimal], Total] = field(default_factory=dict)
    inside: dict[tuple[int, int], bool | None] = field(default_factory=dict)
    day: date = date.min
    spans: dict[str, str] = field(default_factory=dict)
    flat: dict[int, list[Spanned]] = field(default_factory=dict)

    def meet(self, item: Told, code: str, like: Met | None = None) -> Met | None:
        """Return an incident as it is met, None for one only the engine can see.

        `like`: as it was met under another policy.
        """
        said = self._said(item, code)
        reach = None if said is None else self.reached.get(said)
        if reach is None:
            return None
        if like is not None and like.reach is reach:
            people, apart, places = like.people, like.key[1], like.places
        else:
            people = self._people(reach, code, item.on)
            apart = tuple([people.index(one) if one else -1 for one in people[1:]])
            places = self._places(reach, people, item.on)
        before = tuple(map(self.book.totals.get, places))
        return Met((said, apart, *map(id, before)), reach, places, people, before)

    def _people(self, reach: Reach, code: str, day: date) -> list[str | None]:
        if len(reach.bearers) == 1:
            return [code]
        return [code, *[superior(self.cast, code, day, *who) for who in reach.bearers[1:]]]

    def _places(self, reach: Reach, people: list[str | None], day: date) -> list[Place]:
        if day != self.day:
            self.day, self.spans, self.flat = day, {}, {}
        flat = self.flat.get(id(reach))
        if flat is None:
            flat = self.flat[id(reach)] = self._flat(reach, day)
        found: list[Place] = []
        for who, account, unit, spans in flat:
            one = people[who]
            if one is not None:
                counter = (one, account, unit)
                for span in spans:
                    found.append((counter, span))
        return found

    def _flat(self, reach: Reach, day: date) -> list[Spanned]:
        """Return the counters of a reach with the spans of a day."""
        spans = self.spans
        for *_, windows in reach.counters:
            for window in windows:
                if window not in spans:
                    spans[window] = SPANS[window](day)
        return [
            (who, account, unit, tuple([spans[window] for window in windows]))
            for who, account, unit, windows in reach.counters
        ]

    def _said(self, item: Told, code: str) -> Any:
        """Return what all reports share that find the same, None for what may find another."""
        try:
            version, _, number = self.policy.plan(item.clause, item.on)
        except RefusedError:
            return None
        inside = number is not None and self._applies(version.scope, code, item.on)
        if number is None or inside is None:
            return None
        return number, item.quantity, item.given, item.gathered, inside

    def _applies(self, scope: Scope, code: str, day: date) -> bool | None:
        """Tell whether a policy has anything to say of somebody; None where the engine must."""
        if scope.is_open and scope.when is None:
            return True
        subject = self.cast.subject(code, day)
        name = (id(scope), id(subject))
        if name not in self.inside:
            self.inside[name] = _inside(scope, subject, day)
        return self.inside[name]

    def take(self, met: Met, step: Step) -> None:
        """Put down what a step moves."""
        totals = self.book.totals
        for place, total in zip(met.places, step.totals, strict=True):
            if total is not None:
                totals[place] = total

    def settle(self) -> None:
        """Let totals that the engine moved be one with those that are equal."""
        book, since = self.book, self.policy.versions[0].effective_from
        for place in book.moved:
            total = book.totals.get(place)
            if total is not None:
                name = total[:2]
                book.totals[place] = self.alike.setdefault(name, Total(*name, since))
        book.moved.clear()

    def learn(self, item: Told, code: str, met: Met | None, postings: Sequence[Posting]) -> None:
        """Remember what the engine found: how far a report reaches, or where it was met, a step."""
        if met is not None:
            self._keep(met, postings)
            return
        said = self._said(item, code)
        if said is not None and said not in self.reached:
            own = [one for one in postings if one.cause == "clause"]
            self.reached[said] = _one_of(self._reach(item.on, own))

    def _keep(self, met: Met, postings: Iterable[Posting]) -> None:
        plain = []
        for item in postings:
            if item.subject not in met.people:
                return  # it cannot be told by itself
            plain.append((met.people.index(item.subject), *item[1:6]))
        totals = tuple(map(self.book.totals.get, met.places))
        if len(self.known) >= MOST:
            self.known.clear()
        self.known[met.key] = Step(tuple(plain), totals, met.before)

    def _reach(self, day: date, own: Iterable[Posting]) -> Reach:
        bearers: list[Bearer] = [HIMSELF]
        todo = [(0, item.account, item.unit) for item in own]
        found: dict[tuple[int, str, str], tuple[str, ...]] = {}
        for who, account, unit in todo:  # what is reached is looked at in its turn
            looks = self.policy.looks(day, account, unit)
            if looks is DEAF or (who, account, unit) in found:
                continue
            kept = self.policy.windows(account, unit).every
            found[who, account, unit] = tuple([window.text for window in kept])
            for rule in _rules(looks):
                bearer = _bearer(rule, bearers) if who == 0 else who
                todo += [(bearer, *pair) for pair in sorted(rule.gives)]
            caps = [cap for cap in looks.caps if (account, unit) in cap.gives]
            todo += [(who, cap.watch.account, cap.watch.unit) for cap in caps]
        return Reach(tuple(bearers), tuple((*place, kept) for place, kept in found.items()))


@lru_cache(maxsize=10_000)
def _one_of(reach: Reach) -> Reach:
    """Return the same object for reaches that are alike, on both sides."""
    return reach


def _inside(scope: Scope, subject: Subject, day: date) -> bool | None:
    if not scope.is_steady or scope.excludes(subject) is not None:
        return None
    if scope.when is None:
        return True
    return scope.when(Incident(subject, day, None, ONE, NOTHING, _NEVER))


def _rules(looks: Looks) -> list[Reaction]:
    held = [item.reaction for _, rules in looks.counts for item in rules or ()]
    return [*looks.answers, *held]


def _bearer(rule: Reaction, bearers: list[Bearer]) -> int:
    """Return the place among the bearers of whoever bears what a rule gives."""
    watch = rule.watch
    who = (watch.level, watch.roles) if watch.of_supervisor else HIMSELF
    if who not in bearers:
        bearers.append(who)
    return bearers.index(who)
