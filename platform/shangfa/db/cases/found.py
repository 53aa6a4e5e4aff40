"""Cases as they are looked for: lists, tasks, and what was done in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import (
    HANDLES,
    INVOLVES,
    MOVED_MONEY,
    OPEN_TO,
    OWN_PART,
    SUPERVISED,
    Seen,
    asking,
    narrowed,
)
from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY

NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""When a case without a clock is due."""


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """Which cases are asked for; None means any. `before`: an id, newest first."""

    id: UUID | None = None
    before: UUID | None = None
    state: str | None = None
    procedure: str | None = None
    subject: str | None = None
    due_before: datetime | date | None = None


class StepRecord(NamedTuple):
    """A step that was taken; `person` is the code of the subject behind the key."""

    case_id: UUID
    number: int
    step: str
    state: str
    note: str
    actor_id: UUID
    at: datetime
    data: dict[str, Any]
    role: str
    person: str | None


_STEPS: Final = """
    SELECT t.case_id, t.number, t.step, t.state, t.note, t.actor_id, t.at, t.data,
        coalesce(nullif(t.role, ''), k.role, u.roles ->> 0, ''), s.code
    FROM case_step t
    LEFT JOIN api_key k ON t.role = '' AND k.tenant_id = %(tenant)s AND k.id = t.actor_id
    LEFT JOIN tenant_user u ON t.role = '' AND u.tenant_id = %(tenant)s AND u.id = t.actor_id
    LEFT JOIN subject s ON s.tenant_id = %(tenant)s
        AND s.id = coalesce(t.person_id, k.subject_id, u.subject_id)
    WHERE t.tenant_id = %(tenant)s AND t.case_id = ANY(%(cases)s)
    ORDER BY t.case_id, t.number"""


def steps_of(tx: Tx, case_ids: Sequence[UUID]) -> list[StepRecord]:
    """Return what was done in cases, oldest first."""
    values = {"tenant": tx.tenant_id, "cases": list(case_ids)}
    return [StepRecord(*row) for row in tx.raw.execute(_STEPS, values).fetchall()]


_DUE: Final = """(
    SELECT min(l.due_at) FROM deadline l
    WHERE l.tenant_id = %(tenant)s AND l.case_id = c.id AND l.state IS NOT NULL
        AND l.ended_at IS NULL)"""
_CONDITIONS: Final = {
    "id": "c.id = %(id)s",
    "before": "c.id < %(before)s",
    "state": "c.state = %(state)s",
    "procedure": "c.procedure = %(procedure)s",
    "subject": f"EXISTS ({INVOLVES} AND s.code = %(subject)s)",
    "due_before": f"{_DUE} < %(due_before)s",
}
_FROM: Final = """
    FROM "case" c JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    WHERE c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s"""


def find_cases(tx: Tx, seen: Seen, filters: CaseFilters, limit: int) -> list[UUID]:
    """Return the ids of cases, newest first."""
    values: dict[str, Any] = {"tenant": tx.tenant_id, "limit": limit, **asking(tx, seen.reader)}
    said = _seen(seen, values)
    for name, condition in _CONDITIONS.items():
        value = getattr(filters, name)
        if value is not None:
            said += f" AND {condition}"
            values[name] = value
    query = f"SELECT c.id {_FROM}{said} ORDER BY c.id DESC LIMIT %(limit)s"
    return [case_id for (case_id,) in tx.raw.execute(query, values).fetchall()]


def _seen(seen: Seen, values: dict[str, Any]) -> str:
    said = f" AND {OPEN_TO}"
    if seen.own is not None:
        values["own"] = seen.own
        part = f"({OWN_PART} OR {SUPERVISED})" if seen.team else OWN_PART
        said += f" AND {narrowed('c.incident_id', seen)}"
        said += f" AND ({HANDLES} OR EXISTS ({INVOLVES} AND {part}))"
    if seen.money:
        values["money"] = sorted(MONEY)
        said += f" AND {MOVED_MONEY}"
    return said


_SAME_ACT: Final = """
    SELECT s.code, i.id
    FROM incident_subject x
    JOIN incident i ON i.tenant_id = x.tenant_id AND i.id = x.incident_id
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
    WHERE x.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND x.subject_id = ANY(%(subjects)s) AND i.id <> %(incident)s
        AND x.effective_at IS NOT NULL AND x.reversed_at IS NULL
        AND i.occurred_at = %(at)s AND i.facts->>'timed' = 'true'
    ORDER BY i.id LIMIT 1"""


def same_act(
    tx: Tx, subject_ids: Sequence[UUID], incident_id: UUID, at: datetime
) -> tuple[str, UUID] | None:
    """Return (subject, incident) of another incident of the same moment that stands, or None."""
    values = {
        "tenant": tx.tenant_id,
        "subjects": list(subject_ids),
        "incident": incident_id,
        "at": at,
    }
    row = tx.raw.execute(_SAME_ACT, values).fetchone()
    return (row[0], row[1]) if row else None


_APPEALED: Final = """
    SELECT s.code, c.id
    FROM incident_subject x
    JOIN incident i ON i.tenant_id = x.tenant_id AND i.id = x.incident_id
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
    WHERE x.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND x.subject_id = ANY(%(subjects)s) AND c.open
        AND c.id <> %(case)s AND i.policy_id = %(policy)s
        AND c.procedure || '/' || c.state = ANY(%(states)s)
        AND x.effective_at IS NOT NULL AND x.reversed_at IS NULL
    ORDER BY c.id LIMIT 1"""


def case_in(
    tx: Tx, subject_ids: Sequence[UUID], other: tuple[UUID, UUID], states: Sequence[str]
) -> tuple[str, UUID] | None:
    """Return (subject, case) of another case of theirs in some `procedure/state`, None for none.

    `other`: the case it is to be another than, and the policy.
    """
    values = {
        "tenant": tx.tenant_id,
        "subjects": list(subject_ids),
        "case": other[0],
        "policy": other[1],
        "states": list(states),
    }
    row = tx.raw.execute(_APPEALED, values).fetchone()
    return (row[0], row[1]) if row else None


class Place(NamedTuple):
    """Where a case stands in the list of tasks: soonest due first, then the oldest."""

    due_at: datetime
    case_id: UUID


FIRST: Final = Place(datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))


def waiting_cases(
    tx: Tx, seen: Seen, states: Sequence[tuple[str, str]], after: Place, limit: int
) -> list[Place]:
    """Return open cases in some (procedure, state), soonest due first."""
    values: dict[str, Any] = {
        "tenant": tx.tenant_id,
        "states": [f"{procedure}/{state}" for procedure, state in states],
        "names": sorted({state for _, state in states}),
        "never": NEVER,
        "due": after.due_at,
        "after": after.case_id,
        "limit": limit,
        **asking(tx, seen.reader),
    }
    said = _seen(seen, values)
    query = f"""SELECT w.due_at, w.id FROM (
        SELECT coalesce({_DUE}, %(never)s) AS due_at, c.id {_FROM} AND c.open
            AND c.state = ANY(%(names)s) AND c.procedure || '/' || c.state = ANY(%(states)s)
            {said}) w
        WHERE (w.due_at, w.id) > (%(due)s, %(after)s)
        ORDER BY w.due_at, w.id LIMIT %(limit)s"""  # noqa: S608 - constants only
    return [Place(*row) for row in tx.raw.execute(query, values).fetchall()]
