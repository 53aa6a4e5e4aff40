"""One mail about all that is unread: begun on record, sent, and never sent twice.

A mail is on record before it leaves. Who dies in between has sent it or not, and nobody sends
it again; what it would have told is still unread, so the next mail counts it. Only a mail that
the server certainly did not take is tried again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shangfa.config import settings
from shangfa.db.notifications.digests import begin_digest, due_mail, note_failed, note_sent
from shangfa.db.tenancy import working_tenants
from shangfa.db.tx.transaction import Tx
from shangfa.domain.notifications.notification import Counts, digest
from shangfa.outside.mail import Mail, MailError, send
from shangfa.services.clock import new_id, now
from shangfa.services.command import COMMAND, command_in
from shangfa.services.transaction import reading, transact

log = logging.getLogger("shangfa.mail")

TOGETHER: Final = 50
"""Mails that are begun together."""
FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A mail that is on record and about to be sent; `place`: of its mailbox in the order."""

    id: UUID
    place: UUID
    email: str
    counts: Counts


def send_digests() -> int:
    """Send one mail to everybody with unread notifications that no mail told; return how many.

    Without a mail server nothing is begun.
    """
    if settings().smtp is None:
        return 0
    tenants = reading(COMMAND, working_tenants)
    return sum(_of_tenant(tenant_id) for tenant_id, _ in tenants)


def _of_tenant(tenant_id: UUID) -> int:
    sent, after = 0, FIRST
    while begun := begin(tenant_id, after):
        sent += sum(_send(tenant_id, item) for item in begun)
        after = begun[-1].place
    return sent


def begin(tenant_id: UUID, after: UUID = FIRST) -> list[_Begun]:
    """Put the next mails of a tenant on record."""

    def work(tx: Tx) -> list[_Begun]:
        at = now()
        found = []
        for due in due_mail(tx, after, TOGETHER):
            key = new_id()
            found.append(_Begun(key, due.mailbox_id, due.email, begin_digest(tx, key, due, at)))
        return found

    return transact(command_in(tenant_id), work)


def _send(tenant_id: UUID, item: _Begun) -> bool:
    """Send a mail that is on record; tell whether it was taken."""
    subject, text = digest(item.counts)
    ctx = command_in(tenant_id)
    try:
        send(Mail(item.id, item.email, subject, text, now()))
    except MailError as error:
        log.warning("a mail was not taken: %s", error)
        again = error.again
        transact(ctx, lambda tx: note_failed(tx, item.id, now(), again=again))
        return False
    transact(ctx, lambda tx: note_sent(tx, item.id, now()))
    return True
