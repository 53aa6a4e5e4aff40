"""Build the tallies that a new version needs and its predecessors did not keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shangfa.db.models import PolicyRow, TallyRow
from shangfa.domain.days import SPANS
from shangfa.domain.ledger.book import NOTHING, Total
from shangfa.domain.policies.policy import Policy
from shangfa.services.clock import new_id
from shangfa.services.ledger import tallies as totals

_COUNTERS = "SELECT DISTINCT account, unit FROM ledger_entry WHERE policy_id = :policy"
_DAYS = """
    SELECT subject_id, day, sum(quantity),
        coalesce(sum(quantity) FILTER (WHERE NOT joint), 0)
    FROM ledger_entry WHERE policy_id = :policy AND account = :account AND unit = :unit
    GROUP BY subject_id, day"""
_AT_ONCE = 1000


def build(session: Session, row: PolicyRow, before: Policy | None, after: Policy) -> None:
    """Add, from the ledger, tallies of the windows that `after` keeps and `before` did not."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    for account, unit in session.execute(text(_COUNTERS), {"policy": row.id}).all():
        kept = before.windows(account, unit) if before else ()
        for window in set(after.windows(account, unit)) - set(kept):
            rows = list(_rows(session, row, after, (account, unit, window)))
            for start in range(0, len(rows), _AT_ONCE):
                session.execute(insert(TallyRow), rows[start : start + _AT_ONCE])


def _rows(
    session: Session, row: PolicyRow, policy: Policy, kept: tuple[str, str, str]
) -> Iterator[dict[str, Any]]:
    account, unit, window = kept
    sums: dict[tuple[UUID, str], Total] = {}
    values = {"policy": row.id, "account": account, "unit": unit}
    for subject_id, day, total, own in session.execute(text(_DAYS), values):
        key = (subject_id, SPANS[window](day))
        was = sums.get(key, NOTHING)
        sums[key] = Total(was.total + total, was.own + own, max(was.last_day, day))
    for (subject_id, span), total in sums.items():
        yield {
            "tenant_id": row.tenant_id,
            "id": new_id(),
            "subject_id": subject_id,
            "policy_id": row.id,
            "account": account,
            "unit": unit,
            "span": span,
            "total": total.total,
            "own": total.own,
            "last_day": total.last_day,
            "gap": totals.gap(policy, ("", account, unit), span, total),
        }
