"""Notifications as they are written, read and marked; mailboxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import OPEN_TO, asking
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

NOTIFICATION: Final = Table(
    "notification",
    ("tenant_id", "id", "role", "subject_id", "kind", "case_id", "step", "due_at", "at"),
)


class NotificationLine(NamedTuple):
    """A notification to be written, to an office by its role or to a person."""

    id: UUID
    role: str | None
    subject_id: UUID | None
    kind: str
    case_id: UUID
    step: str
    due_at: datetime | None
    at: datetime


class NotificationRecord(NamedTuple):
    """A notification as it is read back."""

    id: UUID
    kind: str
    case_id: UUID
    step: str
    due_at: datetime | None
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose notifications: those of a person, and those of his office."""

    role: str
    subject_id: UUID | None


_MINE: Final = """n.tenant_id = %(tenant)s
    AND (n.role = %(role)s OR n.subject_id = %(subject)s)"""
_READ: Final = f"""
    SELECT n.id, n.kind, n.case_id, n.step, n.due_at, n.at, n.read_at
    FROM notification n JOIN "case" c ON c.tenant_id = n.tenant_id AND c.id = n.case_id
    WHERE {_MINE} AND c.tenant_id = %(tenant)s AND {OPEN_TO}"""  # noqa: S608 - constants only
_MARK: Final = f"""
    UPDATE notification n SET read_at = %(at)s
    WHERE {_MINE} AND n.id = ANY(%(ids)s) AND n.read_at IS NULL"""  # noqa: S608 - a constant


def add_notifications(tx: Tx, lines: Iterable[NotificationLine]) -> None:
    """Tell people and offices."""
    tx.writes.insert(NOTIFICATION, [(tx.tenant, *line) for line in lines])


def find_notifications(
    tx: Tx, whose: Addressee, before: UUID | None, limit: int, *, unread: bool
) -> list[NotificationRecord]:
    """Return somebody's notifications, newest first."""
    query = _READ + (" AND n.read_at IS NULL" if unread else "")
    values = _values(tx, whose) | {"limit": limit, **asking(tx, whose.subject_id)}
    if before is not None:
        query += " AND n.id < %(before)s"
        values["before"] = before
    rows = tx.raw.execute(f"{query} ORDER BY n.id DESC LIMIT %(limit)s", values)
    return [NotificationRecord(*row) for row in rows.fetchall()]


def mark_read(tx: Tx, whose: Addressee, ids: Sequence[UUID], at: datetime) -> int:
    """Mark those of some notifications that are somebody's; return how many were unread."""
    values = _values(tx, whose) | {"ids": list(ids), "at": at}
    return tx.raw.execute(_MARK, values).rowcount


_HIDE: Final = """
    UPDATE notification n SET read_at = %(at)s
    WHERE n.tenant_id = %(tenant)s AND n.case_id = %(case)s AND n.read_at IS NULL
        AND (n.role IS NOT NULL OR n.subject_id <> ALL(%(ids)s))"""


def silence(tx: Tx, case_id: UUID, to: Sequence[UUID], at: datetime) -> None:
    """Let a case remind nobody any more but some subjects."""
    values = {"tenant": tx.tenant_id, "case": case_id, "ids": list(to), "at": at}
    tx.raw.execute(_HIDE, values)


def _values(tx: Tx, whose: Addressee) -> dict[str, Any]:
    return {"tenant": tx.tenant_id, "role": whose.role, "subject": whose.subject_id}


class Mailbox(NamedTuple):
    """Where somebody's mail goes: an office's by its role, or a person's by his code."""

    role: str | None
    subject: str | None
    email: str | None


_BOXES: Final = """
    SELECT m.role, s.code, m.email
    FROM mailbox m LEFT JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = m.subject_id
    WHERE m.tenant_id = %(tenant)s AND m.email IS NOT NULL
        AND coalesce(s.code, '/' || m.role) > %(after)s
    ORDER BY coalesce(s.code, '/' || m.role) LIMIT %(limit)s"""
_SET: Final = """
    INSERT INTO mailbox (tenant_id, id, role, subject_id, email) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (tenant_id, {0}) DO UPDATE SET email = excluded.email"""


def mailboxes(tx: Tx, after: str, limit: int) -> list[Mailbox]:
    """Return mailboxes, offices first."""
    values = {"tenant": tx.tenant_id, "after": after, "limit": limit}
    return [Mailbox(*row) for row in tx.raw.execute(_BOXES, values).fetchall()]


def set_mailbox(
    tx: Tx, key: UUID, role: str | None, subject_id: UUID | None, email: str | None
) -> None:
    """Say where somebody's mail goes; None: nowhere."""
    query = _SET.format("role" if subject_id is None else "subject_id")
    tx.raw.execute(query, (tx.tenant, key, role, subject_id, email))
