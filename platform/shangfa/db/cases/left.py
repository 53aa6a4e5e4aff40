"""What incidents left open, as far as it is known: choices and the deadlines of clauses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.cases.written import STEP, StepLine
from shangfa.db.incidents import LATEST
from shangfa.db.tx.transaction import Tx


class LeftRecord(NamedTuple):
    """What was last said of a subject's choices: those open, or that they were made.

    Attributes:
        revision: of the case.
        choices: as they were answered; of a choice that was made, none.
    """

    incident_id: UUID
    subject: str
    case_id: UUID
    state: str
    procedure: str
    revision: int
    kind: str
    choices: list[Any]


class KeptDeadline(NamedTuple):
    """A deadline that a clause gave and that is not over."""

    id: UUID
    incident_id: UUID
    subject: str
    clause: str
    step: str
    due: str


SAYS: Final = """(d.kind IN ('sanction', 'choice')
    OR d.kind = 'adjustment' AND d.body ? 'choices')"""
"""Decisions `d` after which a subject's choices are open, or made."""
_LEFT: Final = f"""
    SELECT DISTINCT ON (c.id, d.subject_id) c.incident_id, s.code, c.id, c.state, c.procedure,
        c.revision, d.kind, coalesce(d.body->'choices', '[]')
    FROM "case" c
    JOIN decision d ON d.tenant_id = c.tenant_id AND d.case_id = c.id
    JOIN subject s ON s.tenant_id = d.tenant_id AND s.id = d.subject_id
    WHERE c.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND c.incident_id = ANY(%(incidents)s) AND {SAYS} AND {LATEST}
    ORDER BY c.id, d.subject_id, d.id DESC"""  # noqa: S608 - constants only
_OPEN: Final = f"""
    SELECT DISTINCT ON (d.subject_id) d.kind, coalesce(d.body->'choices', '[]')
    FROM decision d
    WHERE d.tenant_id = %(tenant)s AND d.case_id = %(case)s AND {SAYS} AND {LATEST}
    ORDER BY d.subject_id, d.id DESC"""  # noqa: S608 - constants only
_KEPT: Final = """
    SELECT l.id, c.incident_id, s.code, l.clause, l.step, l.due
    FROM "case" c
    JOIN deadline l ON l.tenant_id = c.tenant_id AND l.case_id = c.id
    JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    WHERE c.tenant_id = %(tenant)s AND l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND c.incident_id = ANY(%(incidents)s) AND l.state IS NULL AND l.ended_at IS NULL
    ORDER BY l.id"""
_ENDED: Final = """
    UPDATE deadline SET ended_at = %s
    WHERE tenant_id = %s AND id = ANY(%s) AND ended_at IS NULL"""
_MOVED: Final = """
    UPDATE "case" SET state = %s, revision = %s WHERE tenant_id = %s AND id = %s RETURNING 1"""


def left_by(tx: Tx, incident_ids: Iterable[UUID]) -> list[LeftRecord]:
    """Return what stands of the choices of each subject of some incidents."""
    values = {"tenant": tx.tenant_id, "incidents": list(incident_ids)}
    return [LeftRecord(*row) for row in tx.raw.execute(_LEFT, values).fetchall()]


def open_choices(tx: Tx, case_id: UUID) -> tuple[list[dict[str, Any]], bool]:
    """Return the choices that a case leaves open, as they were answered; and if any was made."""
    rows = tx.raw.execute(_OPEN, {"tenant": tx.tenant_id, "case": case_id}).fetchall()
    found = [choice for kind, choices in rows if kind != "choice" for choice in choices]
    return found, any(kind == "choice" for kind, _ in rows)


def kept_deadlines(tx: Tx, incident_ids: Iterable[UUID]) -> list[KeptDeadline]:
    """Return the deadlines of some incidents that are not over."""
    values = {"tenant": tx.tenant_id, "incidents": list(incident_ids)}
    return [KeptDeadline(*row) for row in tx.raw.execute(_KEPT, values).fetchall()]


def end_deadlines(tx: Tx, ids: Sequence[UUID], at: datetime) -> None:
    """Let deadlines be over."""
    if ids:
        tx.raw.execute(_ENDED, (at, tx.tenant_id, list(ids)))


def move_late(tx: Tx, step: StepLine) -> None:
    """Bring a case, its tenant held, to the state of a step."""
    tx.writes.change(_MOVED, (step.state, step.number, tx.tenant_id, step.case_id), 1)
    tx.writes.insert(STEP, [(tx.tenant, *step)])
