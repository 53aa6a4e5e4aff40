"""/v1/assessments: what would follow, with nothing stored."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.auth import context, respond
from shangfa.api.parser import Blueprint
from shangfa.api.shapes import AssessmentSchema, DecisionSchema, ProblemSchema
from shangfa.services.incidents import preview as assessments
from shangfa.services.replies import answer

blp = Blueprint(
    "assessments", __name__, url_prefix="/v1/assessments", description="What would follow"
)


@blp.route("", methods=["POST"])
@blp.doc(operationId="assess")
@blp.arguments(AssessmentSchema())
@blp.response(200, DecisionSchema)
@blp.alt_response(422, schema=ProblemSchema, description="It would be refused.")
def assess(body: dict[str, Any]) -> Response:
    """Learn what would follow from an incident, and from others assumed before it."""
    return respond(answer(200, assessments.preview(context(), body)))
