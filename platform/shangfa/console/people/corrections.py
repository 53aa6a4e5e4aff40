"""What people ask to have corrected of what is kept about them: asked, listed, answered."""

from __future__ import annotations

from typing import Any, Final, get_args
from uuid import UUID

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import once
from shangfa.console.pages import asked_page, show, show_again, wanted_word
from shangfa.console.session import asker
from shangfa.domain.faults import Refusal, RefusedError
from shangfa.domain.people.corrections import STATES, Decided, State
from shangfa.services.context import Context
from shangfa.services.people import corrections
from shangfa.services.people.corrections import NewCorrection
from shangfa.services.people.search import names

blp = Blueprint("console-corrections", __name__)
ALL: Final = "/console/corrections"
SHORT: Final = 200
LONG: Final = 2_000
"""Letters of what is concerned and of the rest, as the API takes them."""
ANSWERS: Final[tuple[str, ...]] = tuple(state for state in get_args(State) if state != "asked")


@blp.get("/corrections")
def page() -> Response:
    """One's own requests with a form for another, or all of them for who answers."""
    return show("corrections.html", **_all(asker()), faults=[], typed={}, failed=None)


def _all(ctx: Context) -> dict[str, Any]:
    state = wanted_word("state", STATES)
    found = corrections.page(ctx, state, asked_page(UUID))
    called = names(ctx, {item.subject for item in found.items})
    return {"found": found, "names": called, "state": state, "states": STATES}


@blp.post("/corrections")
def ask() -> AnyResponse:
    """Ask for a correction of what is kept about oneself."""
    ctx = asker()
    ctx.need("corrections:ask")
    try:
        said = Fields()
        parts = said.must("concerns", SHORT), said.must("wrong", LONG), said.must("should_be", LONG)
        said.done()
        return once(lambda who: corrections.ask(who, NewCorrection(*parts)), lambda _: ALL)
    except RefusedError as error:
        return show_again("corrections.html", error, **_all(ctx), failed=None)


@blp.post("/corrections/<uuid:correction_id>")
def decide(correction_id: UUID) -> AnyResponse:
    """Accept what was asked, saying what was changed, or decline it; with a reason."""
    ctx = asker()
    ctx.need("corrections:decide")
    try:
        said = Fields()
        state: Any = said.one_of("step", ANSWERS)
        decided = Decided(state, said.must("reason", LONG), said.text("effect", LONG))
        said.done()
        return once(lambda who: corrections.decide(who, correction_id, decided), lambda _: ALL)
    except RefusedError as error:
        if error.kind.refusal is Refusal.HIDDEN:
            raise
        return show_again("corrections.html", error, **_all(ctx), failed=correction_id)
