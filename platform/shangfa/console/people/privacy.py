"""What may not be worked with or may not go, and who left so long ago that it may."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import field, once
from shangfa.console.pages import asked_page, show, show_again
from shangfa.console.session import asker
from shangfa.domain.audit.restrictions import KINDS
from shangfa.domain.audit.retention import LONGEST
from shangfa.domain.faults import INVALID, MISSING, Refusal, RefusedError, refused
from shangfa.domain.text import Note
from shangfa.services.audit import restrictions, retention
from shangfa.services.context import Context
from shangfa.services.people.search import names

blp = Blueprint("console-privacy", __name__)
HERE: Final = "/console/privacy"
REASON: Final = 2_000
"""Letters of a reason, as the API takes them."""
_YEARS: Final = Note("须为1至{0}的整数", "a whole number of 1..{0} is expected").of(LONGEST)


@blp.get("/privacy")
def page() -> Response:
    """Who is restricted or held, and who left."""
    return show("privacy.html", **_all(asker()), faults=[], typed={}, failed="")


def _all(ctx: Context) -> dict[str, Any]:
    standing = request.args.get("standing") != "false"
    found = restrictions.page(ctx, asked_page(UUID), standing=standing)
    kept = retention.read(ctx)
    people = {item.subject for item in found.items} | {item.gone.code for item in kept.people}
    return {
        "found": found,
        "standing": standing,
        "kept": kept,
        "kinds": KINDS,
        "names": names(ctx, people),
        "years": {"years": str(kept.years)},
        "chosen": request.form.getlist("subjects"),
    }


@blp.post("/privacy")
def take() -> AnyResponse:
    """Restrict or hold, set the years, or agree that somebody is made nameless."""
    ctx, step = asker(), field("step")
    works = {"restrict": _restrict, "years": _years, "agree": _agree}
    try:
        return works.get(step, _nothing)()
    except RefusedError as error:
        if error.kind.refusal in {Refusal.HIDDEN, Refusal.FORBIDDEN}:
            raise
        return show_again("privacy.html", error, **_all(ctx), failed=step)


def _nothing() -> AnyResponse:
    raise refused(MISSING, "/step", value="step")


def _restrict() -> AnyResponse:
    said = Fields()
    code, kind = said.must("subject"), said.one_of("kind", KINDS)
    reason = said.must("reason", REASON)
    said.done()
    meant: Any = (code, kind, reason)
    return once(lambda who: restrictions.restrict(who, *meant), lambda _: HERE)


def _years() -> AnyResponse:
    value = field("years")
    years = int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0  # noqa: PLR2004
    if not 1 <= years <= LONGEST:
        raise refused(INVALID, "/years", value=value[:20], why=_YEARS)
    return once(lambda who: retention.set_years(who, years), lambda _: HERE)


def _agree() -> AnyResponse:
    codes = request.form.getlist("subjects")
    if not codes:
        raise refused(MISSING, "/subjects", value="subjects")
    return once(lambda who: retention.agree(who, codes), lambda _: HERE)


@blp.post("/privacy/<uuid:restriction_id>")
def lift(restriction_id: UUID) -> AnyResponse:
    """Let what was restricted or held be as before."""
    ctx = asker()
    try:
        said = Fields()
        reason = said.must("reason", REASON)
        said.done()
        return once(lambda who: restrictions.lift(who, restriction_id, reason), lambda _: HERE)
    except RefusedError as error:
        if error.kind.refusal in {Refusal.HIDDEN, Refusal.FORBIDDEN}:
            raise
        return show_again("privacy.html", error, **_all(ctx), failed=str(restriction_id))
