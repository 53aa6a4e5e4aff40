"""What is handed out of a case: /v1/slips/{no}.pdf and .docx, the pack of its evidence."""

from __future__ import annotations

from io import SEEK_END, BytesIO
from typing import IO, Any, Final
from uuid import UUID

from flask import Response, send_file
from marshmallow import Schema, fields

from shangfa.api.auth import context
from shangfa.api.fields import Month, short
from shangfa.api.parser import Blueprint, read_file
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import UPLOAD, ProblemSchema
from shangfa.config import settings
from shangfa.services.cases.paper import forms, issued, law, packs, slips
from shangfa.services.cases.paper.law import LawShown

blp = Blueprint("papers", __name__, url_prefix="/v1", description="What is handed out of a case")
ZIP: Final = "application/zip"
NONE: Final = "None that you may see."
NEXT: Final = "X-Next-After"


class MonthQuerySchema(Schema):
    """Which slips."""

    month = Month(required=True)
    after = short(metadata={"example": "2026-000500"})


class LawSchema(Schema):
    """A row of law in force at one of the company's places, with where it is from."""

    code = fields.String(required=True)
    region = fields.String(required=True, metadata={"example": "440300"})
    category = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    value = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True)
    law = fields.String(required=True)
    text_zh = fields.String(required=True)
    text_en = fields.String(required=True)
    source = fields.String(required=True)
    certainty = fields.String(required=True)
    confirmed = fields.Boolean(required=True, metadata={"description": "its text was read"})
    due_on = fields.Date(required=True, allow_none=True)


class LawPageSchema(Schema):
    """What the law says of a case's procedure."""

    items = fields.List(fields.Nested(LawSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class FormSchema(Schema):
    """How often the form was changed."""

    revision = fields.Integer(required=True)


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


@blp.route("/slips.pdf", methods=["GET"])
@blp.doc(
    operationId="getSlipsOfMonth",
    **_file(slips.TYPES["pdf"], "The slips.", **{NEXT: "Send it as `after`: there are more."}),
)
@blp.arguments(MonthQuerySchema, location="query")
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def month(query: dict[str, Any]) -> Response:
    """Get the slips made in a month that you may see, on one paper; 500 at once."""
    made = issued.month_paper(context(), query["month"], query.get("after"))
    name = f"slips-{query['month']}.pdf"
    response = _sent(BytesIO(made.paper), len(made.paper), slips.TYPES["pdf"], name)
    if made.last:
        response.headers[NEXT] = made.last
    return response


@blp.route("/slip-form.docx", methods=["GET"])
@blp.doc(operationId="getSlipForm", **_file(slips.TYPES["docx"], "The form."))
@blp.alt_response(404, schema=ProblemSchema, description="The company has none of its own.")
def read_form() -> Response:
    """Get the company's own Word form of slips."""
    body = forms.read(context())
    return _sent(BytesIO(body), len(body), slips.TYPES["docx"], "slip-form.docx")


@blp.route("/slip-form", methods=["PUT"])
@blp.doc(operationId="setSlipForm", **UPLOAD)
@blp.response(200, FormSchema)
@blp.alt_response(422, schema=ProblemSchema, description="It cannot be filled; it says why.")
def set_form() -> Response:
    """Put a Word form of the company's own in force: it is tried before it is kept."""
    context().need("slips:form")
    file = read_file(settings().max_evidence)
    return answer(lambda ctx: forms.put(ctx, file.stream), _revision)


@blp.route("/slip-form", methods=["DELETE"])
@blp.doc(operationId="dropSlipForm")
@blp.response(200, FormSchema)
def drop_form() -> Response:
    """Go back to the form that comes with the install."""
    return answer(lambda ctx: forms.put(ctx, None), _revision)


def _revision(number: int) -> dict[str, int]:
    return {"revision": number}


@blp.route("/cases/<uuid:case_id>/law", methods=["GET"])
@blp.doc(operationId="getLawOfCase")
@blp.response(200, LawPageSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def read_law(case_id: UUID) -> Response:
    """Get what the law says of a case's procedure where the company works: a hint, no decision."""
    return answer(lambda ctx: law.law_of(ctx, case_id), show_page(_law))


def _law(shown: LawShown) -> dict[str, Any]:
    row = shown.row
    return {
        "code": row.code,
        "region": row.region,
        "category": row.category,
        "since": row.start,
        "until": row.end,
        "value": row.value,
        "unit": row.unit,
        "law": row.law,
        "text_zh": row.basis.text("zh"),
        "text_en": row.basis.text("en"),
        "source": row.source,
        "certainty": row.reading,
        "confirmed": row.confirmed,
        "due_on": shown.due_on,
    }


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
