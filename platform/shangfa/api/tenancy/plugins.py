"""/v1/plugins: what is installed, its version, kinds and schemas."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from shangfa.api.auth import context, respond
from shangfa.api.parser import Blueprint
from shangfa.api.shapes import ProblemSchema
from shangfa.services.replies import answer
from shangfa.services.tenancy import plugins

blp = Blueprint("plugins", __name__, url_prefix="/v1/plugins", description="What is installed")


class PluginSchema(Schema):
    """An installed plugin."""

    name = fields.String()
    version = fields.String()
    summary = fields.String()
    enabled = fields.Boolean(allow_none=True)
    clause_kinds = fields.List(fields.String())
    reactions = fields.List(fields.String())
    programmes = fields.List(fields.String())
    health = fields.Dict()


class PluginPageSchema(Schema):
    """All installed plugins."""

    items = fields.List(fields.Nested(PluginSchema))
    next_cursor = fields.String(allow_none=True)


class PluginSchemaSchema(Schema):
    """The JSON Schema of the parameters of every kind."""

    name = fields.String()
    version = fields.String()
    kinds = fields.Dict(keys=fields.String(), values=fields.Dict())


@blp.route("", methods=["GET"])
@blp.doc(operationId="listPlugins")
@blp.response(200, PluginPageSchema)
def page() -> Response:
    """List the installed plugins, and which of them your tenant has enabled."""
    return respond(answer(200, plugins.listing(context())))


@blp.route("/<string:name>/schema", methods=["GET"])
@blp.doc(operationId="getPluginSchema")
@blp.response(200, PluginSchemaSchema)
@blp.alt_response(404, schema=ProblemSchema, description="Not installed.")
def schema(name: str) -> Response:
    """Read the JSON Schemas of a plugin's parameters."""
    context()
    found: dict[str, Any] = plugins.schema(name)
    return respond(answer(200, found))
