"""/v1/audit: everything that happened and who opened what, in a chain that can be verified."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.audit import shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.services.audit import anchors, chain

blp = Blueprint("audit", __name__, url_prefix="/v1/audit", description="Who did and opened what")


@blp.route("", methods=["GET"])
@blp.doc(operationId="listAudit")
@blp.arguments(shapes.AuditQuerySchema, location="query")
@blp.response(200, shapes.EntriesSchema)
def page(query: dict[str, Any]) -> Response:
    """Read the audit log after an entry, oldest first."""
    return answer(lambda ctx: chain.entries(ctx, query["since"], query["limit"]), shapes.entries)


@blp.route("/verify", methods=["GET"])
@blp.doc(operationId="verifyAudit")
@blp.arguments(shapes.AnchorQuerySchema, location="query")
@blp.response(200, shapes.VerdictSchema)
def verify(query: dict[str, Any]) -> Response:
    """Verify the whole chain; with `entries` and `head` noted before, that nothing was cut."""
    return answer(lambda ctx: chain.verify(ctx, shapes.anchor(query)), shapes.verdict)


@blp.route("/anchor", methods=["GET"])
@blp.doc(operationId="getAuditAnchor")
@blp.response(200, shapes.SignedAnchorSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The chain is broken.")
def anchor() -> Response:
    """Sign how far the chain goes now, to be kept elsewhere; the whole of it is verified first."""
    return answer(anchors.anchor, shapes.signed_anchor)
