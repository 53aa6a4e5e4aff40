"""Users of a company: made, invited, changed, locked and ended; invitations taken."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import ONE_OF, Fields
from shangfa.console.forms import SEE_OTHER, TRUE, check, field, once, once_told
from shangfa.console.pages import asked_page, show, show_again
from shangfa.console.session import HOME, RENEWAL, ROLE, SESSION, asker, visit
from shangfa.domain.access.faults import UNAUTHORIZED
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.faults import MISSING, NOT_FOUND, Fault, Refusal, RefusedError, refused
from shangfa.services.access import sign_in as signing
from shangfa.services.access import users
from shangfa.services.access.authentication import authenticate
from shangfa.services.access.users import NewUser, UserChange, UserView
from shangfa.services.context import Context

blp = Blueprint("console-users", __name__)
ALL: Final = "/console/users"
LONGEST: Final = 200
"""Letters of an invitation and of a password."""


@blp.get("/users")
def page() -> Response:
    """All users, and a form for another."""
    return show("users.html", **_all(asker()), typed={"invite": TRUE}, faults=[])


def _all(ctx: Context) -> dict[str, Any]:
    """Return what the list of users shows; the operator, who is in no company, has none."""
    if ctx.tenant_id is None:
        raise refused(NOT_FOUND, "")
    return {
        "found": users.page(ctx, None, asked_page()),
        "roles": TENANT_ROLES,
        "chosen": request.form.getlist("roles"),
    }


@blp.post("/users")
def create() -> AnyResponse:
    """Make a user; his password or invitation is shown this once."""
    ctx = asker()
    try:
        said = Fields()
        made = NewUser(
            said.must("login"),
            said.must("name"),
            _roles(said),
            said.text("subject"),
            invite=field("invite") == TRUE,
            password_due=True,
        )
        said.done()
        return once_told(lambda who: users.create(who, None, made), ALL, _secret)
    except RefusedError as error:
        if error.kind.refusal is Refusal.FORBIDDEN:
            raise
        return show_again("users.html", error, **_all(ctx))


def _roles(said: Fields) -> tuple[str, ...]:
    roles = tuple(request.form.getlist("roles"))
    if not roles:
        said.faults.append(Fault(MISSING, "/roles", {"value": "roles"}))
    elif not set(roles) <= set(TENANT_ROLES):
        said.wrong("roles", ONE_OF.of("、".join(TENANT_ROLES)))
    return roles


def _secret(made: UserView) -> Response:
    """Show what is shown once; a user of whom nothing is secret leads back to the list."""
    secret = made.secret
    kind = "invitation" if secret.invitation else "password"
    shown = secret.invitation or secret.password or ""
    return show("secret.html", there=ALL, kind=kind, secret=shown, until=secret.until)


@blp.get("/users/<uuid:user_id>")
def read(user_id: UUID) -> Response:
    """One user."""
    found = _one(asker(), user_id)
    typed = {"name": found["user"].name, "subject": found["user"].subject or ""}
    return show("user.html", **found, chosen=found["user"].roles, typed=typed, faults=[])


def _one(ctx: Context, user_id: UUID) -> dict[str, Any]:
    return {"user": users.read(ctx, None, user_id), "roles": TENANT_ROLES}


@blp.post("/users/<uuid:user_id>")
def change(user_id: UUID) -> AnyResponse:
    """Change a user, lock him, give him another way in, or end him."""
    step, here = field("step"), f"{ALL}/{user_id}"
    found = _one(asker(), user_id)
    try:
        if step in {"reset", "invite"}:
            return _anew(user_id, step, here)
        if step == "remove":
            return once(lambda who: users.remove(who, None, user_id), lambda _: ALL)
        wanted = _wanted(step)
        return once(lambda who: users.change(who, None, user_id, wanted), lambda _: here)
    except RefusedError as error:
        if error.kind is NOT_FOUND:
            raise
        return show_again("user.html", error, **found, chosen=request.form.getlist("roles"))


def _anew(user_id: UUID, step: str, here: str) -> AnyResponse:
    wanted = UserChange(reset=step == "reset", invite=step == "invite")
    return once_told(lambda who: users.change(who, None, user_id, wanted), here, _secret)


def _wanted(step: str) -> UserChange:
    if step in {"lock", "unlock"}:
        return UserChange(locked=step == "lock")
    if step != "change":
        raise refused(NOT_FOUND, "")
    said = Fields()
    made = UserChange(said.must("name"), _roles(said), said.text("subject") or "")
    said.done()
    return made


@blp.route("/invitation", methods=["GET", "POST"])
def accept() -> AnyResponse:
    """Take an invitation: choose a password and be in."""
    if request.method == "GET":
        return show("invitation.html", typed={}, faults=[])
    try:
        check(dict.fromkeys(("invitation", "password"), LONGEST), {"invitation", "password"})
        said = (field("invitation"), request.form.get("password", ""))
        made = signing.accept(signing.STRANGER, *said)
    except RefusedError as error:
        if error.kind is UNAUTHORIZED:
            raise
        return show_again("invitation.html", error)
    visit().ctx = authenticate(made.token)
    visit().cookies |= {ROLE: None, SESSION: made.token, RENEWAL: made.refresh_token}
    return redirect(HOME, SEE_OTHER)
