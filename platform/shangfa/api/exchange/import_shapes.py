"""What an import looks like in JSON, and what its query may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Month, text
from shangfa.db.exchange.imports import RunRecord
from shangfa.documents.sheets.reading import MEDIA
from shangfa.domain.exchange.imports import COLUMNS, IGNORED, IMPORT_KINDS, IMPORT_STATES
from shangfa.domain.faults import UNKNOWN_FIELD, refused

BINARY: Final = {"type": "string", "format": "binary"}
BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {media: {"schema": BINARY} for media in MEDIA}}
}


class ImportQuerySchema(Schema):
    """What the file holds, and whether it is a rehearsal.

    `month`: what rows of attendance without a day are about. `replace`: a corrected table of
    attendance; what earlier ones said of its people and days, with `month` of the whole month,
    is taken back where it differs.
    """

    kind = fields.String(required=True, validate=validate.OneOf(IMPORT_KINDS))
    dry_run = fields.Boolean(load_default=False)
    replace = fields.Boolean(load_default=False)
    month = Month()
    columns = text(
        metadata={"description": "headers of your own: `员工编号:subject,备用:-`; - is read over"}
    )


class ImportSchema(Schema):
    """How far a file has come: `done` of its rows are read."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(IMPORT_KINDS))
    dry_run = fields.Boolean(required=True)
    state = fields.String(required=True, validate=validate.OneOf(IMPORT_STATES))
    rows = fields.Integer(required=True)
    good = fields.Integer(required=True)
    bad = fields.Integer(required=True)
    done = fields.Integer(required=True)


def columns(kind: str, given: str | None) -> Mapping[str, str]:
    """Return header -> column as a query names them.

    Raises:
        RefusedError: `unknown_field`.
    """
    found: dict[str, str] = {}
    for item in filter(None, (given or "").split(",")):
        header, _, column = item.rpartition(":")
        if column not in (*COLUMNS[kind], IGNORED) or not header:
            allowed = "、".join((*COLUMNS[kind], IGNORED))
            raise refused(UNKNOWN_FIELD, "/columns", value=column, allowed=allowed)
        found[header.strip()] = column
    return found


def run(found: RunRecord) -> dict[str, Any]:
    """Return an import."""
    return {
        "id": found.file_id,
        "kind": found.kind,
        "dry_run": found.dry_run,
        "state": found.state,
        "rows": found.total,
        "good": found.good,
        "bad": found.bad,
        "done": found.done,
    }
