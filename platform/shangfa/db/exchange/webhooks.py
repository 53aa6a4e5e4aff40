"""Webhooks in SQL: who is told of what, and what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.exchange.events import UNTOLD
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

WEBHOOK: Final = Table(
    "webhook",
    ("tenant_id", "id", "url", "events", "secret", "after_n", "actor_id", "created_at"),
)
DELIVERY: Final = Table(
    "webhook_delivery", ("tenant_id", "id", "webhook_id", "event_id", "next_at", "created_at")
)


class WebhookLine(NamedTuple):
    """A webhook to be written."""

    id: UUID
    url: str
    events: tuple[str, ...]
    secret: str
    after_n: int
    actor_id: UUID
    created_at: datetime


class WebhookRecord(NamedTuple):
    """A webhook without its secrets; `reason` says why it is disabled."""

    id: UUID
    url: str
    events: list[str]
    state: str
    reason: str | None
    old_secret_until: datetime | None
    created_at: datetime


class DeliveryLine(NamedTuple):
    """A delivery to be written, due at once; a test has no event."""

    id: UUID
    webhook_id: UUID
    event_id: UUID | None
    at: datetime


class DeliveryRecord(NamedTuple):
    """A delivery; `seq` and `type` are its event's, None for a test."""

    id: UUID
    event_id: UUID | None
    seq: int | None
    type: str | None
    state: str
    tries: int
    next_at: datetime
    attempts: list[dict[str, Any]]
    created_at: datetime


_WEBHOOKS: Final = """
    SELECT w.id, w.url, w.events, w.state, w.reason, w.old_secret_until, w.created_at
    FROM webhook w WHERE w.tenant_id = %(tenant)s"""
_DELIVERIES: Final = """
    SELECT d.id, d.event_id, e.n, e.type, d.state, d.tries, d.next_at, d.attempts, d.created_at
    FROM webhook_delivery d
    LEFT JOIN event e ON e.tenant_id = %(tenant)s AND e.id = d.event_id
    WHERE d.tenant_id = %(tenant)s AND d.webhook_id = %(webhook)s"""
_AGAIN: Final = """
    UPDATE webhook_delivery
    SET state = 'pending', tries = 0, next_at = %s, claim = NULL, claimed_until = NULL
    WHERE tenant_id = %s AND webhook_id = %s AND id = ANY(%s)"""


def add_webhook(tx: Tx, line: WebhookLine) -> None:
    """Add a webhook, and its tenant to those that have some."""
    values = (*line[:2], to_text(line.events), *line[3:])
    tx.writes.insert(WEBHOOK, [(tx.tenant, *values)])
    tx.flush()
    tx.raw.execute(
        "INSERT INTO webhook_tenant (tenant_id) VALUES (%s) ON CONFLICT (tenant_id) DO NOTHING",
        (tx.tenant_id,),
    )


def webhooks(tx: Tx) -> list[WebhookRecord]:
    """Return the tenant's webhooks, oldest first."""
    rows = tx.raw.execute(f"{_WEBHOOKS} ORDER BY w.id", {"tenant": tx.tenant_id})
    return [WebhookRecord(*row) for row in rows.fetchall()]


def find_webhook(tx: Tx, webhook_id: UUID, *, hold: bool = False) -> WebhookRecord | None:
    """Return a webhook; `hold`: it stays so until the transaction ends."""
    query = f"{_WEBHOOKS} AND w.id = %(id)s{' FOR NO KEY UPDATE' if hold else ''}"
    row = tx.raw.execute(query, {"tenant": tx.tenant_id, "id": webhook_id}).fetchone()
    return WebhookRecord(*row) if row else None


def drop_webhook(tx: Tx, webhook_id: UUID) -> bool:
    """Delete a webhook with its deliveries; False when there is none."""
    own = (tx.tenant_id, webhook_id)
    # held first: nobody adds another delivery meanwhile
    if find_webhook(tx, webhook_id, hold=True) is None:
        return False
    tx.raw.execute("DELETE FROM webhook_delivery WHERE tenant_id = %s AND webhook_id = %s", own)
    tx.raw.execute("DELETE FROM webhook WHERE tenant_id = %s AND id = %s", own)
    return True


def rotate_secret(tx: Tx, webhook_id: UUID, secret: str, until: datetime) -> None:
    """Give a webhook another secret; the one before it signs beside it until then."""
    tx.raw.execute(
        """UPDATE webhook SET old_secret = secret, old_secret_until = %s, secret = %s
        WHERE tenant_id = %s AND id = %s""",
        (until, secret, tx.tenant_id, webhook_id),
    )


def set_webhook_state(tx: Tx, webhook_id: UUID, state: str, reason: str | None) -> bool:
    """Enable or disable a webhook; False when it was so."""
    done = tx.raw.execute(
        """UPDATE webhook SET state = %s, reason = %s
        WHERE tenant_id = %s AND id = %s AND state <> %s""",
        (state, reason, tx.tenant_id, webhook_id, state),
    )
    return done.rowcount == 1


def add_deliveries(tx: Tx, lines: Sequence[DeliveryLine]) -> None:
    """Add deliveries that are due at once."""
    rows = [
        (tx.tenant, line.id, line.webhook_id, line.event_id, line.at, line.at) for line in lines
    ]
    tx.writes.insert(DELIVERY, rows)
    tx.flush()


def find_delivery(tx: Tx, webhook_id: UUID, delivery_id: UUID) -> DeliveryRecord | None:
    """Return a delivery of a webhook."""
    values = {"tenant": tx.tenant_id, "webhook": webhook_id, "id": delivery_id}
    row = tx.raw.execute(f"{_DELIVERIES} AND d.id = %(id)s", values).fetchone()
    return DeliveryRecord(*row) if row else None


def deliveries_before(
    tx: Tx, webhook_id: UUID, state: str | None, before: UUID | None, limit: int
) -> list[DeliveryRecord]:
    """Return deliveries of a webhook, newest first; one more than the limit if there is."""
    query = f"""{_DELIVERIES} AND (%(state)s::text IS NULL OR d.state = %(state)s)
        AND (%(before)s::uuid IS NULL OR d.id < %(before)s)
        ORDER BY d.id DESC LIMIT %(limit)s"""
    values = {"tenant": tx.tenant_id, "webhook": webhook_id, "state": state, "before": before}
    rows = tx.raw.execute(query, values | {"limit": limit + 1})
    return [DeliveryRecord(*row) for row in rows.fetchall()]


def send_again(tx: Tx, webhook_id: UUID, ids: Sequence[UUID], at: datetime) -> int:
    """Make deliveries due again, whatever became of them; return how many."""
    return tx.raw.execute(_AGAIN, (at, tx.tenant_id, webhook_id, list(ids))).rowcount


def events_between(
    tx: Tx, types: Sequence[str], first: datetime, last: datetime, limit: int
) -> list[UUID]:
    """Return numbered events of some types that happened from `first` until before `last`.

    None of confidential cases, and none about who is restricted.
    """
    rows = tx.raw.execute(
        f"""SELECT e.id FROM event e WHERE e.tenant_id = %(tenant)s AND e.n IS NOT NULL
            AND e.type = ANY(%(types)s) AND e.at >= %(first)s AND e.at < %(last)s
            AND NOT {UNTOLD} ORDER BY e.n LIMIT %(limit)s""",  # noqa: S608 - a constant
        {
            "tenant": tx.tenant_id,
            "types": list(types),
            "first": first,
            "last": last,
            "limit": limit,
            "kept_out": True,
        },
    )
    return [row[0] for row in rows.fetchall()]


def deliveries_of(tx: Tx, webhook_id: UUID, events: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return event -> delivery of those events that a webhook has deliveries of."""
    rows = tx.raw.execute(
        """SELECT d.event_id, d.id FROM webhook_delivery d
        WHERE d.tenant_id = %s AND d.webhook_id = %s AND d.event_id = ANY(%s)""",
        (tx.tenant_id, webhook_id, list(events)),
    )
    return dict(rows.fetchall())
