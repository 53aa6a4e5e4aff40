"""Dismissals that wait for an answer, and what is to be done after a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.cases.gate import read_gate
from shangfa.console.fields import Fields
from shangfa.console.forms import TEXT, check, field, lines, once
from shangfa.console.pages import asked_page, show, show_again, wanted_word
from shangfa.console.session import asker, inside
from shangfa.db.cases.acts.dismissals import DismissalFilters, DismissalRecord
from shangfa.domain.cases.acts.follow_up import OFFICES
from shangfa.domain.cases.gate import DISMISSAL_STATES, Outcome
from shangfa.domain.faults import INVALID, Refusal, RefusedError, refused
from shangfa.domain.text import Note
from shangfa.services.cases import pages as cases
from shangfa.services.cases.acts import dismissals, follow_ups
from shangfa.services.cases.acts.dismissals import Answer
from shangfa.services.cases.acts.follow_ups import Wish
from shangfa.services.context import Context
from shangfa.services.people.search import names

blp = Blueprint("console-acts", __name__)
NOTE: Final = 2_000
WHAT: Final = 500
"""Letters of what is to be done and of the note about it, as the API takes them."""
PRESSED: Final[Mapping[str, Outcome]] = {"approved": "approved", "declined": "declined"}
"""Button -> what it answers."""
_OUTCOME: Final = Note("须为 {0} 之一", "one of {0} is expected")


def page_of(found: DismissalRecord) -> str:
    """Return where a dismissal has its page."""
    origin = "case" if found.case_id is not None else "evaluation"
    place = f"/console/dismissals/{origin}/{found.case_id or found.evaluation_id}"
    return f"{place}?subject={quote(found.subject, safe='')}"


@blp.get("/dismissals")
def page() -> Response:
    """The dismissals that no procedure looked into, the newest first."""
    ctx, asked = asker(), asked_page(dismissals.read_key)
    state = wanted_word("state", DISMISSAL_STATES)
    after = dismissals.read_key(asked.cursor) if asked.cursor else None
    found = dismissals.page(ctx, asked, DismissalFilters(state=state, after=after))
    called = names(ctx, {item.subject for item in found.items})
    return show("dismissals.html", found=found, names=called, state=state, place=page_of)


@blp.get("/dismissals/<any(case, evaluation):kind>/<uuid:origin>")
def read(kind: str, origin: UUID) -> Response:
    """One dismissal: what it comes of, what was answered, or the form to answer it."""
    subject = request.args.get("subject", "")
    return show("dismissal.html", **_dismissal(asker(), subject, origin), faults=[], typed={})


def _dismissal(ctx: Context, subject: str, origin: UUID) -> dict[str, Any]:
    one = dismissals.read(ctx, subject, origin)
    case_id = one.found.case_id
    return {
        "one": one,
        "names": names(ctx, {subject}),
        "opens": cases.readable(ctx, [case_id] if case_id is not None else []),
    }


@blp.post("/dismissals/<any(case, evaluation):kind>/<uuid:origin>")
def decide(kind: str, origin: UUID) -> AnyResponse:
    """Approve or decline a dismissal; what is missing is told beside its field."""
    ctx, subject = asker(), field("subject")
    try:
        return once(lambda who: _answer(who, subject, (kind, origin)), page_of)
    except RefusedError as error:
        if error.kind.refusal is Refusal.HIDDEN:
            raise
        return show_again("dismissal.html", error, **_dismissal(ctx, subject, origin))


def _answer(ctx: Context, subject: str, where: tuple[str, UUID]) -> DismissalRecord:
    check({"note": TEXT})
    kind, origin = where
    outcome = PRESSED.get(field("step"))
    if outcome is None:
        why = _OUTCOME.of("、".join(PRESSED))
        raise refused(INVALID, "/outcome", value=field("step"), why=why)
    case_id, evaluation_id = (origin, None) if kind == "case" else (None, origin)
    said = read_gate() if outcome == "approved" else {}
    more = tuple(lines("evidence")) if outcome == "approved" else ()
    return dismissals.answer(
        ctx, Answer(subject, case_id, evaluation_id, outcome, said, more, field("note"))
    )


@blp.get("/follow-ups")
def todos() -> Response:
    """What was asked after cases, the newest first."""
    ctx, asked = asker(), asked_page(UUID)
    is_open = {"true": True, "false": False}.get(request.args.get("open", ""))
    found = follow_ups.page(ctx, asked, None, is_open=is_open)
    opens = cases.readable(ctx, {item.case_id for item in found.items})
    named = names(ctx, {item.person for item in found.items if item.person is not None})
    return show("follow_ups.html", found=found, opens=opens, names=named, open=is_open)


@blp.get("/follow-ups/<uuid:follow_up_id>")
def todo(follow_up_id: UUID) -> Response:
    """One thing to do, with the form to say that it was done."""
    return show("follow_up.html", **_todo(asker(), follow_up_id), faults=[], typed={})


def _todo(ctx: Context, follow_up_id: UUID) -> dict[str, Any]:
    one = follow_ups.read(ctx, follow_up_id)
    return {"one": one, "opens": cases.readable(ctx, [one.asked.case_id])}


@blp.post("/follow-ups/<uuid:follow_up_id>")
def done(follow_up_id: UUID) -> AnyResponse:
    """Say that it was done."""
    ctx, there = asker(), inside(field("next"))
    try:
        check({"note": NOTE})
        return once(lambda who: follow_ups.done(who, follow_up_id, field("note")), lambda _: there)
    except RefusedError as error:
        if error.kind.refusal is Refusal.HIDDEN:
            raise
        return show_again("follow_up.html", error, **_todo(ctx, follow_up_id))


@blp.get("/cases/<uuid:case_id>/follow-ups")
def begin(case_id: UUID) -> Response:
    """The form to ask for something after a case."""
    ctx = asker()
    ctx.need("follow_ups:write")
    case = cases.read(ctx, case_id)
    return show("follow_up_new.html", case=case, offices=OFFICES, faults=[], typed={})


@blp.post("/cases/<uuid:case_id>/follow-ups")
def ask(case_id: UUID) -> AnyResponse:
    """Ask an office or a person to do something until a day."""
    ctx = asker()
    ctx.need("follow_ups:write")
    try:
        wish = _wish(case_id)
        return once(lambda who: follow_ups.ask(who, wish), lambda _: f"/console/cases/{case_id}")
    except RefusedError as error:
        case = cases.read(ctx, case_id)
        return show_again("follow_up_new.html", error, case=case, offices=OFFICES)


def _wish(case_id: UUID) -> Wish:
    said = Fields()
    what, due_on = said.must("what", WHAT), said.day("due_on", needed=True)
    role, person = said.text("role"), said.text("person")
    if role is not None:
        said.one_of("role", OFFICES)
    said.done()
    assert due_on is not None  # noqa: S101 - one that is not there is a fault
    return Wish(case_id, what, due_on, role, person)
