"""A company's own procedures, and who approves what."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx


class ProcedureLine(NamedTuple):
    """A version of a procedure; `number` counts from 1 within its name."""

    id: UUID
    name: str
    number: int
    document: dict[str, Any]
    source: str
    created_at: datetime


_ALL: Final = """
    SELECT p.id, p.name, p.number, p.document, p.source, p.created_at FROM procedure p
    WHERE p.tenant_id = %s ORDER BY p.name, p.number"""
_ADD: Final = """
    INSERT INTO procedure (tenant_id, id, name, number, document, source, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)"""


def all_procedures(tx: Tx) -> list[ProcedureLine]:
    """Return every version of the tenant's own procedures, oldest first of each name."""
    return [ProcedureLine(*row) for row in tx.raw.execute(_ALL, (tx.tenant_id,)).fetchall()]


def add_procedure(tx: Tx, line: ProcedureLine) -> None:
    """Add a version of a procedure."""
    values = (tx.tenant, *line[:3], to_text(line.document), *line[4:])
    tx.raw.execute(_ADD, values)


class MatrixLine(NamedTuple):
    """The approvals of a company as they were set; `revision` counts from 1."""

    id: UUID
    revision: int
    document: dict[str, Any]
    actor_id: UUID
    at: datetime


_NEWEST: Final = """
    SELECT m.id, m.revision, m.document, m.actor_id, m.at FROM approval_matrix m
    WHERE m.tenant_id = %s ORDER BY m.revision DESC LIMIT 1"""
_SET: Final = """
    INSERT INTO approval_matrix (tenant_id, id, revision, document, actor_id, at)
    VALUES (%s, %s, %s, %s, %s, %s)"""


def newest_matrix(tx: Tx) -> MatrixLine | None:
    """Return the approvals in force, None when none were ever set."""
    row = tx.raw.execute(_NEWEST, (tx.tenant_id,)).fetchone()
    return MatrixLine(*row) if row else None


def set_matrix(tx: Tx, line: MatrixLine) -> None:
    """Put approvals in force."""
    values = (tx.tenant, line.id, line.revision, to_text(line.document), *line[3:])
    tx.raw.execute(_SET, values)
