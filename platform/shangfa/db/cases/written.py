"""Cases, steps, decisions and deadlines as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
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
PROPOSED: Final = Table(
    '"case"',
    (
        "tenant_id",
        "id",
        "incident_id",
        "procedure",
        "state",
        "procedure_id",
        "revision",
        "open",
        "facts",
        "confidential",
    ),
)
HANDLER: Final = Table("case_handler", ("tenant_id", "id", "case_id", "subject_id"))
TAKEN: Final = Table(
    "case_step",
    (
        "tenant_id",
        "id",
        "case_id",
        "number",
        "step",
        "state",
        "note",
        "actor_id",
        "at",
        "data",
        "role",
        "person_id",
    ),
)
CLOCK: Final = Table(
    "deadline",
    (
        "tenant_id",
        "id",
        "case_id",
        "subject_id",
        "clause",
        "step",
        "due",
        "due_at",
        "state",
        "fires",
    ),
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


class ProposedLine(NamedTuple):
    """A case to be opened under a procedure; `revision` is the number of its last step."""

    id: UUID
    incident_id: UUID
    procedure: str
    state: str
    procedure_id: UUID | None
    revision: int
    open: bool
    facts: Mapping[str, Any]
    confidential: bool = False


class TakenLine(NamedTuple):
    """A step to be noted with what was handed in, by whom in which role."""

    id: UUID
    case_id: UUID
    number: int
    step: str
    state: str
    note: str
    actor_id: UUID
    at: datetime
    data: Mapping[str, Any]
    role: str
    person_id: UUID | None


class ClockLine(NamedTuple):
    """A clock to be started for one subject of a case.

    Attributes:
        state: the one it belongs to.
        fires: whether something happens when it is past.
    """

    id: UUID
    case_id: UUID
    subject_id: UUID
    clause: str
    step: str
    due: str
    due_at: datetime
    state: str
    fires: bool


def open_proposed(tx: Tx, case: ProposedLine) -> None:
    """Add a case whose decision does not count yet."""
    tx.writes.insert(PROPOSED, [(tx.tenant, *case[:7], to_text(case.facts), case.confidential)])


def add_handlers(tx: Tx, case_id: UUID, handlers: Iterable[tuple[UUID, UUID]]) -> None:
    """Name who sees a confidential case: (id of the row, subject's id) of each."""
    tx.writes.insert(HANDLER, [(tx.tenant, key, case_id, who) for key, who in handlers])


def add_steps(tx: Tx, steps: Iterable[TakenLine]) -> None:
    """Add steps that were taken."""
    rows = [(tx.tenant, *line[:8], to_text(line.data), *line[9:]) for line in steps]
    tx.writes.insert(TAKEN, rows)


def add_clocks(tx: Tx, clocks: Iterable[ClockLine]) -> None:
    """Start clocks."""
    tx.writes.insert(CLOCK, [(tx.tenant, *line) for line in clocks])
