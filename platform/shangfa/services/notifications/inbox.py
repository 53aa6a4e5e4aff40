"""What somebody was told that waits for him or has moved."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shangfa.db.notifications import stored as sql
from shangfa.db.notifications.stored import Addressee, NotificationRecord
from shangfa.db.tx.transaction import Tx
from shangfa.services.clock import now
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact


def page(ctx: Context, asked: Page, *, unread: bool) -> Listed[NotificationRecord]:
    """Return the asker's notifications, newest first."""
    ctx.need("notifications:read")
    before = UUID(asked.cursor) if asked.cursor else None

    def work(tx: Tx) -> list[NotificationRecord]:
        current(tx)
        return sql.find_notifications(tx, _whose(ctx), before, asked.limit + 1, unread=unread)

    return listed(asked, reading(ctx, work), lambda item: str(item.id))


def mark(ctx: Context, ids: Sequence[UUID]) -> int:
    """Mark some of the asker's notifications as read; return how many were unread.

    Ids that are not his are left alone, as if there were none.
    """
    ctx.need("notifications:read")

    def work(tx: Tx) -> int:
        current(tx)
        return sql.mark_read(tx, _whose(ctx), ids, now())

    return transact(ctx, work)


def _whose(ctx: Context) -> Addressee:
    """Return whose are the asker's: an office reads together, a person for himself."""
    return Addressee(ctx.role, ctx.subject_id)
