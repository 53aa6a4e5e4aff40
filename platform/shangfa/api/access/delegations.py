"""/v1/delegations: who stands in for whom, from when until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.access import shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import NO_CONTENT, answer, show_page
from shangfa.api.shapes import ProblemSchema
from shangfa.services.people import delegations

blp = Blueprint(
    "delegations", __name__, url_prefix="/v1/delegations", description="Who stands in for whom"
)


@blp.route("", methods=["POST"])
@blp.doc(operationId="createDelegation")
@blp.arguments(shapes.DelegationSchema)
@blp.response(201, shapes.DelegationViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
def create(body: dict[str, Any]) -> Response:
    """Let a user act in another's role for a time, under his own name."""
    said, tenant = shapes.new_delegation(body), body.get("tenant")
    return answer(lambda ctx: delegations.create(ctx, tenant, said), shapes.delegation, 201)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listDelegations")
@blp.arguments(shapes.TenantQuerySchema, location="query")
@blp.response(200, shapes.DelegationPageSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
def page(query: dict[str, Any]) -> Response:
    """List who stands, stood and will stand in for whom."""
    tenant = query.get("tenant")
    return answer(lambda ctx: delegations.listing(ctx, tenant), show_page(shapes.delegation))


@blp.route("/<uuid:delegation_id>", methods=["DELETE"])
@blp.doc(operationId="endDelegation")
@blp.arguments(shapes.TenantQuerySchema, location="query")
@blp.response(NO_CONTENT)
def end(query: dict[str, Any], delegation_id: UUID) -> Response:
    """End that somebody stands in, at once."""
    tenant = query.get("tenant")
    return answer(lambda ctx: delegations.end(ctx, tenant, delegation_id), status=NO_CONTENT)
