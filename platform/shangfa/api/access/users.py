"""/v1/users: who signs in to a company; for HR, and for the operator who names the company."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.access import shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import NO_CONTENT, answer, show_page
from shangfa.api.shapes import ProblemSchema
from shangfa.services.access import users
from shangfa.services.pages import read_page

blp = Blueprint("users", __name__, url_prefix="/v1/users", description="Who signs in")


@blp.route("", methods=["POST"])
@blp.doc(operationId="createUser")
@blp.arguments(shapes.UserSchema)
@blp.response(201, shapes.MadeUserSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
@blp.alt_response(409, schema=ProblemSchema, description="The login is taken.")
def create(body: dict[str, Any]) -> Response:
    """Make a user; his first password or invitation is shown this once."""
    said, tenant = shapes.new_user(body), body.get("tenant")
    return answer(
        lambda ctx: users.create(ctx, tenant, said),
        shapes.made_user,
        201,
        kept=shapes.kept_user,
    )


@blp.route("", methods=["GET"])
@blp.doc(operationId="listUsers")
@blp.arguments(shapes.UsersQuerySchema, location="query")
@blp.response(200, shapes.UserPageSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
def page(query: dict[str, Any]) -> Response:
    """List the users by login."""
    asked, tenant = read_page(query["limit"], query.get("cursor")), query.get("tenant")
    return answer(lambda ctx: users.page(ctx, tenant, asked), show_page(shapes.user))


@blp.route("/<uuid:user_id>", methods=["PATCH"])
@blp.doc(operationId="changeUser")
@blp.arguments(shapes.UserChangeSchema)
@blp.arguments(shapes.TenantQuerySchema, location="query")
@blp.response(200, shapes.MadeUserSchema)
def change(body: dict[str, Any], query: dict[str, Any], user_id: UUID) -> Response:
    """Change a user's roles, lock or password; he is signed out everywhere at once."""
    said, tenant = shapes.user_change(body), query.get("tenant")
    return answer(lambda ctx: users.change(ctx, tenant, user_id, said), shapes.made_user)


@blp.route("/<uuid:user_id>", methods=["DELETE"])
@blp.doc(operationId="removeUser")
@blp.arguments(shapes.TenantQuerySchema, location="query")
@blp.response(NO_CONTENT)
def remove(query: dict[str, Any], user_id: UUID) -> Response:
    """End a user: he is signed out and never signs in again; what he did keeps his name."""
    tenant = query.get("tenant")
    return answer(lambda ctx: users.remove(ctx, tenant, user_id), status=NO_CONTENT)
