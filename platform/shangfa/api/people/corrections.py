"""/v1/corrections: what people ask to have corrected of what is kept about them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.fields import text
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.db.people.corrections import CorrectionRecord
from shangfa.domain.people.corrections import STATES, Decided, State
from shangfa.services.pages import read_page
from shangfa.services.people import corrections
from shangfa.services.people.corrections import NewCorrection

blp = Blueprint(
    "corrections",
    __name__,
    url_prefix="/v1/corrections",
    description="What people ask to have corrected",
)
LONGEST: Final = 2000


class CorrectionSchema(Schema):
    """What is asked."""

    concerns = text(
        200, least=1, required=True, metadata={"example": "部门", "description": "what of it"}
    )
    wrong = text(LONGEST, least=1, required=True)
    should_be = text(LONGEST, least=1, required=True)


class CorrectionDecisionSchema(Schema):
    """What becomes of it; what was accepted says its effect."""

    accepted = fields.Boolean(required=True)
    reason = text(LONGEST, least=1, required=True)
    effect = text(LONGEST, least=1, metadata={"description": "what was changed"})


class CorrectionViewSchema(Schema):
    """What was asked, and what became of it."""

    id = fields.UUID(required=True)
    subject = fields.String(required=True)
    concerns = fields.String(required=True)
    wrong = fields.String(required=True)
    should_be = fields.String(required=True)
    asked_at = fields.DateTime(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    reason = fields.String(required=True, allow_none=True)
    effect = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)


class CorrectionPageSchema(Schema):
    """A page of them."""

    items = fields.List(fields.Nested(CorrectionViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CorrectionsQuerySchema(PageSchema):
    """Which of them."""

    state = fields.String(validate=validate.OneOf(STATES))


def shown(record: CorrectionRecord) -> dict[str, Any]:
    """Show a request."""
    return record._asdict()


@blp.route("", methods=["POST"])
@blp.doc(operationId="askCorrection")
@blp.arguments(CorrectionSchema)
@blp.response(201, CorrectionViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Too many wait already.")
def ask(body: dict[str, Any]) -> Response:
    """Ask for a correction of what is kept about you."""
    return answer(lambda ctx: corrections.ask(ctx, NewCorrection(**body)), shown, 201)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listCorrections")
@blp.arguments(CorrectionsQuerySchema, location="query")
@blp.response(200, CorrectionPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List what was asked, newest first; your own unless you are HR or an auditor."""
    asked = read_page(query["limit"], query.get("cursor"), UUID)
    return answer(lambda ctx: corrections.page(ctx, query.get("state"), asked), show_page(shown))


@blp.route("/<uuid:correction_id>/decision", methods=["POST"])
@blp.doc(operationId="decideCorrection")
@blp.arguments(CorrectionDecisionSchema)
@blp.response(200, CorrectionViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="It was decided before.")
def decide(body: dict[str, Any], correction_id: UUID) -> Response:
    """Decide what somebody asked, with a reason and what was changed."""
    state: State = "accepted" if body["accepted"] else "declined"
    said = Decided(state, body["reason"], body.get("effect"))
    return answer(lambda ctx: corrections.decide(ctx, correction_id, said), shown)
