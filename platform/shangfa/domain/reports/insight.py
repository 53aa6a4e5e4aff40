"""What a year of cases looks like from afar: trends, balance, clauses, reversals; nobody is named.

A group of fewer than `FEWEST` people is never shown by itself, nor so that subtracting what is
shown from the whole would show it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from shangfa.domain.reports.catalogue import FEWEST

REST: Final = "…"
"""The departments that are too small to be shown by themselves, together."""
MOST_CLAUSES: Final = 10
HUNDRED: Final = Decimal(100)
ONE_PLACE: Final = Decimal("0.1")
Cell = str | int | Decimal | None


class Part(NamedTuple):
    """How often something was decided of people of a department in a month; `good`: a reward."""

    month: str
    department: str
    good: bool
    times: int


class Cited(NamedTuple):
    """How often a clause was applied, of how many people, and how often it was reversed."""

    clause: str
    times: int
    people: int
    reversed: int


class Table(NamedTuple):
    """A table behind a chart, with the names of its columns."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def grouped(heads: Mapping[str, int]) -> dict[str, str]:
    """Return department -> the group it is shown in: itself, or `REST` with the other small ones.

    A department is left out when even all small ones together are too few to be shown.
    """
    by_size = sorted(heads, key=lambda name: (-heads[name], name))
    shown = [name for name in by_size if heads[name] >= FEWEST]
    rest = [name for name in by_size if heads[name] < FEWEST]
    while rest and shown and sum(heads[name] for name in rest) < FEWEST:
        rest.append(shown.pop())
    found = {name: name for name in shown}
    if sum(heads[name] for name in rest) >= FEWEST:
        found |= dict.fromkeys(rest, REST)
    return found


def trends(parts: Iterable[Part], heads: Mapping[str, int], months: Sequence[str]) -> Table:
    """Return the sanctions of each month and department per 100 people."""
    groups = grouped(heads)
    people: dict[str, int] = {}
    for name, group in groups.items():
        people[group] = people.get(group, 0) + heads[name]
    sums: dict[tuple[str, str], int] = {}
    for part in parts:
        if not part.good and part.department in groups:
            key = (part.month, groups[part.department])
            sums[key] = sums.get(key, 0) + part.times
    rows: list[tuple[Cell, ...]] = []
    for group, size in people.items():
        for month in months:
            count = sums.get((month, group), 0)
            rows.append((month, group, size, count, _per_100(count, size)))
    return Table(("month", "department", "people", "sanctions", "per_100"), rows)


def _per_100(count: int, people: int) -> Decimal:
    return (count * HUNDRED / people).quantize(ONE_PLACE)


def balance(parts: Iterable[Part], heads: Mapping[str, int], months: Sequence[str]) -> Table:
    """Return the rewards and the sanctions of each month, and their ratio."""
    columns = ("month", "rewards", "sanctions", "ratio")
    if sum(heads.values()) < FEWEST:
        return Table(columns, [])
    found = list(parts)
    rows: list[tuple[Cell, ...]] = []
    for month in months:
        good = sum(part.times for part in found if part.month == month and part.good)
        bad = sum(part.times for part in found if part.month == month and not part.good)
        ratio = (Decimal(good) / bad).quantize(ONE_PLACE) if bad else None
        rows.append((month, good, bad, ratio))
    return Table(columns, rows)


def clauses(cited: Collection[Cited]) -> Table:
    """Return the clauses that were applied most."""
    shown = [item for item in cited if item.people >= FEWEST]
    shown.sort(key=lambda item: (-item.times, item.clause))
    rows: list[tuple[Cell, ...]] = [
        (item.clause, item.times, item.people) for item in shown[:MOST_CLAUSES]
    ]
    return Table(("clause", "decisions", "people"), rows)


def reversals(cited: Collection[Cited]) -> Table:
    """Return the clauses of which most was reversed, in percent."""
    shown = [item for item in cited if item.people >= FEWEST and item.reversed]
    shown.sort(key=lambda item: (-item.reversed, item.clause))
    rows: list[tuple[Cell, ...]] = [
        (item.clause, item.times, item.reversed, _per_100(item.reversed, item.times))
        for item in shown[:MOST_CLAUSES]
    ]
    return Table(("clause", "decisions", "reversed", "percent"), rows)
