"""Record an incident: who, which clause, what was seen; what follows is shown before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.config import settings
from shangfa.console.cases.files import hand_in
from shangfa.console.forms import CODE, TEXT, check, lines, once, plainly, read_facts, typed, wanted
from shangfa.console.forms import field as said
from shangfa.console.pages import asked_page, show, status_of, today_of
from shangfa.console.session import asker
from shangfa.db.incidents import Filters
from shangfa.db.people import SubjectRecord
from shangfa.domain.faults import INVALID, MISSING, Fault, RefusedError, refused, told
from shangfa.domain.incidents.shares import SUBJECTS
from shangfa.domain.text import Note
from shangfa.services.context import Context
from shangfa.services.incidents import history, preview, record
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.ledger import standing
from shangfa.services.ledger.decision import DecisionView
from shangfa.services.ledger.standing import TallyView
from shangfa.services.people import search as people
from shangfa.services.policies import clauses
from shangfa.services.policies.clauses import ClauseFound

blp = Blueprint("console-incidents", __name__)
RECORD = "record"
PREVIEW = "preview"
"""What the buttons of the form say; any other one only looks up."""

BOUNDS = {"occurred_at": CODE, "quantity": CODE, "procedure": CODE, "note": TEXT}
MOST_FILES = 50
USUAL = 8
"""Clauses that are offered before anything was typed."""
CHOOSE = Note("须为唯一的一个，请从找到的当中选择", "it must mean one: choose among those found")
AT_MOST = Note("最多{0}项", "at most {0} may be given")


@dataclass(slots=True)
class Draft:
    """A form on its way: what was typed, whom and what it means, and what is wrong.

    Attributes:
        people, found: those to choose from while what was typed means several.
        names: of those meant, by code.
        decision: what would follow, once all is there.
        tallies: how one of them stands in what the decision gives.
    """

    day: date
    typed: dict[str, str]
    evidence: list[str] = field(default_factory=list)
    codes: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    people: Sequence[SubjectRecord] = ()
    clause: ClauseFound | None = None
    found: Sequence[ClauseFound] = ()
    decision: DecisionView | None = None
    tallies: Sequence[TallyView] = ()
    faults: list[Fault] = field(default_factory=list)


@blp.get("/incidents")
def page() -> Response:
    """The incidents somebody may see, newest first."""
    ctx, asked = asker(), asked_page(UUID)
    filtered = wanted("subject", "clause")
    filters = Filters(before=UUID(asked.cursor) if asked.cursor else None, **filtered)
    found = history.page(ctx, asked, filters)
    codes = {code for item in found.items for code in item.subjects}
    return show("incidents.html", found=found, wanted=filtered, names=people.names(ctx, codes))


@blp.get("/incidents/new")
def begin() -> Response:
    """An empty form; who and which clause may be in the address."""
    ctx = asker()
    ctx.need("incidents:record")
    day = today_of(ctx)
    draft = Draft(day, {"occurred_at": day.isoformat(), "quantity": "1"})
    draft.typed |= {name: request.args.get(name, "") for name in ("subject", "clause", "policy")}
    return _shown(_looked_up(ctx, draft))


@blp.post("/incidents/new")
def go_on() -> AnyResponse:
    """Look up what was typed, show what would follow, or record it."""
    ctx = asker()
    ctx.need("incidents:record")
    draft = _read(ctx)
    pressed = said("step")
    if pressed not in {PREVIEW, RECORD}:
        return _shown(draft)
    draft.faults += _unclear(draft)
    if draft.faults:
        return _shown(draft, 422)
    try:
        check(BOUNDS)
        report = _report(draft)
        if pressed == RECORD:
            return once(lambda who: record.record(who, report), lambda view: _place(view.case.id))
        draft.decision = preview.preview(ctx, report)
        draft.tallies = _standing(ctx, draft.codes, draft.decision)
    except RefusedError as error:
        draft.faults = told(error.faults)
        return _shown(draft, status_of(error))
    return _shown(draft)


def _standing(ctx: Context, codes: tuple[str, ...], decision: DecisionView) -> list[TallyView]:
    """Return how one person stands, before it, in the units that a decision gives."""
    if len(codes) > 1 or not ctx.may("subjects:read"):
        return []
    given = {(item["account"], item["unit"]) for item in decision["effects"]}
    doings = standing.record(ctx, codes[0]).doings
    return [item for item in doings.tallies if (item.account, item.unit) in given] if doings else []


def _unclear(draft: Draft) -> list[Fault]:
    """Return what is wrong while nobody, or no clause, or several are meant."""
    return [
        Fault(INVALID, f"/{name}", {"value": draft.typed[name], "why": CHOOSE})
        if draft.typed.get(name)
        else Fault(MISSING, f"/{name}", {"value": name})
        for name, meant in (("subject", draft.codes), ("clause", draft.clause))
        if not meant
    ]


def _place(case_id: UUID) -> str:
    return f"/console/cases/{case_id}"


def _shown(draft: Draft, status: int = 200) -> Response:
    """Return the form; only what would follow for who asks for a part of the page."""
    part = request.headers.get("Shangfa-Part") == PREVIEW
    name = "_decision.html" if part else "record.html"
    status = 200 if part else status
    more: dict[str, Any] = {"part": part, "most": settings().max_evidence}
    return show(name, status, draft=draft, typed=draft.typed, faults=draft.faults, **more)


def _read(ctx: Context) -> Draft:
    """Return the form as it was sent, with what a button chose put into it."""
    values = typed()
    if values.get("pick_subject"):
        values["subject"] = values["pick_subject"]
    if values.get("pick_clause"):
        values["policy"], _, values["clause"] = values["pick_clause"].partition("|")
    draft = Draft(_day(ctx, values.get("occurred_at", "")), values, lines("evidence"))
    try:
        identity = hand_in(plainly(ctx))
        draft.evidence += [identity] if identity else []
    except RefusedError as error:
        draft.faults = told(error.faults)
    return _looked_up(ctx, draft)


def _day(ctx: Context, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return today_of(ctx)


def _looked_up(ctx: Context, draft: Draft) -> Draft:
    _look_for_people(ctx, draft)
    _look_for_clause(ctx, draft)
    return draft


def _look_for_people(ctx: Context, draft: Draft) -> None:
    """Find whom was meant: a code, part of a name, or several codes with commas between."""
    words = draft.typed.get("subject", "").strip()
    found = people.search(ctx, words)
    exact = [item for item in found if item.code == words]
    chosen = exact or (found if len(found) == 1 else [])
    if chosen:
        draft.codes, draft.names = (chosen[0].code,), {chosen[0].code: chosen[0].name}
        draft.typed["subject"] = chosen[0].code
        return
    codes = [
        part for part in words.replace("，", ",").replace("、", ",").split(",") if part.strip()
    ]
    if len(codes) > 1:
        draft.codes = tuple(dict.fromkeys(code.strip() for code in codes))
        draft.names = people.names(ctx, draft.codes)
        return
    draft.people = found


def _look_for_clause(ctx: Context, draft: Draft) -> None:
    """Find which clause was meant: a code, or words of its title."""
    words, policy = draft.typed.get("clause", "").strip(), draft.typed.get("policy", "")
    who = draft.codes[0] if draft.codes else None
    if not words:
        draft.found = clauses.search(ctx, "", draft.day, USUAL, who)
        return
    found = clauses.find(ctx, words, draft.day, policy) or clauses.find(ctx, words, draft.day)
    found = found or clauses.search(ctx, words, draft.day, subject=who)
    if len(found) == 1:
        draft.clause = found[0]
        draft.typed |= {"clause": found[0].clause.code, "policy": found[0].policy}
    else:
        draft.found = found


def _report(draft: Draft) -> IncidentReport:
    """Return what the form reports.

    Raises:
        RefusedError: `invalid`, more people or files than an incident takes.
    """
    values, clause = draft.typed, draft.clause
    for name, given, most in (
        ("subject", draft.codes, SUBJECTS),
        ("evidence", draft.evidence, MOST_FILES),
    ):
        if len(given) > most:
            raise refused(INVALID, f"/{name}", value=len(given), why=AT_MOST.of(most))
    facts: dict[str, Any] = read_facts(clause.clause.facts) if clause else {}
    return IncidentReport(
        draft.codes,
        values.get("clause", ""),
        values.get("occurred_at", "").strip(),
        policy=clause.policy if clause else None,
        quantity=values.get("quantity", "").strip() or 1,
        facts=facts,
        note=values.get("note", ""),
        evidence=tuple(draft.evidence),
        procedure=values.get("procedure") or None,
        draft=values.get("draft") == "true",
    )
