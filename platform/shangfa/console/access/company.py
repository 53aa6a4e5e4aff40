"""Sign in with a company account: to the provider, and back from it."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.forms import SEE_OTHER, check, field
from shangfa.console.pages import show, show_again
from shangfa.console.session import COMPANY, HOME, RENEWAL, ROLE, SESSION, SIGN_IN, inside, visit
from shangfa.domain.access.faults import OIDC_ENDED, OIDC_REFUSED
from shangfa.domain.access.oidc import NOT_LET_IN
from shangfa.domain.faults import RefusedError, refused
from shangfa.services.access.authentication import authenticate
from shangfa.services.access.sign_in import STRANGER
from shangfa.services.oidc import sign_in as signing
from shangfa.services.oidc.sign_in import Back

blp = Blueprint("console-company", __name__)
BACK: Final = f"{SIGN_IN}/company"
LONGEST: Final = 200
LONGEST_CODE: Final = 4000


@blp.route("/sign-in/company", methods=["POST"])
def begin() -> AnyResponse:
    """Show the way to the provider; a form of ours may not lead to another host by itself."""
    there, slug = inside(field("next")), field("tenant")
    try:
        check({"tenant": LONGEST}, ["tenant"])
        begun = signing.begin_at(slug, _back_to(slug))
    except RefusedError as error:
        return show_again("sign_in.html", error, next=there, kept=[])
    kept = {"ticket": begun.ticket, "tenant": slug, "next": there}
    visit().cookies[COMPANY] = urlencode(kept)
    response = show("company.html", url=begun.url)
    response.headers["Refresh"] = f"0;url={begun.url}"
    return response


def _back_to(slug: str) -> str:
    """Return where the provider sends back to: this very host, as the company has set it."""
    own = f"{request.scheme}://{request.host}{BACK}"
    found = (urlsplit(uri) for uri in signing.redirects_of(slug))
    here = [uri.geturl() for uri in found if (uri.netloc, uri.path) == (request.host, BACK)]
    return here[0] if here else own


@blp.route("/sign-in/company", methods=["GET"])
def back() -> AnyResponse:
    """Let in whom the provider sent back."""
    kept = {name: found[0] for name, found in parse_qs(request.cookies.get(COMPANY, "")).items()}
    there = inside(kept.get("next", HOME))
    try:
        made = signing.finish(STRANGER, kept.get("tenant", ""), _brought(kept))
    except RefusedError as error:
        visit().cookies[COMPANY] = None
        return show_again("sign_in.html", error, next=there, kept=[])
    visit().ctx = authenticate(made.token)
    visit().cookies |= {SESSION: made.token, RENEWAL: made.refresh_token, ROLE: None, COMPANY: None}
    return redirect(there, SEE_OTHER)


def _brought(kept: dict[str, str]) -> Back:
    """Return what the browser brings back.

    Raises:
        RefusedError: `oidc_ended`, or `oidc_refused` when the provider let nobody in.
    """
    said = {name: request.args.get(name, "") for name in ("state", "code", "error")}
    if "ticket" not in kept or any(len(value) > LONGEST_CODE for value in said.values()):
        raise refused(OIDC_ENDED, "")
    if said["error"] or not said["code"]:
        why = NOT_LET_IN.of(said["error"] or "—")
        raise refused(OIDC_REFUSED, "", why=why)
    return Back(kept["ticket"], said["state"], said["code"], request.args.get("iss"))
