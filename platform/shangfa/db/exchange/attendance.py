"""What a company makes of its attendance, in SQL: each setting is kept, the newest is in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx


class MappingLine(NamedTuple):
    """A mapping as it was set; `revision` counts from 1."""

    id: UUID
    revision: int
    document: dict[str, Any]
    actor_id: UUID
    at: datetime


_NEWEST: Final = """
    SELECT m.id, m.revision, m.document, m.actor_id, m.at FROM attendance_mapping m
    WHERE m.tenant_id = %s ORDER BY m.revision DESC LIMIT 1"""
_SET: Final = """
    INSERT INTO attendance_mapping (tenant_id, id, revision, document, actor_id, at)
    VALUES (%s, %s, %s, %s, %s, %s)"""


def newest_mapping(tx: Tx) -> MappingLine | None:
    """Return the mapping in force, None when none was ever set."""
    row = tx.raw.execute(_NEWEST, (tx.tenant_id,)).fetchone()
    return MappingLine(*row) if row else None


def set_mapping(tx: Tx, line: MappingLine) -> None:
    """Put a mapping in force."""
    values = (tx.tenant, line.id, line.revision, to_text(line.document), *line[3:])
    tx.raw.execute(_SET, values)
