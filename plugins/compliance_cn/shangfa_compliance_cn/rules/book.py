"""The rules in force: by code, place of work and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, TypeVar, get_args

from shangfa.sdk import Note
from shangfa.sdk.guards import Certainty, GuardRule, Mode, strictest

RuleMode = Literal["info", "warn", "convert", "block", "cap"]
RULE_MODES: Final[tuple[RuleMode, ...]] = get_args(RuleMode)
NATION: Final = "000000"
T = TypeVar("T", "Rule", "MinimumWage")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of law in one place.

    Attributes:
        region: GB/T 2260 with six digits; `NATION` for all.
        start, end: first and last day in force; without `end` still in force.
        mode: `cap` limits an amount and refuses what goes beyond.
        rate: of the cap, when the rule has one.
        basis: what it says, in our words.
        reading: whether its text was read.
        locked: a company may not make it looser.
    """

    code: str
    region: str
    start: date
    end: date | None
    mode: RuleMode
    rate: Decimal | None
    law_ref: str
    basis: Note
    source: str
    reading: Certainty
    note: str
    locked: bool

    def chosen(self, own: Mapping[str, Mode]) -> Mode:
        """Return its mode under a company's own choice: never looser than a locked rule."""
        mode: Mode = "block" if self.mode == "cap" else self.mode
        if self.code not in own:
            return mode
        return strictest(mode, own[self.code]) if self.locked else own[self.code]


@dataclass(frozen=True, slots=True)
class MinimumWage:
    """The minimum wage of a tier of a place, CNY a month and an hour (part-time)."""

    region: str
    name: str
    tier: int
    monthly: Decimal
    hourly: Decimal
    start: date
    end: date | None
    source: str
    reading: Certainty
    note: str


@dataclass(frozen=True, eq=False)
class Book:
    """All rules, minimum wages and names of places; equal only to itself."""

    rules: tuple[Rule, ...]
    wages: tuple[MinimumWage, ...]
    places: Mapping[str, str]
    _rules: Mapping[tuple[str, str], tuple[Rule, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        index: dict[tuple[str, str], tuple[Rule, ...]] = {}
        for rule in self.rules:
            key = (rule.code, rule.region)
            index[key] = (*index.get(key, ()), rule)
        object.__setattr__(self, "_rules", index)

    def region(self, word: str) -> str | None:
        """Return the six digits of a place named by them or by its name, None when unknown."""
        if len(word) == len(NATION) and word.isascii() and word.isdecimal():
            return word
        plain = word.removesuffix("省").removesuffix("市")
        return next((code for code, name in self.places.items() if name == plain), None)

    def every(self, code: str, region: str, on: date) -> list[Rule]:
        """Return the rules of this code in force, those of the smallest place first."""
        near = (self._rules.get((code, place), ()) for place in chain(region))
        return [rule for rules in near for rule in in_force(rules, on)]

    def find(self, code: str, region: str, on: date) -> Rule | None:
        """Return the rule of the smallest place."""
        return next(iter(self.every(code, region, on)), None)

    def minimum(self, region: str, month: date, tier: int | None = None) -> list[MinimumWage]:
        """Return what may be the minimum wage of a month, the highest first.

        Several come back when the tier of the place is not known; none when no row
        answers for the place and the month. A place with one row has no choice of tiers,
        and the rows of its province do not answer for it.
        """
        for place in chain(region):
            rows = in_force((row for row in self.wages if row.region == place), month)
            if len(rows) == 1:
                return rows
            if rows:
                found = [row for row in rows if tier in {None, row.tier}]
                return sorted(found, key=lambda row: -row.monthly)
        return []

    def guard_rules(self, codes: Iterable[str]) -> tuple[GuardRule, ...]:
        """Return those of some codes, for a company to change their mode."""
        known = frozenset(codes)
        return tuple(
            GuardRule(rule.code, rule.region, rule.chosen({}), rule.locked)
            for rule in self.rules
            if rule.code in known
        )


def chain(region: str) -> Iterator[str]:
    """Yield a place, its city, its province and the nation, each once."""
    yield from dict.fromkeys((region, f"{region[:4]}00", f"{region[:2]}0000", NATION))


def in_force(rows: Iterable[T], on: date) -> list[T]:
    """Return those of some rows that hold on a day."""
    return [row for row in rows if row.start <= on and (row.end is None or on <= row.end)]


def cite(rule: Rule) -> dict[str, Any]:
    """Return what a finding says of the rule it goes by."""
    return {"law_ref": rule.law_ref, "certainty": rule.reading, "rule": rule.code}
