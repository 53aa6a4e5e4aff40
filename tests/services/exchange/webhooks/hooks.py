"""Webhooks of a company: made, sent as the worker does, and what became of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from standardwebhooks import Webhook
from tests.making.house import Company, owning
from tests.making.receiver import Receiver

from shangfa.db.exchange.webhooks import DeliveryRecord
from shangfa.services.exchange import sending, webhooks
from shangfa.services.exchange.webhooks import WithSecret
from shangfa.services.pages import Page

FINED = ("incident.recorded", "decision.effective")


def hook(company: Company, url: str, *events: str) -> WithSecret:
    return webhooks.create(company.ctx(), url, events or FINED)


def go(company: Company) -> int:
    """Make and send what is due, as the worker does; return how much was sent."""
    return sum(sending.send(company.id, webhook) for webhook in sending.make(company.id))


def log_of(company: Company, made: WithSecret, state: str | None = None) -> list[DeliveryRecord]:
    page = webhooks.deliveries(company.ctx(), made.webhook.id, state, Page(200))
    return page.items[::-1]


def new(receiver: Receiver, before: int) -> list[dict[str, Any]]:
    return [json.loads(item["body"]) for item in receiver.got()[before:]]


def verified(item: dict[str, Any], secret: str) -> Any:
    return Webhook(secret).verify(item["body"].encode(), item["headers"])


def later(owner_url: str, company: Company, **span: float) -> None:
    """Let all that waits to be tried again have waited so much longer."""
    with owning(owner_url) as connection:
        waiting = connection.execute(
            "SELECT next_at - %(span)s, claimed_until - %(span)s, tenant_id, id"
            " FROM webhook_delivery WHERE tenant_id = %(tenant)s",
            {"span": timedelta(**span), "tenant": company.id},
        ).fetchall()
        for row in waiting:
            connection.execute(
                "UPDATE webhook_delivery SET next_at = %s, claimed_until = %s"
                " WHERE tenant_id = %s AND id = %s",
                row,
            )
