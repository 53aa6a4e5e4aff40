"""/v1/incidents/{id}/liftings: what counts no longer though its time is not over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.fields import Day, short, text
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import AdjustmentsSchema, DryRunSchema, ProblemSchema, adjustments
from shangfa.db.cases.acts.liftings import LiftingRecord
from shangfa.domain.policies.policy import LAPSING
from shangfa.services.cases.acts import liftings
from shangfa.services.cases.acts.liftings import Done, Wish

blp = Blueprint("liftings", __name__, url_prefix="/v1/incidents", description="What is lifted")
ACCOUNTS = sorted(LAPSING)


class LiftingSchema(Schema):
    """That something was lifted, or that this was withdrawn."""

    id = fields.UUID(required=True)
    subject = fields.String(required=True)
    account = fields.String(required=True, validate=validate.OneOf(ACCOUNTS))
    unit = fields.String(required=True)
    from_ = fields.Date(
        required=True,
        allow_none=True,
        data_key="from",
        attribute="from",
        metadata={"description": "the first day on which it counts no longer; null: withdrawn"},
    )
    reason = fields.String(required=True)
    at = fields.DateTime(required=True)


class LiftingsSchema(Schema):
    """All that was lifted of an incident and withdrawn, the oldest first."""

    items = fields.List(fields.Nested(LiftingSchema), required=True)


class LiftedSchema(LiftingSchema):
    """What was just lifted, with what that changes."""

    adjustments = fields.Nested(AdjustmentsSchema, required=True)


class LiftSchema(Schema):
    """What is lifted: all that somebody has of the incident in one unit."""

    subject = short(required=True)
    account = fields.String(load_default="marks", validate=validate.OneOf(ACCOUNTS))
    unit = short(required=True, metadata={"example": "warning"})
    from_ = Day(
        data_key="from",
        attribute="from",
        metadata={"description": "the first day on which it counts no longer; today when absent"},
    )
    withdraw = fields.Boolean(
        load_default=False, metadata={"description": "take a lifting back instead"}
    )
    reason = text(2000, least=1, required=True, metadata={"example": "参加学习并考核合格"})


@blp.route("/<uuid:incident_id>/liftings", methods=["GET"])
@blp.doc(operationId="listLiftings")
@blp.response(200, LiftingsSchema)
def page(incident_id: UUID) -> Response:
    """List what was lifted of an incident before its time, and what of that was withdrawn."""
    return answer(lambda ctx: liftings.acts(ctx, incident_id), _page)


@blp.route("/<uuid:incident_id>/liftings", methods=["POST"])
@blp.doc(operationId="lift")
@blp.arguments(DryRunSchema, location="query")
@blp.arguments(LiftSchema)
@blp.response(201, LiftedSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="Not in force on that day, or not lifted.")
@blp.alt_response(422, schema=ProblemSchema, description="A day to come.")
def lift(query: dict[str, Any], body: dict[str, Any], incident_id: UUID) -> Response:
    """Lift marks or points of an incident before their time, or withdraw that."""
    what = (body["subject"], body["account"], body["unit"], body.get("from"))
    said = Wish(incident_id, *what, body["reason"], body["withdraw"])
    return answer(lambda ctx: liftings.lift(ctx, said, dry_run=query["dry_run"]), _done, 201)


def _page(found: Sequence[LiftingRecord]) -> dict[str, Any]:
    return {"items": [_shown(item) for item in found]}


def _done(done: Done) -> dict[str, Any]:
    return {**_shown(done.act), "adjustments": adjustments(done.adjustments)}


def _shown(found: LiftingRecord) -> dict[str, Any]:
    return {
        "id": found.id,
        "subject": found.subject,
        "account": found.account,
        "unit": found.unit,
        "from": found.lifted_on,
        "reason": found.reason,
        "at": found.at,
    }
