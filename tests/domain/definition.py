"""What must stand in the ledger, worked out from the words of the design alone.

No book, no totals kept, no differences between two moments of recording: the facts are
walked from first to last, and at each place everything is added up again. The other way to
the same answer, for test_law.py.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.domain.worlds import TERMS

from shangfa.domain.ledger.posting import Posting
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction
from shangfa.testing import Balance, Lines

NEVER = date.max
Spot = tuple[date, tuple[str, str, int]]
ORDER = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Item:
    """A line as it stands.

    Attributes:
        rule: what gave it, None for a fact.
        origin: whose entries brought it.
        source: which unit did.
        up: which way the rule went.
    """

    spot: Spot
    subject: str
    account: str
    unit: str
    quantity: Decimal
    joint: bool = False
    rule: Any = None
    origin: str = ""
    source: str = ""
    up: bool = True
    until: date | None = None

    @property
    def day(self) -> date:
        return self.spot[0]


@dataclass
class Definition:
    """What must stand in the ledger, worked out place by place from the words of the design.

    At each place, a rule gives what its wording of that day says the window has earned, less
    what it gave in that window before, never less than nothing. Joint marks count in the
    total of their bearer unless the rule leaves them out; what they alone bring is joint.
    """

    policy: Policy
    staff: Lines
    past: list[Item] = field(default_factory=list)

    def ledger(self, direct: Iterable[Posting]) -> dict[Balance, Decimal]:
        """Return the balances that follow from direct postings."""
        facts = [Item((item.day, item.place.order), *item[:4]) for item in direct if item.quantity]
        for spot in sorted({item.spot for item in facts}):
            self.past += self._settled(spot, [item for item in facts if item.spot == spot])
        sums: dict[Balance, Decimal] = {}
        for item in self.past:
            key = (item.subject, item.account, item.unit, item.day, item.joint)
            sums[key] = sums.get(key, Decimal(0)) + item.quantity
        return {key: value for key, value in sums.items() if value}

    def _settled(self, spot: Spot, facts: list[Item]) -> list[Item]:
        """Let what follows follow until nothing changes; no rule leads back to itself."""
        now = facts
        for _ in range(50):
            more = [*facts, *self._follow(spot, facts, now)]
            if more == now:
                return now
            now = more
        raise AssertionError("the reactions never settle")

    def _follow(self, spot: Spot, facts: list[Item], now: list[Item]) -> list[Item]:
        version = [item for item in self.policy.versions if item.effective_from <= spot[0]][-1]
        found: list[Item] = []
        for place, reaction in enumerate(version.reactions):
            same = [
                other.watch[:2]
                for other in version.reactions[:place]
                if (other.rule.code, other.kind.name) == (reaction.rule.code, reaction.kind.name)
            ]
            rule = (
                reaction.rule.code,
                reaction.kind.name,
                *reaction.watch[:2],
                same.count(reaction.watch[:2]),
            )
            if reaction.watch.window == "each":
                answered = now if reaction.watch.converted else facts
                found += self._each(reaction, rule, answered)
            else:
                found += self._window(spot, reaction, rule, now)
        return found

    def _each(self, reaction: Reaction, rule: Any, answered: list[Item]) -> list[Item]:
        sums: dict[tuple[str, str, str], Decimal] = {}
        spot = answered[0].spot
        for item in answered:
            if reaction.watch.matches(item.account, item.unit) and not item.joint:
                key = (item.subject, item.account, item.unit)
                sums[key] = sums.get(key, Decimal(0)) + item.quantity
        found: list[Item] = []
        for (subject, _, unit), quantity in sums.items():
            boss = self.staff.supervisor(subject, spot[0])
            if boss is None or not quantity:
                continue
            found += [
                Item(spot, boss, *effect[:3], joint=True, rule=rule)
                for effect in reaction.kind.derive(reaction.rule, unit, quantity)
            ]
        return found

    def _window(self, spot: Spot, reaction: Reaction, rule: Any, now: list[Item]) -> list[Item]:
        moved: dict[tuple[str, str], dict[bool, Decimal]] = {}
        for item in now:
            if reaction.watch.matches(item.account, item.unit):
                pair = moved.setdefault(
                    (item.subject, item.unit), {False: Decimal(0), True: Decimal(0)}
                )
                pair[item.joint] += item.quantity
        found: list[Item] = []
        units = {
            (subject, reaction.watch.unit if reaction.watch.weights else unit)
            for (subject, unit), pair in moved.items()
            if any(pair.values())
        }
        for subject, unit in sorted(units):
            first = first_day(
                reaction.watch.window, spot[0], self.staff.attributes.get(subject, {})
            )
            if first is not None:
                found += self._give(spot, reaction, rule, (subject, unit, first), now)
        return found

    def _give(
        self,
        spot: Spot,
        reaction: Reaction,
        rule: Any,
        whose: tuple[str, str, date],
        now: list[Item],
    ) -> list[Item]:
        subject, unit, first = whose
        watch = reaction.watch
        weights = dict(watch.weights) or {unit: Decimal(1)}
        counted = [
            item
            for item in [*self.past, *now]
            if item.subject == subject
            and item.account == watch.account
            and item.unit in weights
            and item.day >= first
            and self._until(item) >= spot[0]
        ]
        given = [
            item
            for item in self.past
            if (item.rule, item.origin, item.source) == (rule, subject, unit)
            and item.day >= first
            and any(
                self._until(Item(item.spot, subject, watch.account, name, Decimal(1))) >= spot[0]
                for name in weights
            )
        ]
        total = sum((item.quantity * weights[item.unit] for item in counted), Decimal(0))
        own = sum(
            (item.quantity * weights[item.unit] for item in counted if not item.joint),
            Decimal(0),
        )
        made = Item(spot, subject, "", "", Decimal(0), rule=rule, origin=subject, source=unit)
        alone = _beyond(
            reaction, unit, own, [i for i in given if watch.of_supervisor or not i.joint]
        )
        if watch.of_supervisor:
            boss = self.staff.supervisor(subject, spot[0])
            return [] if boss is None else _items(replace(made, subject=boss, joint=True), alone)
        found = _items(made, alone)
        if watch.joint:
            every = _beyond(reaction, unit, total, given)
            keys = {*every, *alone}
            less = {key: every.get(key, Decimal(0)) - alone.get(key, Decimal(0)) for key in keys}
            found += _items(replace(made, joint=True), less)
        return found

    def _until(self, item: Item) -> date:
        """Return the last day a line is in force."""
        if item.until is not None:
            return item.until
        version = [v for v in self.policy.versions if v.effective_from <= item.day][-1]
        lapse = version.lapses.get(item.unit)
        if lapse is None or item.account not in {"marks", "points"}:
            return NEVER
        if lapse.months:
            return _months(item.day, lapse.months)
        if lapse.days:
            return item.day + timedelta(lapse.days)
        day = item.day
        first = first_day(lapse.until, day, {})
        while first_day(lapse.until, day + timedelta(1), {}) == first:
            day += timedelta(1)
        return day


Slots = dict[tuple[str, str, bool], Decimal]


def _beyond(reaction: Reaction, unit: str, total: Decimal, given: list[Item]) -> Slots:
    earned: Slots = {}
    for effect in reaction.kind.derive(reaction.rule, unit, total):
        key: tuple[str, str, bool] = (effect.account, effect.unit, effect.quantity > 0)
        earned[key] = earned.get(key, Decimal(0)) + effect.quantity
    found: Slots = {}
    for slot, quantity in earned.items():
        had = sum(
            (item.quantity for item in given if (item.account, item.unit, item.up) == slot),
            Decimal(0),
        )
        more = quantity - had
        if (more > 0) == (quantity > 0) and more:
            found[slot] = more
    return found


def _items(made: Item, slots: Slots) -> list[Item]:
    return [
        replace(made, account=account, unit=unit, quantity=quantity, up=up)
        for (account, unit, up), quantity in slots.items()
        if quantity
    ]


def _months(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def first_day(window: str, day: date, attributes: Any) -> date | None:
    """Return the first day that counts with `day`; written out, not taken from the engine."""
    word, *rest = window.split(" ")
    if rest[:1] in (["since"], ["from"]):
        return _begun(word, rest, day, attributes)
    if word == "terms":
        terms = [term for term in TERMS[rest[0]] if term.first <= day <= term.last]
        return terms[0].first if terms else None
    if rest in (["days"], ["day"]):
        return day - timedelta(int(word) - 1)
    if rest in (["months"], ["month"]):
        return _months(day, -int(word)) + timedelta(1)
    starts = {
        "ever": date.min,
        "day": day,
        "week": day - timedelta(day.weekday()),
        "month": date(day.year, day.month, 1),
        "quarter": date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        "half_year": date(day.year, 1 if day.month < 7 else 7, 1),
        "year": date(day.year, 1, 1),
    }
    return starts[word]


def _begun(word: str, rest: list[str], day: date, attributes: Any) -> date | None:
    if word == "week":
        return day - timedelta((day.weekday() - ORDER.index(rest[1])) % 7)
    if rest[0] == "since":
        start = attributes.get(rest[1])
    else:
        start = f"2000-01-{int(rest[1]):02}" if word == "month" else f"2000-{rest[1]}"
    return None if start is None else _latest(date.fromisoformat(start), SIZES[word], day)


SIZES = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def _latest(start: date, months: int, day: date) -> date:
    """Return the last of the cycles' first days that is not after a day."""
    firsts = [_months(start, months * number) for number in range(-500 // months, 500 // months)]
    return max(first for first in firsts if first <= day)
