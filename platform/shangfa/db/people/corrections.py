"""What people ask to have corrected of what is kept about them, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.people.corrections import Decided, State

CORRECTION: Final = Table(
    "correction",
    (
        *("tenant_id", "id", "subject_id", "concerns", "wrong", "should_be", "asked_by"),
        "asked_at",
    ),
)


class CorrectionLine(NamedTuple):
    """What somebody asks, to be written."""

    id: UUID
    subject_id: UUID
    concerns: str
    wrong: str
    should_be: str
    asked_by: UUID
    asked_at: datetime


class CorrectionRecord(NamedTuple):
    """What somebody asked and what became of it; `subject` is his code."""

    id: UUID
    subject: str
    concerns: str
    wrong: str
    should_be: str
    asked_at: datetime
    state: State
    reason: str | None
    effect: str | None
    decided_at: datetime | None


class CorrectionFilters(NamedTuple):
    """Which of them: of one subject by its code, in one state, before an id."""

    subject: str | None = None
    state: str | None = None
    before: UUID | None = None


_CORRECTION: Final = """
    SELECT c.id, s.code, c.concerns, c.wrong, c.should_be, c.asked_at, c.state, c.reason,
        c.effect, c.decided_at
    FROM correction c
    JOIN subject s ON s.tenant_id = c.tenant_id AND s.id = c.subject_id
    WHERE c.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s"""


def add_correction(tx: Tx, line: CorrectionLine) -> None:
    """Add what somebody asks."""
    tx.writes.insert(CORRECTION, [(tx.tenant, *line)])


def open_corrections(tx: Tx, subject_id: UUID) -> int:
    """Return how many that somebody asked wait to be decided."""
    row = tx.raw.execute(
        "SELECT count(*) FROM correction c WHERE c.tenant_id = %s AND c.subject_id = %s"
        " AND c.state = 'asked'",
        (tx.tenant_id, subject_id),
    ).fetchone()
    return row[0] if row else 0


def find_correction(tx: Tx, key: UUID, *, hold: bool = False) -> CorrectionRecord | None:
    """Return what was asked; `hold`: it stays so until the transaction ends."""
    query = f"{_CORRECTION} AND c.id = %(id)s" + (" FOR NO KEY UPDATE OF c" if hold else "")
    row = tx.raw.execute(query, {"tenant": tx.tenant_id, "id": key}).fetchone()
    return CorrectionRecord(*row) if row else None


def corrections(tx: Tx, asked: CorrectionFilters, limit: int) -> list[CorrectionRecord]:
    """Return what was asked, newest first."""
    query, values = _CORRECTION, {"tenant": tx.tenant_id, "limit": limit, **_given(asked)}
    if tx.kept_out and asked.subject is None:
        query += " AND s.restricted_at IS NULL"
    conditions = {
        "subject": "s.code = %(subject)s",
        "state": "c.state = %(state)s",
        "before": "c.id < %(before)s",
    }
    query += "".join(f" AND {text}" for name, text in conditions.items() if name in values)
    rows = tx.raw.execute(f"{query} ORDER BY c.id DESC LIMIT %(limit)s", values)
    return [CorrectionRecord(*row) for row in rows.fetchall()]


def asked_longest(tx: Tx, but_of: str | None, limit: int) -> list[CorrectionRecord]:
    """Return what waits to be decided, oldest first, without what one subject asked."""
    query = f"{_CORRECTION} AND c.state = 'asked' AND s.code IS DISTINCT FROM %(but)s"
    values = {"tenant": tx.tenant_id, "but": but_of, "limit": limit}
    rows = tx.raw.execute(f"{query} ORDER BY c.id LIMIT %(limit)s", values)
    return [CorrectionRecord(*row) for row in rows.fetchall()]


def _given(asked: CorrectionFilters) -> dict[str, Any]:
    return {name: value for name, value in asked._asdict().items() if value is not None}


def decide_correction(tx: Tx, key: UUID, decided: Decided, by: UUID, at: datetime) -> None:
    """Write what became of it."""
    tx.raw.execute(
        """UPDATE correction SET state = %s, reason = %s, effect = %s, decided_by = %s,
            decided_at = %s
        WHERE tenant_id = %s AND id = %s""",
        (*decided, by, at, tx.tenant_id, key),
    )
