"""Sign in with a password or a key, sign out, choose a role, change a first password."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.forms import SEE_OTHER, check, field
from shangfa.console.pages import show, show_again
from shangfa.console.session import (
    HOME,
    LANGUAGE,
    RENEWAL,
    ROLE,
    SESSION,
    SIGN_IN,
    asker,
    inside,
    visit,
)
from shangfa.domain.access.faults import UNAUTHORIZED
from shangfa.domain.faults import RefusedError
from shangfa.services.access import sign_in as signing
from shangfa.services.access.authentication import authenticate

blp = Blueprint("console-access", __name__)
LONGEST = 200
"""Letters of what somebody signs in with."""
KEPT = "kept."
"""Before the names of fields that wait while somebody signs in again."""


@blp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> AnyResponse:
    """Ask who somebody is, and let him in."""
    there = inside(request.values.get("next", HOME))
    if request.method == "GET":
        return show("sign_in.html", next=there, kept=[], typed={}, faults=[])
    said = request.form.items(multi=True)
    kept = [(name, value) for name, value in said if name.startswith(KEPT)]
    try:
        _let_in()
    except RefusedError as error:
        return show_again("sign_in.html", error, next=there, kept=kept)
    if not kept:
        return redirect(there, SEE_OTHER)
    waiting = [(name.removeprefix(KEPT), value) for name, value in kept]
    return show("resume.html", next=there, kept=waiting)


def _let_in() -> None:
    """Begin a session; what was there of another one is gone.

    Raises:
        RefusedError: whatever signing in refuses.
    """
    check(dict.fromkeys(("tenant", "login", "password", "key"), LONGEST))
    gone: dict[str, str | None] = {ROLE: None, RENEWAL: None}
    key = field("key")
    if key:
        visit().ctx = authenticate(key, request.remote_addr or "")
        visit().cookies |= gone | {SESSION: key}
        return
    made = signing.sign_in(
        signing.STRANGER, field("tenant"), field("login"), request.form.get("password", "")
    )
    visit().ctx = authenticate(made.token)
    visit().cookies |= gone | {SESSION: made.token, RENEWAL: made.refresh_token}


def ask_again() -> Response:
    """Ask who somebody is whose session ended while he filled a form in; nothing is lost."""
    said = request.form.items(multi=True)
    kept = [(f"{KEPT}{name}", value) for name, value in said if name != "form_token"]
    return show("sign_in.html", 401, next=inside(request.path), kept=kept, typed={}, faults=[])


@blp.route("/sign-out", methods=["POST"])
def sign_out() -> AnyResponse:
    """End the session, here and in the database; a key is forgotten by this browser."""
    found = visit()
    with suppress(RefusedError):  # a key does not sign out
        signing.sign_out(asker(), found.token)
    found.cookies |= {SESSION: None, RENEWAL: None, ROLE: None}
    gone = redirect(SIGN_IN, SEE_OTHER)
    gone.headers["Clear-Site-Data"] = '"cache"'
    return gone


@blp.route("/role", methods=["POST"])
def act_as() -> AnyResponse:
    """Act in another of one's roles from now on."""
    asker().acting_as(field("role"))
    visit().cookies[ROLE] = field("role")
    return redirect(HOME, SEE_OTHER)


@blp.route("/language", methods=["POST"])
def speak() -> AnyResponse:
    """Read in another language from now on."""
    wanted = field("language")
    visit().cookies[LANGUAGE] = wanted if wanted in {"zh", "en"} else None
    return redirect(inside(field("next")), SEE_OTHER)


@blp.route("/password", methods=["GET", "POST"])
def change_password() -> AnyResponse:
    """Change one's password."""
    if request.method == "GET":
        return show("password.html", faults=[])
    said = (request.form.get("password", ""), request.form.get("new_password", ""))
    try:
        check(dict.fromkeys(("password", "new_password"), LONGEST))
        signing.change_password(asker(), visit().token, *said)
    except RefusedError as error:
        if error.kind is UNAUTHORIZED:
            raise
        return show_again("password.html", error)
    return redirect(HOME, SEE_OTHER)
