"""/v1/incidents: record a fact, read it back, undo it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.auth import context, respond
from shangfa.api.parser import Blueprint
from shangfa.api.shapes import (
    ChoicesSchema,
    IncidentPageSchema,
    IncidentQuerySchema,
    IncidentSchema,
    IncidentViewSchema,
    ProblemSchema,
    ReasonSchema,
    ReversalSchema,
    SettledSchema,
)
from shangfa.services.cases import choices
from shangfa.services.incidents import history as journal
from shangfa.services.incidents import record as incidents
from shangfa.services.ledger import reversals
from shangfa.services.pages import read_page

blp = Blueprint("incidents", __name__, url_prefix="/v1/incidents", description="What happened")


@blp.route("", methods=["POST"])
@blp.doc(operationId="recordIncident")
@blp.arguments(IncidentSchema())
@blp.response(201, IncidentViewSchema)
@blp.alt_response(422, schema=ProblemSchema, description="The incident was refused.")
def record(body: dict[str, Any]) -> Response:
    """Record an incident and learn what the policy says follows."""
    return respond(incidents.record(context(), body))


@blp.route("", methods=["GET"])
@blp.doc(operationId="listIncidents")
@blp.arguments(IncidentQuerySchema, location="query")
@blp.response(200, IncidentPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List the incidents you may see, newest recorded first."""
    asked = read_page(query["limit"], query.get("cursor"), UUID)
    return respond(journal.page(context(), asked, query))


@blp.route("/<uuid:incident_id>", methods=["GET"])
@blp.doc(operationId="getIncident")
@blp.response(200, IncidentViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
def read(incident_id: UUID) -> Response:
    """Read an incident with its decision."""
    return respond(journal.read(context(), incident_id))


@blp.route("/<uuid:incident_id>/choices", methods=["POST"])
@blp.doc(operationId="settleChoices")
@blp.arguments(ChoicesSchema)
@blp.response(201, SettledSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Decided or reversed already.")
@blp.alt_response(422, schema=ProblemSchema, description="A value outside its limits.")
def settle(body: dict[str, Any], incident_id: UUID) -> Response:
    """Decide what the policy leaves open, inside its limits and with a reason."""
    return respond(choices.settle(context(), incident_id, body))


@blp.route("/<uuid:incident_id>/reversal", methods=["POST"])
@blp.doc(operationId="reverseIncident")
@blp.arguments(ReasonSchema)
@blp.response(201, ReversalSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="Reversed already.")
def reverse(body: dict[str, Any], incident_id: UUID) -> Response:
    """Undo an incident with all that followed from it."""
    return respond(reversals.reverse(context(), incident_id, body["reason"]))
