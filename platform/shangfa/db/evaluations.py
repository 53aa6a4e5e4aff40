"""Evaluations of programmes: what was handed in, what was posted, a period's totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from shangfa.db.incidents import Writes
from shangfa.db.session import Raw
from shangfa.domain.incident import Subject
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.policies.kinds import Period


class EvaluationKey(NamedTuple):
    """A programme of a policy for a period."""

    tenant_id: UUID
    policy_id: UUID
    programme: str
    period: str


_SAME = "v.tenant_id = %s AND v.policy_id = %s AND v.programme = %s AND v.period = %s"


def lock(raw: Raw, key: EvaluationKey) -> None:
    """Let no other evaluation of the same programme and period run until the end."""
    name = "/".join(map(str, key))
    raw.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))


def last_inputs(raw: Raw, key: EvaluationKey) -> dict[str, Any]:
    """Return what was handed in last, empty before the first time."""
    row = raw.execute(
        f"SELECT v.inputs FROM evaluation v WHERE {_SAME} ORDER BY v.id DESC LIMIT 1",  # noqa: S608 - a constant
        key,
    ).fetchone()
    return dict(row[0]) if row else {}


def posted(raw: Raw, key: EvaluationKey) -> list[Posting]:
    """Return what earlier evaluations gave and adjusted, without what followed from it."""
    rows = raw.execute(
        f"""SELECT s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day
        FROM evaluation v
        JOIN decision d ON d.tenant_id = v.tenant_id AND d.evaluation_id = v.id
        JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
        JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
        WHERE {_SAME} AND e.cause IN ('programme', 'adjustment')
        ORDER BY e.id""",  # noqa: S608 - a constant
        key,
    )
    return [Posting(*row) for row in rows.fetchall()]


def subjects(raw: Raw, tenant_id: UUID, day: date) -> list[Subject]:
    """Return everybody as of a day, in code order."""
    rows = raw.execute(
        """SELECT s.code, s.kind, a.department, a.position, s.attributes
        FROM subject s
        LEFT JOIN LATERAL (
            SELECT department, position FROM assignment a
            WHERE a.tenant_id = s.tenant_id AND a.subject_id = s.id AND a.effective_from <= %s
            ORDER BY a.effective_from DESC LIMIT 1) a ON true
        WHERE s.tenant_id = %s ORDER BY s.code""",
        (day, tenant_id),
    )
    return [Subject(*row) for row in rows.fetchall()]


def period_totals(
    raw: Raw, tenant_id: UUID, policy_id: UUID, period: Period
) -> dict[tuple[str, str, str], Decimal]:
    """Return (subject, account, unit) -> sum of what incidents posted in the period."""
    rows = raw.execute(
        """SELECT s.code, e.account, e.unit, sum(e.quantity)
        FROM ledger_entry e
        JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
        JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
        WHERE e.tenant_id = %s AND e.policy_id = %s AND e.day BETWEEN %s AND %s
            AND d.evaluation_id IS NULL
        GROUP BY 1, 2, 3 HAVING sum(e.quantity) <> 0""",
        (tenant_id, policy_id, period.first, period.last),
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows.fetchall()}


def add(writes: Writes, evaluation_id: UUID, row: Sequence[Any]) -> None:
    """Add an evaluation: its key, inputs, by whom, when."""
    writes.add(
        "INSERT INTO evaluation (id, tenant_id, policy_id, programme, period, inputs,"
        " evaluated_by, evaluated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (evaluation_id, *row),
    )
