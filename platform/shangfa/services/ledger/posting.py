"""Put postings into the ledger and move the totals kept beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from shangfa.db import ledger as sql
from shangfa.db.ledger import LedgerLine, Posted
from shangfa.db.people import PersonOfDay
from shangfa.db.tx.transaction import Tx
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import ZERO
from shangfa.domain.months.period import booking_month, month_named
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id
from shangfa.services.ledger import tallies
from shangfa.services.ledger.places import to_stored
from shangfa.services.ledger.scene import Scene

OWN: Final = frozenset({"clause", "adjustment"})
"""Causes of what a decision posted by itself, and of what put that right."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one decision posts, at one moment, under one policy.

    Attributes:
        cause: said of every entry instead of the posting's own, None for its own.
        adjusts: the decision that it puts right, None for what was decided first.
        month: in which it is booked while that is open, None for that of each day.
    """

    decision_id: UUID
    policy_id: UUID
    at: datetime
    postings: Iterable[Posting]
    cause: str | None = None
    adjusts: UUID | None = None
    month: str | None = None


def post(tx: Tx, scene: Scene, batches: Iterable[Batch]) -> None:
    """Add ledger entries, for each decision one per subject, account, unit, clause and day.

    What counts on a day of a locked month is booked in the first open one.
    """
    sql.add_entries(tx, [entry for batch in batches for entry in _entries(batch, scene)])


def _entries(batch: Batch, scene: Scene) -> list[LedgerLine]:
    people = scene.people
    sums: dict[tuple[Any, ...], Decimal] = {}
    for item in batch.postings:
        cause = batch.cause or item.cause
        line = (item.subject, item.account, item.unit, item.clause, cause, item.day, item.joint)
        key = (*line, item.place)
        sums[key] = sums.get(key, Decimal(0)) + item.quantity
    return [
        LedgerLine(
            new_id(),
            batch.decision_id,
            people[subject].id,
            batch.policy_id,
            account,
            unit,
            quantity,
            clause,
            cause,
            day,
            _booked(batch, scene, day, cause),
            joint,
            batch.at,
            to_stored(place),
            batch.adjusts,
        )
        for (subject, account, unit, clause, cause, day, joint, place), quantity in sums.items()
        if quantity
    ]


def _booked(batch: Batch, scene: Scene, day: date, cause: str) -> str:
    """Return the month of an entry: what a programme gives is of the month it is of."""
    tenant = scene.tenant
    if batch.month is not None:
        day = month_named(batch.month).first
    whole = batch.month is not None or cause == "programme"
    return booking_month(day, tenant.locked, None if whole else tenant.cut_off)


def taken_back(posted: Iterable[Posted], codes: Collection[str]) -> dict[str, list[Posting]]:
    """Return, for each of some subjects, what takes back the direct postings of its decisions.

    Adjustments count with what they adjust: what is left of both is taken back.
    """
    direct: dict[str, dict[Posting, Decimal]] = {code: {} for code in codes}
    for item in posted:
        if item.cause in OWN and item.origin in direct and item.subject == item.origin:
            key = Posting(*item[1:-1])._replace(quantity=ZERO, cause="clause")
            own = direct[item.origin]
            own[key] = own.get(key, ZERO) - item.quantity
    return {
        code: [key._replace(quantity=quantity) for key, quantity in own.items() if quantity]
        for code, own in direct.items()
    }


def move(
    tx: Tx, policy: Policy, policy_id: UUID, book: Book, people: Mapping[str, PersonOfDay]
) -> None:
    """Write down where the totals stand that moved."""
    sql.move_tallies(tx, policy_id, tallies.moves(policy, book, people))
