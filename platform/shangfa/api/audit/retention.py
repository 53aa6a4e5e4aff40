"""/v1/retention: who left longer ago than the company keeps, and that he is made nameless."""

from __future__ import annotations

from typing import Any, get_args

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.domain.audit.retention import LONGEST, Due, Hold
from shangfa.services.audit import retention
from shangfa.services.audit.retention import Retention

blp = Blueprint(
    "retention",
    __name__,
    url_prefix="/v1/retention",
    description="How long what is kept about those who left is kept",
)
HOLDS = get_args(Hold)


class RetentionYearsSchema(Schema):
    """For how many years."""

    years = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, LONGEST), metadata={"example": 2}
    )


class RetentionAgreedSchema(Schema):
    """Who is made nameless."""

    subjects = fields.List(fields.String(), required=True, validate=validate.Length(1, 500))


class GoneSchema(Schema):
    """Somebody who left, and from when what is kept about him may go."""

    subject = fields.String(required=True)
    left_on = fields.Date(required=True)
    last_on = fields.Date(
        required=True, metadata={"description": "his last day, or of what was decided about him"}
    )
    years = fields.Integer(required=True)
    due_on = fields.Date(required=True)
    due = fields.Boolean(required=True)
    holds = fields.List(fields.String(validate=validate.OneOf(HOLDS)), required=True)
    agreed = fields.Boolean(required=True)


class RetentionSchema(Schema):
    """How long the company keeps, what the law wants, and who left."""

    years = fields.Integer(required=True)
    least_years = fields.Integer(required=True)
    law = fields.String(required=True)
    today = fields.Date(required=True)
    people = fields.List(fields.Nested(GoneSchema), required=True)


def shown(said: Retention) -> dict[str, Any]:
    """Show the dry run."""
    return {
        "years": said.years,
        "least_years": said.least.term,
        "law": said.least.law,
        "today": said.today,
        "people": [_gone(one, said) for one in said.people],
    }


def _gone(one: Due, said: Retention) -> dict[str, Any]:
    return {
        "subject": one.gone.code,
        "left_on": one.gone.left_on,
        "last_on": one.gone.last_on,
        "years": one.years,
        "due_on": one.on,
        "due": one.is_due(said.today),
        "holds": list(one.gone.holds),
        "agreed": one.gone.agreed,
    }


@blp.route("", methods=["GET"])
@blp.doc(operationId="getRetention")
@blp.response(200, RetentionSchema)
def read() -> Response:
    """Say who left, and from when what is kept about each may go; nothing is changed."""
    return answer(retention.read, shown)


@blp.route("", methods=["PUT"])
@blp.doc(operationId="setRetention")
@blp.arguments(RetentionYearsSchema)
@blp.response(200, RetentionSchema)
def set_years(body: dict[str, Any]) -> Response:
    """Set for how many years what is about those who left is kept."""
    return answer(lambda ctx: retention.set_years(ctx, body["years"]), shown)


@blp.route("/agreement", methods=["POST"])
@blp.doc(operationId="agreeRetention")
@blp.arguments(RetentionAgreedSchema)
@blp.response(200, RetentionSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Somebody is not due, or held.")
def agree(body: dict[str, Any]) -> Response:
    """Agree that people are made nameless; `shangfa tenants forget` does it."""
    return answer(lambda ctx: retention.agree(ctx, body["subjects"]), shown)
