"""/v1/webhooks: what happens, posted to receivers outside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.exchange import webhook_shapes as shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import NO_CONTENT, answer, show_page
from shangfa.services.exchange import webhooks
from shangfa.services.pages import read_page

blp = Blueprint(
    "webhooks", __name__, url_prefix="/v1/webhooks", description="What happens, sent to receivers"
)


@blp.route("", methods=["POST"])
@blp.doc(operationId="createWebhook")
@blp.arguments(shapes.NewWebhookSchema)
@blp.response(201, shapes.WebhookWithSecretSchema)
def create(body: dict[str, Any]) -> Response:
    """Tell a receiver of what happens from now on; its secret is shown this once."""
    url, events = body["url"], tuple(dict.fromkeys(body["events"]))
    return answer(
        lambda ctx: webhooks.create(ctx, url, events),
        shapes.with_secret,
        201,
        kept=shapes.without_secret,
    )


@blp.route("", methods=["GET"])
@blp.doc(operationId="listWebhooks")
@blp.response(200, shapes.WebhookPageSchema)
def page() -> Response:
    """List the webhooks, oldest first."""
    return answer(webhooks.page, show_page(shapes.webhook))


@blp.route("/<uuid:webhook_id>", methods=["GET"])
@blp.doc(operationId="getWebhook")
@blp.response(200, shapes.WebhookSchema)
def read(webhook_id: UUID) -> Response:
    """Read a webhook."""
    return answer(lambda ctx: webhooks.read(ctx, webhook_id), shapes.webhook)


@blp.route("/<uuid:webhook_id>", methods=["DELETE"])
@blp.doc(operationId="deleteWebhook")
@blp.response(NO_CONTENT)
def delete(webhook_id: UUID) -> Response:
    """Delete a webhook: nothing more is sent to it."""
    return answer(lambda ctx: webhooks.delete(ctx, webhook_id), status=NO_CONTENT)


@blp.route("/<uuid:webhook_id>/enable", methods=["POST"])
@blp.doc(operationId="enableWebhook")
@blp.response(200, shapes.WebhookSchema)
def enable(webhook_id: UUID) -> Response:
    """Enable a webhook again; it goes on where it stopped."""
    return answer(lambda ctx: webhooks.enable(ctx, webhook_id), shapes.webhook)


@blp.route("/<uuid:webhook_id>/rotate", methods=["POST"])
@blp.doc(operationId="rotateWebhookSecret")
@blp.response(200, shapes.WebhookWithSecretSchema)
def rotate(webhook_id: UUID) -> Response:
    """Make a new secret; the one before it signs beside it until `old_secret_until`."""
    return answer(
        lambda ctx: webhooks.rotate(ctx, webhook_id),
        shapes.with_secret,
        kept=shapes.without_secret,
    )


@blp.route("/<uuid:webhook_id>/test", methods=["POST"])
@blp.doc(operationId="testWebhook")
@blp.response(202, shapes.DeliverySchema)
def test(webhook_id: UUID) -> Response:
    """Send a `webhook.test`."""
    return answer(lambda ctx: webhooks.test(ctx, webhook_id), shapes.delivery, 202)


@blp.route("/<uuid:webhook_id>/replay", methods=["POST"])
@blp.doc(operationId="replayWebhook")
@blp.arguments(shapes.RangeSchema)
@blp.response(202, shapes.ReplayedSchema)
def replay_range(body: dict[str, Any], webhook_id: UUID) -> Response:
    """Send again all that happened in a span of time."""
    first, last = body["from_"], body["to"]
    return answer(
        lambda ctx: webhooks.replay_range(ctx, webhook_id, first, last),
        lambda count: {"events": count},
        202,
    )


@blp.route("/<uuid:webhook_id>/deliveries", methods=["GET"])
@blp.doc(operationId="listDeliveries")
@blp.arguments(shapes.DeliveriesQuerySchema, location="query")
@blp.response(200, shapes.DeliveryPageSchema)
def deliveries(query: dict[str, Any], webhook_id: UUID) -> Response:
    """List what was sent to a webhook, newest first, each with its attempts."""
    asked, state = read_page(query["limit"], query.get("cursor"), UUID), query.get("state")
    return answer(
        lambda ctx: webhooks.deliveries(ctx, webhook_id, state, asked), show_page(shapes.delivery)
    )


@blp.route("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay", methods=["POST"])
@blp.doc(operationId="replayDelivery")
@blp.response(202, shapes.DeliverySchema)
def replay(webhook_id: UUID, delivery_id: UUID) -> Response:
    """Send a delivery again; its message keeps its id."""
    return answer(lambda ctx: webhooks.replay(ctx, webhook_id, delivery_id), shapes.delivery, 202)
