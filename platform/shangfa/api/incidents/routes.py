"""/v1/incidents: record a fact, read it back, undo it. /v1/assessments: what would follow."""

from __future__ import annotations

from itertools import chain
from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.auth import context
from shangfa.api.incidents import batch_shapes, shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import DecisionSchema, ProblemSchema
from shangfa.db.incidents import Filters
from shangfa.db.tx.encode import to_json
from shangfa.documents.sheets.reading import NDJSON
from shangfa.services.cases import choices, reversals
from shangfa.services.incidents import batch as batches
from shangfa.services.incidents import history
from shangfa.services.incidents import preview as previews
from shangfa.services.incidents import record as records
from shangfa.services.pages import read_page

blp = Blueprint("incidents", __name__, url_prefix="/v1", description="What happened")


@blp.route("/incidents", methods=["POST"])
@blp.doc(operationId="recordIncident")
@blp.arguments(shapes.IncidentSchema())
@blp.response(201, shapes.IncidentViewSchema)
@blp.alt_response(422, schema=ProblemSchema, description="The incident was refused.")
def record(body: dict[str, Any]) -> Response:
    """Record an incident and learn what the policy says follows."""
    said = shapes.report(body)
    return answer(lambda ctx: records.record(ctx, said), shapes.incident, 201)


@blp.route("/incidents:batch", methods=["POST"])
@blp.doc(operationId="recordIncidents")
@blp.arguments(batch_shapes.BatchSchema)
@blp.response(200, batch_shapes.BatchAnswerSchema)
def record_all(body: dict[str, Any]) -> Response:
    """Record up to 500 incidents in order; one that is faulty is answered so and left out."""
    said = [batch_shapes.said(item) for item in body["items"]]
    return answer(lambda ctx: batches.record_all(ctx, said), batch_shapes.outcomes)


@blp.route("/incidents", methods=["GET"])
@blp.doc(operationId="listIncidents")
@blp.arguments(shapes.IncidentQuerySchema, location="query")
@blp.response(200, shapes.IncidentPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List the incidents you may see, newest recorded first."""
    asked = read_page(query.pop("limit"), query.pop("cursor", None), UUID)
    filters = Filters(before=UUID(asked.cursor) if asked.cursor else None, **query)
    return answer(lambda ctx: history.page(ctx, asked, filters), show_page(shapes.incident))


@blp.route("/incidents.ndjson", methods=["GET"])
@blp.doc(operationId="exportIncidents")
@blp.arguments(shapes.IncidentFilterSchema, location="query")
@blp.response(200, shapes.LINES, content_type=NDJSON)
def export(query: dict[str, Any]) -> Response:
    """Fetch all incidents you may see, one a line of JSON, newest recorded first."""
    pages = history.every(context(), Filters(**query))
    first = next(pages)  # what is refused is refused before the first line
    shown = (
        to_json(shapes.incident(view)) + b"\n" for view in chain(first, chain.from_iterable(pages))
    )
    return Response(shown, content_type=NDJSON)


@blp.route("/incidents/<uuid:incident_id>", methods=["GET"])
@blp.doc(operationId="getIncident")
@blp.response(200, shapes.IncidentViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
def read(incident_id: UUID) -> Response:
    """Read an incident with its decision."""
    return answer(lambda ctx: history.read(ctx, incident_id), shapes.incident)


@blp.route("/incidents/<uuid:incident_id>/choices", methods=["POST"])
@blp.doc(operationId="decideChoices")
@blp.arguments(shapes.DecidedChoicesSchema)
@blp.response(201, shapes.ChosenSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Decided or reversed already.")
@blp.alt_response(422, schema=ProblemSchema, description="A value outside its limits.")
def choose(body: dict[str, Any], incident_id: UUID) -> Response:
    """Decide what the policy leaves open, inside its limits and with a reason."""
    given, reason = shapes.values(body), body["reason"]
    return answer(lambda ctx: choices.choose(ctx, incident_id, given, reason), shapes.chosen, 201)


@blp.route("/incidents/<uuid:incident_id>/reversal", methods=["POST"])
@blp.doc(operationId="reverseIncident")
@blp.arguments(shapes.ReasonSchema)
@blp.response(201, shapes.ReversalSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="Reversed already.")
def reverse(body: dict[str, Any], incident_id: UUID) -> Response:
    """Undo an incident with all that followed from it."""
    reason = body["reason"]
    return answer(lambda ctx: reversals.reverse(ctx, incident_id, reason), shapes.reversal, 201)


@blp.route("/assessments", methods=["POST"])
@blp.doc(operationId="assess")
@blp.arguments(shapes.AssessmentSchema())
@blp.response(200, DecisionSchema)
@blp.alt_response(422, schema=ProblemSchema, description="The incident would be refused.")
def assess(body: dict[str, Any]) -> Response:
    """Learn what would follow; nothing is stored."""
    said = shapes.report(body)
    given = [shapes.report(item) for item in body.get("given") or ()]
    return answer(lambda ctx: previews.preview(ctx, said, given))
