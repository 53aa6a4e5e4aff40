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
from shangfa.domain.months.period import month_of
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id
from shangfa.services.ledger import tallies


@dataclass(frozen=True, slots=True)
class Batch:
    """What one decision posts, at one moment, under one policy.

    Attributes:
        cause: said of every entry instead of the posting's own, None for its own.
        booked_in: the month it is booked in, None for that of each posting's day.
        adjusts: the decision that it puts right, None for what was decided first.
    """

    decision_id: UUID
    policy_id: UUID
    at: datetime
    postings: Iterable[Posting]
    cause: str | None = None
    booked_in: str | None = None
    adjusts: UUID | None = None


def post(tx: Tx, people: Mapping[str, PersonOfDay], batches: Iterable[Batch]) -> None:
    """Add ledger entries, for each decision one per subject, account, unit, clause and day."""
    sql.add_entries(tx, [entry for batch in batches for entry in _entries(batch, people)])


def _entries(batch: Batch, people: Mapping[str, PersonOfDay]) -> list[LedgerLine]:
    sums: dict[tuple[Any, ...], Decimal] = {}
    for item in batch.postings:
        cause = batch.cause or item.cause
        key = (item.subject, item.account, item.unit, item.clause, cause, item.day, item.joint)
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
            batch.booked_in or month_of(day),
            joint,
            batch.at,
            batch.adjusts,
        )
        for (subject, account, unit, clause, cause, day, joint), quantity in sums.items()
        if quantity
    ]


def move(
    tx: Tx, policy: Policy, policy_id: UUID, book: Book, people: Mapping[str, PersonOfDay]
) -> None:
    """Write down where the totals stand that moved."""
    sql.move_tallies(tx, policy_id, tallies.moves(policy, book, people))
