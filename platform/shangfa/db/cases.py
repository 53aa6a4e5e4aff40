"""Cases, steps, decisions and deadlines in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

CASE: Final = Table('"case"', ("tenant_id", "id", "incident_id", "procedure", "state"))
STEP: Final = Table(
    "case_step",
    ("tenant_id", "id", "case_id", "number", "step", "state", "note", "actor_id", "at"),
)
DECISION: Final = Table(
    "decision",
    (
        "tenant_id",
        "id",
        "case_id",
        "evaluation_id",
        "subject_id",
        "kind",
        "body",
        "reason",
        "actor_id",
        "decided_at",
    ),
)
DEADLINE: Final = Table(
    "deadline",
    ("tenant_id", "id", "case_id", "subject_id", "clause", "step", "due", "due_at"),
)


class CaseLine(NamedTuple):
    """A case to be opened."""

    id: UUID
    incident_id: UUID
    procedure: str
    state: str


class StepLine(NamedTuple):
    """A step to be noted; `number` counts from 1 within the case."""

    id: UUID
    case_id: UUID
    number: int
    step: str
    state: str
    note: str
    actor_id: UUID
    at: datetime


class DecisionLine(NamedTuple):
    """A decision to be written; `body` is what follows, ready for JSON."""

    id: UUID
    case_id: UUID | None
    evaluation_id: UUID | None
    subject_id: UUID
    kind: str
    body: Any
    reason: str
    actor_id: UUID
    at: datetime


class DeadlineLine(NamedTuple):
    """A deadline to be kept."""

    id: UUID
    case_id: UUID
    subject_id: UUID
    clause: str
    step: str
    due: str
    due_at: datetime


class StoredCase(NamedTuple):
    """A case with its incident, held until the transaction ends; subjects in order."""

    id: UUID
    state: str
    revision: int
    incident_id: UUID
    policy_id: UUID
    policy: str
    clause: str
    on: date
    subjects: list[str]


def open_case(tx: Tx, case: CaseLine, step: StepLine) -> None:
    """Add a case with its first step."""
    tx.writes.insert(CASE, [(tx.tenant, *case)])
    tx.writes.insert(STEP, [(tx.tenant, *step)])


def add_decisions(tx: Tx, decisions: Iterable[DecisionLine]) -> None:
    """Add decisions."""
    tenant_id = tx.tenant
    rows = [
        (tenant_id, *line[:5], to_text(line.body), line.reason, line.actor_id, line.at)
        for line in decisions
    ]
    tx.writes.insert(DECISION, rows)


def add_deadlines(tx: Tx, deadlines: Iterable[DeadlineLine]) -> None:
    """Add deadlines."""
    tenant_id = tx.tenant
    tx.writes.insert(DEADLINE, [(tenant_id, *line) for line in deadlines])


_HOLD: Final = """
    SELECT c.id, c.state, c.revision FROM "case" c
    WHERE c.tenant_id = %(tenant)s AND c.incident_id = %(incident)s FOR NO KEY UPDATE OF c"""

_INCIDENT: Final = """
    SELECT i.policy_id, p.name, i.clause, i.occurred_on,
        array_agg(s.code ORDER BY x.position)
    FROM incident i
    JOIN policy p ON p.tenant_id = i.tenant_id AND p.id = i.policy_id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
    WHERE i.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND i.id = %(incident)s
    GROUP BY i.tenant_id, i.id, p.name"""


def hold_case(tx: Tx, incident_id: UUID) -> StoredCase | None:
    """Return the case of an incident and hold it, None when there is none."""
    values = {"tenant": tx.tenant_id, "incident": incident_id}
    case = tx.raw.execute(_HOLD, values).fetchone()
    incident = tx.raw.execute(_INCIDENT, values).fetchone()
    if case is None or incident is None:
        return None
    return StoredCase(case[0], case[1], case[2], incident_id, *incident)


def open_choices(tx: Tx, case_id: UUID) -> list[dict[str, Any]]:
    """Return the choices a case's sanctions left open, as they were answered."""
    rows = tx.raw.execute(
        "SELECT d.body->'choices' FROM decision d"
        " WHERE d.tenant_id = %s AND d.case_id = %s AND d.kind = 'sanction' ORDER BY d.id",
        (tx.tenant_id, case_id),
    )
    return [choice for (choices,) in rows.fetchall() for choice in choices]


_MOVE: Final = """
    UPDATE "case" SET state = %s, revision = revision + 1
    WHERE tenant_id = %s AND id = %s AND revision = %s RETURNING 1"""
_REVERSED: Final = """
    UPDATE incident_subject SET reversed_at = %s
    WHERE tenant_id = %s AND incident_id = %s AND reversed_at IS NULL RETURNING 1"""
_FREED: Final = """
    UPDATE incident SET external_freed_at = %s
    WHERE tenant_id = %s AND id = %s AND external_id IS NOT NULL"""
_ENDED: Final = """
    UPDATE deadline SET ended_at = %s
    WHERE tenant_id = %s AND case_id = %s AND ended_at IS NULL"""


def move_case(tx: Tx, case: StoredCase, step: StepLine) -> None:
    """Bring a held case to the state of its next step."""
    values = (step.state, tx.tenant, case.id, case.revision)
    tx.writes.change(_MOVE, values, 1)
    tx.writes.insert(STEP, [(tx.tenant, *step)])


def mark_reversed(tx: Tx, case: StoredCase, at: datetime) -> None:
    """Let an incident stand no longer for any of its subjects, and end its deadlines.

    Another incident may have its external id from then on.
    """
    values = (at, tx.tenant, case.incident_id)
    tx.writes.change(_REVERSED, values, len(case.subjects))
    tx.raw.execute(_ENDED, (at, tx.tenant, case.id))
    tx.raw.execute(_FREED, (at, tx.tenant, case.incident_id))


class DecisionRecord(NamedTuple):
    """A decision as it is read back."""

    case_id: UUID
    subject: str
    kind: str
    body: dict[str, Any]
    reason: str
    actor_id: UUID
    decided_at: datetime


def decisions_of(tx: Tx, case_ids: Sequence[UUID]) -> list[DecisionRecord]:
    """Return the decisions of cases, in the order they were made."""
    rows = tx.raw.execute(
        """SELECT d.case_id, s.code, d.kind, d.body, d.reason, d.actor_id, d.decided_at
        FROM decision d JOIN subject s ON s.tenant_id = d.tenant_id AND s.id = d.subject_id
        WHERE d.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND d.case_id = ANY(%(cases)s)
        ORDER BY d.id""",
        {"tenant": tx.tenant_id, "cases": list(case_ids)},
    )
    return [DecisionRecord(*row) for row in rows.fetchall()]


class HistoryRecord(NamedTuple):
    """A decision of a subject's history: of a case, or of an evaluation."""

    incident_id: UUID | None
    case_id: UUID | None
    clause: str | None
    occurred_on: date | None
    programme: str | None
    period: str | None
    kind: str
    body: dict[str, Any]
    reason: str
    decided_at: datetime


_HISTORY: Final = """
    SELECT i.id, c.id, i.clause, i.occurred_on, v.programme, v.period, d.kind, d.body, d.reason,
        d.decided_at
    FROM decision d
    LEFT JOIN "case" c ON c.tenant_id = %(tenant)s AND c.id = d.case_id
    LEFT JOIN incident i ON i.tenant_id = %(tenant)s AND i.id = c.incident_id
    LEFT JOIN evaluation v ON v.tenant_id = %(tenant)s AND v.id = d.evaluation_id
    WHERE d.tenant_id = %(tenant)s AND d.id IN (
        SELECT own.id FROM decision own
        WHERE own.tenant_id = %(tenant)s AND own.subject_id = %(subject)s
        UNION
        SELECT e.decision_id FROM ledger_entry e
        WHERE e.tenant_id = %(tenant)s AND e.subject_id = %(subject)s)
    ORDER BY d.id DESC LIMIT %(limit)s"""


def history_of(tx: Tx, subject_id: UUID, limit: int) -> list[HistoryRecord]:
    """Return the decisions of a subject and those that posted to it, newest first."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, "limit": limit}
    return [HistoryRecord(*row) for row in tx.raw.execute(_HISTORY, values).fetchall()]


class OpenDeadline(NamedTuple):
    """A deadline that is not over; `due` is a local day or time."""

    incident_id: UUID
    case_id: UUID
    clause: str
    step: str
    due: str
    due_at: datetime


_DEADLINES: Final = """
    SELECT c.incident_id, c.id, l.clause, l.step, l.due, l.due_at
    FROM deadline l JOIN "case" c ON c.tenant_id = l.tenant_id AND c.id = l.case_id
    WHERE l.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND l.subject_id = %(subject)s
        AND l.ended_at IS NULL AND l.due_at >= %(since)s
    ORDER BY l.due_at, l.id"""


def open_deadlines(tx: Tx, subject_id: UUID, since: datetime) -> list[OpenDeadline]:
    """Return a subject's deadlines that end at a moment or later, soonest first."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, "since": since}
    return [OpenDeadline(*row) for row in tx.raw.execute(_DEADLINES, values).fetchall()]
