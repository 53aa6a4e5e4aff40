"""What is done with partners' statements, in SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY, MONEY_UNIT
from shangfa.domain.months.bills import StatementAct

_SELECT: Final = """
    SELECT t.id, t.subject_id, t.month, t.number, t.kind, t.version, t.day, t.body, t.role,
        t.actor_id, t.at
    FROM statement_act t WHERE t.tenant_id = %s AND t.subject_id = %s"""
_ACTS: Final = f"{_SELECT} AND t.month = %s ORDER BY t.number"
_EVERY: Final = f"{_SELECT} ORDER BY t.month, t.number"
_TOTALS: Final = """
    SELECT e.booked_in, sum(e.quantity) FROM ledger_entry e
    WHERE e.tenant_id = %(tenant)s AND e.subject_id = %(subject)s AND e.unit = %(unit)s
        AND e.account = ANY(%(money)s) AND e.booked_in = ANY(%(months)s)
    GROUP BY e.booked_in"""
_ADD: Final = """
    INSERT INTO statement_act (tenant_id, id, subject_id, month, number, kind, version, day, body,
        role, actor_id, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def acts_of(tx: Tx, subject_id: UUID, month: str) -> list[StatementAct]:
    """Return what was done with a statement, in order."""
    rows = tx.raw.execute(_ACTS, (tx.tenant_id, subject_id, month)).fetchall()
    return [StatementAct(*row) for row in rows]


def every_act_of(tx: Tx, subject_id: UUID) -> list[StatementAct]:
    """Return what was done with all statements of a partner, by month and in order."""
    rows = tx.raw.execute(_EVERY, (tx.tenant_id, subject_id)).fetchall()
    return [StatementAct(*row) for row in rows]


def totals_of(tx: Tx, subject_id: UUID, months: list[str]) -> dict[str, Decimal]:
    """Return month -> what it bills to a partner, CNY, of those that bill something."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, "months": months}
    kinds = {"unit": MONEY_UNIT, "money": sorted(MONEY)}
    return dict(tx.raw.execute(_TOTALS, {**values, **kinds}).fetchall())


def add_act(tx: Tx, act: StatementAct) -> None:
    """Add what is done with a statement; two at once are done one after the other."""
    head, tail = act[:7], act[8:]
    tx.raw.execute(_ADD, (tx.tenant, *head, to_text(act.body), *tail))
