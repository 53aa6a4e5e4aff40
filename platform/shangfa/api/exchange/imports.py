"""/v1/imports: files of people, wages, incidents, attendance and punches, each whole or not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, send_file

from shangfa.api.auth import context
from shangfa.api.exchange import import_shapes as shapes
from shangfa.api.parser import Blueprint, check_type
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.documents.sheets.reading import CSV, MEDIA
from shangfa.services.exchange import imports
from shangfa.services.exchange.imports import Sent

NAMED = {
    "Content-Disposition": {
        "description": "With the file's name.",
        "schema": {"type": "string"},
    }
}
blp = Blueprint("imports", __name__, url_prefix="/v1/imports", description="Files brought in")


@blp.route("", methods=["POST"])
@blp.doc(operationId="sendImport", **shapes.BODY)
@blp.arguments(shapes.ImportQuerySchema, location="query")
@blp.response(202, shapes.ImportSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The same file was imported before.")
def send(query: dict[str, Any]) -> Response:
    """Send a file; it is checked, and brought in unless it is a rehearsal."""
    check_type(lambda media: media in MEDIA, *MEDIA)
    kind = query["kind"]
    columns = shapes.columns(kind, query.get("columns"))
    body, month = request.get_data(cache=True), query.get("month")
    how = (query["dry_run"], month, query["replace"])
    sent = Sent(kind, request.mimetype, body, columns, *how)
    return answer(lambda ctx: imports.send(ctx, sent), shapes.run, 202)


@blp.route("/<uuid:import_id>", methods=["GET"])
@blp.doc(operationId="getImport")
@blp.response(200, shapes.ImportSchema)
def read(import_id: UUID) -> Response:
    """Read how far a file has come."""
    return answer(lambda ctx: imports.read(ctx, import_id), shapes.run)


@blp.route("/<uuid:import_id>/commit", methods=["POST"])
@blp.doc(operationId="commitImport")
@blp.response(202, shapes.ImportSchema)
@blp.alt_response(409, schema=ProblemSchema, description="It is not checked, or came in already.")
def commit(import_id: UUID) -> Response:
    """Bring in a file that was checked."""
    return answer(lambda ctx: imports.commit(ctx, import_id), shapes.run, 202)


@blp.route("/<uuid:import_id>/cancel", methods=["POST"])
@blp.doc(operationId="cancelImport")
@blp.response(200, shapes.ImportSchema)
@blp.alt_response(409, schema=ProblemSchema, description="It came in, or was refused.")
def cancel(import_id: UUID) -> Response:
    """Let a file go that did not come in yet."""
    return answer(lambda ctx: imports.cancel(ctx, import_id), shapes.run)


@blp.route("/<uuid:import_id>/errors.csv", methods=["GET"])
@blp.doc(operationId="getImportErrors")
@blp.response(200, shapes.BINARY, content_type=CSV, headers=NAMED)
def errors(import_id: UUID) -> Response:
    """Fetch the rows that are bad, each with row, column, code and reason."""
    made = imports.errors(context(), import_id)
    return send_file(made, mimetype=CSV, download_name="errors.csv")


@blp.route("/<uuid:import_id>/changes.csv", methods=["GET"])
@blp.doc(operationId="getImportChanges")
@blp.response(200, shapes.BINARY, content_type=CSV, headers=NAMED)
def changes(import_id: UUID) -> Response:
    """Fetch what a corrected table of attendance adds and takes back, or will."""
    made = imports.changes(context(), import_id)
    return send_file(made, mimetype=CSV, download_name="changes.csv")
