"""When the operator looked into a company, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

BREAK_GLASS: Final = Table(
    "break_glass", ("tenant_id", "id", "asked_by", "reason", "minutes", "asked_at")
)


class LookLine(NamedTuple):
    """A request to look, to be written; `asked_by` is a key of the operator."""

    id: UUID
    asked_by: UUID
    reason: str
    minutes: int
    asked_at: datetime


class LookRecord(NamedTuple):
    """A request to look; `until` None before it was approved."""

    id: UUID
    asked_by: UUID
    reason: str
    minutes: int
    asked_at: datetime
    approved_by: UUID | None
    until: datetime | None
    ended_at: datetime | None


_LOOK: Final = """
    SELECT b.id, b.asked_by, b.reason, b.minutes, b.asked_at, b.approved_by, b.until, b.ended_at
    FROM break_glass b WHERE b.tenant_id = %(tenant)s"""


def add_look(tx: Tx, line: LookLine) -> None:
    """Add a request."""
    tx.writes.insert(BREAK_GLASS, [(tx.tenant, *line)])


def find_look(tx: Tx, key: UUID) -> LookRecord | None:
    """Return, and hold, a request."""
    query = f"{_LOOK} AND b.id = %(id)s FOR NO KEY UPDATE"
    row = tx.raw.execute(query, {"tenant": tx.tenant_id, "id": key}).fetchone()
    return LookRecord(*row) if row else None


def looks(tx: Tx, before: UUID | None, limit: int) -> list[LookRecord]:
    """Return requests before one, newest first."""
    query = f"{_LOOK} AND (%(before)s::uuid IS NULL OR b.id < %(before)s) ORDER BY b.id DESC"
    values = {"tenant": tx.tenant_id, "before": before, "limit": limit}
    rows = tx.raw.execute(f"{query} LIMIT %(limit)s", values)
    return [LookRecord(*row) for row in rows.fetchall()]


def open_look(tx: Tx, asked_by: UUID, at: datetime) -> UUID | None:
    """Return the request by which a key of the operator may look at a moment."""
    row = tx.raw.execute(
        "SELECT b.id FROM break_glass b WHERE b.tenant_id = %s AND b.asked_by = %s"
        " AND b.until > %s AND b.ended_at IS NULL ORDER BY b.until DESC LIMIT 1",
        (tx.tenant_id, asked_by, at),
    ).fetchone()
    return row[0] if row else None


def approve_look(tx: Tx, key: UUID, by: UUID, until: datetime) -> None:
    """Let the operator look until a moment."""
    tx.raw.execute(
        "UPDATE break_glass SET approved_by = %s, until = %s WHERE tenant_id = %s AND id = %s",
        (by, until, tx.tenant_id, key),
    )


def end_look(tx: Tx, key: UUID, at: datetime) -> None:
    """End a request, approved or not."""
    tx.raw.execute(
        "UPDATE break_glass SET ended_at = %s WHERE tenant_id = %s AND id = %s",
        (at, tx.tenant_id, key),
    )
