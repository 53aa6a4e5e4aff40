"""/v1/restrictions: what is kept about somebody and may not be worked with, or may not go."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.fields import text
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.domain.audit.restrictions import KINDS, Restriction
from shangfa.services.audit import restrictions
from shangfa.services.pages import read_page

blp = Blueprint(
    "restrictions",
    __name__,
    url_prefix="/v1/restrictions",
    description="What may not be worked with, and what may not go",
)


class RestrictionSchema(Schema):
    """Whom it is about, and why."""

    subject = fields.String(required=True)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(KINDS),
        metadata={"description": "restriction: read by HR alone; hold: never made nameless"},
    )
    reason = text(2000, least=1, required=True)


class RestrictionLiftSchema(Schema):
    """Why it is over."""

    reason = text(2000, least=1, required=True)


class RestrictionViewSchema(Schema):
    """One that stands, or stood."""

    id = fields.UUID(required=True)
    subject = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    reason = fields.String(required=True)
    set_at = fields.DateTime(required=True)
    lifted_at = fields.DateTime(required=True, allow_none=True)
    lifted_reason = fields.String(required=True, allow_none=True)


class RestrictionPageSchema(Schema):
    """A page of them."""

    items = fields.List(fields.Nested(RestrictionViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class RestrictionsQuerySchema(PageSchema):
    """Which of them."""

    standing = fields.Boolean(metadata={"description": "only those that stand, or do not"})


def shown(found: Restriction) -> dict[str, Any]:
    """Show one."""
    return asdict(found)


@blp.route("", methods=["POST"])
@blp.doc(operationId="setRestriction")
@blp.arguments(RestrictionSchema)
@blp.response(201, RestrictionViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="One of this kind stands already.")
def restrict(body: dict[str, Any]) -> Response:
    """Restrict or hold what is kept about somebody, with a reason."""
    said = (body["subject"], body["kind"], body["reason"])
    return answer(lambda ctx: restrictions.restrict(ctx, *said), shown, 201)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listRestrictions")
@blp.arguments(RestrictionsQuerySchema, location="query")
@blp.response(200, RestrictionPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List restrictions and holds, the newest first."""
    asked = read_page(query["limit"], query.get("cursor"), UUID)
    standing = query.get("standing")
    return answer(lambda ctx: restrictions.page(ctx, asked, standing=standing), show_page(shown))


@blp.route("/<uuid:restriction_id>/lift", methods=["POST"])
@blp.doc(operationId="liftRestriction")
@blp.arguments(RestrictionLiftSchema)
@blp.response(200, RestrictionViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="It was lifted before.")
def lift(body: dict[str, Any], restriction_id: UUID) -> Response:
    """Lift a restriction or a hold, with a reason."""
    return answer(lambda ctx: restrictions.lift(ctx, restriction_id, body["reason"]), shown)
