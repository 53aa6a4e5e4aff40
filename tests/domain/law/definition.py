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

from tests.domain.law.items import (
    Item,
    Spot,
    before_the_cap,
    beyond,
    first_day,
    is_full,
    items_of,
    months_later,
    name_of,
    nets,
    next_spot,
    rows_full,
    upto,
)
from tests.domain.law.rules import RUNGS
from tests.domain.law.worlds import AS_OF

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
                found += before_the_cap(reaction, now)
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
        alone = beyond(
            reaction, unit, own, [i for i in given if watch.of_supervisor or not i.joint]
        )
        if watch.of_supervisor:
            boss = self._superior(subject, spot[0], watch)
            return items_of(replace(made, subject=boss or NOBODY, joint=True), alone)
        found = items_of(made, alone)
        if watch.joint:
            every = beyond(reaction, unit, total, given)
            keys = {*every, *alone}
            less = {key: every.get(key, Decimal(0)) - alone.get(key, Decimal(0)) for key in keys}
            found += items_of(replace(made, joint=True), less)
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
            seen = nets(self._seen(rule, "marks", units, spot, params.within))
            for subject in sorted({item.subject for item in now}):
                full = rows_full(params, [item for item in seen if item.subject == subject], spot)
                if full:
                    account = "marks" if params.gives in RUNGS else "action"
                    quantity = Decimal(full)
                    found.append(
                        Item(
                            next_spot(spot),
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
            moved = [item for item in nets(now) if item.account == "marks" and item.unit in units]
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
                        known = [lot for lot in lots if upto(lot[0], item)]
                        found += self._cancel(rule, params, item, known)
        return found

    def _lots(self, rule: Any, seen: list[Item]) -> list[list[Any]]:
        """Return [entry, what is left of it]: less what others cancelled, then the rule itself."""
        lots: list[list[Any]] = []
        for item in nets(seen):
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
                if key[0] == rule and key[1:] == name_of(lot[0]):
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
                    key = (rule, *name_of(lot[0]))
                    self.used[key] = self.used.get(key, Decimal(0)) + used
                    until = self._until(lot[0])
                    found.append(
                        replace(
                            lot[0],
                            spot=next_spot(item.spot),
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
                own = nets([item for item in seen if item.subject == subject])
                attributes = self.staff.attributes.get(subject, {})
                first = first_day(params.within, spot[0], attributes)
                if own and first is not None and is_full(params, own, spot[0]):
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
            return months_later(item.day, lapse.months)
        if lapse.days:
            return item.day + timedelta(lapse.days)
        day = item.day
        first = first_day(lapse.until, day, {})
        while first_day(lapse.until, day + timedelta(1), {}) == first:
            day += timedelta(1)
        return day
