"""Deadlines, the clocks of cases, and what is to be done after them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import HANDLES, RESTRICTED, asking
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table


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
    """A clock of a case that runs; `due` is a local day or time.

    `paused_at`: since when it stands still, None while it does not.
    """

    case_id: UUID
    state: str
    step: str
    due: str
    due_at: datetime
    paused_at: datetime | None = None


_CLOCKS: Final = """
    SELECT DISTINCT l.case_id, l.state, l.step, l.due, l.due_at, l.paused_at
    FROM deadline l
    WHERE l.tenant_id = %(tenant)s AND l.case_id = ANY(%(cases)s) AND l.state IS NOT NULL
        AND l.ended_at IS NULL
    ORDER BY l.due_at"""
_DUE: Final = """
    SELECT l.case_id FROM deadline l
    WHERE l.tenant_id = %(tenant)s AND l.fires AND l.ended_at IS NULL
        AND l.paused_at IS NULL AND l.due_at < %(before)s
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


_PAUSE: Final = """
    UPDATE deadline SET paused_at = %(at)s
    WHERE tenant_id = %(tenant)s AND case_id = %(case)s AND state IS NOT NULL
        AND ended_at IS NULL AND paused_at IS NULL AND due_at >= %(at)s"""
_RESUME: Final = """
    UPDATE deadline SET paused_at = NULL, due = %s, due_at = %s
    WHERE tenant_id = %s AND case_id = %s AND state = %s AND ended_at IS NULL
        AND paused_at IS NOT NULL"""


def pause_clocks(tx: Tx, case_id: UUID, at: datetime) -> None:
    """Let the clocks of a case that run stand still."""
    tx.raw.execute(_PAUSE, {"at": at, "tenant": tx.tenant_id, "case": case_id})


def resume_clock(tx: Tx, case_id: UUID, state: str, due: tuple[str, datetime]) -> None:
    """Let a clock of a case go on, due at another day or moment."""
    tx.raw.execute(_RESUME, (*due, tx.tenant_id, case_id, state))


class FollowUpLine(NamedTuple):
    """Something that somebody is asked to do: an office by its role, or a person."""

    id: UUID
    case_id: UUID
    what: str
    due_on: date
    role: str | None
    person_id: UUID | None
    actor_id: UUID
    at: datetime
    kind: str | None = None


class FollowUpRecord(NamedTuple):
    """What somebody is asked to do; `person` is his code.

    Attributes:
        handled: whether the reader handles its confidential case.
    """

    id: UUID
    case_id: UUID
    incident_id: UUID
    clause: str
    subjects: list[str]
    what: str
    due_on: date
    role: str | None
    person: str | None
    done_at: datetime | None
    done_note: str
    handled: bool


FOLLOW_UP: Final = Table(
    "follow_up",
    (
        *("tenant_id", "id", "case_id", "what", "due_on", "role", "person_id", "actor_id", "at"),
        "kind",
    ),
)
_ASKED: Final = f"""
    SELECT f.id, f.case_id, c.incident_id, i.clause, ARRAY(
            SELECT s.code FROM incident_subject x
            JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
            WHERE x.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
                AND x.incident_id = c.incident_id ORDER BY x.position),
        f.what, f.due_on, f.role, p.code, f.done_at, f.done_note, {HANDLES}
    FROM follow_up f
    JOIN "case" c ON c.tenant_id = f.tenant_id AND c.id = f.case_id
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    LEFT JOIN subject p ON p.tenant_id = %(tenant)s AND p.id = f.person_id
    WHERE f.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
        AND (f.person_id = %(reader)s
            OR (NOT c.confidential OR {HANDLES}) AND NOT {RESTRICTED})"""  # noqa: S608 - constants only
_WHICH: Final = {
    "id": "f.id = %(id)s",
    "case": "f.case_id = %(case)s",
    "role": "f.role = %(role)s",
    "person": "f.person_id = %(person)s",
    "handled": f"(f.role IS NOT NULL AND {HANDLES}) = %(handled)s",
    # After a decision that no longer stands nothing waits.
    "open": "(f.done_at IS NULL AND c.state <> 'reversed') = %(open)s",
    "after": "f.id < %(after)s",
}
_DONE: Final = """
    UPDATE follow_up SET done_at = %s, done_by = %s, done_note = %s
    WHERE tenant_id = %s AND id = %s AND done_at IS NULL RETURNING 1"""


_CLOSED: Final = """
    UPDATE follow_up SET done_at = %(at)s, done_by = %(by)s, done_note = %(note)s
    WHERE tenant_id = %(tenant)s AND case_id = %(case)s AND kind IS NOT NULL
        AND done_at IS NULL AND NOT EXISTS (
            SELECT FROM ledger_entry e
            JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
            WHERE e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND d.case_id = %(case)s
                AND e.account = 'action' AND e.unit = 'dismissal'
            GROUP BY e.subject_id HAVING sum(e.quantity) > 0)"""


def close_follow_ups(tx: Tx, case_id: UUID, done: tuple[datetime, UUID, str]) -> None:
    """Note of what the law wants after a dismissal that it is done, if none of the case stands.

    `done`: when, by whom, with what note.
    """
    at, by, note = done
    said = {"at": at, "by": by, "note": note, "case": case_id}
    tx.flush()
    tx.raw.execute(_CLOSED, {"tenant": tx.tenant_id, **said})


def add_follow_ups(tx: Tx, lines: Sequence[FollowUpLine]) -> None:
    """Ask somebody to do something."""
    tx.writes.insert(FOLLOW_UP, [(tx.tenant, *line) for line in lines])


def find_follow_ups(tx: Tx, reader: UUID | None, limit: int, **which: Any) -> list[FollowUpRecord]:
    """Return what is to be done, the newest first; `which`: see `_WHICH`, None for any."""
    asked = {name: value for name, value in which.items() if value is not None}
    query = _ASKED + "".join(f" AND {_WHICH[name]}" for name in asked)
    values = {"tenant": tx.tenant_id, **asking(tx, reader), "limit": limit, **asked}
    rows = tx.raw.execute(f"{query} ORDER BY f.id DESC LIMIT %(limit)s", values).fetchall()
    return [FollowUpRecord(*row) for row in rows]


def mark_done(tx: Tx, follow_up_id: UUID, at: datetime, by: UUID, note: str) -> bool:
    """Note that something was done; False when it was before."""
    values = (at, by, note, tx.tenant, follow_up_id)
    return tx.raw.execute(_DONE, values).fetchone() is not None
