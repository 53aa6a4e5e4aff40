"""Slips, and the pack of a case's evidence."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, send_file

from shangfa.console.pages import show
from shangfa.console.session import asker
from shangfa.services.cases import slips
from shangfa.services.cases.paper import packs
from shangfa.services.cases.paper.slips import TYPES, printed
from shangfa.services.people.search import names

blp = Blueprint("console-papers", __name__)


@blp.get("/slips/<string:no>")
def read(no: str) -> Response:
    """A slip, to be read here or fetched."""
    ctx = asker()
    slip = slips.read(ctx, no)
    codes = {effect["subject"] for effect in slip.body["effects"]}
    return show("slip.html", slip=slip, names=names(ctx, codes))


@blp.get("/slips/<string:no>.pdf")
def pdf(no: str) -> Response:
    """A slip on paper."""
    return _paper(no, "pdf")


@blp.get("/slips/<string:no>.docx")
def docx(no: str) -> Response:
    """A slip for Word."""
    return _paper(no, "docx")


def _paper(no: str, form: str) -> Response:
    made = BytesIO(printed(asker(), no, form))
    return send_file(made, TYPES[form], as_attachment=True, download_name=f"{no}.{form}")


@blp.get("/cases/<uuid:case_id>/evidence-pack.zip")
def pack(case_id: UUID) -> Response:
    """What proves a case, in one file."""
    made = packs.evidence_pack(asker(), case_id)
    made.file.seek(0)
    response = send_file(made.file, "application/zip", True, f"{case_id}.zip")  # noqa: FBT003
    response.call_on_close(made.file.close)
    return response
