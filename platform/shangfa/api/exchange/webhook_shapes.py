"""What webhooks and their deliveries look like in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Listed, Moment, text
from shangfa.api.shapes import PageSchema
from shangfa.db.exchange.webhooks import DeliveryRecord, WebhookRecord
from shangfa.domain.exchange.addresses import LONGEST_URL
from shangfa.domain.exchange.events import EVENT_TYPES
from shangfa.domain.exchange.webhooks import (
    DELIVERY_STATES,
    DISABLED_FOR,
    TEST,
    TROUBLES,
    WEBHOOK_STATES,
)
from shangfa.services.exchange.webhooks import WithSecret


class NewWebhookSchema(Schema):
    """Where to post what happens, and of which types."""

    url = text(
        LONGEST_URL, least=1, required=True, metadata={"example": "https://example.com/shangfa"}
    )
    events = Listed(
        fields.String(validate=validate.OneOf(EVENT_TYPES)),
        least=1,
        most=len(EVENT_TYPES),
        required=True,
        metadata={"example": ["decision.effective", "decision.reversed"]},
    )


class WebhookSchema(Schema):
    """A webhook without its secret; a disabled one says for what reason."""

    id = fields.UUID(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(validate=validate.OneOf(EVENT_TYPES)), required=True)
    state = fields.String(required=True, validate=validate.OneOf(WEBHOOK_STATES))
    reason = fields.String(
        required=True, allow_none=True, validate=validate.OneOf((*DISABLED_FOR, None))
    )
    old_secret_until = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)


class WebhookWithSecretSchema(WebhookSchema):
    """A webhook with its new secret, which is told this once: asked again, it is null."""

    secret = fields.String(required=True, allow_none=True)


class WebhookPageSchema(Schema):
    """All webhooks of the company."""

    items = fields.List(fields.Nested(WebhookSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class DeliveriesQuerySchema(PageSchema):
    """Which deliveries."""

    state = fields.String(validate=validate.OneOf(DELIVERY_STATES))


class AttemptSchema(Schema):
    """One attempt: `status` of the answer, `trouble` when it was none of 2xx."""

    at = fields.DateTime(required=True)
    status = fields.Integer(required=True, allow_none=True)
    trouble = fields.String(
        required=True, allow_none=True, validate=validate.OneOf((*TROUBLES, None))
    )
    milliseconds = fields.Integer(required=True)


class DeliverySchema(Schema):
    """An event on its way: `tries` of the present round, every attempt there ever was."""

    id = fields.UUID(required=True)
    type = fields.String(required=True, validate=validate.OneOf((*EVENT_TYPES, TEST)))
    seq = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(DELIVERY_STATES))
    tries = fields.Integer(required=True)
    next_at = fields.DateTime(required=True, allow_none=True)
    attempts = fields.List(fields.Nested(AttemptSchema), required=True)
    created_at = fields.DateTime(required=True)


class DeliveryPageSchema(Schema):
    """Deliveries, newest first."""

    items = fields.List(fields.Nested(DeliverySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class RangeSchema(Schema):
    """What happened from a moment on until before another."""

    from_ = Moment(
        data_key="from", required=True, metadata={"example": "2026-03-01T00:00:00+08:00"}
    )
    to = Moment(required=True, metadata={"example": "2026-04-01T00:00:00+08:00"})


class ReplayedSchema(Schema):
    """How many events are sent again."""

    events = fields.Integer(required=True)


def webhook(found: WebhookRecord) -> dict[str, Any]:
    """Return a webhook."""
    return found._asdict()


def with_secret(made: WithSecret) -> dict[str, Any]:
    """Return a webhook with its secret."""
    return webhook(made.webhook) | {"secret": made.secret}


def without_secret(made: WithSecret) -> dict[str, Any]:
    """Return a webhook as it is remembered, with nothing in place of its secret."""
    return webhook(made.webhook) | {"secret": None}


def delivery(found: DeliveryRecord) -> dict[str, Any]:
    """Return a delivery."""
    shown = found._asdict()
    del shown["event_id"]
    return shown | {
        "type": found.type or TEST,
        "next_at": found.next_at if found.state == "pending" else None,
    }
