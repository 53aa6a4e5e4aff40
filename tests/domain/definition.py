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
from fnmatch import fnmatchcase
from typing import Any

from tests.domain.worlds import AS_OF, RUNGS, TERMS

from shangfa.domain.ledger.posting import Posting
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction, Version
from shangfa.sdk import Watch
from shangfa.testing import Balance, Lines

NEVER = date.max
NOBODY = ""
"""Whom what falls to a supervisor falls to where there is none; given all the same."""
DAYS_TO_LOOK_AT = [
    date(year, month, calendar.monthrange(year, month)[1])
    for year in range(2025, 2028)
    for month in range(1, 13)
    if (year, month) < (AS_OF.year, AS_OF.month)
]
"""The ends of months that are over."""
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
        of: the day of what it cancels: a window without that day does not hold it.
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
    clause: str = ""
    of: date | None = None

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
    used: dict[Any, Decimal] = field(default_factory=dict)

    def ledger(self, direct: Iterable[Posting]) -> dict[Balance, Decimal]:
        """Return the balances that follow from direct postings."""
        facts = [
            Item((item.day, item.place.order), *item[:4], clause=item.clause)
            for item in direct
            if item.quantity
        ]
        waiting: dict[Spot, list[Item]] = {}
        for item in facts:
            waiting.setdefault(item.spot, []).append(item)
        for day in DAYS_TO_LOOK_AT:
            waiting.setdefault((day, ("~", "", 0)), [])
        while waiting:
            spot = min(waiting)
            given = waiting.pop(spot)
            if spot[1][0] == "~":
                given += self._rows(spot)
            now = self._settled(spot, given)
            self.past += now
            for item in [*self._runs(spot, now), *self._offsets(spot, now)]:
                waiting.setdefault(item.spot, []).append(item)
        sums: dict[Balance, Decimal] = {}
        for item in (item for item in self.past if item.subject != NOBODY):
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
        version = self._version(spot[0])
        found: list[Item] = []
        for reaction in version.reactions:
            if reaction.kind.covers is not None:
                found += _before_the_cap(reaction, now)
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
            if reaction.kind.fold is not None:
                continue
            if reaction.watch.window == "each":
                answered = now if reaction.watch.converted else facts
                found += self._each(reaction, rule, answered)
            else:
                found += self._window(spot, reaction, rule, now)
        return found

    def _each(self, reaction: Reaction, rule: Any, answered: list[Item]) -> list[Item]:
        spot = answered[0].spot if answered else (date.min, ("", "", 0))
        found: list[Item] = []
        for item in answered:
            watched = reaction.watch.matches(item.account, item.unit)
            own = reaction.watch.converted or item.rule is None
            if not watched or not own or item.joint or item.until is not None:
                continue
            subject, account, unit, quantity = item.subject, item.account, item.unit, item.quantity
            boss = self._superior(subject, spot[0], reaction.watch)
            if boss is None or not quantity:
                continue
            against = account in {"fine"} if quantity > 0 else account not in {"fine"}
            size = -quantity if against else quantity
            found += [
                Item(
                    spot,
                    boss,
                    *effect[:2],
                    -effect[2] if against else effect[2],
                    joint=True,
                    rule=rule,
                    clause=rule[0],
                )
                for effect in reaction.kind.derive(reaction.rule, unit, size)
            ]
        return found

    def _window(self, spot: Spot, reaction: Reaction, rule: Any, now: list[Item]) -> list[Item]:
        moved: dict[tuple[str, str], dict[bool, Decimal]] = {}
        for item in now:
            if reaction.watch.matches(item.account, item.unit) and item.subject != NOBODY:
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
            and (item.of or item.day) >= first
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
        code = reaction.rule.code
        made = Item(spot, subject, "", "", Decimal(0), origin=subject, source=unit, clause=code)
        made = replace(made, rule=rule)
        alone = _beyond(
            reaction, unit, own, [i for i in given if watch.of_supervisor or not i.joint]
        )
        if watch.of_supervisor:
            boss = self._superior(subject, spot[0], watch)
            return _items(replace(made, subject=boss or NOBODY, joint=True), alone)
        found = _items(made, alone)
        if watch.joint:
            every = _beyond(reaction, unit, total, given)
            keys = {*every, *alone}
            less = {key: every.get(key, Decimal(0)) - alone.get(key, Decimal(0)) for key in keys}
            found += _items(replace(made, joint=True), less)
        return found

    def _superior(self, subject: str, day: date, watch: Watch) -> str | None:
        """Return the last of a line of so many, or the first of it in the position."""
        line: list[str] = []
        while (boss := self.staff.supervisor(line[-1] if line else subject, day)) is not None:
            line.append(boss)
            if watch.roles and self.staff.positions.get(boss) in watch.roles:
                return boss
        return None if watch.roles or len(line) < watch.level else line[watch.level - 1]

    def _version(self, day: date) -> Version:
        return [item for item in self.policy.versions if item.effective_from <= day][-1]

    def _hooked(self, kind: str, day: date) -> list[tuple[Any, Any]]:
        found = [item for item in self._version(day).reactions if item.kind.name == kind]
        return [((item.rule.code, kind), item.rule.params) for item in found]

    def _seen(self, rule: Any, account: str, units: Any, spot: Spot, within: str) -> list[Item]:
        """Return whose entries of a window a rule looks at, its own lines left out."""
        found: list[Item] = []
        for item in sorted(self.past, key=lambda item: item.spot):
            first = first_day(within, spot[0], self.staff.attributes.get(item.subject, {}))
            is_watched = item.account == account and item.unit in units and item.rule != rule
            if is_watched and first is not None and (item.of or item.day) >= first:
                found.append(item)
        return found

    def _runs(self, spot: Spot, now: list[Item]) -> list[Item]:
        found: list[Item] = []
        for rule, params in self._hooked("ladder.run", spot[0]):
            units = (params.of, *params.broken_by)
            seen = _nets(self._seen(rule, "marks", units, spot, params.within))
            for subject in sorted({item.subject for item in now}):
                full = _full(params, [item for item in seen if item.subject == subject], spot)
                if full:
                    account = "marks" if params.gives in RUNGS else "action"
                    quantity = Decimal(full)
                    found.append(
                        Item(
                            _next(spot),
                            subject,
                            account,
                            params.gives,
                            quantity,
                            rule=rule,
                            clause=rule[0],
                        )
                    )
        return found

    def _offsets(self, spot: Spot, now: list[Item]) -> list[Item]:
        found: list[Item] = []
        for rule, params in self._hooked("ladder.offset", spot[0]):
            units = (params.of, *params.cancels)
            moved = [item for item in _nets(now) if item.account == "marks" and item.unit in units]
            for subject in sorted({item.subject for item in moved}):
                seen = self._seen(rule, "marks", units, spot, params.within)
                seen += [item for item in found if item.unit in units]  # a rule above comes first
                lots = self._lots(rule, [item for item in seen if item.subject == subject])
                for item in (item for item in moved if item.subject == subject):
                    if (
                        item.quantity > 0
                        and item.rule != rule
                        and (item.unit == params.of or params.later)
                    ):
                        known = [lot for lot in lots if _upto(lot[0], item)]
                        found += self._cancel(rule, params, item, known)
        return found

    def _lots(self, rule: Any, seen: list[Item]) -> list[list[Any]]:
        """Return [entry, what is left of it]: less what others cancelled, then the rule itself."""
        lots: list[list[Any]] = []
        for item in _nets(seen):
            if item.quantity > 0:
                lots.append([item, item.quantity])
                continue
            left = -item.quantity
            for lot in lots:
                if (lot[0].unit, self._until(lot[0])) == (item.unit, self._until(item)):
                    used = min(lot[1], left)
                    lot[1], left = lot[1] - used, left - used
        for key, used in self.used.items():
            for lot in lots:
                if key[0] == rule and key[1:] == _name(lot[0]):
                    lot[1] = max(Decimal(0), lot[1] - used)
        return lots

    def _cancel(self, rule: Any, params: Any, item: Item, lots: list[list[Any]]) -> list[Item]:
        force = [lot for lot in lots if lot[1] > 0 and self._until(lot[0]) >= item.day]
        merits = [lot for lot in force if lot[0].unit == params.of]
        against = [lot for lot in force if lot[0].unit in params.cancels]
        if params.first == "latest":
            against.reverse()
        if params.first == "heaviest":
            against.sort(key=lambda lot: RUNGS.index(lot[0].unit), reverse=True)
        times = min(
            sum((lot[1] for lot in merits), Decimal(0)) // params.takes,
            sum((lot[1] for lot in against), Decimal(0)) // params.for_,
        )
        found: list[Item] = []
        for side, number in ((merits, times * params.takes), (against, times * params.for_)):
            left = number
            for lot in side:
                used = min(lot[1], left)
                if used:
                    lot[1], left = lot[1] - used, left - used
                    key = (rule, *_name(lot[0]))
                    self.used[key] = self.used.get(key, Decimal(0)) + used
                    until = self._until(lot[0])
                    found.append(
                        replace(
                            lot[0],
                            spot=_next(item.spot),
                            quantity=-used,
                            rule=rule,
                            until=until,
                            clause=rule[0],
                            of=lot[0].of or lot[0].day,
                        )
                    )
        return found

    def _rows(self, spot: Spot) -> list[Item]:
        found: list[Item] = []
        for rule, params in self._hooked("ladder.in_row", spot[0]):
            seen = self._seen(rule, "points", params.of, spot, params.within)
            for subject in sorted({item.subject for item in seen}):
                own = _nets([item for item in seen if item.subject == subject])
                attributes = self.staff.attributes.get(subject, {})
                first = first_day(params.within, spot[0], attributes)
                if own and first is not None and _is_full(params, own, spot[0]):
                    account = "marks" if params.gives in RUNGS else "action"
                    found.append(
                        Item(
                            spot,
                            subject,
                            account,
                            params.gives,
                            Decimal(1),
                            rule=rule,
                            clause=rule[0],
                        )
                    )
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


def _full(params: Any, seen: list[Item], spot: Spot) -> int:
    """Return how many rows become full at a place."""
    ticks = [
        (item.unit == params.of, item.spot) for item in seen for _ in range(int(abs(item.quantity)))
    ]
    first = full = 0
    for number, (good, where) in enumerate(ticks):
        size = params.times if params.last is None else params.last
        row = ticks[max(first, number + 1 - size) : number + 1]
        if good and sum(one for one, _ in row) == params.times:
            first = number + 1
            full += where == spot
    return full


def _before_the_cap(reaction: Reaction, now: list[Item]) -> list[Item]:
    """Return what a cap counts: all that its account is given under its codes, uncapped."""
    params, code = reaction.rule.params, reaction.rule.code
    account = getattr(params, "account", "points")
    unit = getattr(params, "letter", "CNY")
    sign = -1 if account == "fine" else 1
    return [
        Item(
            item.spot,
            item.subject,
            "count",
            f"cap:{code}",
            sign * item.quantity,
            item.joint,
            ("cap", code),
            clause=code,
        )
        for item in now
        if (item.account, item.unit) == (account, unit)
        and item.clause != code
        and (not params.clauses or any(fnmatchcase(item.clause, one) for one in params.clauses))
    ]


def _is_full(params: Any, own: list[Item], day: date) -> bool:
    """Tell whether a row becomes full with the period that ends on a day."""
    size = {"month": 1, "quarter": 3}[params.period]
    start = date(own[0].day.year, (own[0].day.month - 1) // size * size + 1, 1)
    row, full = 0, False
    while (end := _months(start, size) - timedelta(1)) <= day:
        inside = [item.quantity for item in own if start <= item.day <= end]
        full = False
        start = _months(start, size)
        if not inside and params.empty == "nothing":
            continue
        good = sum(inside) <= params.at_most if inside else params.empty == "good"
        row = row + 1 if good else 0
        full = row == params.periods
        row = 0 if full else row
        if end == day:
            return full
    return False


def _nets(items: list[Item]) -> list[Item]:
    """Return what stands at each place, joint or not, as one entry of each unit and clause."""
    sums: dict[tuple[Any, ...], Item] = {}
    for item in items:
        key = (*_name(item), item.account, item.origin, item.up, item.until)
        was = sums.get(key)
        sums[key] = replace(item, quantity=item.quantity + (was.quantity if was else 0))
    return sorted((item for item in sums.values() if item.quantity), key=_order)


def _order(item: Item) -> tuple[Any, ...]:
    return item.spot, item.unit, item.clause, item.joint


def _name(item: Item) -> tuple[Any, ...]:
    return item.spot, item.subject, item.unit, item.clause, item.joint, item.rule, item.source


def _upto(item: Item, other: Item) -> bool:
    """Tell whether an entry stands before another, or is it."""
    return _order(item) <= _order(other)


def _next(spot: Spot) -> Spot:
    return spot[0], (*spot[1][:2], spot[1][2] + 1)


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
