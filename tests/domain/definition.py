"""What must stand in the ledger, worked out from the words of the design alone.

No book, no queue, no differences between two moments of recording: the other way to the
same answer, for test_law.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shangfa.domain.ledger.posting import Posting
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Reaction
from shangfa.testing import Balance, Lines

Pair = tuple[Decimal, Decimal]
NIL = (Decimal(0), Decimal(0))


@dataclass
class Definition:
    """What must stand in the ledger, worked out day by day from the words of the design.

    On each day, what a reaction gives is its function of the total of its window after
    that day less its function of the total before it. Joint marks count in the total of
    their bearer unless the reaction leaves them out; what they alone bring is joint.
    """

    policy: Policy
    staff: Lines
    days: dict[date, dict[Balance, Decimal]] = field(default_factory=dict)

    def ledger(self, direct: Iterable[Posting]) -> dict[Balance, Decimal]:
        """Return the balances that follow from direct postings."""
        postings = list(direct)
        for day in sorted({posting.day for posting in postings}):
            self._settle(day, [posting for posting in postings if posting.day == day])
        every = {key: value for day in self.days.values() for key, value in day.items()}
        return {key: value for key, value in every.items() if value}

    def _settle(self, day: date, direct: list[Posting]) -> None:
        """Let what follows follow until nothing changes; no rule leads back to itself."""
        self.days[day] = {}
        for _ in range(50):
            settled = self._day(day, direct)
            if settled == self.days[day]:
                return
            self.days[day] = settled
        raise AssertionError("the reactions never settle")

    def _day(self, day: date, direct: list[Posting]) -> dict[Balance, Decimal]:
        sums: dict[Balance, Decimal] = {}
        for item in direct:
            _add(sums, (item.subject, item.account, item.unit, day, False), item.quantity)
        version = [item for item in self.policy.versions if item.effective_from <= day][-1]
        given = {key: value for key, value in sums.items() if value}
        for reaction in version.reactions:
            if reaction.watch.window == "each":
                self._each(sums, reaction, day, given)
            else:
                self._window(sums, reaction, day)
        return {key: value for key, value in sums.items() if value}

    def _each(
        self,
        sums: dict[Balance, Decimal],
        reaction: Reaction,
        day: date,
        given: dict[Balance, Decimal],
    ) -> None:
        answered = self.days[day] if reaction.watch.converted else given
        for (subject, account, unit, _, joint), quantity in answered.items():
            boss = self.staff.supervisor(subject, day)
            if boss is None or joint or not reaction.watch.matches(account, unit):
                continue
            for effect in reaction.kind.derive(reaction.rule, unit, quantity):
                _add(sums, (boss, effect.account, effect.unit, day, True), effect.quantity)

    def _window(self, sums: dict[Balance, Decimal], reaction: Reaction, day: date) -> None:
        watch = reaction.watch
        counters = {key[:3] for past in self.days.values() for key in past}
        for subject, account, unit in sorted(counters):
            if not watch.matches(account, unit):
                continue
            before, after = self._totals((subject, account, unit), watch.window, day)
            own = _given(reaction, unit, before[1], after[1])
            if watch.of_supervisor:
                boss = self.staff.supervisor(subject, day)
                _add_all(sums, boss, day, own, joint=True)
                continue
            _add_all(sums, subject, day, own, joint=False)
            if watch.joint:
                every = _given(reaction, unit, before[0], after[0])
                _add_all(sums, subject, day, every, joint=True)
                _add_all(
                    sums, subject, day, {key: -value for key, value in own.items()}, joint=True
                )

    def _totals(self, counter: tuple[str, ...], window: str, day: date) -> tuple[Pair, Pair]:
        before, after = [NIL], [NIL]
        for other, postings in self.days.items():
            if other > day or not _together(window, other, day):
                continue
            for (*key, _, joint), value in postings.items():
                if tuple(key) == counter:
                    pair = (value, Decimal(0) if joint else value)
                    after.append(pair)
                    before += [pair] if other < day else []
        return _sum(before), _sum(after)


def _together(window: str, a: date, b: date) -> bool:
    """Two days lie in one window; written out, not taken from the engine."""
    if window == "ever":
        return True
    parts: dict[str, Callable[[date], tuple[int, ...]]] = {
        "day": lambda day: (day.year, day.month, day.day),
        "month": lambda day: (day.year, day.month),
        "quarter": lambda day: (day.year, (day.month - 1) // 3),
        "year": lambda day: (day.year,),
    }
    return parts[window](a) == parts[window](b)


def _given(
    reaction: Reaction, unit: str, before: Decimal, after: Decimal
) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = {}
    for sign, total in ((1, after), (-1, before)):
        for effect in reaction.kind.derive(reaction.rule, unit, total):
            key = (effect.account, effect.unit)
            sums[key] = sums.get(key, Decimal(0)) + sign * effect.quantity
    return sums


def _add(sums: dict[Balance, Decimal], key: Balance, quantity: Decimal) -> None:
    sums[key] = sums.get(key, Decimal(0)) + quantity


def _add_all(
    sums: dict[Balance, Decimal],
    subject: str | None,
    day: date,
    given: dict[tuple[str, str], Decimal],
    *,
    joint: bool,
) -> None:
    for (account, unit), quantity in given.items():
        if subject is not None:
            _add(sums, (subject, account, unit, day, joint), quantity)


def _sum(pairs: list[Pair]) -> Pair:
    return sum((pair[0] for pair in pairs), Decimal(0)), sum(
        (pair[1] for pair in pairs), Decimal(0)
    )
