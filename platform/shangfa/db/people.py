"""Subjects of a day in SQL: who they are, where they work, who supervises them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import IntEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.tx.transaction import Tx

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
    SELECT s.id FROM subject s WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)
    UNION
    SELECT a.supervisor_id FROM subject s CROSS JOIN LATERAL {LINE_OF_DAY} a
    WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)"""  # noqa: S608 - constants only
"""The subjects named and their supervisors of the day."""

_PEOPLE: Final = f"""
    SELECT s.id, s.code, s.kind, s.attributes, a.department, a.position, boss.code
    FROM subject s
    LEFT JOIN LATERAL {LINE_OF_DAY} a ON true
    LEFT JOIN subject boss ON boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id
    WHERE s.tenant_id = %(tenant)s AND s.id IN ({WHO})
    ORDER BY s.id"""  # noqa: S608 - constants only

_LOCKED: Final = _PEOPLE + " FOR NO KEY UPDATE OF s"

_TENANT: Final = "SELECT t.revision, t.status FROM tenant t WHERE t.id = %(tenant)s"

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


def ask_tenant(tx: Tx, lock: Lock) -> Cursor[TupleRow]:
    """Ask for (revision, status), and hold the tenant as it is when anything is to be locked.

    A statement by itself: what is read after the wait for it is fresh.
    """
    return tx.raw.execute(_HELD if lock else _TENANT, {"tenant": tx.tenant_id})


def ask_people(
    tx: Tx, codes: Sequence[str], on: date, lock: Lock = Lock.NOTHING
) -> Cursor[TupleRow]:
    """Ask for the subjects and their supervisors of the day, as `PersonOfDay` columns."""
    values = {"tenant": tx.tenant_id, "codes": list(codes), "on": on}
    if lock == Lock.EVER:
        tx.raw.execute(_EVERYBODY, values)
    return tx.raw.execute(_LOCKED if lock == Lock.DAY else _PEOPLE, values)


def reporting_lines(tx: Tx, codes: Sequence[str]) -> list[tuple[str, date, str | None]]:
    """Return (subject, first day, supervisor) of every assignment, oldest first."""
    rows = tx.raw.execute(_LINES, {"tenant": tx.tenant_id, "codes": list(codes)})
    return list(rows.fetchall())
