"""/v1/periods/{month}/statements/{partner}/…: published, objected to, decided, paid."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.months import bill_shapes as shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.services.bills import acts

blp = Blueprint("bills", __name__, url_prefix="/v1/periods", description="Partners' statements")
WHOSE = "/<string:month>/statements/<string:partner>"
NONE = "No partner that you may see."


@blp.route(f"{WHOSE}/acts", methods=["GET"])
@blp.doc(operationId="listStatementActs")
@blp.response(200, shapes.BillSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
@blp.alt_response(409, schema=ProblemSchema, description="Not published, for the partner.")
def read(month: str, partner: str) -> Response:
    """Read what was done with a statement, and what is still to be paid."""
    return answer(lambda ctx: acts.read(ctx, month, partner), shapes.bill)


@blp.route(f"{WHOSE}/publish", methods=["POST"])
@blp.doc(operationId="publishStatement")
@blp.arguments(shapes.StatementPublishingSchema)
@blp.response(200, shapes.BillSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
@blp.alt_response(409, schema=ProblemSchema, description="This version was published before.")
def publish(body: dict[str, Any], month: str, partner: str) -> Response:
    """Publish a statement as it stands, for the first time or for good."""
    return answer(lambda ctx: acts.publish(ctx, month, partner, body), shapes.bill)


@blp.route(f"{WHOSE}/objections", methods=["POST"])
@blp.doc(operationId="objectToStatement")
@blp.arguments(shapes.StatementObjectionSchema)
@blp.response(200, shapes.BillSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
@blp.alt_response(409, schema=ProblemSchema, description="Not published, too late, or before.")
def object_to(body: dict[str, Any], month: str, partner: str) -> Response:
    """Object to a line of a published statement: the partner, or HR for it."""
    clause, grounds = body["clause"], body["grounds"]
    return answer(lambda ctx: acts.object_to(ctx, month, partner, clause, grounds), shapes.bill)


@blp.route(f"{WHOSE}/decisions", methods=["POST"])
@blp.doc(operationId="decideObjection")
@blp.arguments(shapes.StatementDecisionSchema)
@blp.response(200, shapes.BillSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such partner or objection.")
@blp.alt_response(409, schema=ProblemSchema, description="It was decided before.")
def decide(body: dict[str, Any], month: str, partner: str) -> Response:
    """Say what becomes of a line that was objected to, and why."""
    return answer(lambda ctx: acts.decide(ctx, month, partner, body), shapes.bill)


@blp.route(f"{WHOSE}/payments", methods=["POST"])
@blp.doc(operationId="payStatement")
@blp.arguments(shapes.StatementPaymentSchema)
@blp.response(200, shapes.BillSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
@blp.alt_response(409, schema=ProblemSchema, description="Not published, or more than is due.")
def pay(body: dict[str, Any], month: str, partner: str) -> Response:
    """Note what a partner paid; the settlement goes on when nothing is left."""
    amount, reference = body["amount"], body["reference"]
    return answer(lambda ctx: acts.pay(ctx, month, partner, amount, reference), shapes.bill)
