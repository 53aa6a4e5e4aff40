"""How a company hands a month on, in SQL: each setting is kept, the newest is in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx


class SettingLine(NamedTuple):
    """A setting as it was made; `revision` counts from 1."""

    id: UUID
    revision: int
    document: dict[str, Any]
    actor_id: UUID
    at: datetime


_NEWEST: Final = """
    SELECT m.id, m.revision, m.document, m.actor_id, m.at FROM payroll_setting m
    WHERE m.tenant_id = %s ORDER BY m.revision DESC LIMIT 1"""
_SET: Final = """
    INSERT INTO payroll_setting (tenant_id, id, revision, document, actor_id, at)
    VALUES (%s, %s, %s, %s, %s, %s)"""


def newest_setting(tx: Tx) -> SettingLine | None:
    """Return the setting in force, None when none was ever made."""
    row = tx.raw.execute(_NEWEST, (tx.tenant_id,)).fetchone()
    return SettingLine(*row) if row else None


def add_setting(tx: Tx, line: SettingLine) -> None:
    """Put a setting in force."""
    values = (tx.tenant, line.id, line.revision, to_text(line.document), *line[3:])
    tx.raw.execute(_SET, values)
