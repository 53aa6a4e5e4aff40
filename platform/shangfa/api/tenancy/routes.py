"""/v1/tenants: the operator's tenants, their plugins and keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.auth import if_match
from shangfa.api.parser import Blueprint
from shangfa.api.replies import NO_CONTENT, answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.api.tenancy import shapes
from shangfa.db.tenancy import TenantDetails
from shangfa.services.access import keys
from shangfa.services.etags import etag_of
from shangfa.services.pages import read_page
from shangfa.services.tenancy import tenants

blp = Blueprint("tenants", __name__, url_prefix="/v1/tenants", description="For the operator")


def _etag(tenant: TenantDetails) -> str:
    return etag_of(tenant.revision)


@blp.route("", methods=["POST"])
@blp.doc(operationId="createTenant")
@blp.arguments(shapes.TenantSchema)
@blp.response(201, shapes.TenantViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The slug is taken.")
def create(body: dict[str, Any]) -> Response:
    """Create a tenant with its plugins."""
    said = shapes.new_tenant(body)
    return answer(lambda ctx: tenants.create(ctx, said), shapes.tenant, 201, etag=_etag)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listTenants")
@blp.arguments(PageSchema, location="query")
@blp.response(200, shapes.TenantPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List tenants by slug."""
    asked = read_page(query["limit"], query.get("cursor"))
    return answer(lambda ctx: tenants.page(ctx, asked), show_page(shapes.tenant))


@blp.route("/<string:slug>", methods=["GET"])
@blp.doc(operationId="getTenant")
@blp.response(200, shapes.TenantViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
def read(slug: str) -> Response:
    """Read a tenant."""
    return answer(lambda ctx: tenants.read(ctx, slug), shapes.tenant, etag=_etag)


@blp.route("/<string:slug>/suspend", methods=["POST"])
@blp.doc(operationId="suspendTenant")
@blp.response(200, shapes.TenantViewSchema)
def suspend(slug: str) -> Response:
    """Suspend a tenant: its keys stop working within a second."""
    return answer(lambda ctx: tenants.set_status(ctx, slug, "suspended"), shapes.tenant, etag=_etag)


@blp.route("/<string:slug>/resume", methods=["POST"])
@blp.doc(operationId="resumeTenant")
@blp.response(200, shapes.TenantViewSchema)
def resume(slug: str) -> Response:
    """Let a suspended tenant work again."""
    return answer(lambda ctx: tenants.set_status(ctx, slug, "active"), shapes.tenant, etag=_etag)


@blp.route("/<string:slug>/plugins", methods=["PUT"])
@blp.doc(operationId="setTenantPlugins")
@blp.arguments(shapes.EnabledPluginsSchema)
@blp.response(200, shapes.TenantViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="A policy uses the plugin.")
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def set_plugins(body: dict[str, Any], slug: str) -> Response:
    """Choose a tenant's plugins; in force in all workers with the next request."""
    names, seen = body["plugins"], if_match()
    return answer(
        lambda ctx: tenants.set_plugins(ctx, slug, names, seen), shapes.tenant, etag=_etag
    )


@blp.route("/<string:slug>/limits", methods=["PUT"])
@blp.doc(operationId="setTenantLimits")
@blp.arguments(shapes.LimitsSchema)
@blp.response(200, shapes.TenantViewSchema)
def set_limits(body: dict[str, Any], slug: str) -> Response:
    """Set a tenant's requests in a minute; in force in all processes within two seconds."""
    return answer(lambda ctx: tenants.set_limits(ctx, slug, **body), shapes.tenant, etag=_etag)


@blp.route("/<string:slug>/keys", methods=["POST"])
@blp.doc(operationId="createKey")
@blp.arguments(shapes.KeySchema)
@blp.response(201, shapes.MadeKeySchema)
def create_key(body: dict[str, Any], slug: str) -> Response:
    """Make a key; its text is shown this once."""
    said = shapes.new_key(body)
    return answer(
        lambda ctx: keys.create(ctx, slug, said), shapes.made_key, 201, kept=shapes.kept_key
    )


@blp.route("/<string:slug>/keys", methods=["GET"])
@blp.doc(operationId="listKeys")
@blp.response(200, shapes.KeyPageSchema)
def list_keys(slug: str) -> Response:
    """List a tenant's keys without their texts."""
    return answer(lambda ctx: keys.listing(ctx, slug), show_page(shapes.key))


@blp.route("/<string:slug>/keys/<uuid:key_id>/rotate", methods=["POST"])
@blp.doc(operationId="rotateKey")
@blp.arguments(shapes.RotationSchema)
@blp.response(201, shapes.MadeKeySchema)
def rotate_key(body: dict[str, Any], slug: str, key_id: UUID) -> Response:
    """Make a key like another, which ends after an overlap; its text is shown this once."""
    overlap = timedelta(seconds=body["overlap_seconds"])
    return answer(
        lambda ctx: keys.rotate(ctx, slug, key_id, overlap),
        shapes.made_key,
        201,
        kept=shapes.kept_key,
    )


@blp.route("/<string:slug>/keys/<uuid:key_id>", methods=["DELETE"])
@blp.doc(operationId="revokeKey")
@blp.response(NO_CONTENT)
def revoke_key(slug: str, key_id: UUID) -> Response:
    """Revoke a key: it stops working within a second."""
    return answer(lambda ctx: keys.revoke(ctx, slug, key_id), status=NO_CONTENT)
