"""Put postings into the ledger and move the totals kept beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shangfa.db import ledger as sql
from shangfa.db.ledger import LedgerLine
from shangfa.db.people import PersonOfDay
from shangfa.db.tx.transaction import Tx
from shangfa.domain.ledger.book import Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.months.period import booking_month
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id
from shangfa.services.ledger import tallies
from shangfa.services.ledger.places import to_stored
from shangfa.services.ledger.scene import Scene


@dataclass(frozen=True, slots=True)
class Batch:
    """What one decision posts, at one moment, under one policy.

    Attributes:
        cause: said of every entry instead of the posting's own, None for its own.
    """

    decision_id: UUID
    policy_id: UUID
    at: datetime
    postings: Iterable[Posting]
    cause: str | None = None


def post(tx: Tx, scene: Scene, batches: Iterable[Batch]) -> None:
    """Add ledger entries, for each decision one per subject, account, unit, clause and day.

    What counts on a day of a locked month is booked in the first open one.
    """
    sql.add_entries(tx, [entry for batch in batches for entry in _entries(batch, scene)])


def _entries(batch: Batch, scene: Scene) -> list[LedgerLine]:
    people, locked = scene.people, scene.tenant.locked
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
            booking_month(day, locked),
            joint,
            batch.at,
            to_stored(place),
        )
        for (subject, account, unit, clause, cause, day, joint, place), quantity in sums.items()
        if quantity
    ]


def move(
    tx: Tx, policy: Policy, policy_id: UUID, book: Book, people: Mapping[str, PersonOfDay]
) -> None:
    """Write down where the totals stand that moved."""
    sql.move_tallies(tx, policy_id, tallies.moves(policy, book, people))
