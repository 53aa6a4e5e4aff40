"""/v1/notifications: what waits or has moved; /v1/mailboxes: where mail about it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.notifications import shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.db.notifications.stored import Mailbox
from shangfa.services.notifications import boxes, inbox
from shangfa.services.pages import read_page

blp = Blueprint("notifications", __name__, url_prefix="/v1", description="What waits or has moved")


@blp.route("/notifications", methods=["GET"])
@blp.doc(operationId="listNotifications")
@blp.arguments(shapes.NotificationQuerySchema, location="query")
@blp.response(200, shapes.NotificationPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List what you were told, newest first; `unread=true` only what you have not marked."""
    asked = read_page(query["limit"], query.get("cursor"), UUID)
    unread = query["unread"]
    shape = show_page(shapes.notification)
    return answer(lambda ctx: inbox.page(ctx, asked, unread=unread), shape)


@blp.route("/notifications/read", methods=["POST"])
@blp.doc(operationId="readNotifications")
@blp.arguments(shapes.ReadSchema)
@blp.response(200, shapes.MarkedSchema)
def mark(body: dict[str, Any]) -> Response:
    """Mark notifications as read; an office marks for all of its keys."""
    ids = body["ids"]
    return answer(lambda ctx: inbox.mark(ctx, ids), lambda count: {"marked": count})


@blp.route("/mailboxes", methods=["GET"])
@blp.doc(operationId="listMailboxes")
@blp.arguments(PageSchema, location="query")
@blp.response(200, shapes.MailboxPageSchema)
def mailboxes(query: dict[str, Any]) -> Response:
    """List where mail goes."""
    asked = read_page(query["limit"], query.get("cursor"))
    return answer(lambda ctx: boxes.page(ctx, asked), show_page(shapes.mailbox))


@blp.route("/mailboxes/roles/<string:role>", methods=["PUT"])
@blp.doc(operationId="setOfficeMailbox")
@blp.arguments(shapes.AddressSchema)
@blp.response(200, shapes.MailboxSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No office: hr or finance.")
def set_office(body: dict[str, Any], role: str) -> Response:
    """Say where the mail of an office (hr, finance) goes."""
    box = Mailbox(role, None, body["email"])
    return answer(lambda ctx: boxes.put(ctx, box), shapes.mailbox)


@blp.route("/mailboxes/subjects/<string:code>", methods=["PUT"])
@blp.doc(operationId="setMailbox")
@blp.arguments(shapes.AddressSchema)
@blp.response(200, shapes.MailboxSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such subject.")
def set_person(body: dict[str, Any], code: str) -> Response:
    """Say where somebody's mail goes: one mail now and then, with nothing of any case in it."""
    box = Mailbox(None, code, body["email"])
    return answer(lambda ctx: boxes.put(ctx, box), shapes.mailbox)
