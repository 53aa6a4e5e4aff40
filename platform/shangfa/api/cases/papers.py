"""What is handed out of a case: /v1/slips/{no}.pdf and .docx, the pack of its evidence."""

from __future__ import annotations

from io import SEEK_END, BytesIO
from typing import IO, Any, Final
from uuid import UUID

from flask import Response, send_file

from shangfa.api.auth import context
from shangfa.api.parser import Blueprint
from shangfa.api.shapes import ProblemSchema
from shangfa.services.cases.paper import packs, slips

blp = Blueprint("papers", __name__, url_prefix="/v1", description="What is handed out of a case")
ZIP: Final = "application/zip"
NONE: Final = "None that you may see."


def _file(kind: str, what: str, **headers: str) -> dict[str, Any]:
    """Return how a file is described in the OpenAPI document."""
    said = {"Content-Disposition": "`attachment` with the file's name.", **headers}
    described = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in said.items()
    }
    binary = {kind: {"schema": {"type": "string", "format": "binary"}}}
    answer = {"description": what, "headers": described, "content": binary}
    return {"responses": {"200": answer}}


@blp.route("/slips/<string:no>.pdf", methods=["GET"])
@blp.doc(operationId="getSlipPdf", **_file(slips.TYPES["pdf"], "The slip as PDF/A-2b."))
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def pdf(no: str) -> Response:
    """Get a slip on paper: the same bytes whenever you ask."""
    return _slip(no, "pdf")


@blp.route("/slips/<string:no>.docx", methods=["GET"])
@blp.doc(operationId="getSlipWord", **_file(slips.TYPES["docx"], "The slip for Word."))
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def docx(no: str) -> Response:
    """Get a slip as a Word document: the same bytes whenever you ask."""
    return _slip(no, "docx")


def _slip(no: str, form: str) -> Response:
    made = slips.printed(context(), no, form)
    return _sent(BytesIO(made), len(made), slips.TYPES[form], f"{no}.{form}")


_MANIFEST: Final = {"X-Manifest-SHA256": "Of the manifest: what `shangfa verify-pack` expects."}


@blp.route("/cases/<uuid:case_id>/evidence-pack.zip", methods=["GET"])
@blp.doc(operationId="getEvidencePack", **_file(ZIP, "The pack.", **_MANIFEST))
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def pack(case_id: UUID) -> Response:
    """Get what proves a case in one ZIP with a manifest: its slips, and the files it names."""
    made = packs.evidence_pack(context(), case_id)
    made.file.seek(0, SEEK_END)
    size = made.file.tell()
    made.file.seek(0)
    response = _sent(made.file, size, ZIP, f"{case_id}.zip")
    response.headers["X-Manifest-SHA256"] = made.manifest
    return response


def _sent(file: IO[bytes], size: int, kind: str, name: str) -> Response:
    response = send_file(file, kind, as_attachment=True, download_name=name)
    response.call_on_close(file.close)
    response.content_length = size
    response.content_type = kind
    response.headers["Cache-Control"] = "no-store"
    return response
