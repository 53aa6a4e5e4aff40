"""Who has read which version of a policy, in SQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx


class ReceiptRecord(NamedTuple):
    """That somebody has read a version of a policy; `subject` is his code."""

    policy: str
    version: int
    subject: str
    read_on: date
    at: datetime


_OF: Final = """
    SELECT p.name, v.number, s.code, r.read_on, r.at FROM receipt r
    JOIN policy_version v ON v.tenant_id = r.tenant_id AND v.id = r.version_id
    JOIN policy p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id
    JOIN subject s ON s.tenant_id = r.tenant_id AND s.id = r.subject_id
    WHERE r.tenant_id = %(tenant)s AND v.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND r.subject_id = %(subject)s"""
_ADD: Final = """
    INSERT INTO receipt (tenant_id, id, version_id, subject_id, read_on, actor_id, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (tenant_id, version_id, subject_id) DO NOTHING RETURNING 1"""


class ReceiptLine(NamedTuple):
    """That somebody has read a version, to be written."""

    id: UUID
    version_id: UUID
    subject_id: UUID
    read_on: date
    actor_id: UUID
    at: datetime


def add_receipt(tx: Tx, line: ReceiptLine) -> bool:
    """Add a receipt; tell whether there was none before."""
    return tx.raw.execute(_ADD, (tx.tenant, *line)).fetchone() is not None


def receipts_of(tx: Tx, subject_id: UUID) -> list[ReceiptRecord]:
    """Return what somebody has read, by policy and version."""
    values = {"tenant": tx.tenant_id, "subject": subject_id}
    rows = tx.raw.execute(f"{_OF} ORDER BY p.name, v.number", values).fetchall()
    return [ReceiptRecord(*row) for row in rows]
