"""What is still open in the ledger for somebody who leaves, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY


class Open(NamedTuple):
    """What no locked month has settled of one kind of money of a subject.

    Attributes:
        quantity: in CNY, or in days, hours, percent, which only a settlement values.
        months: those it is booked in, open ones; () for what a locked month carried over.
    """

    subject: str
    name: str
    money: str
    unit: str
    quantity: Decimal
    months: list[str]


_LEAVERS: Final = """
    SELECT s.id, s.code FROM ledger_entry e
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND d.case_id = %(case)s AND e.account = 'action' AND e.unit = 'dismissal'
    GROUP BY s.id, s.code HAVING sum(e.quantity) > 0 ORDER BY s.code"""
_OPEN: Final = """
    SELECT s.code, s.name, o.money, o.unit, o.quantity, o.months FROM (
        SELECT e.subject_id, e.account AS money, e.unit, sum(e.quantity) AS quantity,
            array_agg(DISTINCT e.booked_in ORDER BY e.booked_in) AS months
        FROM ledger_entry e
        WHERE e.tenant_id = %(tenant)s AND e.subject_id = ANY(%(subjects)s)
            AND e.account = ANY(%(money)s) AND NOT EXISTS (
                SELECT FROM period p WHERE p.tenant_id = %(tenant)s AND p.month = e.booked_in
                    AND p.ordinal IS NOT NULL)
        GROUP BY e.subject_id, e.account, e.unit
        UNION ALL
        SELECT l.subject_id, l.money, 'CNY', l.carried, ARRAY[]::text[] FROM settlement_line l
        WHERE l.tenant_id = %(tenant)s AND l.subject_id = ANY(%(subjects)s)
            AND l.settlement_id = (
                SELECT p.settlement_id FROM period p
                WHERE p.tenant_id = %(tenant)s AND p.ordinal IS NOT NULL
                ORDER BY p.ordinal DESC LIMIT 1)) o
    JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = o.subject_id
    WHERE o.quantity <> 0 ORDER BY s.code, o.money, o.unit, o.months DESC"""


def leavers(tx: Tx, case_id: UUID) -> dict[str, UUID]:
    """Return code -> id of those whose dismissal by a case is in the ledger."""
    rows = tx.raw.execute(_LEAVERS, {"tenant": tx.tenant_id, "case": case_id}).fetchall()
    return {code: subject_id for subject_id, code in rows}


def open_money(tx: Tx, subjects: Sequence[UUID]) -> list[Open]:
    """Return what is open of some subjects, by code and kind of money."""
    values = {"tenant": tx.tenant_id, "subjects": list(subjects), "money": sorted(MONEY)}
    return [Open(*row) for row in tx.raw.execute(_OPEN, values).fetchall()]
