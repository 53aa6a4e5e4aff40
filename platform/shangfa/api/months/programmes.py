"""/v1/programmes: evaluate a period that is over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.months import programme_shapes as shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import ProblemSchema
from shangfa.services.months import programmes
from shangfa.services.pages import read_page

blp = Blueprint("programmes", __name__, url_prefix="/v1/programmes", description="Periods")


@blp.route("", methods=["GET"])
@blp.doc(operationId="listProgrammes")
@blp.response(200, shapes.ProgrammePageSchema)
def page() -> Response:
    """List the programmes in force and the inputs they take."""
    return answer(programmes.listing, show_page(shapes.programme))


@blp.route("/<string:name>/evaluations", methods=["GET"])
@blp.doc(operationId="listEvaluations")
@blp.arguments(shapes.EvaluationsQuerySchema, location="query")
@blp.response(200, shapes.EvaluationPageSchema)
def list_evaluations(query: dict[str, Any], name: str) -> Response:
    """List the evaluations of a programme, newest first: who, when, from what, with what effect."""
    asked, period = read_page(query["limit"], query.get("cursor"), UUID), query.get("period")
    return answer(
        lambda ctx: programmes.past(ctx, name, period, asked), show_page(shapes.evaluation)
    )


@blp.route("/<string:name>/evaluate", methods=["POST"])
@blp.doc(operationId="evaluateProgramme")
@blp.arguments(shapes.EvaluationSchema)
@blp.response(200, shapes.EvaluatedSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The period is not over.")
@blp.alt_response(422, schema=ProblemSchema, description="An input cannot be used.")
def evaluate(body: dict[str, Any], name: str) -> Response:
    """Evaluate a programme for a period; again, it posts only what changed."""
    asked = shapes.request(name, body)
    return answer(lambda ctx: programmes.evaluate(ctx, asked), shapes.evaluated)
