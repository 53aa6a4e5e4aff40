"""The audit log in SQL: notes while something is done, entries when the chain is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.exchange.events import ABOUT_RESTRICTED, CONFIDENTIAL
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.audit.entries import Entry, Happening
from shangfa.domain.cases.procedure import DRAFT

NOTE: Final = Table(
    "audit_note",
    ("tenant_id", "id", "kind", "about", "subject", "actor_id", "role", "data", "at"),
)
ENTRY: Final = Table("audit", ("tenant_id", "id", "n", "source", "about", "content", "hash"))
HEAD: Final = Table("audit_head", ("tenant_id", "id", "entries", "events", "hash", "sealed_at"))
AT_ONCE: Final = 500
"""Entries that are sealed or read in one go."""


class NoteLine(NamedTuple):
    """A note to be written."""

    id: UUID
    kind: str
    about: UUID | None
    subject: str | None
    actor_id: UUID
    role: str
    data: Any
    at: datetime


class Head(NamedTuple):
    """How far the chain goes: entries, the number of the last event in it, the last hash."""

    entries: int
    events: int
    hash: bytes
    sealed_at: datetime


class EntryRecord(NamedTuple):
    """An entry as it is read: with who acted, and what the event or note says.

    Attributes:
        hidden: it is of a confidential case, or of somebody of whom the reader may know nothing.
    """

    entry: Entry
    actor_kind: str | None
    actor: str | None
    data: dict[str, Any] | None
    hidden: bool


class Opening(NamedTuple):
    """Somebody read what is kept about a subject; `role` is his, never his name."""

    id: UUID
    kind: str
    role: str
    actor_kind: str | None
    at: datetime


_EITHER: Final = {
    "about": "coalesce(e.about, m.about)",
    "said": "coalesce(e.payload, m.data)",
    "subject": "coalesce(e.subject, m.subject)",
}
_OF_HIDDEN_FILE: Final = """(m.kind = 'evidence.read' AND EXISTS (
    SELECT FROM "case" c JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    WHERE c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s AND c.confidential
        AND (i.evidence ? m.about::text OR EXISTS (
            SELECT FROM case_step p WHERE p.tenant_id = %(tenant)s AND p.case_id = c.id
                AND p.data -> 'evidence' ? m.about::text))))"""
"""The note `m` is of a file that a confidential case names."""
_OF_RESTRICTED: Final = ABOUT_RESTRICTED.format(**_EITHER)
_HIDDEN: Final = f"({CONFIDENTIAL.format(**_EITHER)} OR {_OF_HIDDEN_FILE} OR {_OF_RESTRICTED})"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_EVENT: Final = """SELECT 'event', e.id, e.type, e.at, e.actor_id, '', e.about, e.subject,
    e.payload::text FROM event e WHERE e.tenant_id = %(tenant)s"""
_NOTE: Final = """SELECT 'note', m.id, m.kind, m.at, m.actor_id, m.role, m.about, m.subject,
    m.data::text FROM audit_note m WHERE m.tenant_id = %(tenant)s"""


def add_note(tx: Tx, line: NoteLine) -> None:
    """Note what is no event."""
    values = (*line[:6], to_text(line.data), line.at)
    tx.writes.insert(NOTE, [(tx.tenant, *values)])


def hold_chain(tx: Tx) -> None:
    """Seal alone until the transaction ends."""
    tx.raw.execute(_LOCK, (f"{tx.tenant_id}/audit",))


def head_of(tx: Tx) -> Head | None:
    """Return how far the chain goes, None before it was ever sealed."""
    row = tx.raw.execute(
        "SELECT h.entries, h.events, h.hash, h.sealed_at FROM audit_head h WHERE h.tenant_id = %s",
        (tx.tenant_id,),
    ).fetchone()
    return Head(*row) if row else None


def set_head(tx: Tx, head: Head, *, first: bool) -> None:
    """Write how far the chain goes."""
    if first:
        tx.writes.insert(HEAD, [(tx.tenant, tx.tenant, *head)])
    else:
        tx.raw.execute(
            """UPDATE audit_head SET entries = %s, events = %s, hash = %s, sealed_at = %s
            WHERE tenant_id = %s""",
            (*head, tx.tenant_id),
        )


def events_after(tx: Tx, number: int) -> list[tuple[int, Happening]]:
    """Return (number, event) of the events after a number that have theirs, in order."""
    rows = tx.raw.execute(
        """SELECT e.n, 'event', e.id, e.type, e.at, e.actor_id, '', e.about, e.subject,
            e.payload::text
        FROM event e WHERE e.tenant_id = %s AND e.n > %s ORDER BY e.n LIMIT %s""",
        (tx.tenant_id, number, AT_ONCE),
    )
    return [(row[0], Happening(*row[1:])) for row in rows.fetchall()]


def loose_notes(tx: Tx) -> list[Happening]:
    """Return notes that are not in the chain yet, in order."""
    rows = tx.raw.execute(
        f"{_NOTE} AND m.n IS NULL ORDER BY m.id LIMIT %(most)s",
        {"tenant": tx.tenant_id, "most": AT_ONCE},
    )
    return [Happening(*row) for row in rows.fetchall()]


def add_entries(tx: Tx, entries: Iterable[tuple[UUID, Entry]]) -> None:
    """Add entries with the ids of their rows, and tell the notes their places."""
    found = list(entries)
    rows = [
        (tx.tenant, key, item.number, item.source, item.about, item.content, item.hash)
        for key, item in found
    ]
    tx.writes.insert(ENTRY, rows)
    notes = [(item.number, item.about) for _, item in found if item.source == "note"]
    if notes:
        tx.raw.execute(
            """UPDATE audit_note SET n = (%(places)s::jsonb ->> id::text)::bigint
            WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s)""",
            {
                "places": to_text({str(about): number for number, about in notes}),
                "ids": [about for _, about in notes],
                "tenant": tx.tenant_id,
            },
        )


def entries_after(tx: Tx, number: int, limit: int = AT_ONCE) -> list[Entry]:
    """Return entries after a number, in order."""
    rows = tx.raw.execute(
        """SELECT a.n, a.source, a.about, a.content, a.hash FROM audit a
        WHERE a.tenant_id = %s AND a.n > %s ORDER BY a.n, a.id LIMIT %s""",
        (tx.tenant_id, number, limit),
    )
    return [Entry(*row) for row in rows.fetchall()]


def shown_after(tx: Tx, number: int, limit: int) -> list[EntryRecord]:
    """Return entries after a number with what they hold, in order."""
    rows = tx.raw.execute(
        f"""SELECT a.n, a.source, a.about, a.content, a.hash, p.kind, p.label,
            coalesce(e.payload, m.data), {_HIDDEN}
        FROM audit a
        LEFT JOIN event e ON e.tenant_id = %(tenant)s AND e.id = a.about
        LEFT JOIN audit_note m ON m.tenant_id = %(tenant)s AND m.id = a.about
        LEFT JOIN actor p ON p.tenant_id = %(tenant)s AND p.id = coalesce(e.actor_id, m.actor_id)
        WHERE a.tenant_id = %(tenant)s AND a.n > %(after)s ORDER BY a.n LIMIT %(limit)s""",  # noqa: S608 - a constant
        {"tenant": tx.tenant_id, "after": number, "limit": limit, "kept_out": tx.kept_out},
    )
    return [EntryRecord(Entry(*row[:5]), *row[5:]) for row in rows.fetchall()]


def sources_of(tx: Tx, ids: Sequence[UUID]) -> dict[UUID, Happening]:
    """Return id -> the event or note that is there today."""
    values = {"tenant": tx.tenant_id, "ids": list(ids)}
    events = tx.raw.execute(f"{_EVENT} AND e.id = ANY(%(ids)s)", values).fetchall()
    notes = tx.raw.execute(f"{_NOTE} AND m.id = ANY(%(ids)s)", values).fetchall()
    return {row[1]: Happening(*row) for row in (*events, *notes)}


def sealed_sources(tx: Tx, events: int) -> int:
    """Return how many events up to a number and how many sealed notes there are today."""
    row = tx.raw.execute(
        """SELECT (SELECT count(*) FROM event e
                WHERE e.tenant_id = %(tenant)s AND e.n <= %(events)s)
            + (SELECT count(*) FROM audit_note m
                WHERE m.tenant_id = %(tenant)s AND m.n IS NOT NULL)""",
        {"tenant": tx.tenant_id, "events": events},
    ).fetchone()
    return int(row[0]) if row else 0


def openings_of(tx: Tx, subject: str, before: UUID | None, limit: int) -> list[Opening]:
    """Return who read what is kept about a subject, newest first.

    Nobody learns of a confidential draft about himself.
    """
    rows = tx.raw.execute(
        """SELECT m.id, m.kind, m.role, p.kind, m.at FROM audit_note m
        LEFT JOIN actor p ON p.tenant_id = %(tenant)s AND p.id = m.actor_id
        WHERE m.tenant_id = %(tenant)s AND m.subject = %(subject)s
            AND right(m.kind, 5) = '.read'
            AND NOT EXISTS (
                SELECT FROM "case" c WHERE c.tenant_id = %(tenant)s AND c.id = m.about
                    AND c.confidential AND c.state = %(draft)s)
            AND (%(before)s::uuid IS NULL OR m.id < %(before)s::uuid)
        ORDER BY m.id DESC LIMIT %(limit)s""",
        {
            "tenant": tx.tenant_id,
            "subject": subject,
            "before": before,
            "limit": limit,
            "draft": DRAFT,
        },
    )
    return [Opening(*row) for row in rows.fetchall()]
