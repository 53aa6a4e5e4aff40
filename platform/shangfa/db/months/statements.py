"""What a month bills to one subject, in SQL: each entry with the decision that gave it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import STANDS
from shangfa.db.months.exports import HIDDEN
from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY, MONEY_UNIT


class Billed(NamedTuple):
    """An entry; `origin` is the incident or the evaluation, `inputs` what the latter was handed.

    Of a case that was confidential when the month was locked, or is before that, `origin` is
    None and `clause` a dash.
    """

    money: str
    quantity: Decimal
    clause: str
    day: date
    origin: UUID | None
    body: dict[str, Any]
    programme: str | None
    inputs: dict[str, Any] | None
    policy_id: UUID
    id: UUID


_BILLED: Final = f"""
    SELECT e.account, e.quantity, CASE WHEN {HIDDEN} THEN '—' ELSE e.clause END, e.day,
        CASE WHEN {HIDDEN} THEN NULL ELSE coalesce(c.incident_id, d.evaluation_id) END,
        d.body, v.programme, v.inputs, e.policy_id, e.id
    FROM ledger_entry e
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    LEFT JOIN "case" c ON c.tenant_id = %(tenant)s AND c.id = d.case_id
    LEFT JOIN evaluation v ON v.tenant_id = %(tenant)s AND v.id = d.evaluation_id
    WHERE e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND e.subject_id = %(subject)s
        AND e.booked_in = %(month)s AND e.unit = %(unit)s AND e.account = ANY(%(money)s)
    ORDER BY e.id"""  # noqa: S608 - a constant


def billed_to(tx: Tx, subject_id: UUID, month: str) -> list[Billed]:
    """Return a subject's entries of money that are booked in a month, oldest first."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, "month": month}
    kinds = {"unit": MONEY_UNIT, "money": sorted(MONEY)}
    return [Billed(*row) for row in tx.raw.execute(_BILLED, {**values, **kinds}).fetchall()]


class Reducible(NamedTuple):
    """What still stands of a line that a month bills: `left`, CNY, above 0.

    Attributes:
        incident_id, case_id: None for what a programme gave.
        at: the incident's moment, None where only its day is known.
        decision_id: the first one that gave it.
    """

    incident_id: UUID | None
    case_id: UUID | None
    evaluation_id: UUID | None
    at: datetime | None
    policy: str
    account: str
    clause: str
    day: date
    decision_id: UUID
    left: Decimal


_REDUCIBLE: Final = f"""
    SELECT c.incident_id, d.case_id, d.evaluation_id,
        CASE WHEN (i.facts->>'timed')::boolean THEN i.occurred_at END, y.name, e.account, e.clause,
        e.day, (array_agg(d.id ORDER BY d.id))[1],
        least(-sum(e.quantity), -sum(e.quantity) FILTER (WHERE e.booked_in = %(month)s))
    FROM ledger_entry e
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    JOIN policy y ON y.tenant_id = e.tenant_id AND y.id = e.policy_id
    LEFT JOIN "case" c ON c.tenant_id = %(tenant)s AND c.id = d.case_id
    LEFT JOIN incident i ON i.tenant_id = %(tenant)s AND i.id = c.incident_id
    LEFT JOIN incident_subject x ON x.tenant_id = %(tenant)s AND x.incident_id = c.incident_id
        AND x.subject_id = d.subject_id
    WHERE e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND y.tenant_id = %(tenant)s
        AND e.subject_id = %(subject)s AND d.subject_id = %(subject)s AND e.unit = %(unit)s
        AND e.account = ANY(%(money)s) AND (d.evaluation_id IS NOT NULL OR {STANDS})
        AND CASE WHEN {HIDDEN} THEN '—' ELSE e.clause END = %(clause)s
    GROUP BY c.incident_id, d.case_id, d.evaluation_id, i.facts, i.occurred_at, y.name, e.account,
        e.clause, e.day
    HAVING least(-sum(e.quantity), -sum(e.quantity) FILTER (WHERE e.booked_in = %(month)s)) > 0
        AND bool_or(e.booked_in = %(month)s)
    ORDER BY 9"""  # noqa: S608 - constants only


def reducible(tx: Tx, subject_id: UUID, month: str, clause: str) -> list[Reducible]:
    """Return what still stands of what a month bills somebody by a clause, oldest first."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, "month": month, "clause": clause}
    kinds = {"unit": MONEY_UNIT, "money": sorted(MONEY)}
    return [Reducible(*row) for row in tx.raw.execute(_REDUCIBLE, {**values, **kinds}).fetchall()]
