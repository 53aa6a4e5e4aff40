"""What a file that was handed in looks like in JSON."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.api.shapes import BINARY
from shangfa.db.evidence.files import EvidenceRecord
from shangfa.domain.evidence.kinds import EXTENSIONS

DOWNLOAD: Final[dict[str, Any]] = {
    "responses": {
        "200": {
            "description": "The file, as an attachment.",
            "headers": {
                "Content-Disposition": {
                    "description": "`attachment` with the file's name.",
                    "schema": {"type": "string"},
                }
            },
            "content": dict.fromkeys(EXTENSIONS, BINARY),
        }
    }
}


class EvidenceSchema(Schema):
    """A file that was handed in; its type is of its content, its name harmless."""

    id = fields.UUID(required=True)
    sha256 = fields.String(required=True, metadata={"pattern": "^[0-9a-f]{64}$"})
    size = fields.Integer(required=True, metadata={"description": "bytes"})
    type = fields.String(required=True, validate=validate.OneOf(sorted(EXTENSIONS)))
    name = fields.String(required=True)


def evidence(record: EvidenceRecord) -> dict[str, Any]:
    """Return a file."""
    return {name: getattr(record, name) for name in ("id", "sha256", "size", "type", "name")}
