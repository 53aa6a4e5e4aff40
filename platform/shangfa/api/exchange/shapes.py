"""What a change looks like in JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.db.exchange.events import Change
from shangfa.domain.exchange.events import EVENT_TYPES
from shangfa.services.exchange.changes import MOST, Changes


class ChangesQuerySchema(Schema):
    """Which changes."""

    since = fields.String(metadata={"description": "`next_cursor` of an earlier answer"})
    limit = fields.Integer(
        load_default=100, validate=validate.Range(min=1, max=MOST), metadata={"example": 100}
    )


class ChangeSchema(Schema):
    """Something that happened. `id` is of what changed; `data` depends on the type."""

    seq = fields.Integer(required=True)
    type = fields.String(required=True, validate=validate.OneOf(EVENT_TYPES))
    at = fields.DateTime(required=True)
    id = fields.UUID(required=True)
    subject = fields.String(required=True, allow_none=True)
    data = fields.Dict(required=True)


class ChangesSchema(Schema):
    """Changes in order; ask again with `next_cursor`, which is always there."""

    items = fields.List(fields.Nested(ChangeSchema), required=True)
    next_cursor = fields.String(required=True)


def changes(found: Changes) -> dict[str, Any]:
    """Return changes."""
    return {"items": [_change(item) for item in found.items], "next_cursor": found.next_cursor}


def _change(item: Change) -> dict[str, Any]:
    return {
        "seq": item.seq,
        "type": item.type,
        "at": item.at,
        "id": item.about,
        "subject": item.subject,
        "data": item.data,
    }
