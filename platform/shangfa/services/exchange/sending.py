"""Deliveries on their way: made from events in order, claimed, sent, settled.

The event table is the outbox: an event commits with what it tells of, gets its number once,
and each webhook keeps the number up to which its deliveries are made. Whoever sends holds
no transaction meanwhile, only a claim that runs out, so what a dead sender held is sent by
another with the same id, and a sender who comes too late settles nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.config import settings
from shangfa.db.exchange import events as events_sql
from shangfa.db.exchange import sending as sql
from shangfa.db.exchange.sending import Claimed, Following
from shangfa.db.exchange.webhooks import (
    DeliveryLine,
    add_deliveries,
    find_webhook,
    set_webhook_state,
)
from shangfa.db.tx.encode import to_json
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.addresses import read_url
from shangfa.domain.exchange.events import webhook_disabled
from shangfa.domain.exchange.webhooks import (
    TEST,
    DisabledFor,
    Heard,
    asked_pause,
    pause_after,
    signatures,
)
from shangfa.outside.hooks import post
from shangfa.services.clock import machine_now, new_id, now
from shangfa.services.command import COMMAND, command_in
from shangfa.services.events import tell
from shangfa.services.transaction import reading, transact

log = logging.getLogger("shangfa.webhooks")

MADE_AT_ONCE: Final = 500
TOGETHER: Final = 25
"""Deliveries to one webhook that are under way at the same time."""
TURN: Final = 20.0
"""Seconds after which a webhook with more to send lets others have their turn."""
GLANCE: Final = 1.0
"""Seconds after which is looked for more, though none of those under way has ended."""
LINGER: Final = 0.05
"""Seconds in which more may end, so that what follows them is claimed at once."""
LEASE: Final = timedelta(minutes=2)
"""How long a claim holds: longer than looking up a name and an attempt can take."""
LARGEST: Final = 20_000
"""Bytes of a body; of a larger one `data` is left out."""


def watched() -> list[UUID]:
    """Return the tenants that have or had webhooks."""
    return reading(COMMAND, sql.tenants_with_webhooks)


def make(tenant_id: UUID) -> list[UUID]:
    """Make the deliveries of what has happened; return the webhooks with something to send."""

    def work(tx: Tx) -> list[UUID]:
        found = sql.following(tx)
        if found:
            events_sql.number_events(tx)
        for webhook in found:
            _make(tx, webhook)
        return sql.due_webhooks(tx, now(), machine_now())

    return transact(command_in(tenant_id), work)


def _make(tx: Tx, webhook: Following) -> None:
    told = sql.told_after(tx, webhook.after_n, MADE_AT_ONCE)
    if told:
        wanted = [item.id for item in told if item.type in webhook.events]
        at = now()
        add_deliveries(tx, [DeliveryLine(new_id(), webhook.id, item, at) for item in wanted])
        sql.note_made(tx, webhook.id, told[-1].n)


def send(tenant_id: UUID, webhook_id: UUID) -> int:
    """Send what is due to one webhook, for a turn at most; return how many were sent."""
    end, sent = monotonic() + TURN, 0
    under_way: set[Future[_Ended]] = set()
    with ThreadPoolExecutor(TOGETHER) as pool:
        while True:
            free = TOGETHER - len(under_way) if monotonic() < end else 0
            claimed = _claim(tenant_id, webhook_id, free) if free else ()
            under_way |= {pool.submit(_deliver, item) for item in claimed}
            sent += len(claimed)
            if not under_way:
                return sent
            ended, under_way = _some_ended(under_way)
            if ended:
                _settle_all(tenant_id, ended)


def _some_ended(
    under_way: set[Future[_Ended]],
) -> tuple[Sequence[_Ended], set[Future[_Ended]]]:
    """Wait until some have ended; return what came of them, and the others."""
    some, others = wait(under_way, GLANCE, FIRST_COMPLETED)
    more, others = wait(others, LINGER) if some else (some, others)
    return [each.result() for each in (*some, *more)], others


def _claim(tenant_id: UUID, webhook_id: UUID, most: int) -> Sequence[Claimed]:
    def work(tx: Tx) -> Sequence[Claimed]:
        found = find_webhook(tx, webhook_id)
        if found is None:
            return []
        machine = machine_now()
        return sql.claim_due(
            tx,
            webhook_id,
            new_id(),
            now=now(),
            machine=machine,
            until=machine + LEASE,
            most=most,
            tests=found.state != "enabled",
        )

    return transact(command_in(tenant_id), work)


class _Ended(NamedTuple):
    """An attempt that has ended."""

    item: Claimed
    heard: Heard
    began: datetime


def _deliver(item: Claimed) -> _Ended:
    body = body_of(item)
    began = machine_now()
    target = read_url(item.url)
    heard = post(target, headers_of(item, body, began), body, settings().webhook_allow)
    return _Ended(item, heard, began)


def _settle_all(tenant_id: UUID, ended: Sequence[_Ended]) -> None:
    """Say what became of attempts: all in one transaction, for each commit waits for a disk."""

    def work(tx: Tx) -> None:
        for item, heard, began in ended:
            _settle(tx, item, heard, began)

    transact(command_in(tenant_id), work)


def body_of(item: Claimed) -> bytes:
    """Return what is sent, the same each time: the change as `/v1/changes` has it, and more."""
    at = item.at or item.created_at
    told: dict[str, Any] = {
        "type": item.type or TEST,
        "timestamp": at,
        "seq": item.n,
        "subject_seq": item.subject_n,
        "at": at,
        "id": item.about or item.webhook_id,
        "subject": item.subject,
        "data": item.payload or {},
    }
    body = to_json(told)
    return body if len(body) <= LARGEST else to_json(told | {"data": {}, "thinned": True})


def headers_of(item: Claimed, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of an attempt at a moment of the machine, which receivers compare."""
    message = f"msg_{(item.event_id or item.id).hex}"
    secrets = [item.secret]
    if item.old_secret and item.old_secret_until and now() < item.old_secret_until:
        secrets.append(item.old_secret)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Shangfa",
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures(secrets, message, at, body),
    }


def _settle(tx: Tx, item: Claimed, heard: Heard, began: datetime) -> None:
    """Say what became of an attempt, unless the delivery is another's by now."""
    at = now()
    pause = pause_after(item.id, item.tries, asked_pause(heard.retry_after, machine_now()))
    failed = heard.is_gone or pause is None
    state = "delivered" if heard.trouble is None else "failed" if failed else "pending"
    next_at = at + pause if pause is not None and state == "pending" else at
    if not sql.settle(tx, item, state, next_at, _attempt(heard, began)):
        log.warning("delivery %s was settled by somebody else", item.id)
    elif state == "delivered":
        sql.note_delivered(tx, item.webhook_id, at)
    elif state == "failed":
        _disable(tx, item, "gone" if heard.is_gone else "failing", at)


def _attempt(heard: Heard, began: datetime) -> dict[str, Any]:
    return {
        "at": began,
        "status": heard.status,
        "trouble": heard.trouble,
        "milliseconds": heard.milliseconds,
    }


def _disable(tx: Tx, item: Claimed, reason: DisabledFor, at: datetime) -> None:
    """Disable a webhook that wants nothing, or that got nothing while this was tried."""
    last = sql.last_delivered(tx, item.webhook_id)
    if reason == "failing" and last is not None and last >= item.created_at:
        return
    if set_webhook_state(tx, item.webhook_id, "disabled", reason):
        log.warning("webhook %s is disabled: %s", item.webhook_id, reason)
        ctx = command_in(tx.tenant)
        tell(tx, ctx, at, webhook_disabled(item.webhook_id, item.url, reason))
