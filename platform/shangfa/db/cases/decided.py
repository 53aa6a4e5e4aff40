"""Decisions as they are read back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx


class DecisionRecord(NamedTuple):
    """A decision as it is read back."""

    case_id: UUID
    subject: str
    kind: str
    body: dict[str, Any]
    reason: str
    actor_id: UUID
    decided_at: datetime


def decisions_of(tx: Tx, case_ids: Sequence[UUID]) -> list[DecisionRecord]:
    """Return the decisions of cases, in the order they were made."""
    rows = tx.raw.execute(
        """SELECT d.case_id, s.code, d.kind, d.body, d.reason, d.actor_id, d.decided_at
        FROM decision d JOIN subject s ON s.tenant_id = d.tenant_id AND s.id = d.subject_id
        WHERE d.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND d.case_id = ANY(%(cases)s)
        ORDER BY d.id""",
        {"tenant": tx.tenant_id, "cases": list(case_ids)},
    )
    return [DecisionRecord(*row) for row in rows.fetchall()]


class HistoryRecord(NamedTuple):
    """A decision of a subject's history: of a case, or of an evaluation."""

    incident_id: UUID | None
    case_id: UUID | None
    clause: str | None
    occurred_on: date | None
    programme: str | None
    period: str | None
    evaluation_id: UUID | None
    kind: str
    body: dict[str, Any]
    reason: str
    decided_at: datetime


_HISTORY: Final = """
    SELECT i.id, c.id, i.clause, i.occurred_on, v.programme, v.period, v.id, d.kind, d.body,
        d.reason, d.decided_at
    FROM decision d
    LEFT JOIN "case" c ON c.tenant_id = %(tenant)s AND c.id = d.case_id
    LEFT JOIN incident i ON i.tenant_id = %(tenant)s AND i.id = c.incident_id
    LEFT JOIN evaluation v ON v.tenant_id = %(tenant)s AND v.id = d.evaluation_id
    WHERE d.tenant_id = %(tenant)s AND d.kind <> 'proposal' AND d.id IN (
        SELECT own.id FROM decision own
        WHERE own.tenant_id = %(tenant)s AND own.subject_id = %(subject)s
        UNION
        SELECT e.decision_id FROM ledger_entry e
        WHERE e.tenant_id = %(tenant)s AND e.subject_id = %(subject)s)
    ORDER BY d.id DESC LIMIT %(limit)s"""


def history_of(tx: Tx, subject_id: UUID, limit: int) -> list[HistoryRecord]:
    """Return the decisions of a subject and those that posted to it, newest first."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, "limit": limit}
    return [HistoryRecord(*row) for row in tx.raw.execute(_HISTORY, values).fetchall()]
