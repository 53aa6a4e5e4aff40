"""Files brought in: sent, looked at with what is wrong, and brought in as a whole."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import field, once
from shangfa.console.pages import show, show_again
from shangfa.console.session import asker
from shangfa.documents.sheets.reading import CSV, MEDIA
from shangfa.domain.exchange.imports import COLUMNS, IMPORT_KINDS, NEEDED
from shangfa.domain.faults import INVALID, MISSING, NOT_FOUND, RefusedError, refused
from shangfa.domain.text import Note
from shangfa.services.exchange import imports
from shangfa.services.exchange.imports import Sent

blp = Blueprint("console-imports", __name__)
ENDINGS: Final = dict(zip((".csv", ".ndjson", ".xlsx"), MEDIA, strict=True))
"""How a file's name ends -> what it holds."""
NO_TABLE: Final = Note(
    "须为 .csv、.xlsx 或 .ndjson 文件", "a file .csv, .xlsx or .ndjson is expected"
)
STEPS: Final = {"commit": imports.commit, "cancel": imports.cancel}


@blp.get("/imports")
def begin() -> Response:
    """A form for a file."""
    asker().need("imports:write")
    kind = request.args.get("kind", "")
    known = kind if kind in IMPORT_KINDS else IMPORT_KINDS[0]
    return show("imports.html", typed={"kind": known}, faults=[], columns=COLUMNS, needed=NEEDED)


@blp.get("/imports/<string:kind>.csv")
def empty(kind: str) -> Response:
    """A file with the columns of a kind and no row, to be filled in."""
    asker().need("imports:write")
    if kind not in IMPORT_KINDS:
        raise refused(NOT_FOUND, "")
    made = Response(f"\ufeff{','.join(COLUMNS[kind])}\r\n", content_type=f"{CSV}; charset=utf-8")
    made.headers["Content-Disposition"] = f"attachment; filename={kind}.csv"
    return made


@blp.post("/imports")
def send() -> AnyResponse:
    """Keep a file and have it checked; it is brought in by a second step."""
    asker().need("imports:write")
    try:
        sent = _sent()
        return once(lambda who: imports.send(who, sent), lambda run: _place(run.file_id))
    except RefusedError as error:
        return show_again("imports.html", error, columns=COLUMNS, needed=NEEDED)


def _sent() -> Sent:
    """Return the file of a form.

    Raises:
        RefusedError: `missing`, `invalid`.
    """
    said, file = Fields(), request.files.get("file")
    kind, month = said.one_of("kind", IMPORT_KINDS), said.text("month")
    said.done()
    if file is None or not file.filename:
        raise refused(MISSING, "/file", value="file")
    media = ENDINGS.get(PurePath(file.filename).suffix.lower())
    if media is None:
        raise refused(INVALID, "/file", value=file.filename[:80], why=NO_TABLE)
    return Sent(kind, media, file.stream.read(), {}, dry_run=True, month=month)


def _place(file_id: UUID) -> str:
    return f"/console/imports/{file_id}"


@blp.get("/imports/<uuid:file_id>")
def read(file_id: UUID) -> Response:
    """How far a file has come."""
    return show("import.html", run=imports.read(asker(), file_id), faults=[])


@blp.post("/imports/<uuid:file_id>")
def take(file_id: UUID) -> AnyResponse:
    """Bring a checked file in, or let it go."""
    ctx, work = asker(), STEPS.get(field("step"))
    if work is None:
        raise refused(NOT_FOUND, "")
    run = imports.read(ctx, file_id)
    try:
        return once(lambda who: work(who, file_id), lambda _: _place(file_id))
    except RefusedError as error:
        return show_again("import.html", error, run=run)


@blp.get("/imports/<uuid:file_id>/errors.csv")
def errors(file_id: UUID) -> Response:
    """The rows that are bad, each with what is wrong."""
    made = imports.errors(asker(), file_id)
    return send_file(made, CSV, True, "errors.csv")  # noqa: FBT003
