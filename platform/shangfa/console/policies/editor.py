"""A scheme edited by forms: a clause at a time, tried out, then kept as a new draft."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.forms import CODE, TEXT, check, once, plainly, read_facts, seen, typed
from shangfa.console.forms import field as said
from shangfa.console.pages import show, status_of, today_of
from shangfa.console.session import asker
from shangfa.documents.editing.forms import OPTIONS, Form
from shangfa.domain.faults import NOT_FOUND, STALE_VERSION, Fault, RefusedError, refused, told
from shangfa.domain.policies.clause import Clause
from shangfa.services.context import Context
from shangfa.services.incidents import preview
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.ledger.decision import DecisionView
from shangfa.services.people.search import names
from shangfa.services.policies import editing, versions
from shangfa.services.policies.comparison import Comparison
from shangfa.services.policies.editing import SECTIONS, Looked, Piece, Place
from shangfa.services.policies.findings import told as finding_told

blp = Blueprint("console-editor", __name__)
NEW: Final = "new"
_BOUNDS: Final = {"code": CODE, "title": 500, "source": TEXT, "note": TEXT, "wording": TEXT}
_LINED: Final = ("/facts", "/when")
"""What is typed line by line; a fault of one line stands beside all of them."""
_TRIAL: Final = ("try.subject", "try.clause", "try.occurred_at", "try.quantity")


@dataclass(slots=True)
class Desk:
    """A scheme on the desk: its text as changed so far, and the form that is open.

    Attributes:
        number: of the version that was begun with.
        newest: of the scheme when it was begun, or when the difference was last shown.
        place: of the open form, None for the list.
        form: None also for a piece that no form shows.
        faults: of the whole document, where no field is theirs.
        wrong: what belongs beside a field of the open form.
        meanwhile: what somebody else has changed since.
    """

    policy_id: UUID
    number: int
    newest: int
    text: str
    place: Place | None = None
    form: Form | None = None
    values: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    wrong: list[Fault] = field(default_factory=list)
    decision: DecisionView | None = None
    meanwhile: Comparison | None = None


@blp.get("/policies/<uuid:policy_id>/<int:number>/edit")
def begin(policy_id: UUID, number: int) -> Response:
    """The clauses of a version, each with a button to change it."""
    ctx = asker()
    ctx.need("policies:write")
    found = versions.read_version(ctx, policy_id, number)
    newest = max(item.number for item in versions.read(ctx, policy_id).versions)
    desk = Desk(policy_id, number, newest, found.source.replace("\r\n", "\n"))
    return _shown(ctx, desk)


@blp.post("/policies/<uuid:policy_id>/<int:number>/edit")
def go_on(policy_id: UUID, number: int) -> AnyResponse:
    """Open a form, put in what it says, try it, or keep all of it as a new draft."""
    ctx = asker()
    ctx.need("policies:write")
    text = request.form.get("document", "").replace("\r\n", "\n")
    desk = Desk(policy_id, number, seen(), text)
    if said("open") or said("add"):
        return _opened(ctx, desk)
    if said("step") == "save":
        return _save(ctx, desk)
    if said("place"):
        return _worked(ctx, desk)
    return _shown(ctx, desk)


def _opened(ctx: Context, desk: Desk) -> Response:
    looked = editing.look(ctx, desk.text)
    desk.place, desk.form = _place(said("open")), looked.forms.get(said("add"))
    if desk.form is not None:
        desk.place = Place(desk.form.section, None)
        desk.values = desk.form.read({})
    else:
        piece = _piece(looked, desk.place)
        desk.form = piece.form
        desk.values = piece.form.read(piece.said) if piece.form is not None else {}
    desk.values |= {"try.occurred_at": today_of(ctx).isoformat(), "try.quantity": "1"}
    return _shown(ctx, desk)


def _place(name: str) -> Place | None:
    section, _, index = name.partition("/")
    known = next((item for item in SECTIONS if item == section), None)
    if known is None or not (index == NEW or (index.isascii() and index.isdigit())):
        return None
    return Place(known, None if index == NEW else int(index[:6]))


def _piece(looked: Looked, place: Place | None) -> Piece:
    found = next((item for item in looked.pieces if item.place == place), None)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def _worked(ctx: Context, desk: Desk) -> Response:
    """Put what was typed into the text; the form stays open unless it is right and done."""
    looked = editing.look(ctx, desk.text)
    desk.place, desk.form = _place(said("place")), looked.forms.get(said("form"))
    if desk.place is None or desk.form is None:
        raise refused(NOT_FOUND, "")
    desk.values = typed()
    try:
        check(_BOUNDS, ("code",))
        made = editing.change(ctx, desk.text, desk.place, desk.form, desk.values)
    except RefusedError as error:
        desk.wrong = told(error.faults)
        return _shown(ctx, desk, status_of(error))
    after = editing.look(ctx, made)
    desk.wrong = _of_piece(after, _put_at(looked, desk.place))
    if desk.wrong:
        return _shown(ctx, desk, 422)
    if said("step") == "try":
        return _tried(ctx, desk, made)
    if said("step") == "put":
        desk = Desk(desk.policy_id, desk.number, desk.newest, made)
        return _shown(ctx, desk)
    return _shown(ctx, desk, checked=made)


def _put_at(looked: Looked, place: Place) -> Place:
    """Return where a piece stands once it is put in."""
    if place.at is not None:
        return place
    return Place(place.section, sum(item.place.section == place.section for item in looked.pieces))


def _of_piece(looked: Looked, place: Place) -> list[Fault]:
    """Return the faults of one piece, each beside the field that it is about."""
    head = f"/{place.section}/{place.at}"
    return [
        replace(item, pointer=_field(item.pointer.removeprefix(head)))
        for item in told(looked.faults)
        if item.pointer == head or item.pointer.startswith(f"{head}/")
    ]


def _field(pointer: str) -> str:
    """Return the field of the form that a fault within a piece belongs to."""
    return next((name for name in _LINED if pointer.startswith(f"{name}/")), pointer)


def _tried(ctx: Context, desk: Desk, text: str) -> Response:
    """Show what an incident would come to under the text; nothing is stored."""
    values = desk.values
    try:
        check(dict.fromkeys(_TRIAL, CODE), ("try.subject", "try.occurred_at"))
        code = values.get("try.clause", "").strip() or values.get("code", "").strip()
        clause = _clause(editing.look(ctx, text), code)
        report = IncidentReport(
            (values.get("try.subject", "").strip(),),
            code,
            values.get("try.occurred_at", "").strip(),
            quantity=values.get("try.quantity", "").strip() or 1,
            facts=read_facts(clause.facts) if clause is not None else {},
        )
        desk.decision = preview.try_document(plainly(ctx), text, report)
    except RefusedError as error:
        desk.wrong = [_of_trial(item) for item in told(error.faults)]
        return _shown(ctx, desk, status_of(error), checked=text)
    return _shown(ctx, desk, checked=text)


def _of_trial(fault: Fault) -> Fault:
    """Return a fault of an incident beside the field of the form to try it with."""
    name = fault.pointer.removeprefix("/")
    return replace(fault, pointer=f"/try/{name}") if f"try.{name}" in _TRIAL else fault


def _clause(looked: Looked, code: str) -> Clause | None:
    return looked.version.clauses.get(code) if looked.version is not None else None


def _save(ctx: Context, desk: Desk) -> AnyResponse:
    """Keep the text as the next draft, unless somebody else has kept one since."""
    try:
        return once(
            lambda who: versions.upload(who, desk.text, desk.policy_id, desk.newest),
            lambda made: f"/console/policies/{desk.policy_id}/{made.version.number}",
        )
    except RefusedError as error:
        desk.faults = told(error.faults)
        if error.kind is STALE_VERSION:
            _meanwhile(ctx, desk)
        return _shown(ctx, desk, status_of(error))


def _meanwhile(ctx: Context, desk: Desk) -> None:
    """Put beside it what others have changed since; from now on it counts as seen."""
    newest = max(item.number for item in versions.read(ctx, desk.policy_id).versions)
    with suppress(RefusedError):
        desk.meanwhile = versions.diff(ctx, desk.policy_id, newest, desk.newest)
    desk.newest = newest


def _shown(ctx: Context, desk: Desk, status: int = 200, checked: str = "") -> Response:
    """Return the page; `checked`: the text with what the open form says in it."""
    looked = editing.look(ctx, checked or desk.text)
    findings: dict[str, list[Mapping[str, Any]]] = {}
    for item in looked.findings:
        findings.setdefault(item.clause, []).append(finding_told(item))
    beside_piece = {item.place: _of_piece(looked, item.place) for item in looked.pieces}
    code = desk.values.get("try.clause") or desk.values.get("code", "")
    return show(
        "edit.html",
        status,
        desk=desk,
        looked=looked,
        findings=findings,
        beside_piece=beside_piece,
        place="" if desk.place is None else f"{desk.place.section}/{_name(desk.place)}",
        clause=_clause(looked, code),
        checked=bool(checked),
        faults=[*desk.faults, *desk.wrong, *_of_rest(looked)],
        names=names(ctx, {desk.values.get("try.subject", "")}),
        options=OPTIONS,
    )


def _of_rest(looked: Looked) -> list[Fault]:
    """Return the faults that stand beside no clause and no reaction."""
    heads = {f"/{section}/{at}" for (section, at), _, _ in looked.pieces}
    faults = told(looked.faults)
    return [item for item in faults if "/".join(item.pointer.split("/")[:3]) not in heads]


def _name(place: Place) -> str:
    return NEW if place.at is None else str(place.at)
