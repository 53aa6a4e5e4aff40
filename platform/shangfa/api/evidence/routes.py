"""/v1/evidence: hand a file in, get it again."""

from __future__ import annotations

from uuid import UUID

from flask import Response, send_file

from shangfa.api.auth import context
from shangfa.api.evidence import shapes
from shangfa.api.parser import Blueprint, read_file
from shangfa.api.replies import answer
from shangfa.api.shapes import UPLOAD, ProblemSchema
from shangfa.config import settings
from shangfa.services.cases.acts.approving import approves
from shangfa.services.evidence import files

blp = Blueprint("evidence", __name__, url_prefix="/v1/evidence", description="What proves it")


@blp.route("", methods=["POST"])
@blp.doc(operationId="addEvidence", **UPLOAD)
@blp.response(201, shapes.EvidenceSchema)
@blp.alt_response(422, schema=ProblemSchema, description="Empty, unsafe name, or wrong type.")
def add() -> Response:
    """Hand in a file; its type is told by its content, and the same content is kept once."""
    context().need("evidence:add")
    file = read_file(settings().max_evidence)
    name = file.filename or ""
    return answer(lambda ctx: files.add(ctx, name, file.stream), shapes.evidence, 201)


@blp.route("/<uuid:evidence_id>", methods=["GET"])
@blp.doc(operationId="getEvidence", **shapes.DOWNLOAD)
def read(evidence_id: UUID) -> Response:
    """Get a file, as an attachment: whoever handed it in, or sees an incident that names it."""
    record, file = files.read(context(), evidence_id, approves)
    response = send_file(file, record.type, as_attachment=True, download_name=record.name)
    response.call_on_close(file.close)
    response.content_length = record.size
    response.content_type = record.type
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
