"""/v1/funds: what fines feed, and what is spent of it."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.auth import if_match
from shangfa.api.months import fund_shapes as shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.db.months.funds import FundRecord
from shangfa.services.etags import etag_of
from shangfa.services.funds import ledgers
from shangfa.services.pages import read_page

blp = Blueprint("funds", __name__, url_prefix="/v1/funds", description="What fines feed")
NONE = "No such fund."


def _revision(found: FundRecord) -> str:
    return etag_of(found.revision)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listFunds")
@blp.response(200, shapes.FundPageSchema)
def page() -> Response:
    """List the funds with what feeds them and what is in them."""
    return answer(ledgers.page, show_page(shapes.fund))


@blp.route("/<string:code>", methods=["GET"])
@blp.doc(operationId="getFund")
@blp.response(200, shapes.FundSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def read(code: str) -> Response:
    """Read what feeds a fund and what is in it."""
    return answer(lambda ctx: ledgers.read(ctx, code), shapes.fund, etag=_revision)


@blp.route("/<string:code>", methods=["PUT"])
@blp.doc(operationId="setFund")
@blp.arguments(shapes.FundRuleSchema)
@blp.response(200, shapes.FundSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Another fund is fed by the same.")
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def put(body: dict[str, Any], code: str) -> Response:
    """Open a fund, or change what feeds it from the next locked month on; ETag in If-Match."""
    said, seen = shapes.new_rule(body), if_match()
    return answer(lambda ctx: ledgers.put(ctx, code, said, seen), shapes.fund, etag=_revision)


@blp.route("/<string:code>/entries", methods=["GET"])
@blp.doc(operationId="listFundEntries")
@blp.arguments(PageSchema, location="query")
@blp.response(200, shapes.FundEntryPageSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def entries(query: dict[str, Any], code: str) -> Response:
    """List every fen in and out of a fund, the first one first."""
    asked = read_page(query["limit"], query.get("cursor"), int)
    return answer(lambda ctx: ledgers.entries(ctx, code, asked), show_page(shapes.entry))


@blp.route("/<string:code>/spend", methods=["POST"])
@blp.doc(operationId="spendFund")
@blp.arguments(shapes.SpendSchema)
@blp.response(200, shapes.AgreedSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
@blp.alt_response(409, schema=ProblemSchema, description="Too little is in it, or another waits.")
def spend(body: dict[str, Any], code: str) -> Response:
    """Agree to a spending; it is booked when hr and finance have."""
    asked = shapes.spending(body)
    return answer(lambda ctx: ledgers.spend(ctx, code, asked), shapes.agreed)
