"""Build the tallies that a new version needs and its predecessors did not keep."""

from __future__ import annotations

from uuid import UUID

from shangfa.db import ledger as sql
from shangfa.db.ledger import CounterDay, TallyMove
from shangfa.db.tx.transaction import Tx
from shangfa.domain.dates.days import SPANS
from shangfa.domain.ledger.book import NOTHING, Total
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id
from shangfa.services.ledger import tallies


def build(tx: Tx, policy_id: UUID, before: Policy | None, after: Policy) -> None:
    """Add, from the ledger, tallies of the windows that `after` keeps and `before` did not."""
    if before is None:
        return  # nothing was ever posted under a policy without a version
    sql.allow_long(tx)
    for account, unit in sql.counters_of(tx, policy_id):
        fresh = set(after.windows(account, unit)) - set(before.windows(account, unit))
        if fresh:
            days = sql.counter_days(tx, policy_id, account, unit)
            for window in sorted(fresh):
                moves = _moves(after, (account, unit, window), days)
                sql.set_tallies(tx, policy_id, moves)


def _moves(policy: Policy, kept: tuple[str, str, str], days: list[CounterDay]) -> list[TallyMove]:
    account, unit, window = kept
    sums: dict[tuple[UUID, str], Total] = {}
    for subject_id, day, total, own in days:
        key = (subject_id, SPANS[window](day))
        was = sums.get(key, NOTHING)
        sums[key] = Total(was.total + total, was.own + own, max(was.last_day, day))
    return [
        TallyMove(
            new_id(),
            subject_id,
            account,
            unit,
            span,
            total.total,
            total.own,
            total.last_day,
            tallies.gap(policy, ("", account, unit), span, total),
        )
        for (subject_id, span), total in sums.items()
    ]
