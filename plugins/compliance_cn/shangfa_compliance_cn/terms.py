"""What holds for one place and one month: resolved from the book once, used for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from shangfa.sdk import ONE
from shangfa.sdk.guards import Draft, Mode
from shangfa_compliance_cn.amounts import FIFTH
from shangfa_compliance_cn.rules.book import NATION, Book, MinimumWage, Rule

GONE_BY: Final = (
    *("LOSS_CAP_RATE", "LOSS_MIN_WAGE_FLOOR", "LOSS_CONTRACT_BASIS", "PRIOR_NOTICE"),
    *("FINE", "FINE_APPLIED", "ECON_SANCTION_CAP", "DISCIPLINE_DEDUCTION_CAP"),
)
"""The rules a month goes by, besides what a policy does."""
PLACES: Final = 4_096
Answer = Literal["block", "consent", "cap", "convert", "floor"]


@dataclass(frozen=True, slots=True)
class FineTerms:
    """What becomes of a fine.

    Attributes:
        answer: `block`; `consent`: only with the subject's own, then up to the cap; `cap`;
            `convert` into points; `floor`: only the minimum wage limits it.
        rate: of the month wage, all fines of the month together.
        rules: all that speak of it, the one that decides first; conflicts stay visible.
    """

    answer: Answer
    rate: Decimal = ONE
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What limits a month's deductions.

    Attributes:
        minimums: what may be the minimum wage, the highest first.
        notice: the rule that asks for a notice beforehand and blocks without one.
    """

    region: str
    minimums: tuple[MinimumWage, ...]
    loss_rate: Decimal
    loss_rules: tuple[Rule, ...]
    notice: Rule | None
    fine: FineTerms

    def minimum(self, vouched: Decimal | None) -> Decimal | None:
        """Return the minimum wage: the higher of the table's and the company's; None unknown."""
        known = [row.monthly for row in self.minimums[:1]]
        return max((*known, *(() if vouched is None else (vouched,))), default=None)


def terms_of(draft: Draft, book: Book) -> Terms:
    """Return the terms of the draft's month; the law of the month's last day known is `on`."""
    month = draft.month
    if month is None:
        raise ValueError("a draft of a month is expected")
    own = tuple(sorted(draft.modes.items()))
    return _terms(book, month.region, month.tier, month.month, (draft.on, own))


@lru_cache(maxsize=PLACES)
def _terms(
    book: Book,
    place: str,
    tier: int | None,
    month: date,
    by: tuple[date, tuple[tuple[str, Mode], ...]],
) -> Terms:
    on, own = by[0], dict(by[1])
    region = book.region(place)
    near = region or NATION
    caps = book.every("LOSS_CAP_RATE", near, on)
    return Terms(
        near,
        tuple(book.minimum(region, month, tier)) if region else (),
        min((rule.rate for rule in caps if rule.rate is not None), default=FIFTH),
        tuple(caps),
        _notice(book, near, on, own),
        _fine(book, near, on, own),
    )


def _notice(book: Book, region: str, on: date, own: Mapping[str, Mode]) -> Rule | None:
    asked = [*book.every("LOSS_PRIOR_NOTICE", region, on), *book.every("PRIOR_NOTICE", region, on)]
    return next((rule for rule in asked if rule.chosen(own) == "block"), None)


def _fine(book: Book, region: str, on: date, own: Mapping[str, Mode]) -> FineTerms:
    """Return the strictest that a place's own text says of fines, else the nation's."""
    nation = book.every("FINE", region, on)
    if any(rule.chosen(own) == "block" for rule in nation):
        return FineTerms("block", rules=tuple(nation))
    local = _sanction(book, region, on) or _discipline(book, region, on)
    if local is not None:
        return local
    applied = book.every("FINE_APPLIED", region, on)
    if applied:
        return FineTerms("block", rules=(*applied, *nation))
    convert = any(rule.chosen(own) == "convert" for rule in nation)
    return FineTerms("convert" if convert else "floor", rules=tuple(nation))


def _sanction(book: Book, region: str, on: date) -> FineTerms | None:
    """The zone caps, the city's list decides whether there is anything to cap."""
    cap = book.find("ECON_SANCTION_CAP", region, on)
    if cap is None or cap.rate is None:
        return None
    listed = book.every("WAGE_DEDUCTION_LIST", region, on)
    others = (*book.every("FINE_CONFLICT", region, on), *book.every("FINE_APPLIED", region, on))
    closed = any(rule.mode == "block" for rule in listed)
    ordered = (*listed, cap) if closed else (cap, *listed)
    return FineTerms("consent" if closed else "cap", cap.rate, (*ordered, *others))


def _discipline(book: Book, region: str, on: date) -> FineTerms | None:
    cap = book.find("DISCIPLINE_DEDUCTION_CAP", region, on)
    if cap is None or cap.rate is None:
        return None
    return FineTerms("cap", cap.rate, (cap, *book.every("FINE", region, on)))
