"""/v1/attributes and /v1/renames: what the company calls things."""

from __future__ import annotations

from typing import Any, Final

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.fields import Day, short
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import AdjustmentsSchema, DryRunSchema, ProblemSchema, adjustments
from shangfa.domain.people.renames import NAMED, Rename
from shangfa.domain.tenancy.attributes import ATTRIBUTE_TYPES, Attribute
from shangfa.services.people import names
from shangfa.services.people.names import Renamed

blp = Blueprint("names", __name__, url_prefix="/v1", description="What things are called")
TYPE: Final = validate.OneOf(ATTRIBUTE_TYPES)


class DeclaredSchema(Schema):
    """An attribute that subjects may have."""

    type = fields.String(required=True, validate=TYPE)
    label = short(required=True, metadata={"example": "已签劳动合同"})


class AttributeSchema(Schema):
    """An attribute that subjects may have, as it is read back."""

    name = fields.String(required=True)
    type = fields.String(required=True, validate=TYPE)
    label = fields.String(required=True)


class AttributesSchema(Schema):
    """The declared attributes, by name."""

    items = fields.List(fields.Nested(AttributeSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class RenameSchema(Schema):
    """A department or position that is called otherwise from a local day on."""

    what = fields.String(required=True, validate=validate.OneOf(NAMED))
    from_ = short(data_key="from", required=True)
    to = short(required=True)
    since = Day(required=True)


class RenamedSchema(Schema):
    """A rename as it is read back; `adjustments` when it was just made."""

    what = fields.String(required=True)
    from_ = fields.String(data_key="from", required=True)
    to = fields.String(required=True)
    since = fields.Date(required=True)
    adjustments = fields.Nested(AdjustmentsSchema)


class RenamesSchema(Schema):
    """What was renamed, by day."""

    items = fields.List(fields.Nested(RenamedSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def _attribute(found: Attribute) -> dict[str, Any]:
    return {"name": found.name, "type": found.type, "label": found.label}


def _rename(found: Rename) -> dict[str, Any]:
    return {"what": found.what, "from": found.old, "to": found.new, "since": found.since}


def _renamed(found: Renamed) -> dict[str, Any]:
    return {**_rename(found.rename), "adjustments": adjustments(found.adjustments)}


@blp.route("/attributes", methods=["GET"])
@blp.doc(operationId="listAttributes")
@blp.response(200, AttributesSchema)
def attributes() -> Response:
    """List the attributes that subjects may have."""
    return answer(names.attributes, show_page(_attribute))


@blp.route("/attributes/<string:name>", methods=["PUT"])
@blp.doc(operationId="declareAttribute")
@blp.arguments(DeclaredSchema)
@blp.response(200, AttributeSchema)
def declare(body: dict[str, Any], name: str) -> Response:
    """Declare an attribute with its type and label."""
    said = Attribute(name, **body)
    return answer(lambda ctx: names.declare(ctx, said), _attribute)


@blp.route("/renames", methods=["GET"])
@blp.doc(operationId="listRenames")
@blp.response(200, RenamesSchema)
def renames() -> Response:
    """List the departments and positions that were renamed."""
    return answer(names.renames, show_page(_rename))


@blp.route("/renames", methods=["POST"])
@blp.doc(operationId="rename")
@blp.arguments(RenameSchema)
@blp.arguments(DryRunSchema, location="query")
@blp.response(201, RenamedSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The new name is used already.")
def rename(body: dict[str, Any], query: dict[str, Any]) -> Response:
    """Let a department or position be called otherwise from a day on."""
    said = Rename(body["what"], body["from_"], body["to"], body["since"])
    return answer(lambda ctx: names.rename(ctx, said, **query), _renamed, 201)
