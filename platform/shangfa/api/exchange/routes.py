"""/v1/changes: every committed change, once and in order."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.exchange import shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.services.exchange import changes

blp = Blueprint(
    "changes", __name__, url_prefix="/v1/changes", description="What happened, in order"
)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listChanges")
@blp.arguments(shapes.ChangesQuerySchema, location="query")
@blp.response(200, shapes.ChangesSchema)
def page(query: dict[str, Any]) -> Response:
    """Follow what happens: every change after a cursor, oldest first."""
    since, limit = query.get("since"), query["limit"]
    return answer(lambda ctx: changes.changes(ctx, since, limit), shapes.changes)
