"""Webhooks of a company: who is told of what, with which secret, and what was sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from shangfa.config import settings
from shangfa.db.exchange import events as events_sql
from shangfa.db.exchange import webhooks as sql
from shangfa.db.exchange.webhooks import (
    DeliveryLine,
    DeliveryRecord,
    WebhookLine,
    WebhookRecord,
)
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.addresses import read_url
from shangfa.domain.exchange.webhooks import KEY_BYTES, OVERLAP, secret_of
from shangfa.domain.faults import NOT_FOUND, OUT_OF_RANGE, refused
from shangfa.outside.hooks import check_place
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

MOST: Final = 50
"""Webhooks of a company."""
MOST_AGAIN: Final = 10_000
"""Events of one range that are sent again."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A webhook with the secret that was just made, which is shown this once."""

    webhook: WebhookRecord
    secret: str


def create(ctx: Context, url: str, events: tuple[str, ...]) -> WithSecret:
    """Tell a receiver of everything of these types that happens from now on.

    Raises:
        RefusedError: `invalid` URL, `webhook_address`, `out_of_range` number of webhooks.
    """
    ctx.need("webhooks:write")
    check_place(read_url(url), settings().webhook_allow)
    secret = _new_secret()

    def work(tx: Tx) -> WithSecret:
        current(tx)
        if len(sql.webhooks(tx)) >= MOST:
            raise refused(OUT_OF_RANGE, "", value=MOST + 1, allowed=f"0..{MOST}")
        line = WebhookLine(new_id(), url, events, secret, _number(tx), ctx.actor_id, now())
        sql.add_webhook(tx, line)
        return WithSecret(_found(tx, line.id), secret)

    return transact(ctx, work)


def _new_secret() -> str:
    return secret_of(secrets.token_bytes(KEY_BYTES))


def _number(tx: Tx) -> int:
    """Give numbers to all that has happened, and return the last."""
    while events_sql.number_events(tx) == events_sql.AT_ONCE:
        pass
    return events_sql.last_number(tx)


def _found(tx: Tx, webhook_id: UUID, *, hold: bool = False) -> WebhookRecord:
    found = sql.find_webhook(tx, webhook_id, hold=hold)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def page(ctx: Context) -> Listed[WebhookRecord]:
    """Return the company's webhooks, oldest first."""
    ctx.need("webhooks:read")

    def work(tx: Tx) -> list[WebhookRecord]:
        current(tx)
        return sql.webhooks(tx)

    return Listed(reading(ctx, work))


def read(ctx: Context, webhook_id: UUID) -> WebhookRecord:
    """Return a webhook.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("webhooks:read")

    def work(tx: Tx) -> WebhookRecord:
        current(tx)
        return _found(tx, webhook_id)

    return reading(ctx, work)


def _change(ctx: Context, webhook_id: UUID, work: Callable[[Tx], T]) -> T:
    """Do work on a webhook that is held meanwhile.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("webhooks:write")

    def held(tx: Tx) -> T:
        current(tx)
        _found(tx, webhook_id, hold=True)
        return work(tx)

    return transact(ctx, held)


def delete(ctx: Context, webhook_id: UUID) -> None:
    """Delete a webhook with all that was or would be sent to it.

    Raises:
        RefusedError: `not_found`.
    """
    _change(ctx, webhook_id, lambda tx: sql.drop_webhook(tx, webhook_id))


def rotate(ctx: Context, webhook_id: UUID) -> WithSecret:
    """Give a webhook a new secret; the one before it signs beside it for a day.

    Raises:
        RefusedError: `not_found`.
    """
    secret = _new_secret()

    def work(tx: Tx) -> WithSecret:
        sql.rotate_secret(tx, webhook_id, secret, now() + OVERLAP)
        return WithSecret(_found(tx, webhook_id), secret)

    return _change(ctx, webhook_id, work)


def enable(ctx: Context, webhook_id: UUID) -> WebhookRecord:
    """Enable a webhook again: it goes on where it stopped, nothing is left out.

    Raises:
        RefusedError: `not_found`.
    """

    def work(tx: Tx) -> WebhookRecord:
        sql.set_webhook_state(tx, webhook_id, "enabled", None)
        return _found(tx, webhook_id)

    return _change(ctx, webhook_id, work)


def test(ctx: Context, webhook_id: UUID) -> DeliveryRecord:
    """Send a `webhook.test`, also to a webhook that is disabled.

    Raises:
        RefusedError: `not_found`.
    """

    def work(tx: Tx) -> DeliveryRecord:
        line = DeliveryLine(new_id(), webhook_id, None, now())
        sql.add_deliveries(tx, [line])
        return _delivery(tx, webhook_id, line.id)

    return _change(ctx, webhook_id, work)


def _delivery(tx: Tx, webhook_id: UUID, delivery_id: UUID) -> DeliveryRecord:
    found = sql.find_delivery(tx, webhook_id, delivery_id)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def deliveries(
    ctx: Context, webhook_id: UUID, state: str | None, asked: Page
) -> Listed[DeliveryRecord]:
    """Return what was sent to a webhook, newest first.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("webhooks:read")

    def work(tx: Tx) -> list[DeliveryRecord]:
        current(tx)
        _found(tx, webhook_id)
        before = UUID(asked.cursor) if asked.cursor else None
        return sql.deliveries_before(tx, webhook_id, state, before, asked.limit)

    return listed(asked, reading(ctx, work), lambda item: str(item.id))


def replay(ctx: Context, webhook_id: UUID, delivery_id: UUID) -> DeliveryRecord:
    """Send a delivery again, whatever became of it; its message keeps its id.

    Raises:
        RefusedError: `not_found`.
    """

    def work(tx: Tx) -> DeliveryRecord:
        sql.send_again(tx, webhook_id, [delivery_id], now())
        return _delivery(tx, webhook_id, delivery_id)

    return _change(ctx, webhook_id, work)


def replay_range(ctx: Context, webhook_id: UUID, first: datetime, last: datetime) -> int:
    """Send again what happened from `first` until before `last`; return how many events.

    What the webhook never got of it, because it was made later, is sent as well.

    Raises:
        RefusedError: `not_found`, `out_of_range` number of events.
    """

    def work(tx: Tx) -> int:
        types, at = _found(tx, webhook_id).events, now()
        _number(tx)
        found = sql.events_between(tx, types, first, last, MOST_AGAIN + 1)
        if len(found) > MOST_AGAIN:
            raise refused(OUT_OF_RANGE, "/to", value=f"> {MOST_AGAIN}", allowed=f"0..{MOST_AGAIN}")
        known = sql.deliveries_of(tx, webhook_id, found)
        sql.send_again(tx, webhook_id, list(known.values()), at)
        fresh = [item for item in found if item not in known]
        sql.add_deliveries(tx, [DeliveryLine(new_id(), webhook_id, item, at) for item in fresh])
        return len(found)

    return _change(ctx, webhook_id, work)
