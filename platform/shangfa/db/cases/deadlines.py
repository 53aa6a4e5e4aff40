"""Deadlines and the clocks of cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx


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


class RunningClock(NamedTuple):
    """A clock of a case that runs; `due` is a local day or time."""

    case_id: UUID
    state: str
    step: str
    due: str
    due_at: datetime


_CLOCKS: Final = """
    SELECT DISTINCT l.case_id, l.state, l.step, l.due, l.due_at
    FROM deadline l
    WHERE l.tenant_id = %(tenant)s AND l.case_id = ANY(%(cases)s) AND l.state IS NOT NULL
        AND l.ended_at IS NULL
    ORDER BY l.due_at"""
_DUE: Final = """
    SELECT l.case_id FROM deadline l
    WHERE l.tenant_id = %(tenant)s AND l.fires AND l.ended_at IS NULL
        AND l.due_at < %(before)s
    GROUP BY l.case_id ORDER BY min(l.due_at), l.case_id LIMIT %(limit)s"""
_END: Final = """
    UPDATE deadline SET ended_at = %s
    WHERE tenant_id = %s AND case_id = %s AND state IS NOT NULL AND ended_at IS NULL"""


def running_clocks(tx: Tx, case_ids: Sequence[UUID]) -> list[RunningClock]:
    """Return the clocks of cases that run, soonest due first."""
    values = {"tenant": tx.tenant_id, "cases": list(case_ids)}
    return [RunningClock(*row) for row in tx.raw.execute(_CLOCKS, values).fetchall()]


def due_cases(tx: Tx, before: datetime, limit: int) -> list[UUID]:
    """Return cases with a clock that was due before a moment, the longest due first."""
    values = {"tenant": tx.tenant_id, "before": before, "limit": limit}
    return [case_id for (case_id,) in tx.raw.execute(_DUE, values).fetchall()]


def end_clocks(tx: Tx, case_id: UUID, at: datetime) -> None:
    """Stop the clocks of a case."""
    tx.raw.execute(_END, (at, tx.tenant_id, case_id))
