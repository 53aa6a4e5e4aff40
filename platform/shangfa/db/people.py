"""Subjects in SQL: who they are on a day, where they work, who supervises them.

First what an incident asks of a day, then subjects as they are registered and read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.incidents import STANDS
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.pipe import Answer
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

_EVERYBODY: Final = """
    SELECT FROM subject s WHERE s.tenant_id = %(tenant)s AND s.id IN (
        SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)
        UNION
        SELECT a.supervisor_id FROM subject s
        JOIN assignment a ON a.tenant_id = s.tenant_id AND a.subject_id = s.id
        WHERE s.tenant_id = %(tenant)s AND a.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s))
    ORDER BY s.id FOR NO KEY UPDATE OF s"""

LINE_OF_DAY: Final = """(
    SELECT a.department, a.position, a.supervisor_id FROM assignment a
    WHERE a.tenant_id = %(tenant)s AND a.subject_id = s.id AND a.effective_from <= %(on)s
    ORDER BY a.effective_from DESC LIMIT 1)"""
"""A subject's line on a day; `s` is the subject."""

WHO: Final = f"""
    ARRAY(
    SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)
    UNION ALL
    SELECT a.supervisor_id FROM subject s CROSS JOIN LATERAL {LINE_OF_DAY} a
    WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s))"""  # noqa: S608 - constants only
"""The subjects named and their supervisors of the day, found once and looked up by index."""

_PEOPLE: Final = f"""
    SELECT s.id, s.code, s.kind, s.attributes, a.department, a.position, boss.code
    FROM subject s
    LEFT JOIN LATERAL {LINE_OF_DAY} a ON true
    LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
    WHERE s.tenant_id = %(tenant)s AND s.id = ANY({WHO})
    ORDER BY s.id"""  # noqa: S608 - constants only

_LOCKED: Final = _PEOPLE + " FOR NO KEY UPDATE OF s"

_TENANT: Final = """
    SELECT t.revision, t.status, r.digest, r.status, r.body, r.etag
    FROM tenant t LEFT JOIN reply r ON r.tenant_id = %(tenant)s AND r.key = %(key)s
    WHERE t.id = %(tenant)s"""

_HELD: Final = _TENANT + " FOR KEY SHARE OF t"

_LINES: Final = """
    SELECT s.code, a.effective_from, boss.code
    FROM assignment a
    JOIN subject s ON s.tenant_id = a.tenant_id AND s.id = a.subject_id
    LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
    WHERE a.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)
    ORDER BY a.effective_from"""


class PersonOfDay(NamedTuple):
    """A subject as of a day, with its supervisor's code."""

    id: UUID
    code: str
    kind: str
    attributes: dict[str, Any]
    department: str | None
    position: str | None
    supervisor: str | None


class Lock(IntEnum):
    """What stays as it is until the transaction ends; each holds what the one before holds.

    People are locked by one statement in the order of their ids, so that two
    transactions never wait for each other.
    """

    NOTHING = 0
    TENANT = 1
    """The tenant's policies, reporting lines and attributes."""
    DAY = 2
    """The totals of the subjects and their supervisors of the day."""
    EVER = 3
    """The totals of the subjects and of all who ever supervised them."""


def ask_tenant(tx: Tx, lock: Lock, key: str) -> Answer | Cursor[TupleRow]:
    """Ask for (revision, status) and what an Idempotency-Key remembers, as `KeptReply` has it.

    Holds the tenant as it is when anything is to be locked. A statement by itself: what is
    read after the wait for it is fresh. `key`: "" for none.
    """
    return tx.ask(_HELD if lock else _TENANT, {"tenant": tx.tenant_id, "key": key})


def ask_people(
    tx: Tx, codes: Sequence[str], on: date, lock: Lock = Lock.NOTHING
) -> Answer | Cursor[TupleRow]:
    """Ask for the subjects and their supervisors of the day, as `PersonOfDay` columns."""
    values = {"tenant": tx.tenant_id, "codes": list(codes), "on": on}
    if lock == Lock.EVER:
        tx.ask(_EVERYBODY, values)
    return tx.ask(_LOCKED if lock == Lock.DAY else _PEOPLE, values)


def reporting_lines(tx: Tx, codes: Sequence[str]) -> list[tuple[str, date, str | None]]:
    """Return (subject, first day, supervisor) of every assignment, oldest first."""
    rows = tx.ask(_LINES, {"tenant": tx.tenant_id, "codes": list(codes)})
    return list(rows.fetchall())


SUBJECT: Final = Table(
    "subject", ("tenant_id", "id", "code", "kind", "name", "attributes", "created_at")
)
LINE: Final = Table(
    "assignment",
    (
        "tenant_id",
        "id",
        "subject_id",
        "effective_from",
        "supervisor_id",
        "department",
        "position",
    ),
    "ON CONFLICT (tenant_id, subject_id, effective_from) DO UPDATE"
    " SET supervisor_id = excluded.supervisor_id, department = excluded.department,"
    " position = excluded.position",
)
WAGE: Final = Table(
    "wage",
    ("tenant_id", "id", "subject_id", "effective_from", "day_wage"),
    "ON CONFLICT (tenant_id, subject_id, effective_from) DO UPDATE"
    " SET day_wage = excluded.day_wage",
)


class SubjectLine(NamedTuple):
    """A subject to be registered; `attributes` ready for JSON."""

    id: UUID
    code: str
    kind: str
    name: str
    attributes: Any
    created_at: datetime


class AssignmentLine(NamedTuple):
    """Where a subject works and for whom, from a day on."""

    id: UUID
    subject_id: UUID
    since: date
    supervisor_id: UUID | None
    department: str | None
    position: str | None


class WageLine(NamedTuple):
    """What a working day of a subject is worth from a day on, CNY."""

    id: UUID
    subject_id: UUID
    since: date
    day_wage: Decimal


def add_subjects(tx: Tx, lines: Iterable[SubjectLine]) -> None:
    """Register subjects."""
    tenant_id = tx.tenant
    rows = [(tenant_id, *item[:4], to_text(item.attributes), item.created_at) for item in lines]
    tx.writes.insert(SUBJECT, rows)


def set_assignments(tx: Tx, lines: Iterable[AssignmentLine]) -> None:
    """Say where subjects work and for whom, in place of what was said of the same day."""
    tenant_id = tx.tenant
    tx.writes.insert(LINE, [(tenant_id, *line) for line in lines])


def set_wages(tx: Tx, lines: Iterable[WageLine]) -> None:
    """Say what working days are worth, in place of what was said of the same day."""
    tenant_id = tx.tenant
    tx.writes.insert(WAGE, [(tenant_id, *line) for line in lines])


def change_subject(tx: Tx, subject_id: UUID, name: str, attributes: Any) -> None:
    """Set a subject's name and attributes, and raise its revision."""
    tx.raw.execute(
        "UPDATE subject SET name = %s, attributes = %s, revision = revision + 1"
        " WHERE tenant_id = %s AND id = %s",
        (name, to_text(attributes), tx.tenant_id, subject_id),
    )


def bump_subject(tx: Tx, subject_id: UUID) -> None:
    """Raise a subject's revision: what is read of it has changed."""
    tx.raw.execute(
        "UPDATE subject SET revision = revision + 1 WHERE tenant_id = %s AND id = %s",
        (tx.tenant_id, subject_id),
    )


class SubjectRecord(NamedTuple):
    """A subject as it is read back."""

    id: UUID
    code: str
    kind: str
    name: str
    attributes: dict[str, Any]
    created_at: datetime
    revision: int


class AssignmentRecord(NamedTuple):
    """Where a subject works and for whom, from a day on."""

    since: date
    department: str | None
    position: str | None
    supervisor: str | None


class WageRecord(NamedTuple):
    """What a working day is worth from a day on, CNY."""

    since: date
    day_wage: Decimal


_SUBJECT: Final = """
    SELECT s.id, s.code, s.kind, s.name, s.attributes, s.created_at, s.revision
    FROM subject s WHERE s.tenant_id = %(tenant)s"""
_BY_CODE: Final = _SUBJECT + " AND s.code = %(code)s"
_AFTER: Final = (
    _SUBJECT
    + """ AND s.code > %(code)s
        AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
        AND (%(ids)s::uuid[] IS NULL OR s.id = ANY(%(ids)s))
    ORDER BY s.code LIMIT %(limit)s"""
)


def find_subject(tx: Tx, code: str, *, hold: bool = False) -> SubjectRecord | None:
    """Return a subject by its code, None when there is none.

    `hold`: keep it as it is until the transaction ends.
    """
    statement = _BY_CODE + " FOR NO KEY UPDATE OF s" if hold else _BY_CODE
    row = tx.raw.execute(statement, {"tenant": tx.tenant_id, "code": code}).fetchone()
    return SubjectRecord(*row) if row else None


def subjects_after(
    tx: Tx, code: str, limit: int, kind: str | None = None, ids: Sequence[UUID] | None = None
) -> list[SubjectRecord]:
    """Return subjects in the order of their codes; `ids`: only these, None for all."""
    values = {"tenant": tx.tenant_id, "code": code, "limit": limit, "kind": kind, "ids": ids}
    return [SubjectRecord(*row) for row in tx.raw.execute(_AFTER, values).fetchall()]


def subject_ids(tx: Tx, codes: Sequence[str] | None = None) -> dict[str, UUID]:
    """Return code -> id of those subjects that are there; of all without codes."""
    rows = tx.raw.execute(
        "SELECT s.code, s.id FROM subject s WHERE s.tenant_id = %(tenant)s"
        " AND (%(codes)s::text[] IS NULL OR s.code = ANY(%(codes)s))",
        {"tenant": tx.tenant_id, "codes": codes},
    )
    return dict(rows.fetchall())


def assignments_of(tx: Tx, subject_id: UUID) -> list[AssignmentRecord]:
    """Return where a subject worked and for whom, oldest first."""
    rows = tx.raw.execute(
        """SELECT a.effective_from, a.department, a.position, boss.code
        FROM assignment a
        LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
        WHERE a.tenant_id = %(tenant)s AND a.subject_id = %(subject)s
        ORDER BY a.effective_from""",
        {"tenant": tx.tenant_id, "subject": subject_id},
    )
    return [AssignmentRecord(*row) for row in rows.fetchall()]


def wages_of(tx: Tx, subject_id: UUID) -> list[WageRecord]:
    """Return what a subject's working day was worth, oldest first."""
    rows = tx.raw.execute(
        "SELECT w.effective_from, w.day_wage FROM wage w"
        " WHERE w.tenant_id = %s AND w.subject_id = %s ORDER BY w.effective_from",
        (tx.tenant_id, subject_id),
    )
    return [WageRecord(*row) for row in rows.fetchall()]


_TEAM: Final = f"""
    SELECT s.id FROM subject s CROSS JOIN LATERAL {LINE_OF_DAY} a
    WHERE s.tenant_id = %(tenant)s AND a.supervisor_id = %(boss)s AND s.id IN (
        SELECT a.subject_id FROM assignment a
        WHERE a.tenant_id = %(tenant)s AND a.supervisor_id = %(boss)s)"""  # noqa: S608 - a constant

_ABOVE: Final = """
    WITH RECURSIVE above (id) AS (
        SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.id = %(subject)s
        UNION
        SELECT a.supervisor_id FROM above JOIN assignment a ON a.subject_id = above.id
        WHERE a.tenant_id = %(tenant)s AND a.supervisor_id IS NOT NULL)
    SELECT s.code, a.effective_from, boss.code
    FROM above
    JOIN subject s ON s.id = above.id
    JOIN assignment a ON a.subject_id = above.id
    LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
    WHERE s.tenant_id = %(tenant)s AND a.tenant_id = %(tenant)s
    ORDER BY a.effective_from"""

_DECIDED: Final = f"""
    SELECT least(
        (SELECT min(i.occurred_on)
        FROM incident_subject x
        JOIN incident i ON i.tenant_id = x.tenant_id AND i.id = x.incident_id
        WHERE x.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
            AND x.subject_id = %(subject)s AND i.occurred_on >= %(since)s AND {STANDS}),
        (SELECT min(e.day)
        FROM ledger_entry e
        JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
        WHERE e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s
            AND e.subject_id = %(subject)s AND e.day >= %(since)s
            AND (d.evaluation_id IS NOT NULL OR EXISTS (
                SELECT FROM "case" c
                JOIN incident_subject x
                    ON x.tenant_id = c.tenant_id AND x.incident_id = c.incident_id
                WHERE c.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s
                    AND c.id = d.case_id AND x.subject_id = d.subject_id AND {STANDS}))))"""  # noqa: S608 - a constant


def team_ids(tx: Tx, boss_id: UUID, on: date) -> list[UUID]:
    """Return the ids of those whom somebody supervises on a day."""
    rows = tx.raw.execute(_TEAM, {"tenant": tx.tenant_id, "boss": boss_id, "on": on})
    return [subject_id for (subject_id,) in rows.fetchall()]


def lines_above(tx: Tx, subject_id: UUID) -> list[tuple[str, date, str | None]]:
    """Return (subject, first day, supervisor) of a subject and all ever above it, oldest first."""
    rows = tx.raw.execute(_ABOVE, {"tenant": tx.tenant_id, "subject": subject_id})
    return list(rows.fetchall())


def decided_since(tx: Tx, subject_id: UUID, since: date) -> date | None:
    """Return the first day from `since` on of which something decided on a subject stands."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, "since": since}
    row = tx.raw.execute(_DECIDED, values).fetchone()
    return row[0] if row else None


def first_team(tx: Tx) -> tuple[str, str] | None:
    """Return (supervisor, report) of the first subject that ever had a supervisor."""
    return tx.raw.execute(
        """SELECT boss.code, s.code
        FROM assignment a
        JOIN subject s ON s.tenant_id = a.tenant_id AND s.id = a.subject_id
        JOIN subject boss ON boss.tenant_id = a.tenant_id AND boss.id = a.supervisor_id
        WHERE a.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
            AND boss.tenant_id = %(tenant)s
        ORDER BY s.code, a.effective_from LIMIT 1""",
        {"tenant": tx.tenant_id},
    ).fetchone()
