"""Who asks, from the Authorization header, and how an answer is sent back."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, g, request

from shangfa.domain.access.faults import UNAUTHORIZED
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.text import Note
from shangfa.services.access.authentication import authenticate
from shangfa.services.context import Context

LONGEST_KEY = 255
ALLOWED = Note(
    f"须为1至{LONGEST_KEY}个可打印字符", f"1..{LONGEST_KEY} printable characters are expected"
)
CARRIES = frozenset({"POST", "PUT", "PATCH"})
"""Methods whose body is read, however much of it the route needs."""
STREAMED = frozenset({"evidence.add"})
"""Routes that read their body themselves, piece by piece; what it is they add to the digest."""


def identify() -> Response | None:
    """Find out who asks before anything else of a request is looked at.

    What a path takes is told to everybody, so that a browser may ask first; no answer
    allows it to go on from another site.

    Raises:
        RefusedError: `unauthorized`, `suspended`, `invalid` Idempotency-Key.
        RequestEntityTooLarge: the body is over the limit.
    """
    if request.url_rule is None:
        return None
    if request.method == "OPTIONS":
        allow = current_app.make_default_options_response().headers["Allow"]
        return Response(status=204, headers={"Allow": allow})
    if request.path.startswith("/v1/"):
        g.context = _context()
    return None


def context() -> Context:
    """Return who asks."""
    found: Context = g.context
    return found


def _context() -> Context:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise refused(UNAUTHORIZED, "")
    ctx = authenticate(token.strip())
    streamed = request.endpoint in STREAMED
    if request.method in CARRIES and not streamed:
        request.get_data(cache=True)
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return ctx
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise refused(INVALID, "/Idempotency-Key", value=key, why=ALLOWED)
    body = b"" if streamed else request.get_data(cache=True)
    return ctx.asking(f"{ctx.actor_id}:{key}", request_digest(body))


def request_digest(body: bytes) -> bytes:
    """Return the SHA-256 of method, path with query and body."""
    head = f"{request.method} {request.full_path}\n".encode()
    return hashlib.sha256(head + body).digest()


def if_match() -> str | None:
    """Return the If-Match header."""
    return request.headers.get("If-Match")
