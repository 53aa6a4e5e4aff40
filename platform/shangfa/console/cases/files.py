"""Files that prove something: handed in on a case's page, given out as attachments."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.forms import SEE_OTHER, field
from shangfa.console.session import asker, inside
from shangfa.domain.faults import MISSING, refused
from shangfa.services.context import Context
from shangfa.services.evidence import files

blp = Blueprint("console-files", __name__)


def hand_in(ctx: Context) -> str | None:
    """Keep the file of a form and return its id, None when it brought none.

    Raises:
        RefusedError: what is wrong with the file.
    """
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    return str(files.add(ctx, file.filename, file.stream).id)


@blp.post("/evidence")
def add() -> AnyResponse:
    """Hand in a file and go back, where the next step may name it."""
    identity = hand_in(asker())
    if identity is None:
        raise refused(MISSING, "/file", value="file")
    return redirect(f"{inside(field('next'))}?evidence={identity}", SEE_OTHER)


@blp.get("/evidence/<uuid:evidence_id>")
def read(evidence_id: UUID) -> Response:
    """Get a file, as an attachment."""
    record, file = files.read(asker(), evidence_id)
    response = send_file(file, record.type, as_attachment=True, download_name=record.name)
    response.call_on_close(file.close)
    response.content_length = record.size
    response.content_type = record.type
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
