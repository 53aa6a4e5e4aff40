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


def incidents_naming(tx: Tx, evidence_id: UUID, own: UUID) -> list[UUID]:
    """Return the incidents that name a file and concern a subject or whom he ever supervised.

    Only those people's incidents are looked through, not all of the tenant's.
    """
    values = {"tenant": tx.tenant_id, "evidence": str(evidence_id), "own": own}
    rows = tx.raw.execute(
        """WITH team AS MATERIALIZED (
            SELECT a.subject_id FROM assignment a
            WHERE a.tenant_id = %(tenant)s AND a.supervisor_id = %(own)s)
        SELECT DISTINCT i.id FROM incident_subject x
        JOIN incident i ON i.tenant_id = x.tenant_id AND i.id = x.incident_id
        WHERE x.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
            AND (x.subject_id = %(own)s OR x.subject_id IN (SELECT t.subject_id FROM team t))
            AND i.evidence ? %(evidence)s""",
        values,
    )
    return [found for (found,) in rows.fetchall()]
