"""Webhooks: who is told of what, and what was sent to him."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import ONE_OF, Fields
from shangfa.console.forms import field, once, once_told
from shangfa.console.pages import asked_page, show, show_again
from shangfa.console.session import asker
from shangfa.domain.exchange.addresses import LONGEST_URL
from shangfa.domain.exchange.events import EVENT_TYPES
from shangfa.domain.faults import MISSING, NOT_FOUND, Fault, RefusedError, refused
from shangfa.services.context import Context
from shangfa.services.exchange import webhooks
from shangfa.services.exchange.webhooks import WithSecret

blp = Blueprint("console-webhooks", __name__)
ALL: Final = "/console/webhooks"


@blp.get("/webhooks")
def page() -> Response:
    """All webhooks, and a form for another."""
    return show("webhooks.html", **_all(asker()), typed={}, faults=[])


def _all(ctx: Context) -> dict[str, Any]:
    chosen = request.form.getlist("events")
    return {"found": webhooks.page(ctx).items, "types": EVENT_TYPES, "chosen": chosen}


@blp.post("/webhooks")
def create() -> AnyResponse:
    """Make a webhook; its secret is shown this once."""
    ctx = asker()
    try:
        url, events = _asked()
        return once_told(lambda who: webhooks.create(who, url, events), ALL, _secret)
    except RefusedError as error:
        return show_again("webhooks.html", error, **_all(ctx))


def _asked() -> tuple[str, tuple[str, ...]]:
    said = Fields()
    url, events = said.must("url", LONGEST_URL), tuple(request.form.getlist("events"))
    if not events:
        said.faults.append(Fault(MISSING, "/events", {"value": "events"}))
    elif not set(events) <= set(EVENT_TYPES):
        said.wrong("events", ONE_OF.of("、".join(EVENT_TYPES)))
    said.done()
    return url, events


def _secret(made: WithSecret) -> Response:
    there = f"{ALL}/{made.webhook.id}"
    return show("secret.html", there=there, kind="secret", secret=made.secret, until=None)


@blp.get("/webhooks/<uuid:webhook_id>")
def read(webhook_id: UUID) -> Response:
    """One webhook with what was sent."""
    return show("webhook.html", **_one(asker(), webhook_id), faults=[])


def _one(ctx: Context, webhook_id: UUID) -> dict[str, Any]:
    return {
        "webhook": webhooks.read(ctx, webhook_id),
        "sent": webhooks.deliveries(ctx, webhook_id, None, asked_page(UUID)),
    }


@blp.post("/webhooks/<uuid:webhook_id>")
def take(webhook_id: UUID) -> AnyResponse:
    """Try, enable, rotate or delete a webhook, or send something again."""
    ctx, step = asker(), field("step")
    ctx.need("webhooks:write")
    here = f"{ALL}/{webhook_id}"
    try:
        if step == "rotate":
            return once_told(lambda who: webhooks.rotate(who, webhook_id), here, _secret)
        work = _STEPS.get(step)
        if work is None:
            raise refused(NOT_FOUND, "")
        there = ALL if step == "delete" else here
        return once(lambda who: work(who, webhook_id), lambda _: there)
    except RefusedError as error:
        if error.kind is NOT_FOUND:
            raise
        return show_again("webhook.html", error, **_one(ctx, webhook_id))


def _replay(ctx: Context, webhook_id: UUID) -> object:
    try:
        delivery = UUID(field("delivery"))
    except ValueError:
        raise refused(NOT_FOUND, "") from None
    return webhooks.replay(ctx, webhook_id, delivery)


_STEPS: Final[dict[str, Callable[[Context, UUID], object]]] = {
    "test": webhooks.test,
    "enable": webhooks.enable,
    "delete": webhooks.delete,
    "replay": _replay,
}
