"""The busiest path in SQL: what is read before an incident and written after it.

Every statement is queued on a pipelined connection: the reads make one round trip, the
writes another. Rows go in as arrays, one statement per table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.replies import Reply, hold_key, is_free
from shangfa.db.session import Raw

_EVERYBODY: Final = """
    SELECT FROM subject s WHERE s.tenant_id = %(tenant)s AND s.id IN (
        SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)
        UNION
        SELECT a.supervisor_id FROM subject s
        JOIN assignment a ON a.tenant_id = s.tenant_id AND a.subject_id = s.id
        WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s))
    ORDER BY s.id FOR NO KEY UPDATE OF s"""

_WHO: Final = """
    SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)
    UNION
    SELECT a.supervisor_id FROM subject s CROSS JOIN LATERAL (
        SELECT supervisor_id FROM assignment a
        WHERE a.tenant_id = s.tenant_id AND a.subject_id = s.id AND a.effective_from <= %(on)s
        ORDER BY a.effective_from DESC LIMIT 1) a
    WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)"""

_PEOPLE: Final = f"""
    SELECT s.id, s.code, s.kind, s.attributes, a.department, a.position, boss.code
    FROM subject s
    LEFT JOIN LATERAL (
        SELECT department, position, supervisor_id FROM assignment a
        WHERE a.tenant_id = s.tenant_id AND a.subject_id = s.id AND a.effective_from <= %(on)s
        ORDER BY a.effective_from DESC LIMIT 1) a ON true
    LEFT JOIN subject boss ON boss.tenant_id = s.tenant_id AND boss.id = a.supervisor_id
    WHERE s.tenant_id = %(tenant)s AND s.id IN ({_WHO})
    ORDER BY s.id"""  # noqa: S608 - constants only

_LOCKED: Final = _PEOPLE + " FOR NO KEY UPDATE OF s"

_HEAD: Final = """
    SELECT t.revision, t.status, r.digest, r.status, r.body
    FROM tenant t LEFT JOIN reply r ON r.tenant_id = t.id AND r.key = %(key)s
    WHERE t.id = %(tenant)s"""

_HELD: Final = _HEAD + " FOR KEY SHARE OF t"

_TALLIES: Final = f"""
    SELECT s.code, t.policy_id, t.account, t.unit, t.span, t.total, t.own, t.last_day
    FROM tally t JOIN subject s ON s.tenant_id = t.tenant_id AND s.id = t.subject_id
    WHERE t.tenant_id = %(tenant)s AND t.subject_id IN ({_WHO}) AND t.span = ANY(%(spans)s)"""  # noqa: S608 - constants only


class Person(NamedTuple):
    """A subject as of a day, with its supervisor's code."""

    id: UUID
    code: str
    kind: str
    attributes: dict[str, Any]
    department: str | None
    position: str | None
    supervisor: str | None


class TallyLine(NamedTuple):
    """A tally as it is read."""

    subject: str
    policy_id: UUID
    account: str
    unit: str
    span: str
    total: Decimal
    own: Decimal
    last_day: date


@dataclass(slots=True)
class Before:
    """Cursors whose results arrive together when the first is read."""

    held: Cursor[TupleRow] | None
    head: Cursor[TupleRow]
    people: Cursor[TupleRow]
    tallies: Cursor[TupleRow] | None


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read before an incident.

    Attributes:
        codes: the subjects; their supervisors of the day come with them.
        spans: the spans of the tallies wanted, empty when no totals matter.
        key: the request's Idempotency-Key, to be looked at and held on the way.
    """

    codes: Sequence[str]
    on: date
    spans: Sequence[str] = ()
    lock: Lock = Lock.NOTHING
    key: str | None = None


def read_before(raw: Raw, tenant_id: UUID, wanted: Wanted) -> Before:
    """Queue the reads."""
    values = {
        "tenant": tenant_id,
        "codes": list(wanted.codes),
        "on": wanted.on,
        "spans": list(wanted.spans),
        "key": wanted.key,
    }
    held = hold_key(raw, tenant_id, wanted.key)
    # The tenant first, by itself: what is read after the wait for it is fresh.
    head = raw.execute(_HELD if wanted.lock else _HEAD, values)
    if wanted.lock == Lock.EVER:
        raw.execute(_EVERYBODY, values)
    people = raw.execute(_LOCKED if wanted.lock == Lock.DAY else _PEOPLE, values)
    tallies = raw.execute(_TALLIES, values) if wanted.spans else None
    return Before(held, head, people, tallies)


class Head(NamedTuple):
    """The tenant's state, and what the key remembers."""

    revision: int
    status: str
    reply: Reply


def read_head(before: Before) -> Head | None:
    """Return what was read first, None when there is no such tenant."""
    free, row = is_free(before.held), before.head.fetchone()
    return Head(row[0], row[1], Reply(free, *row[2:])) if row else None


_DAYS: Final = """
    SELECT s.code, e.account, e.unit, e.day, sum(e.quantity),
           coalesce(sum(e.quantity) FILTER (WHERE NOT e.joint), 0)
    FROM ledger_entry e JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %s AND e.policy_id = %s AND s.code = ANY(%s)
    GROUP BY 1, 2, 3, 4"""

_LINES: Final = """
    SELECT s.code, a.effective_from, boss.code
    FROM assignment a
    JOIN subject s ON s.tenant_id = a.tenant_id AND s.id = a.subject_id
    LEFT JOIN subject boss ON boss.tenant_id = a.tenant_id AND boss.id = a.supervisor_id
    WHERE a.tenant_id = %s AND s.code = ANY(%s)
    ORDER BY a.effective_from"""


def days_of(
    raw: Raw, tenant_id: UUID, policy_id: UUID, codes: Sequence[str]
) -> list[tuple[str, str, str, date, Decimal, Decimal]]:
    """Return (subject, account, unit, day, total, own) of everything ever posted."""
    return list(raw.execute(_DAYS, (tenant_id, policy_id, list(codes))).fetchall())


def reporting_lines(
    raw: Raw, tenant_id: UUID, codes: Sequence[str]
) -> list[tuple[str, date, str | None]]:
    """Return (subject, first day, supervisor) of every assignment, oldest first."""
    return list(raw.execute(_LINES, (tenant_id, list(codes))).fetchall())


class Entry(NamedTuple):
    """A ledger entry to be written."""

    id: UUID
    subject_id: UUID
    account: str
    unit: str
    quantity: Decimal
    clause: str
    cause: str
    day: date
    joint: bool


class TallyMove(NamedTuple):
    """A tally as it stands after the decision."""

    id: UUID
    subject_id: UUID
    account: str
    unit: str
    span: str
    total: Decimal
    own: Decimal
    last_day: date
    gap: Decimal | None


_INCIDENT: Final = """
    INSERT INTO incident (tenant_id, id, policy_id, version_id, clause, occurred_at, occurred_on,
        quantity, facts, note, evidence, external_id, reported_by, recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

_INVOLVED: Final = """
    INSERT INTO incident_subject (tenant_id, incident_id, id, subject_id, share, position)
    SELECT %s, %s, i.* FROM jsonb_to_recordset(%s)
        AS i(id uuid, subject_id uuid, share numeric, position int)"""

_DECISION: Final = """
    INSERT INTO decision (tenant_id, id, incident_id, kind, body, reason, decided_by, decided_at,
        evaluation_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""

_ENTRIES: Final = """
    INSERT INTO ledger_entry (tenant_id, decision_id, policy_id, recorded_at, id, subject_id,
        account, unit, quantity, clause, cause, day, joint)
    SELECT %s, %s, %s, %s, e.* FROM jsonb_to_recordset(%s)
        AS e(id uuid, subject_id uuid, account text, unit text, quantity numeric, clause text,
            cause text, day date, joint boolean)"""

_TALLY: Final = """
    INSERT INTO tally (tenant_id, policy_id, id, subject_id, account, unit, span, total, own,
        last_day, gap)
    SELECT %s, %s, t.* FROM jsonb_to_recordset(%s)
        AS t(id uuid, subject_id uuid, account text, unit text, span text, total numeric,
            own numeric, last_day date, gap numeric)
    ON CONFLICT (tenant_id, subject_id, policy_id, account, unit, span) DO UPDATE
    SET total = excluded.total, own = excluded.own, last_day = excluded.last_day,
        gap = excluded.gap"""

_KEEP: Final = """
    INSERT INTO reply (tenant_id, id, key, digest, status, body, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)"""


class Involved(NamedTuple):
    """Whom an incident concerns; `share` is percent, None when not shared."""

    id: UUID
    subject_id: UUID
    share: Decimal | None
    position: int


@dataclass(slots=True)
class Writes:
    """Statements that are sent as one, in which PostgreSQL runs them all or none."""

    statements: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, statement: str, values: Sequence[Any]) -> None:
        """Add a statement that returns nothing."""
        self.statements.append(statement)
        self.values += values

    def send(self, raw: Raw) -> None:
        """Queue them."""
        *first, last = self.statements
        named = [f"w{index} AS ({statement})" for index, statement in enumerate(first)]
        head = f"WITH {', '.join(named)} " if named else ""
        raw.execute(head + last, self.values)


def _records(rows: Sequence[Any]) -> str:
    """Return named tuples as a JSON list of objects."""
    return orjson.dumps([row._asdict() for row in rows], default=str).decode()


def write_incident(writes: Writes, row: Sequence[Any], involved: Sequence[Involved]) -> None:
    """Add the incident, its columns in order, and whom it concerns."""
    writes.add(_INCIDENT, row)
    writes.add(_INVOLVED, (row[0], row[1], _records(involved)))


def write_decision(
    writes: Writes,
    row: Sequence[Any],
    policy_id: UUID,
    entries: Sequence[Entry],
    tallies: Sequence[TallyMove],
) -> None:
    """Add a decision with its ledger entries and the tallies it moved.

    `row`: (tenant, id, incident, kind, body, reason, decided by, decided at), and the
        evaluation when it comes from one.
    """
    tenant_id, decision_id, decided_at = row[0], row[1], row[7]
    writes.add(_DECISION, (*row, None)[:9])
    if entries:
        ledger = (tenant_id, decision_id, policy_id, decided_at, _records(entries))
        writes.add(_ENTRIES, ledger)
    if tallies:
        writes.add(_TALLY, (tenant_id, policy_id, _records(tallies)))


def write_reply(writes: Writes, row: Sequence[Any]) -> None:
    """Add the answer to an Idempotency-Key: (tenant, id, key, digest, status, body, at)."""
    writes.add(_KEEP, row)


class StoredIncident(NamedTuple):
    """An incident as it is stored, with the codes of its subjects in order."""

    policy_id: UUID
    policy: str
    clause: str
    on: date
    subjects: list[str]


def stored_incident(raw: Raw, tenant_id: UUID, incident_id: UUID) -> StoredIncident | None:
    """Return an incident, None when there is none."""
    row = raw.execute(
        """SELECT i.policy_id, p.name, i.clause, i.occurred_on,
            array_agg(s.code ORDER BY x.position)
        FROM incident i
        JOIN policy p ON p.tenant_id = i.tenant_id AND p.id = i.policy_id
        JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
        JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
        WHERE i.tenant_id = %s AND i.id = %s
        GROUP BY i.tenant_id, i.id, p.name""",
        (tenant_id, incident_id),
    ).fetchone()
    return StoredIncident(*row) if row else None


class Posted(NamedTuple):
    """A ledger entry of an incident's decisions."""

    subject: str
    account: str
    unit: str
    quantity: Decimal
    clause: str
    day: date
    joint: bool
    cause: str


def posted_by(raw: Raw, tenant_id: UUID, incident_id: UUID) -> list[Posted]:
    """Return what an incident's record and choices posted."""
    rows = raw.execute(
        """SELECT s.code, e.account, e.unit, e.quantity, e.clause, e.day, e.joint, e.cause
        FROM decision d
        JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
        JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
        WHERE d.tenant_id = %s AND d.incident_id = %s AND d.kind IN ('record', 'choice')
        ORDER BY e.id""",
        (tenant_id, incident_id),
    )
    return [Posted(*row) for row in rows.fetchall()]


def has_decision(raw: Raw, tenant_id: UUID, incident_id: UUID, kind: str) -> bool:
    """Tell whether an incident has a decision of a kind."""
    found = raw.execute(
        "SELECT 1 FROM decision WHERE tenant_id = %s AND incident_id = %s AND kind = %s",
        (tenant_id, incident_id, kind),
    )
    return found.fetchone() is not None


def open_choices(raw: Raw, tenant_id: UUID, incident_id: UUID) -> list[dict[str, Any]]:
    """Return the choices an incident's decision left open, as they were answered."""
    row = raw.execute(
        "SELECT body->'choices' FROM decision"
        " WHERE tenant_id = %s AND incident_id = %s AND kind = 'record'",
        (tenant_id, incident_id),
    ).fetchone()
    return list(row[0]) if row else []
