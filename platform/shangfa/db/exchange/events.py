"""Events in SQL: told while writing, numbered when read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import HANDLES, RESTRICTED, asking
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.exchange.events import Event

EVENT: Final = Table(
    "event", ("tenant_id", "id", "type", "about", "subject", "actor_id", "payload", "at")
)
AT_ONCE: Final = 1000
"""How many events get their numbers in one go."""


def add_events(tx: Tx, actor_id: UUID, at: datetime, events: Iterable[tuple[UUID, Event]]) -> None:
    """Add events with their ids; they have no number yet."""
    rows = [
        (tx.tenant, key, item.type, item.about, item.subject, actor_id, to_text(item.data), at)
        for key, item in events
    ]
    tx.writes.insert(EVENT, rows)


class Change(NamedTuple):
    """An event as the feed gives it."""

    seq: int
    type: str
    at: datetime
    about: UUID
    subject: str | None
    data: dict[str, Any]


_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_NUMBER: Final = """
    UPDATE event SET n = fresh.n, subject_n = fresh.subject_n
    FROM (
        SELECT oldest.id, row_number() OVER (ORDER BY oldest.id) + %(last)s AS n,
            row_number() OVER (PARTITION BY oldest.subject, oldest.own ORDER BY oldest.id)
            + coalesce(CASE WHEN oldest.subject IS NULL THEN (
                SELECT p.subject_n FROM event p
                WHERE p.tenant_id = %(tenant)s AND p.about = oldest.own AND p.subject IS NULL
                    AND p.subject_n IS NOT NULL
                ORDER BY p.subject_n DESC LIMIT 1)
            ELSE (
                SELECT p.subject_n FROM event p
                WHERE p.tenant_id = %(tenant)s AND p.subject = oldest.subject
                    AND p.subject_n IS NOT NULL
                ORDER BY p.subject_n DESC LIMIT 1) END, 0) AS subject_n
        FROM (
            SELECT e.id, e.subject, CASE WHEN e.subject IS NULL THEN e.about END AS own
            FROM event e WHERE e.tenant_id = %(tenant)s AND e.n IS NULL
            ORDER BY e.id LIMIT %(most)s) oldest) fresh
    WHERE event.tenant_id = %(tenant)s AND event.id = fresh.id"""
_LAST: Final = "SELECT coalesce(max(e.n), 0) FROM event e WHERE e.tenant_id = %s"
CONFIDENTIAL: Final = """EXISTS (
    SELECT FROM "case" c WHERE c.tenant_id = %(tenant)s AND c.confidential
        AND (c.id = {about} OR c.id = ({said}->>'case')::uuid))"""
"""What is `about` something and says `said` is of a case that only its handlers know of."""
ABOUT_RESTRICTED: Final = f"""(%(kept_out)s AND (EXISTS (
    SELECT FROM subject q WHERE q.tenant_id = %(tenant)s AND q.code = {{subject}}
        AND q.restricted_at IS NOT NULL) OR EXISTS (
    SELECT FROM "case" c WHERE c.tenant_id = %(tenant)s
        AND (c.id = {{about}} OR c.id = ({{said}}->>'case')::uuid) AND {RESTRICTED})))"""  # noqa: S608 - a constant
"""What tells of the code `subject`, as above, is about somebody who is restricted."""
_EVENT: Final = {"about": "e.about", "said": "e.payload", "subject": "e.subject"}
_OF_RESTRICTED: Final = ABOUT_RESTRICTED.format(**_EVENT)
_READ: Final = f"""
    SELECT e.n, e.type, e.at, e.about, e.subject, e.payload FROM event e
    WHERE e.tenant_id = %(tenant)s AND e.n > %(seq)s AND NOT EXISTS (
        SELECT FROM "case" c
        WHERE c.tenant_id = %(tenant)s AND c.confidential AND NOT {HANDLES}
            AND (c.id = e.about OR c.id = (e.payload->>'case')::uuid))
        AND NOT {_OF_RESTRICTED}
    ORDER BY e.n LIMIT %(limit)s"""  # noqa: S608 - a constant
UNTOLD: Final = f"({CONFIDENTIAL.format(**_EVENT)} OR {_OF_RESTRICTED})"
"""The event `e` is sent to no receiver: nobody knows who reads there. `kept_out` is true then."""


def number_events(tx: Tx) -> int:
    """Give numbers to what was committed without one; return how many got theirs.

    Readers of a tenant do this one after the other, writers never wait for it. A number
    follows all that were given before, so who has read up to one never misses another.
    """
    tx.raw.execute(_LOCK, (f"{tx.tenant_id}/events",))
    values = {"tenant": tx.tenant_id, "last": last_number(tx), "most": AT_ONCE}
    return tx.raw.execute(_NUMBER, values).rowcount


def last_number(tx: Tx) -> int:
    """Return the highest number given so far, 0 when there is none."""
    row = tx.raw.execute(_LAST, (tx.tenant_id,)).fetchone()
    return row[0] if row else 0


def changes_since(tx: Tx, seq: int, limit: int, reader: UUID | None) -> list[Change]:
    """Return numbered events after `seq`, in order.

    `reader`: who asks, None for an office; of confidential cases he reads those he handles.
    """
    values = {"tenant": tx.tenant_id, "seq": seq, "limit": limit, **asking(tx, reader)}
    rows = tx.raw.execute(_READ, values)
    return [Change(*row) for row in rows.fetchall()]
