"""What an incident asks of its day: who somebody was, where he worked, who supervised him.

All that is dated of a subject comes with his row, so that any day can be asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import IntEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.tx.pipe import Answer
from shangfa.db.tx.transaction import Tx
from shangfa.domain.people.past import Past, Stint, Value

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

WHO: Final = """
    ARRAY(
    SELECT unnest(ARRAY[s.id, (
        SELECT a.supervisor_id FROM assignment a
        WHERE a.tenant_id = %(tenant)s AND a.subject_id = s.id AND a.effective_from <= %(on)s
        ORDER BY a.effective_from DESC LIMIT 1)])
    FROM subject s WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s))"""
"""The subjects named and their supervisors of the day, found once and looked up by index. Written
so that each table is opened once: of so small a statement most is opening tables."""

DATED: Final = """(
    SELECT jsonb_agg(jsonb_build_array(v.effective_from, v.name, v.value)
        ORDER BY v.effective_from)
    FROM attribute_value v WHERE v.tenant_id = %(tenant)s AND v.subject_id = s.id), (
    SELECT jsonb_agg(jsonb_build_array(m.first_day, m.last_day) ORDER BY m.first_day)
    FROM employment m WHERE m.tenant_id = %(tenant)s AND m.subject_id = s.id)"""
"""Two columns, as `past_of` reads them; `s` is the subject."""

_PEOPLE: Final = f"""
    SELECT s.id, s.code, s.kind, s.attributes, a.department, a.position, (
        SELECT boss.code FROM subject boss
        WHERE boss.tenant_id = %(tenant)s AND boss.id = a.supervisor_id), {DATED}
    FROM subject s
    LEFT JOIN LATERAL {LINE_OF_DAY} a ON true
    WHERE s.tenant_id = %(tenant)s AND s.id = ANY({WHO})
    ORDER BY s.id"""  # noqa: S608 - constants only

_LOCKED: Final = _PEOPLE + " FOR NO KEY UPDATE OF s"

_TENANT: Final = """
    SELECT t.revision, t.status, r.digest, r.status, r.body, r.etag
    FROM tenant t LEFT JOIN reply r ON r.tenant_id = %(tenant)s AND r.key = %(key)s
    WHERE t.id = %(tenant)s"""

_HELD: Final = _TENANT + " FOR KEY SHARE OF t"


class PersonOfDay(NamedTuple):
    """A subject as of a day, with its supervisor's code.

    Attributes:
        attributes: those of the beginning; `past` knows them of any day.
        dated, stints: as `DATED` has them, None for nothing.
    """

    id: UUID
    code: str
    kind: str
    attributes: dict[str, Any]
    department: str | None
    position: str | None
    supervisor: str | None
    dated: list[Any] | None = None
    stints: list[Any] | None = None

    @property
    def past(self) -> Past:
        """All that is dated of the subject but its lines."""
        return past_of(self.attributes, self.dated, self.stints)


def past_of(
    base: dict[str, Any], dated: Iterable[Any] | None, stints: Iterable[Any] | None
) -> Past:
    """Return what is dated of a subject from the columns of `DATED`."""
    return Past(
        base,
        tuple(Value(date.fromisoformat(day), name, value) for day, name, value in dated or ()),
        tuple(Stint(date.fromisoformat(first), _day(last)) for first, last in stints or ()),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


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
