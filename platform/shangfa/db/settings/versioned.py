"""What a company sets as one document, in SQL: each is kept, the newest is in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
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


class SettingTable:
    """A table that keeps every setting of one kind."""

    def __init__(self, name: LiteralString) -> None:
        self._newest = f"""
            SELECT m.id, m.revision, m.document, m.actor_id, m.at FROM {name} m
            WHERE m.tenant_id = %s ORDER BY m.revision DESC LIMIT 1"""  # noqa: S608 - a constant
        self._put = f"""
            INSERT INTO {name} (tenant_id, id, revision, document, actor_id, at)
            VALUES (%s, %s, %s, %s, %s, %s)"""  # noqa: S608 - a constant

    def newest(self, tx: Tx) -> SettingLine | None:
        """Return the setting in force, None when none was ever made."""
        row = tx.raw.execute(self._newest, (tx.tenant_id,)).fetchone()
        return SettingLine(*row) if row else None

    def put(self, tx: Tx, line: SettingLine) -> None:
        """Put a setting in force."""
        values = (tx.tenant, line.id, line.revision, to_text(line.document), *line[3:])
        tx.raw.execute(self._put, values)


APPROVALS: Final = SettingTable("approval_matrix")
ATTENDANCE: Final = SettingTable("attendance_mapping")
PAYROLL: Final = SettingTable("payroll_setting")
