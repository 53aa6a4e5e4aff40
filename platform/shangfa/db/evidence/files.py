"""What was handed in, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

EVIDENCE: Final = Table(
    "evidence",
    (
        "tenant_id",
        "id",
        "sha256",
        "size",
        "type",
        "name",
        "subject_id",
        "actor_id",
        "created_at",
    ),
)


class EvidenceRecord(NamedTuple):
    """A file that was handed in; `subject_id` is the person behind the key, None for an office."""

    id: UUID
    sha256: str
    size: int
    type: str
    name: str
    subject_id: UUID | None
    actor_id: UUID
    created_at: datetime


def add_evidence(tx: Tx, record: EvidenceRecord) -> None:
    """Add a file."""
    tx.writes.insert(EVIDENCE, [(tx.tenant, *record)])


def find_evidence(tx: Tx, ids: Sequence[UUID]) -> list[EvidenceRecord]:
    """Return those of some files that are there, oldest first."""
    rows = tx.raw.execute(
        """SELECT e.id, e.sha256, e.size, e.type, e.name, e.subject_id, e.actor_id, e.created_at
        FROM evidence e WHERE e.tenant_id = %s AND e.id = ANY(%s) ORDER BY e.id""",
        (tx.tenant_id, list(ids)),
    )
    return [EvidenceRecord(*row) for row in rows.fetchall()]
