"""Where the mail of people and offices goes; HR says it."""

from __future__ import annotations

from typing import Final

from shangfa.db.notifications import stored as sql
from shangfa.db.notifications.stored import Mailbox
from shangfa.db.people import find_subject
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.roles import FINANCE, HR
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

OFFICES: Final = (HR, FINANCE)
"""Roles that are told as an office; others are told as the people they are."""


def page(ctx: Context, asked: Page) -> Listed[Mailbox]:
    """Return where mail goes, offices first."""
    ctx.need("mailboxes:read")

    def work(tx: Tx) -> list[Mailbox]:
        current(tx)
        return sql.mailboxes(tx, asked.cursor or "", asked.limit + 1)

    return listed(asked, reading(ctx, work), lambda item: item.subject or f"/{item.role}")


def put(ctx: Context, box: Mailbox) -> Mailbox:
    """Say where somebody's mail goes; nowhere when `email` is None.

    Raises:
        RefusedError: `not_found` for an office or a subject that is none.
    """
    ctx.need("mailboxes:write")

    def work(tx: Tx) -> Mailbox:
        current(tx)
        subject = find_subject(tx, box.subject) if box.subject is not None else None
        if subject is None and box.role not in OFFICES:
            raise refused(NOT_FOUND, "")
        subject_id = subject.id if subject is not None else None
        sql.set_mailbox(tx, new_id(), box.role, subject_id, box.email)
        return box

    return transact(ctx, work)
