"""What was lifted before its time, and that it was withdrawn: the latest act counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import OPEN_TO, asking
from shangfa.db.people.restrictions import Whom, among
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.ledger.book import Lifted, Marked

LIFTING: Final = Table(
    "lifting",
    (
        *("tenant_id", "id", "case_id", "subject_id", "account", "unit", "lifted_on"),
        *("reason", "actor_id", "at"),
    ),
)


class LiftingLine(NamedTuple):
    """An act to be written; `lifted_on`: None for one that withdraws."""

    id: UUID
    case_id: UUID
    subject_id: UUID
    account: str
    unit: str
    lifted_on: date | None
    reason: str
    actor_id: UUID
    at: datetime


class LiftingRecord(NamedTuple):
    """An act as it was written."""

    id: UUID
    subject: str
    account: str
    unit: str
    lifted_on: date | None
    reason: str
    at: datetime


_LIFTED: Final = """
    SELECT DISTINCT ON (l.case_id, l.subject_id, l.account, l.unit)
        s.code, c.incident_id::text, l.account, l.unit, l.lifted_on
    FROM lifting l
    JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    JOIN "case" c ON c.tenant_id = l.tenant_id AND c.id = l.case_id
    WHERE l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND (%(codes)s::text[] IS NULL OR s.code = ANY(%(codes)s))
    ORDER BY l.case_id, l.subject_id, l.account, l.unit, l.id DESC"""
_ACTS: Final = f"""
    SELECT l.id, s.code, l.account, l.unit, l.lifted_on, l.reason, l.at
    FROM lifting l
    JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    JOIN "case" c ON c.tenant_id = l.tenant_id AND c.id = l.case_id
    WHERE l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND c.incident_id = %(incident)s AND {OPEN_TO}
        AND {among("l.subject_id")}
    ORDER BY l.id"""  # noqa: S608 - constants only


def add_lifting(tx: Tx, line: LiftingLine) -> None:
    """Write an act."""
    tx.writes.insert(LIFTING, [(tx.tenant, *line)])


def lifted(tx: Tx, codes: Sequence[str] | None = None) -> Lifted:
    """Return what counts no longer of some subjects, None for all."""
    values = {"tenant": tx.tenant_id, "codes": None if codes is None else list(codes)}
    rows = tx.raw.execute(_LIFTED, values).fetchall()
    return {Marked(*row[:4]): row[4] for row in rows if row[4] is not None}


def liftings_of(tx: Tx, incident_id: UUID, seen: Whom, reader: UUID | None) -> list[LiftingRecord]:
    """Return the acts over an incident, the oldest first.

    `seen`: the subjects that the reader sees.
    """
    values = {
        "tenant": tx.tenant_id,
        "incident": incident_id,
        **seen.values(),
        **asking(tx, reader),
    }
    return [LiftingRecord(*row) for row in tx.raw.execute(_ACTS, values).fetchall()]
