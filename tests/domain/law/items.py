"""Lines, days and windows as the definition of the law sees them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from tests.domain.law.kinds import TERMS

from shangfa.domain.policies.version import Reaction

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


def rows_full(params: Any, seen: list[Item], spot: Spot) -> int:
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


def before_the_cap(reaction: Reaction, now: list[Item]) -> list[Item]:
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


def is_full(params: Any, own: list[Item], day: date) -> bool:
    """Tell whether a row becomes full with the period that ends on a day."""
    size = {"month": 1, "quarter": 3}[params.period]
    start = date(own[0].day.year, (own[0].day.month - 1) // size * size + 1, 1)
    row, full = 0, False
    while (end := months_later(start, size) - timedelta(1)) <= day:
        inside = [item.quantity for item in own if start <= item.day <= end]
        full = False
        start = months_later(start, size)
        if not inside and params.empty == "nothing":
            continue
        good = sum(inside) <= params.at_most if inside else params.empty == "good"
        row = row + 1 if good else 0
        full = row == params.periods
        row = 0 if full else row
        if end == day:
            return full
    return False


def nets(items: list[Item]) -> list[Item]:
    """Return what stands at each place, joint or not, as one entry of each unit and clause."""
    sums: dict[tuple[Any, ...], Item] = {}
    for item in items:
        key = (*name_of(item), item.account, item.origin, item.up, item.until)
        was = sums.get(key)
        sums[key] = replace(item, quantity=item.quantity + (was.quantity if was else 0))
    return sorted((item for item in sums.values() if item.quantity), key=_order)


def _order(item: Item) -> tuple[Any, ...]:
    return item.spot, item.unit, item.clause, item.joint


def name_of(item: Item) -> tuple[Any, ...]:
    return item.spot, item.subject, item.unit, item.clause, item.joint, item.rule, item.source


def upto(item: Item, other: Item) -> bool:
    """Tell whether an entry stands before another, or is it."""
    return _order(item) <= _order(other)


def next_spot(spot: Spot) -> Spot:
    return spot[0], (*spot[1][:2], spot[1][2] + 1)


Slots = dict[tuple[str, str, bool], Decimal]


def beyond(reaction: Reaction, unit: str, total: Decimal, given: list[Item]) -> Slots:
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


def items_of(made: Item, slots: Slots) -> list[Item]:
    return [
        replace(made, account=account, unit=unit, quantity=quantity, up=up)
        for (account, unit, up), quantity in slots.items()
        if quantity
    ]


def months_later(day: date, months: int) -> date:
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
        return months_later(day, -int(word)) + timedelta(1)
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
    firsts = [
        months_later(start, months * number) for number in range(-500 // months, 500 // months)
    ]
    return max(first for first in firsts if first <= day)
