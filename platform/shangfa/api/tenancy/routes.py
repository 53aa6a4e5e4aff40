"""/v1/tenants: the operator's tenants, their plugins and keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.auth import context, if_match, respond
from shangfa.api.parser import Blueprint
from shangfa.api.shapes import (
    KeyPageSchema,
    KeySchema,
    KeyViewSchema,
    PageSchema,
    PluginsSchema,
    ProblemSchema,
    TenantPageSchema,
    TenantSchema,
    TenantViewSchema,
)
from shangfa.services.pages import read_page
from shangfa.services.tenancy import tenants

blp = Blueprint("tenants", __name__, url_prefix="/v1/tenants", description="For the operator")


@blp.route("", methods=["POST"])
@blp.doc(operationId="createTenant")
@blp.arguments(TenantSchema)
@blp.response(201, TenantViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The slug is taken.")
def create(body: dict[str, Any]) -> Response:
    """Create a tenant with its plugins."""
    return respond(tenants.create(context(), body))


@blp.route("", methods=["GET"])
@blp.doc(operationId="listTenants")
@blp.arguments(PageSchema, location="query")
@blp.response(200, TenantPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List tenants by slug."""
    return respond(tenants.page(context(), read_page(query["limit"], query.get("cursor"))))


@blp.route("/<string:slug>", methods=["GET"])
@blp.doc(operationId="getTenant")
@blp.response(200, TenantViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
def read(slug: str) -> Response:
    """Read a tenant."""
    return respond(tenants.read(context(), slug))


@blp.route("/<string:slug>/suspend", methods=["POST"])
@blp.doc(operationId="suspendTenant")
@blp.response(200, TenantViewSchema)
def suspend(slug: str) -> Response:
    """Suspend a tenant: its keys stop working within a second."""
    return respond(tenants.set_status(context(), slug, "suspended"))


@blp.route("/<string:slug>/resume", methods=["POST"])
@blp.doc(operationId="resumeTenant")
@blp.response(200, TenantViewSchema)
def resume(slug: str) -> Response:
    """Let a suspended tenant work again."""
    return respond(tenants.set_status(context(), slug, "active"))


@blp.route("/<string:slug>/plugins", methods=["PUT"])
@blp.doc(operationId="setTenantPlugins")
@blp.arguments(PluginsSchema)
@blp.response(200, TenantViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="A policy uses the plugin.")
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def set_plugins(body: dict[str, Any], slug: str) -> Response:
    """Choose a tenant's plugins; in force in all workers with the next request."""
    return respond(tenants.set_plugins(context(), slug, body["plugins"], if_match()))


@blp.route("/<string:slug>/keys", methods=["POST"])
@blp.doc(operationId="createKey")
@blp.arguments(KeySchema)
@blp.response(201, KeyViewSchema)
def create_key(body: dict[str, Any], slug: str) -> Response:
    """Make a key; its text is shown this once."""
    return respond(tenants.create_key(context(), slug, body))


@blp.route("/<string:slug>/keys", methods=["GET"])
@blp.doc(operationId="listKeys")
@blp.response(200, KeyPageSchema)
def keys(slug: str) -> Response:
    """List a tenant's keys without their texts."""
    return respond(tenants.keys(context(), slug))


@blp.route("/<string:slug>/keys/<uuid:key_id>", methods=["DELETE"])
@blp.doc(operationId="revokeKey")
@blp.response(204)
def revoke_key(slug: str, key_id: UUID) -> Response:
    """Revoke a key: it stops working within a second."""
    return respond(tenants.revoke_key(context(), slug, key_id))
