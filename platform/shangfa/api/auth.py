"""Who asks, from the Authorization header, and how an answer is sent back."""

from __future__ import annotations

import hashlib

from flask import g, request

from shangfa.domain.access.faults import UNAUTHORIZED
from shangfa.domain.faults import INVALID, refused
from shangfa.services.access.authentication import authenticate
from shangfa.services.context import Context

LONGEST_KEY = 255


def identify() -> None:
    """Find out who asks before anything else of a request is looked at.

    Raises:
        RefusedError: `unauthorized`, `suspended`, `invalid` Idempotency-Key.
    """
    if request.path.startswith("/v1/") and request.url_rule is not None:
        g.context = _context()


def context() -> Context:
    """Return who asks."""
    found: Context = g.context
    return found


def _context() -> Context:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise refused(UNAUTHORIZED, "")
    ctx = authenticate(token.strip())
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return ctx
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        why = f"1..{LONGEST_KEY} printable characters"
        raise refused(INVALID, "/Idempotency-Key", value=key[:40], why=why)
    return ctx.asking(f"{ctx.actor_id}:{key}", request_digest())


def request_digest() -> bytes:
    """Return the SHA-256 of method, path with query and body."""
    head = f"{request.method} {request.full_path}\n".encode()
    return hashlib.sha256(head + request.get_data(cache=True)).digest()


def if_match() -> str | None:
    """Return the If-Match header."""
    return request.headers.get("If-Match")
