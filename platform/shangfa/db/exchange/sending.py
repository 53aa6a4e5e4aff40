"""Deliveries on their way in SQL: made from events, claimed, sent, settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.exchange.events import UNTOLD
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx


class Following(NamedTuple):
    """An enabled webhook that waits for events after one."""

    id: UUID
    events: list[str]
    after_n: int


class Told(NamedTuple):
    """A numbered event."""

    id: UUID
    n: int
    type: str


class Claimed(NamedTuple):
    """A delivery that somebody holds to send it; what its event says is None for a test.

    Attributes:
        tries: attempts so far, with this one.
        old_secret: signs beside the other one until `old_secret_until`.
    """

    id: UUID
    claim: UUID
    tries: int
    created_at: datetime
    webhook_id: UUID
    url: str
    secret: str
    old_secret: str | None
    old_secret_until: datetime | None
    event_id: UUID | None
    n: int | None
    subject_n: int | None
    type: str | None
    at: datetime | None
    about: UUID | None
    subject: str | None
    payload: dict[str, Any] | None


_DUE: Final = """
    d.state = 'pending' AND d.next_at <= %(now)s
    AND (d.claimed_until IS NULL OR d.claimed_until < %(machine)s)"""
_DUE_WEBHOOKS: Final = f"""
    SELECT DISTINCT d.webhook_id FROM webhook_delivery d
    JOIN webhook w ON w.tenant_id = d.tenant_id AND w.id = d.webhook_id
    WHERE d.tenant_id = %(tenant)s AND w.tenant_id = %(tenant)s AND {_DUE}
        AND (w.state = 'enabled' OR d.event_id IS NULL)"""  # noqa: S608 - constants
_CLAIM: Final = f"""
    UPDATE webhook_delivery SET tries = tries + 1, claim = %(claim)s, claimed_until = %(until)s
    WHERE tenant_id = %(tenant)s AND id IN (
        SELECT d.id FROM webhook_delivery d
        WHERE d.tenant_id = %(tenant)s AND d.webhook_id = %(webhook)s AND {_DUE}
            AND (%(tests)s = false OR d.event_id IS NULL)
        ORDER BY d.next_at, d.id LIMIT %(most)s FOR UPDATE SKIP LOCKED)"""  # noqa: S608 - constants
_CLAIMED: Final = """
    SELECT d.id, d.claim, d.tries, d.created_at, w.id, w.url, w.secret, w.old_secret,
        w.old_secret_until, d.event_id, e.n, e.subject_n, e.type, e.at, e.about, e.subject,
        e.payload
    FROM webhook_delivery d
    JOIN webhook w ON w.tenant_id = d.tenant_id AND w.id = d.webhook_id
    LEFT JOIN event e ON e.tenant_id = %(tenant)s AND e.id = d.event_id
    WHERE d.tenant_id = %(tenant)s AND w.tenant_id = %(tenant)s AND d.claim = %(claim)s
        AND d.webhook_id = %(webhook)s AND d.state = 'pending'
    ORDER BY e.n, d.id"""
_SETTLE: Final = """
    UPDATE webhook_delivery
    SET state = %s, next_at = %s, claim = NULL, claimed_until = NULL, attempts = attempts || %s
    WHERE tenant_id = %s AND id = %s AND claim = %s AND state = 'pending'"""


def tenants_with_webhooks(tx: Tx) -> list[UUID]:
    """Return the tenants that have or had webhooks."""
    rows = tx.raw.execute("SELECT w.tenant_id FROM webhook_tenant w ORDER BY w.tenant_id")
    return [row[0] for row in rows.fetchall()]


def following(tx: Tx) -> list[Following]:
    """Return the tenant's enabled webhooks, held until the transaction ends."""
    rows = tx.raw.execute(
        """SELECT w.id, w.events, w.after_n FROM webhook w
        WHERE w.tenant_id = %s AND w.state = 'enabled' ORDER BY w.id FOR NO KEY UPDATE""",
        (tx.tenant_id,),
    )
    return [Following(*row) for row in rows.fetchall()]


def told_after(tx: Tx, n: int, limit: int) -> list[Told]:
    """Return numbered events after a number, in order.

    None of confidential cases, and none about who is restricted.
    """
    rows = tx.raw.execute(
        f"""SELECT e.id, e.n, e.type FROM event e
        WHERE e.tenant_id = %(tenant)s AND e.n > %(n)s AND NOT {UNTOLD}
        ORDER BY e.n LIMIT %(limit)s""",  # noqa: S608 - a constant
        {"tenant": tx.tenant_id, "n": n, "limit": limit, "kept_out": True},
    )
    return [Told(*row) for row in rows.fetchall()]


def note_made(tx: Tx, webhook_id: UUID, n: int) -> None:
    """Say up to which event a webhook has its deliveries."""
    tx.raw.execute(
        "UPDATE webhook SET after_n = %s WHERE tenant_id = %s AND id = %s",
        (n, tx.tenant_id, webhook_id),
    )


def due_webhooks(tx: Tx, now: datetime, machine: datetime) -> list[UUID]:
    """Return the webhooks with something to send that nobody is sending."""
    values = {"tenant": tx.tenant_id, "now": now, "machine": machine}
    return [row[0] for row in tx.raw.execute(_DUE_WEBHOOKS, values).fetchall()]


def claim_due(  # noqa: PLR0913 - times by two clocks
    tx: Tx,
    webhook_id: UUID,
    claim: UUID,
    *,
    now: datetime,
    machine: datetime,
    until: datetime,
    most: int,
    tests: bool,
) -> list[Claimed]:
    """Claim what a webhook has to send, oldest first; only tests when it is disabled."""
    values = {
        "tenant": tx.tenant_id,
        "webhook": webhook_id,
        "claim": claim,
        "now": now,
        "machine": machine,
        "until": until,
        "most": most,
        "tests": tests,
    }
    if not tx.raw.execute(_CLAIM, values).rowcount:
        return []
    return [Claimed(*row) for row in tx.raw.execute(_CLAIMED, values).fetchall()]


def settle(tx: Tx, held: Claimed, state: str, next_at: datetime, attempt: Any) -> bool:
    """Say what became of an attempt; False when it is another's by now."""
    values = (state, next_at, to_text([attempt]), tx.tenant_id, held.id, held.claim)
    return tx.raw.execute(_SETTLE, values).rowcount == 1


def note_delivered(tx: Tx, webhook_id: UUID, at: datetime) -> None:
    """Say when a webhook last got something."""
    tx.raw.execute(
        """UPDATE webhook SET delivered_at = %s
        WHERE tenant_id = %s AND id = %s AND (delivered_at IS NULL OR delivered_at < %s)""",
        (at, tx.tenant_id, webhook_id, at),
    )


def last_delivered(tx: Tx, webhook_id: UUID) -> datetime | None:
    """Return when a webhook last got something."""
    row = tx.raw.execute(
        "SELECT w.delivered_at FROM webhook w WHERE w.tenant_id = %s AND w.id = %s",
        (tx.tenant_id, webhook_id),
    ).fetchone()
    return row[0] if row else None
