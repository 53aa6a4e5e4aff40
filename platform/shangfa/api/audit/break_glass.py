"""/v1/break-glass: when the operator may look into a company, and who let him."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.fields import text
from shangfa.api.parser import Blueprint
from shangfa.api.replies import NO_CONTENT, answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.db.break_glass import LookRecord
from shangfa.domain.audit.break_glass import LONGEST, STATES
from shangfa.services.audit import break_glass
from shangfa.services.pages import read_page

blp = Blueprint(
    "break-glass", __name__, url_prefix="/v1", description="The operator looks into a company"
)
LONGEST_REASON: Final = 500


class LookSchema(Schema):
    """Why and how long the operator would look."""

    reason = text(LONGEST_REASON, least=1, required=True)
    minutes = fields.Integer(load_default=60, validate=validate.Range(min=1, max=LONGEST))


class LookViewSchema(Schema):
    """A request to look."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    reason = fields.String(required=True)
    minutes = fields.Integer(required=True)
    asked_at = fields.DateTime(required=True)
    until = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "once it is approved"}
    )
    ended_at = fields.DateTime(required=True, allow_none=True)


class LookPageSchema(Schema):
    """A page of them."""

    items = fields.List(fields.Nested(LookViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def shown(record: LookRecord) -> dict[str, Any]:
    """Show a request."""
    names = ("id", "reason", "minutes", "asked_at", "until", "ended_at")
    return {name: getattr(record, name) for name in names} | {"state": break_glass.state(record)}


@blp.route("/tenants/<string:slug>/break-glass", methods=["POST"])
@blp.doc(operationId="askBreakGlass")
@blp.arguments(LookSchema)
@blp.response(201, LookViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
def ask(body: dict[str, Any], slug: str) -> Response:
    """Ask a company to let the operator read in it for a while."""
    said = (slug, body["reason"], body["minutes"])
    return answer(lambda ctx: break_glass.ask(ctx, *said), shown, 201)


@blp.route("/break-glass", methods=["GET"])
@blp.doc(operationId="listBreakGlass")
@blp.arguments(PageSchema, location="query")
@blp.response(200, LookPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List when the operator asked to look, newest first."""
    asked = read_page(query["limit"], query.get("cursor"), UUID)
    return answer(lambda ctx: break_glass.page(ctx, asked), show_page(shown))


@blp.route("/break-glass/<uuid:look_id>/approve", methods=["POST"])
@blp.doc(operationId="approveBreakGlass")
@blp.response(200, LookViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="It has ended, or was approved before.")
def approve(look_id: UUID) -> Response:
    """Let the operator read from now on, for as long as he asked."""
    return answer(lambda ctx: break_glass.approve(ctx, look_id), shown)


@blp.route("/break-glass/<uuid:look_id>", methods=["DELETE"])
@blp.doc(operationId="endBreakGlass")
@blp.response(NO_CONTENT)
@blp.alt_response(409, schema=ProblemSchema, description="It has ended.")
def end(look_id: UUID) -> Response:
    """Refuse the operator, or end at once that he may read."""
    return answer(lambda ctx: break_glass.end(ctx, look_id), status=NO_CONTENT)
