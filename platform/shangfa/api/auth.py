"""Who asks, from the Authorization header, and how an answer is sent back."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, g, request

from shangfa.domain.access.faults import PASSWORD_DUE, UNAUTHORIZED
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.text import Note
from shangfa.services.access.authentication import authenticate
from shangfa.services.access.sign_in import STRANGER
from shangfa.services.audit.break_glass import look
from shangfa.services.context import Context
from shangfa.services.running import allowances

LONGEST_KEY = 255
ALLOWED = Note(
    f"须为1至{LONGEST_KEY}个可打印字符", f"1..{LONGEST_KEY} printable characters are expected"
)
CARRIES = frozenset({"POST", "PUT", "PATCH"})
"""Methods whose body is read, however much of it the route needs."""
FOR_STRANGERS = frozenset(
    {"sign-in.sign_in", "sign-in.renew", "sign-in.accept", "oidc.begin", "oidc.finish"}
)
"""Routes that give a token, so that nobody can have one yet."""
WHILE_DUE = frozenset({"me.change_password", "me.read", "sign-out.sign_out"})
"""What a user may do before he has changed a first password that he must change."""
ROLE_HEADER = "Shangfa-Role"
TENANT_HEADER = "Shangfa-Tenant"
"""The company that the operator looks into, when it lets him."""
STREAMED = frozenset({"evidence.add"})
"""Routes that read their body themselves, piece by piece; what it is they add to the digest."""


def identify() -> Response | None:
    """Find out who asks before anything else of a request is looked at.

    What a path takes is told to everybody, so that a browser may ask first; no answer
    allows it to go on from another site.

    Raises:
        RefusedError: `unauthorized`, `suspended`, `address_refused`,
            `too_many_requests`, `password_due`, `forbidden` role, `break_glass_closed`,
            `break_glass_reads`, `invalid` Idempotency-Key.
        RequestEntityTooLarge: the body is over the limit.
    """
    if request.url_rule is None:
        return None
    if request.method == "OPTIONS":
        allow = current_app.make_default_options_response().headers["Allow"]
        return Response(status=204, headers={"Allow": allow})
    if request.path.startswith("/v1/"):
        g.context = STRANGER if request.endpoint in FOR_STRANGERS else _context()
    return None


def context() -> Context:
    """Return who asks."""
    found: Context = g.context
    return found


def bearer() -> str:
    """Return the key or token that was sent.

    Raises:
        RefusedError: `unauthorized` when there is none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise refused(UNAUTHORIZED, "")
    return token.strip()


def _who() -> Context:
    ctx = authenticate(bearer(), request.remote_addr or "")
    allowances.count(ctx)
    if ctx.password_due and request.endpoint not in WHILE_DUE:
        raise refused(PASSWORD_DUE, "")
    tenant = request.headers.get(TENANT_HEADER)
    if tenant is not None:
        return look(ctx, tenant, request.method, request.path)
    role = request.headers.get(ROLE_HEADER)
    return ctx if role is None else ctx.acting_as(role)


def _context() -> Context:
    ctx = _who()
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
