"""Signing in and out, and /v1/me: whoever asks.

What is answered here is kept for no Idempotency-Key of a stranger: a token is told once.
"""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.access import shapes
from shangfa.api.auth import bearer
from shangfa.api.parser import Blueprint
from shangfa.api.replies import NO_CONTENT, answer
from shangfa.api.shapes import ProblemSchema
from shangfa.services.access import me as mine
from shangfa.services.access import sign_in as signing

blp = Blueprint("sign-in", __name__, url_prefix="/v1", description="A password for a token")
out = Blueprint("sign-out", __name__, url_prefix="/v1/sign-out", description="The end of a token")
me = Blueprint("me", __name__, url_prefix="/v1/me", description="Whoever asks")
TOO_OFTEN = "Too many failed attempts; Retry-After says when to come back."


@blp.route("/sign-in", methods=["POST"])
@blp.doc(operationId="signIn", security=[])
@blp.arguments(shapes.SignInSchema)
@blp.response(200, shapes.SignedInSchema)
@blp.alt_response(429, schema=ProblemSchema, description=TOO_OFTEN)
def sign_in(body: dict[str, Any]) -> Response:
    """Sign in with a password; the token goes where a key goes."""
    said = (body["tenant"], body["login"], body["password"])
    return answer(lambda ctx: signing.sign_in(ctx, *said), shapes.signed_in)


@blp.route("/sign-in/refresh", methods=["POST"])
@blp.doc(operationId="refreshToken", security=[])
@blp.arguments(shapes.RefreshSchema)
@blp.response(200, shapes.SignedInSchema)
def renew(body: dict[str, Any]) -> Response:
    """Renew a token; the one before and what renewed it are dead."""
    return answer(lambda _: signing.renew(body["refresh_token"]), shapes.signed_in)


@blp.route("/invitations/<string:invitation>", methods=["POST"])
@blp.doc(operationId="acceptInvitation", security=[])
@blp.arguments(shapes.AcceptSchema)
@blp.response(200, shapes.SignedInSchema)
@blp.alt_response(404, schema=ProblemSchema, description="Used, expired or never made.")
def accept(body: dict[str, Any], invitation: str) -> Response:
    """Choose a password where one was invited to, and be signed in."""
    return answer(lambda ctx: signing.accept(ctx, invitation, body["password"]), shapes.signed_in)


@out.route("", methods=["POST"])
@out.doc(operationId="signOut")
@out.response(NO_CONTENT)
@out.alt_response(409, schema=ProblemSchema, description="A key does not sign out.")
def sign_out() -> Response:
    """Sign out: the token and what renews it are dead."""
    token = bearer()
    return answer(lambda ctx: signing.sign_out(ctx, token), status=NO_CONTENT)


@me.route("", methods=["GET"])
@me.doc(operationId="getMyself")
@me.response(200, shapes.MyselfSchema)
def read() -> Response:
    """Tell who asks, and what he may do."""
    return answer(mine.myself, shapes.myself)


@me.route("/password", methods=["POST"])
@me.doc(operationId="changePassword")
@me.arguments(shapes.PasswordSchema)
@me.response(NO_CONTENT)
@me.alt_response(409, schema=ProblemSchema, description="A key has no password.")
@me.alt_response(429, schema=ProblemSchema, description=TOO_OFTEN)
def change_password(body: dict[str, Any]) -> Response:
    """Change one's password: one is signed out everywhere else."""
    said = (bearer(), body["password"], body["new_password"])
    return answer(lambda ctx: signing.change_password(ctx, *said), status=NO_CONTENT)
