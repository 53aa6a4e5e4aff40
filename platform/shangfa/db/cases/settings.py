"""A company's own procedures."""

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
