"""/v1/subjects/{code}/record, /v1/near and /v1/ledger/sums: where people stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.ledger import shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import ProblemSchema
from shangfa.services.ledger import standing
from shangfa.services.months import sums
from shangfa.services.months.sums import Wanted
from shangfa.services.pages import read_page

blp = Blueprint("standing", __name__, url_prefix="/v1", description="Where people stand")


@blp.route("/subjects/<string:code>/record", methods=["GET"])
@blp.doc(operationId="getRecord")
@blp.response(200, shapes.RecordSchema)
@blp.alt_response(404, schema=ProblemSchema, description="Nobody that you may see.")
def record(code: str) -> Response:
    """Read a subject's balances, totals, next steps, history and deadlines."""
    return answer(lambda ctx: standing.record(ctx, code), shapes.record)


@blp.route("/near", methods=["GET"])
@blp.doc(operationId="listNear")
@blp.arguments(shapes.NearQuerySchema, location="query")
@blp.response(200, shapes.NearPageSchema)
def near(query: dict[str, Any]) -> Response:
    """List who is at most `gap` steps away from what."""
    asked, gap = read_page(query["limit"], query.get("cursor"), UUID), query["gap"]
    return answer(lambda ctx: standing.near(ctx, gap, asked), show_page(shapes.tally))


@blp.route("/ledger/sums", methods=["GET"])
@blp.doc(operationId="listSums")
@blp.arguments(shapes.SumsQuerySchema, location="query")
@blp.response(200, shapes.SumsPageSchema)
def booked(query: dict[str, Any]) -> Response:
    """List what was booked: a sum for each month, person, account and unit."""
    asked = read_page(query.pop("limit"), query.pop("cursor", None), sums.read_key)
    wanted = Wanted(**query)
    return answer(lambda ctx: sums.page(ctx, asked, wanted), show_page(shapes.booked))
