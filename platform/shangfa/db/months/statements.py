"""What a month bills to one subject, in SQL: each entry with the decision that gave it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

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


_BILLED: Final = f"""
    SELECT e.account, e.quantity, CASE WHEN {HIDDEN} THEN '—' ELSE e.clause END, e.day,
        CASE WHEN {HIDDEN} THEN NULL ELSE coalesce(c.incident_id, d.evaluation_id) END,
        d.body, v.programme, v.inputs
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
