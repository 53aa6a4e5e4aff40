"""What is known of somebody's month besides the wage: told in writing, agreed to, withheld.

A company's own minimum wages stand here too: the higher of them and of the law's holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from shangfa.domain.dates.days import month_end
from shangfa.domain.faults import refused
from shangfa.domain.frozen import NOTHING
from shangfa.domain.payroll.faults import TOLD_AHEAD, WRONG_PAPER
from shangfa.domain.payroll.handed import LOSSES, SANCTIONS

NOTICE: Final = "notice"
CONSENT: Final = "consent"
PAPERS: Final = (NOTICE, CONSENT)
FOR: Final[Mapping[str, frozenset[str]]] = {NOTICE: LOSSES, CONSENT: SANCTIONS}
"""Paper -> the kinds of money it is for: losses are told, fines are agreed to."""
DIGITS: Final = 6
"""Of a code of GB/T 2260."""
BASES: Final = ("gross", "after_statutory")
"""Whether the minimum wage must remain before or after what law withholds."""


class MonthPay(NamedTuple):
    """What payroll says of somebody's month, CNY; None for what nobody told.

    Attributes:
        bonus: the whole of the month, of which policies take a share.
        statutory: what law withholds first: tax, own insurance.
    """

    bonus: Decimal | None = None
    statutory: Decimal | None = None


class Paper(NamedTuple):
    """A written notice of a deduction, or the consent to one.

    Attributes:
        amount: up to which it may be taken from the month's wage; 0 takes the paper back.
        told_on: the day it was given.
    """

    month: str
    paper: str
    money: str
    amount: Decimal
    told_on: date
    reason: str


def check_paper(said: Paper, day: date) -> None:
    """Let a paper pass that fits its money and was given by a day.

    Raises:
        RefusedError: `wrong_paper`, `told_ahead`.
    """
    if said.money not in FOR[said.paper]:
        allowed = "、".join(sorted(FOR[said.paper]))
        raise refused(WRONG_PAPER, "/money", value=said.money, paper=said.paper, allowed=allowed)
    if said.told_on > day:
        raise refused(TOLD_AHEAD, "/told_on", value=said.told_on, allowed=day)


class Floor(NamedTuple):
    """A minimum wage that a company goes by in a place, from a day on.

    Attributes:
        region: a code of GB/T 2260, or a place as the company names it.
        monthly: CNY; None to say only the tier or the basis.
        tier: which of the law's rows is the place's.
        source: what it is known from.
    """

    region: str
    since: date
    monthly: Decimal | None
    tier: int | None
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Floors:
    """All minimum wages of a company, by place, oldest first."""

    by_region: Mapping[str, tuple[Floor, ...]] = field(default_factory=lambda: NOTHING)

    def of(self, region: str, first: date) -> Floor | None:
        """Return what holds in a place in the month that begins on a day.

        The smallest place that says something answers. A row that begins within the month
        holds for all of it.
        """
        last = month_end(first.year, first.month)
        for place in _places(region):
            held = [item for item in self.by_region.get(place, ()) if item.since <= last]
            if held:
                return held[-1]
        return None


def floors_of(rows: Iterable[Floor]) -> Floors:
    """Return the minimum wages of some rows, given oldest first."""
    found: dict[str, tuple[Floor, ...]] = {}
    for row in rows:
        found[row.region] = (*found.get(row.region, ()), row)
    return Floors(found)


def _places(region: str) -> Iterable[str]:
    """Return a place, its city and its province."""
    if len(region) == DIGITS and region.isdecimal():
        return dict.fromkeys((region, f"{region[:4]}00", f"{region[:2]}0000"))
    return (region,)


NO_FLOORS: Final = Floors()
