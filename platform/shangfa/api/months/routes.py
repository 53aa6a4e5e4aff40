"""/v1/programmes: evaluate a period that is over."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.auth import context, respond
from shangfa.api.parser import Blueprint
from shangfa.api.shapes import CODE, EffectSchema, PolicyRefSchema, ProblemSchema, TraceSchema
from shangfa.services.months import programmes

blp = Blueprint("programmes", __name__, url_prefix="/v1/programmes", description="Periods")


class EvaluationSchema(Schema):
    """Which period, and what is handed in; inputs left out are those of the last time."""

    period = fields.String(
        required=True,
        validate=validate.Regexp(r"^\d{4}(-\d{2}|Q[1-4])?\Z"),
        metadata={"example": "2026-03"},
    )
    policy = fields.String(validate=CODE)
    inputs = fields.Dict(keys=fields.String())


class EvaluatedSchema(Schema):
    """What the programme gives, and what had to be posted for it this time."""

    programme = fields.String()
    policy = fields.Nested(PolicyRefSchema)
    period = fields.String()
    effects = fields.List(fields.Nested(EffectSchema))
    posted = fields.List(fields.Nested(EffectSchema))
    trace = fields.List(fields.Nested(TraceSchema))


class ProgrammeSchema(Schema):
    """A programme in force."""

    name = fields.String()
    policy = fields.String()
    title = fields.String()
    kind = fields.String()
    period = fields.String()
    inputs = fields.List(fields.String())
    missing = fields.List(fields.String())


class ProgrammePageSchema(Schema):
    """All programmes in force."""

    items = fields.List(fields.Nested(ProgrammeSchema))
    next_cursor = fields.String(allow_none=True)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listProgrammes")
@blp.response(200, ProgrammePageSchema)
def page() -> Response:
    """List the programmes in force and the inputs they take."""
    return respond(programmes.listing(context()))


@blp.route("/<string:name>/evaluate", methods=["POST"])
@blp.doc(operationId="evaluateProgramme")
@blp.arguments(EvaluationSchema)
@blp.response(200, EvaluatedSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The period is not over.")
@blp.alt_response(422, schema=ProblemSchema, description="An input cannot be used.")
def evaluate(body: dict[str, Any], name: str) -> Response:
    """Evaluate a programme for a period; again, it posts only what changed."""
    return respond(programmes.evaluate(context(), name, body))
