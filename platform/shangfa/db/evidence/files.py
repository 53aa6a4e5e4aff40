"""What was handed in, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import CONCERNS, HANDLES, RESTRICTED, asking
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


class Naming(NamedTuple):
    """What names a file: an incident, or a step of its case.

    Attributes:
        step: "" for the incident itself.
        procedure_id: of a company's own procedure, None for a built-in one.
        concerned: whether the incident is about the subject who asks.
    """

    incident_id: UUID
    step: str
    procedure: str
    procedure_id: UUID | None
    concerned: bool


_NAMING: Final = """
    WITH team AS MATERIALIZED (
        SELECT a.subject_id AS id FROM assignment a
        WHERE a.tenant_id = %(tenant)s AND a.supervisor_id = %(own)s
        UNION SELECT %(own)s::uuid),
    known AS MATERIALIZED (
        SELECT x.incident_id AS id, bool_or(x.subject_id = %(own)s) AS concerned
        FROM incident_subject x JOIN team t ON t.id = x.subject_id
        WHERE x.tenant_id = %(tenant)s GROUP BY 1)
    SELECT i.id, '', '', NULL::uuid, k.concerned
    FROM known k JOIN incident i ON i.tenant_id = %(tenant)s AND i.id = k.id
    WHERE i.evidence ? %(evidence)s
    UNION
    SELECT c.incident_id, p.step, c.procedure, c.procedure_id, k.concerned
    FROM known k JOIN "case" c ON c.tenant_id = %(tenant)s AND c.incident_id = k.id
    JOIN case_step p ON p.tenant_id = %(tenant)s AND p.case_id = c.id
    WHERE p.data -> 'evidence' ? %(evidence)s
        AND (p.data ->> 'subject' IS NULL OR p.data ->> 'subject' IN (
            SELECT s.code FROM subject s JOIN team t ON t.id = s.id
            WHERE s.tenant_id = %(tenant)s))"""


def naming(tx: Tx, evidence_id: UUID, own: UUID) -> list[Naming]:
    """Return what names a file and concerns a subject or whom he ever supervised.

    Only those people's incidents are looked through, not all of the tenant's. A step about
    somebody else of the same case is left out.
    """
    values = {"tenant": tx.tenant_id, "evidence": str(evidence_id), "own": own}
    return [Naming(*row) for row in tx.raw.execute(_NAMING, values).fetchall()]


def open_cases_naming(tx: Tx, evidence_id: UUID, limit: int) -> list[UUID]:
    """Return open cases that name a file, in the incident or a step, the newest first."""
    rows = tx.raw.execute(
        """SELECT c.id FROM "case" c
        JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
        WHERE c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s AND c.open
            AND (i.evidence ? %(evidence)s OR EXISTS (
                SELECT FROM case_step p WHERE p.tenant_id = %(tenant)s AND p.case_id = c.id
                    AND p.data -> 'evidence' ? %(evidence)s))
        ORDER BY c.id DESC LIMIT %(limit)s""",
        {"tenant": tx.tenant_id, "evidence": str(evidence_id), "limit": limit},
    )
    return [row[0] for row in rows.fetchall()]


class ConfidentialNaming(NamedTuple):
    """A confidential case that names a file: whether the reader handles it, or it is his own."""

    handled: bool
    own: bool


_CONFIDENTIAL: Final = f"""
    SELECT c.confidential AND {HANDLES} AND NOT {RESTRICTED}, {CONCERNS}
    FROM "case" c JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    WHERE c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s AND (c.confidential OR {RESTRICTED})
        AND (i.evidence ? %(evidence)s OR EXISTS (
            SELECT FROM case_step p WHERE p.tenant_id = %(tenant)s AND p.case_id = c.id
                AND p.data -> 'evidence' ? %(evidence)s))"""  # noqa: S608 - a constant


def confidential_naming(tx: Tx, evidence_id: UUID, reader: UUID | None) -> list[ConfidentialNaming]:
    """Return the confidential and restricted cases that name a file, as a reader has to do."""
    values = {"tenant": tx.tenant_id, "evidence": str(evidence_id), **asking(tx, reader)}
    rows = tx.raw.execute(_CONFIDENTIAL, values)
    return [ConfidentialNaming(*row) for row in rows.fetchall()]
