"""What entries of the audit log look like in JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.db.audit import EntryRecord
from shangfa.domain.access.roles import ACTOR_KINDS, OPERATOR
from shangfa.domain.audit.entries import FAULTS, SOURCES
from shangfa.services.audit.anchors import SignedAnchor
from shangfa.services.audit.chain import MOST, Entries, Verdict

HIDDEN: Final = {"about": None, "subject": None, "data": None, "content": ""}
HASH: Final = validate.Regexp(r"^[0-9a-f]{64}\Z")


class AuditQuerySchema(Schema):
    """Which part of the log."""

    since = fields.Integer(
        load_default=0, validate=validate.Range(min=0), metadata={"description": "last number seen"}
    )
    limit = fields.Integer(
        load_default=100, validate=validate.Range(min=1, max=MOST), metadata={"example": 100}
    )


class AnchorQuerySchema(Schema):
    """An entry as it was noted outside."""

    entries = fields.Integer(
        validate=validate.Range(min=1), metadata={"description": "number of the entry"}
    )
    head = fields.String(validate=HASH, metadata={"description": "its hash"})


def anchor(query: dict[str, Any]) -> tuple[int, bytes] | None:
    """Return the anchor that a query names, None when it names none or half of one."""
    if query.keys() != {"entries", "head"}:
        return None
    return query["entries"], bytes.fromhex(query["head"])


class EntryActorSchema(Schema):
    """Who did something."""

    id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf((OPERATOR, *ACTOR_KINDS)))
    name = fields.String(required=True, allow_none=True)


class EntrySchema(Schema):
    """Something that happened, where it stands in the chain, and who did it."""

    n = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    kind = fields.String(required=True, metadata={"example": "record.read"})
    source = fields.String(required=True, validate=validate.OneOf(SOURCES))
    about = fields.UUID(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)
    actor = fields.Nested(EntryActorSchema, required=True)
    role = fields.String(required=True, allow_none=True)
    data = fields.Dict(required=True, allow_none=True)
    hash = fields.String(required=True)
    content = fields.String(
        required=True, metadata={"description": "what is hashed; empty where it may not be read"}
    )


class EntriesSchema(Schema):
    """Entries in order; `last`, and `next_cursor` as every list has it, is the next `since`."""

    items = fields.List(fields.Nested(EntrySchema), required=True)
    last = fields.Integer(required=True)
    next_cursor = fields.String(required=True)


class VerdictSchema(Schema):
    """Whether the chain holds; `head` is the hash of its last entry."""

    ok = fields.Boolean(required=True)
    entries = fields.Integer(required=True)
    head = fields.String(required=True)
    broken_at = fields.Integer(required=True, allow_none=True)
    fault = fields.String(required=True, allow_none=True, validate=validate.OneOf(FAULTS))


def entry(found: EntryRecord) -> dict[str, Any]:
    """Return an entry; of one that is hidden only that something was done, when, by whom."""
    content = json.loads(found.entry.content)
    shown = {name: content[name] for name in ("n", "at", "kind", "source", "about", "subject")}
    actor = {"id": content["actor"], "kind": found.actor_kind or "operator", "name": found.actor}
    return {
        **shown,
        "actor": actor,
        "role": content["role"] or None,
        "data": found.data,
        "hash": found.entry.hash.hex(),
        "content": found.entry.content,
    } | (HIDDEN if found.hidden else {})


def entries(found: Entries) -> dict[str, Any]:
    """Return entries."""
    items = [entry(item) for item in found.items]
    return {"items": items, "last": found.last, "next_cursor": str(found.last)}


def verdict(found: Verdict) -> dict[str, Any]:
    """Return what a verification found."""
    broken = found.broken
    return {
        "ok": broken is None,
        "entries": found.entries,
        "head": found.head.hex(),
        "broken_at": broken.number if broken else None,
        "fault": broken.fault if broken else None,
    }


class SignedAnchorSchema(Schema):
    """How far the chain went at a moment, signed."""

    statement = fields.String(
        required=True, metadata={"description": "what is signed, as UTF-8: JSON with the rest"}
    )
    signature = fields.String(required=True, metadata={"description": "Ed25519, base64"})
    public_key = fields.String(required=True, metadata={"description": "32 bytes, base64"})
    entries = fields.Integer(required=True)
    head = fields.String(required=True)
    at = fields.DateTime(required=True)


def signed_anchor(made: SignedAnchor) -> dict[str, Any]:
    """Return an anchor."""
    return {
        "statement": made.statement,
        "signature": b64encode(made.signature).decode(),
        "public_key": b64encode(made.public_key).decode(),
        "entries": made.anchor.entries,
        "head": made.anchor.head.hex(),
        "at": made.anchor.at,
    }
