"""/v1/plugins: what is installed, its version, kinds and schemas."""

from __future__ import annotations

from flask import Response

from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import ProblemSchema
from shangfa.api.tenancy import shapes
from shangfa.services.tenancy import plugins

blp = Blueprint("plugins", __name__, url_prefix="/v1/plugins", description="What is installed")


@blp.route("", methods=["GET"])
@blp.doc(operationId="listPlugins")
@blp.response(200, shapes.PluginPageSchema)
def page() -> Response:
    """List the installed plugins, and which of them your tenant has enabled."""
    return answer(plugins.listing, show_page(shapes.plugin))


@blp.route("/<string:name>/schema", methods=["GET"])
@blp.doc(operationId="getPluginSchema")
@blp.response(200, shapes.PluginSchemaSchema)
@blp.alt_response(404, schema=ProblemSchema, description="Not installed.")
def schema(name: str) -> Response:
    """Read the JSON Schemas of a plugin's parameters."""
    return answer(lambda ctx: plugins.read_schemas(ctx, name), shapes.plugin_schemas)
