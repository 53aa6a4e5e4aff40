"""/v1/oidc/{tenant}: a company's identity provider, and signing in with its accounts."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.access import oidc_shapes, shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import NO_CONTENT, answer
from shangfa.api.shapes import ProblemSchema
from shangfa.services.oidc import provider
from shangfa.services.oidc import sign_in as signing

blp = Blueprint(
    "oidc",
    __name__,
    url_prefix="/v1/oidc/<string:slug>",
    description="Signing in with a company's own accounts",
)
NOT_SET = "No provider is set, or there is no such company."
NO_ANSWER = "The provider does not answer as it must."


@blp.route("/provider", methods=["PUT"])
@blp.doc(operationId="setIdentityProvider")
@blp.arguments(oidc_shapes.ProviderSchema)
@blp.response(200, oidc_shapes.ProviderViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
def put(body: dict[str, Any], slug: str) -> Response:
    """Set the identity provider; a secret that is left out stays."""
    said = oidc_shapes.new_provider(body)
    return answer(lambda ctx: provider.put(ctx, slug, said), oidc_shapes.provider)


@blp.route("/provider", methods=["GET"])
@blp.doc(operationId="getIdentityProvider")
@blp.response(200, oidc_shapes.ProviderViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NOT_SET)
def read(slug: str) -> Response:
    """Show the identity provider, without its secret."""
    return answer(lambda ctx: provider.read(ctx, slug), oidc_shapes.provider)


@blp.route("/provider", methods=["DELETE"])
@blp.doc(operationId="removeIdentityProvider")
@blp.response(NO_CONTENT)
@blp.alt_response(404, schema=ProblemSchema, description=NOT_SET)
def remove(slug: str) -> Response:
    """Forget the identity provider: nobody signs in by it any more."""
    return answer(lambda ctx: provider.remove(ctx, slug), status=NO_CONTENT)


@blp.route("/sign-in", methods=["POST"])
@blp.doc(operationId="beginOidc", security=[])
@blp.arguments(oidc_shapes.BeginSchema)
@blp.response(200, oidc_shapes.BegunSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NOT_SET)
@blp.alt_response(503, schema=ProblemSchema, description=NO_ANSWER)
def begin(body: dict[str, Any], slug: str) -> Response:
    """Begin to sign in: open `authorization_url` in a browser and keep the ticket."""
    uri = body.get("redirect_uri")
    return answer(lambda _: signing.begin_at(slug, uri), oidc_shapes.begun)


@blp.route("/token", methods=["POST"])
@blp.doc(operationId="finishOidc", security=[])
@blp.arguments(oidc_shapes.BackSchema)
@blp.response(200, shapes.SignedInSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NOT_SET)
@blp.alt_response(503, schema=ProblemSchema, description=NO_ANSWER)
def finish(body: dict[str, Any], slug: str) -> Response:
    """Give a token for what the provider sent back with; good once."""
    back = oidc_shapes.back(body)
    return answer(lambda ctx: signing.finish(ctx, slug, back), shapes.signed_in)
