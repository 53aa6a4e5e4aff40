"""Who looks at a page: the session's cookie, its form's token, the role acted in.

The cookie holds what a request to the API would carry, a user's token or a key, so that a
page may do what the API would let it do and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from flask import Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.config import settings
from shangfa.domain.access.faults import FORM_REFUSED, UNAUTHORIZED
from shangfa.domain.faults import BUSY, RefusedError, refused
from shangfa.services.access import sign_in
from shangfa.services.access.authentication import authenticate
from shangfa.services.context import Context
from shangfa.services.running import allowances, health

SESSION: Final = "shangfa_session"
RENEWAL: Final = "shangfa_renewal"
ROLE: Final = "shangfa_role"
FORM: Final = "shangfa_form"
"""A browser's own secret, of which the token in its forms is made; it outlives a session, so
that a form begun before signing in again is still its own."""
LANGUAGE: Final = "shangfa_language"
COMPANY: Final = "shangfa_company"
"""What waits while somebody is with his company's identity provider."""
LIFE: Final = int(sign_in.SESSION_LIFE.total_seconds())
HOME: Final = "/console/"
SIGN_IN: Final = "/console/sign-in"
PASSWORD: Final = "/console/password"  # noqa: S105 - a path
WITHOUT: Final = frozenset(
    {
        "console.static",
        "console.console-access.sign_in",
        "console.console-company.begin",
        "console.console-company.back",
        "console.console-users.accept",
    }
)
"""Pages for whoever has not signed in."""
WHILE_DUE: Final = frozenset({PASSWORD, "/console/sign-out"})
WITH_FILES: Final = frozenset({"/console/evidence", "/console/incidents/new"})
"""Paths whose forms may bring a large file."""
FRAME: Final = 64 * 1024
"""Bytes that a form may have around its file."""
LONGEST_PATH: Final = 300


@dataclass(slots=True)
class Visit:
    """One request for a page.

    Attributes:
        ctx: who asks, None before signing in.
        token: what he signed in with.
        cookies: to be set with the answer; None takes one away.
    """

    form_secret: str
    language: str
    ctx: Context | None = None
    token: str = ""
    cookies: dict[str, str | None] = field(default_factory=dict)

    @property
    def form_token(self) -> str:
        """What every form of this browser carries."""
        return hashlib.sha256(f"shangfa-form\n{self.form_secret}".encode()).hexdigest()


def visit() -> Visit:
    """Return the visit that this request is."""
    found: Visit = g.visit
    return found


def asker() -> Context:
    """Return who asks.

    Raises:
        RefusedError: `unauthorized` when nobody has signed in.
    """
    ctx = visit().ctx
    if ctx is None:
        raise refused(UNAUTHORIZED, "")
    return ctx


def begin() -> AnyResponse | None:
    """Find out who asks, before a page is made; others are led to where they sign in.

    Raises:
        RefusedError: `busy`, `form_refused`, `suspended`, `too_many_requests`, `forbidden` role.
    """
    g.visit = _visit()
    if health.is_closed():
        raise refused(BUSY)
    if request.path in WITH_FILES and SESSION in request.cookies:
        request.max_content_length = settings().max_evidence + FRAME
    request.max_form_memory_size = settings().max_body
    if request.method == "POST":
        _check_form(g.visit)
    if request.endpoint in WITHOUT:
        return None
    return _enter(g.visit)


def _enter(found: Visit) -> AnyResponse | None:
    found.ctx = _who(found)
    if found.ctx is None:
        return _to_sign_in()
    if found.ctx.password_due and request.path not in WHILE_DUE:
        return redirect(PASSWORD, 303)
    allowances.count(found.ctx)
    if found.ctx.tenant_id is not None:
        current_app.extensions["shangfa.shares"].enter(found.ctx.tenant_id)
    return None


def _visit() -> Visit:
    secret = request.cookies.get(FORM, "")
    made = Visit(secret or secrets.token_urlsafe(32), _language())
    if not secret:
        made.cookies[FORM] = made.form_secret
    if request.args.get("lang") in {"zh", "en"}:
        made.cookies[LANGUAGE] = made.language
    return made


def _language() -> str:
    for said in (request.args.get("lang"), request.cookies.get(LANGUAGE)):
        if said in {"zh", "en"}:
            return str(said)
    return "en" if request.accept_languages.best_match(["zh-CN", "zh", "en"]) == "en" else "zh"


def _check_form(found: Visit) -> None:
    """Let a form pass that a page of ours was sent with, from here."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    here = origin is None or urlsplit(origin).netloc == request.host
    sent = request.form.get("form_token", "")
    ours = hmac.compare_digest(sent.encode(), found.form_token.encode())
    if not (here and ours and site in {"same-origin", "none"}):
        raise refused(FORM_REFUSED, "")


def _who(found: Visit) -> Context | None:
    """Return who asks, his token renewed when it has just run out; None when nobody."""
    token, renewal = request.cookies.get(SESSION, ""), request.cookies.get(RENEWAL, "")
    ctx = _known(token)
    if ctx is None and renewal:
        token = _renew(found, renewal)
        ctx = _known(token)
    found.token = token
    role = request.cookies.get(ROLE)
    return ctx if ctx is None or role not in ctx.roles else ctx.acting_as(role)


def _known(token: str) -> Context | None:
    try:
        return authenticate(token, request.remote_addr or "") if token else None
    except RefusedError as error:
        if error.kind is UNAUTHORIZED:
            return None
        raise


def _renew(found: Visit, renewal: str) -> str:
    try:
        made = sign_in.renew(renewal)
    except RefusedError as error:
        if error.kind is UNAUTHORIZED:
            return ""
        raise
    found.cookies |= {SESSION: made.token, RENEWAL: made.refresh_token}
    return made.token


def _to_sign_in() -> AnyResponse:
    """Lead to where one signs in.

    Raises:
        RefusedError: `unauthorized` for a form, whose fields must not be lost.
    """
    if request.method == "POST":
        raise refused(UNAUTHORIZED, "")
    there = "" if request.path == HOME else f"?next={quote(request.path[:LONGEST_PATH])}"
    return redirect(f"{SIGN_IN}{there}", 303)


def inside(path: str) -> str:
    """Return a path of the console, its home for what is none."""
    safe = path.startswith(HOME) and "\\" not in path and path.isprintable()
    return path if safe and len(path) <= LONGEST_PATH else HOME


def end(response: Response) -> Response:
    """Harden a page, and set what this visit changed of the cookies."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "console.static":
        headers["Cache-Control"] = "no-store"
    found: Visit | None = g.get("visit")
    for name, value in found.cookies.items() if found is not None else ():
        _set(response, name, value)
    return response


def _set(response: Response, name: str, value: str | None) -> None:
    if value is None:
        response.delete_cookie(name, path="/console")
        return
    response.set_cookie(
        name,
        value,
        max_age=LIFE,
        path="/console",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a page may load and send: nothing from another host, nothing written into it."""


def largest() -> int:
    """Return how many bytes this request may have."""
    return request.max_content_length or settings().max_body
