"""Which mail is due, what became of it; clocks of which nobody was reminded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.domain.notifications.notification import Counts


class Due(NamedTuple):
    """A mailbox with notifications that no mail has told of."""

    mailbox_id: UUID
    email: str
    role: str | None
    subject_id: UUID | None


_WHOSE: Final = """n.tenant_id = %(tenant)s AND n.read_at IS NULL
    AND (n.role = %(role)s OR n.subject_id = %(subject)s)"""
_DUE: Final = """
    SELECT m.id, m.email, m.role, m.subject_id FROM mailbox m
    WHERE m.tenant_id = %(tenant)s AND m.id > %(after)s AND m.email IS NOT NULL AND EXISTS (
        SELECT FROM notification n
        WHERE n.tenant_id = %(tenant)s AND n.read_at IS NULL AND n.digest_id IS NULL
            AND (n.role = m.role OR n.subject_id = m.subject_id))
    ORDER BY m.id LIMIT %(limit)s FOR UPDATE OF m SKIP LOCKED"""
_COUNT: Final = f"""
    SELECT count(*) FILTER (WHERE n.kind = 'task'), count(*) FILTER (WHERE n.kind = 'reminder'),
        count(*) FILTER (WHERE n.kind = 'moved')
    FROM notification n WHERE {_WHOSE}"""  # noqa: S608 - a constant
_BEGIN: Final = """
    INSERT INTO digest (tenant_id, id, email, begun_at) VALUES (%s, %s, %s, %s)"""
_CLAIM: Final = f"""
    UPDATE notification n SET digest_id = %(digest)s
    WHERE {_WHOSE} AND n.digest_id IS NULL"""  # noqa: S608 - a constant
_FREE: Final = """
    UPDATE notification SET digest_id = NULL WHERE tenant_id = %s AND digest_id = %s"""


def due_mail(tx: Tx, after: UUID, limit: int) -> list[Due]:
    """Return mailboxes that are due a mail and hold them; those another worker has are left."""
    values = {"tenant": tx.tenant_id, "after": after, "limit": limit}
    return [Due(*row) for row in tx.raw.execute(_DUE, values).fetchall()]


def begin_digest(tx: Tx, key: UUID, due: Due, at: datetime) -> Counts:
    """Note that a mail is being sent; return how much unread it tells of."""
    tx.raw.execute(_BEGIN, (tx.tenant, key, due.email, at))
    whose = {"tenant": tx.tenant_id, "role": due.role, "subject": due.subject_id}
    row = tx.raw.execute(_COUNT, whose).fetchone()
    tx.raw.execute(_CLAIM, {**whose, "digest": key})
    return Counts(*row) if row else Counts(0, 0, 0)


def note_sent(tx: Tx, key: UUID, at: datetime) -> None:
    """Note that a mail was taken."""
    tx.raw.execute(
        "UPDATE digest SET sent_at = %s WHERE tenant_id = %s AND id = %s", (at, tx.tenant_id, key)
    )


def note_failed(tx: Tx, key: UUID, at: datetime, *, again: bool) -> None:
    """Note that a mail was not taken; `again`: another is to be sent about the same."""
    tx.raw.execute(
        "UPDATE digest SET failed_at = %s WHERE tenant_id = %s AND id = %s",
        (at, tx.tenant_id, key),
    )
    if again:
        tx.raw.execute(_FREE, (tx.tenant_id, key))


_SOON: Final = """
    SELECT l.case_id FROM deadline l
    WHERE l.tenant_id = %(tenant)s AND l.state IS NOT NULL AND l.ended_at IS NULL
        AND l.reminded_at IS NULL AND l.paused_at IS NULL
        AND l.due_at > %(now)s AND l.due_at <= %(day)s
        AND (length(l.due) = 10 OR l.due_at <= %(shortly)s)
    GROUP BY l.case_id ORDER BY min(l.due_at), l.case_id LIMIT %(limit)s"""
_REMINDED: Final = """
    UPDATE deadline SET reminded_at = %s
    WHERE tenant_id = %s AND case_id = %s AND state IS NOT NULL AND ended_at IS NULL
        AND reminded_at IS NULL"""


def soon_due(tx: Tx, now: datetime, before: tuple[timedelta, timedelta], limit: int) -> list[UUID]:
    """Return cases with a clock that ends soon and of which nobody was reminded.

    `before`: how long before its end, for a clock of days and for one of hours.
    """
    values = {
        "tenant": tx.tenant_id,
        "now": now,
        "day": now + before[0],
        "shortly": now + before[1],
        "limit": limit,
    }
    return [case_id for (case_id,) in tx.raw.execute(_SOON, values).fetchall()]


def note_reminded(tx: Tx, case_id: UUID, at: datetime) -> int:
    """Note that a case's clocks were reminded of; return of how many nobody was before."""
    return tx.raw.execute(_REMINDED, (at, tx.tenant_id, case_id)).rowcount
