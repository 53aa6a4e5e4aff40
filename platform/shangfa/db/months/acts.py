"""What is done with partners' statements, in SQL."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.domain.months.bills import StatementAct

_ACTS: Final = """
    SELECT t.id, t.subject_id, t.month, t.number, t.kind, t.version, t.day, t.body, t.role,
        t.actor_id, t.at
    FROM statement_act t
    WHERE t.tenant_id = %s AND t.subject_id = %s AND t.month = %s ORDER BY t.number"""
_ADD: Final = """
    INSERT INTO statement_act (tenant_id, id, subject_id, month, number, kind, version, day, body,
        role, actor_id, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def acts_of(tx: Tx, subject_id: UUID, month: str) -> list[StatementAct]:
    """Return what was done with a statement, in order."""
    rows = tx.raw.execute(_ACTS, (tx.tenant_id, subject_id, month)).fetchall()
    return [StatementAct(*row) for row in rows]


def add_act(tx: Tx, act: StatementAct) -> None:
    """Add what is done with a statement; two at once are done one after the other."""
    head, tail = act[:7], act[8:]
    tx.raw.execute(_ADD, (tx.tenant, *head, to_text(act.body), *tail))
