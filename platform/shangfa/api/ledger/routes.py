"""/v1/subjects/{code}/record and /v1/near: where people stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from shangfa.api.auth import context, respond
from shangfa.api.parser import Blueprint
from shangfa.api.shapes import NearQuerySchema, ProblemSchema
from shangfa.services.ledger import standing
from shangfa.services.pages import read_page

blp = Blueprint("standing", __name__, url_prefix="/v1", description="Where people stand")


class RecordSchema(Schema):
    """Balances, totals with their windows and next steps, history and open deadlines."""

    subject = fields.Dict()
    balances = fields.List(fields.Dict())
    tallies = fields.List(fields.Dict())
    history = fields.List(fields.Dict())
    deadlines = fields.List(fields.Dict())


class NearPageSchema(Schema):
    """A page of those near a next step."""

    items = fields.List(fields.Dict())
    next_cursor = fields.String(allow_none=True)


@blp.route("/subjects/<string:code>/record", methods=["GET"])
@blp.doc(operationId="getRecord")
@blp.response(200, RecordSchema)
@blp.alt_response(404, schema=ProblemSchema, description="Nobody that you may see.")
def record(code: str) -> Response:
    """Read a subject's balances, totals, next steps, history and deadlines."""
    return respond(standing.record(context(), code))


@blp.route("/near", methods=["GET"])
@blp.doc(operationId="listNear")
@blp.arguments(NearQuerySchema, location="query")
@blp.response(200, NearPageSchema)
def near(query: dict[str, Any]) -> Response:
    """List who is at most `gap` steps away from what."""
    asked = read_page(query["limit"], query.get("cursor"), UUID)
    return respond(standing.near(context(), query["gap"], asked))
