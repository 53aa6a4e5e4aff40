"""What waits for somebody, the list of cases, and one case with its steps."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import chain
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.cases.acts import page_of
from shangfa.console.cases.gate import read_gate
from shangfa.console.cases.liftings import liftable
from shangfa.console.forms import TEXT, check, field, once, read_choices, read_step, seen, wanted
from shangfa.console.pages import asked_page, show, show_again
from shangfa.console.session import asker
from shangfa.db.cases.acts.dismissals import DismissalFilters
from shangfa.db.cases.found import CaseFilters
from shangfa.domain.access.permissions import Permission, may
from shangfa.domain.access.roles import OPERATOR
from shangfa.domain.cases.gate import GATE, dismissed_of
from shangfa.domain.faults import STALE_VERSION, Refusal, RefusedError
from shangfa.domain.policies.facts import Fact
from shangfa.services.access import users
from shangfa.services.cases import choices, pages, reversals
from shangfa.services.cases.acts import dismissals, follow_ups, liftings, small
from shangfa.services.cases.moves import steps
from shangfa.services.cases.moves.steps import Asked
from shangfa.services.cases.shown import CaseShown
from shangfa.services.context import Context
from shangfa.services.etags import etag_of
from shangfa.services.evidence import files
from shangfa.services.incidents import history
from shangfa.services.incidents.shown import IncidentView
from shangfa.services.ledger.choosing import Value
from shangfa.services.months import waiting
from shangfa.services.months.waiting import Waits
from shangfa.services.pages import Page
from shangfa.services.people import subjects
from shangfa.services.people.search import names
from shangfa.services.policies import versions as policies
from shangfa.services.policies.clauses import find
from shangfa.services.tenancy.ready import ready

blp = Blueprint("console-cases", __name__)
TASKS = 50
SETTING_UP: tuple[Permission, ...] = ("subjects:write", "policies:write", "users:manage")


@blp.get("/")
def home() -> AnyResponse:
    """What waits for whoever signed in, soonest due first."""
    ctx = asker()
    if ctx.role == OPERATOR:
        return redirect("/console/tenants", 303)
    waits = waiting.waits(ctx, TASKS) if may(ctx.role, "tasks:read") else None
    codes = {code for item in waits.steps for code in item.case.parts} if waits else set()
    codes |= {item.subject for item in waits.dismissals} if waits else set()
    called, several = names(ctx, codes), _small(ctx, waits)
    more: dict[str, Any] = {"missing": _missing(ctx), "place": page_of}
    return show("home.html", waits=waits, names=called, small=several, **more)


def _small(ctx: Context, waits: Waits | None) -> frozenset[UUID]:
    """Return the cases that may be approved together, when there are several."""
    found = [task.case for task in waits.steps if task.step == small.APPROVE] if waits else []
    known = small.small(ctx, found) if found[1:] else frozenset()
    return known if len(known) > 1 else frozenset()


def _missing(ctx: Context) -> dict[str, bool]:
    """Return what a company has to have before it begins, each with whether it is missing.

    It is empty once all is there, and for who does not set a company up.
    """
    if not all(may(ctx.role, wanted) for wanted in SETTING_UP):
        return {}
    one = Page(1)
    found = {
        "people": not subjects.page(ctx, one).items,
        "policies": not policies.page(ctx, one).items,
        "users": not users.page(ctx, None, one).items,
    }
    begun = not found["people"] and not found["policies"]
    return {} if begun and not found["users"] else found


@blp.get("/cases")
def page() -> Response:
    """The cases somebody may see, newest first."""
    ctx, asked = asker(), asked_page(UUID)
    filtered = wanted("state", "procedure", "subject")
    filters = CaseFilters(before=UUID(asked.cursor) if asked.cursor else None, **filtered)
    found = pages.page(ctx, asked, filters)
    codes = {code for item in found.items for code in item.parts}
    more: dict[str, Any] = _filters(ctx, filtered)
    return show("cases.html", found=found, wanted=filtered, names=names(ctx, codes), **more)


def _filters(ctx: Context, wanted: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the procedures of the company's policies, and their states, to choose among."""
    tenant = ready(ctx.tenant)
    versions = [item for policy in tenant.policies.values() for item in policy.versions]
    used = {name for item in versions for name in (item.procedure, *item.procedures)}
    found = [item for name, item in tenant.procedures.items() if name in used]
    states = ["effective", "reversed", *(name for one in found for name in one.states)]
    return {
        "states": list(dict.fromkeys([*states, *filter(None, [wanted["state"]])])),
        "procedures": sorted(used | set(filter(None, [wanted["procedure"]]))),
    }


@blp.get("/cases/<uuid:case_id>")
def read(case_id: UUID) -> Response:
    """One case: its road, what was decided, and what may be done."""
    return show(
        "case.html", **_case(asker(), case_id), faults=[], typed=_handed(), failed="", fresh=()
    )


def _handed() -> dict[str, str]:
    """Return what a file just handed in brings into the forms of the steps."""
    return {"evidence": request.args.get("evidence", "")}


def _case(ctx: Context, case_id: UUID) -> dict[str, Any]:
    """Return what the page of a case shows."""
    opened = pages.opened(ctx, case_id)
    case = opened.case
    incident = _incident(ctx, case)
    posted = dismissals.known_of(ctx, DismissalFilters(origins=[case_id]))
    people = {*case.parts, *(line.by for line in case.history)}
    people |= {item.found.subject for item in posted}
    cited = find(ctx, case.clause, incident.occurred_on) if incident else []
    return {
        "case": case,
        "doable": opened.doable,
        "ahead": opened.ahead,
        "incident": incident,
        "if_match": etag_of(case.revision),
        "names": names(ctx, people),
        "clause": next((item for item in cited), None),
        "facts": _facts(ctx, case, incident),
        "files": _files(ctx, case, incident),
        "dismissals": posted,
        "dismisses": dismissed_of(case.decision["effects"]),
        "place": page_of,
        "acts": liftings.acts(ctx, case.incident),
        "can_lift": liftable(case) if case.decided == "effective" else [],
        "todos": follow_ups.of_case(ctx, case_id),
        "kinds": ("text", "bool", "choice", "date", "int"),
    }


def _incident(ctx: Context, case: CaseShown) -> IncidentView | None:
    """Return what happened, None for who may not read it."""
    with suppress(RefusedError):
        return history.read(ctx, case.incident)
    return None


def _facts(ctx: Context, case: CaseShown, incident: IncidentView | None) -> dict[str, Fact]:
    if incident is None:
        return {}
    policy = case.decision["policy"]["name"]
    found = find(ctx, case.clause, incident.occurred_on, policy)
    return dict(found[0].clause.facts) if found else {}


def _files(ctx: Context, case: CaseShown, incident: IncidentView | None) -> dict[str, bool]:
    """Return what the incident and the steps name as evidence, each with whether he may open it."""
    own = (incident.evidence or ()) if incident else ()
    given = (line.data.get("evidence", ()) for line in case.history)
    named = dict.fromkeys(map(str, chain(own, *given)))
    ids = {item: found for item in named if (found := _id(item)) is not None}
    seen = files.readable(ctx, list(ids.values()))
    return {item: ids.get(item) in seen for item in named}


def _id(text: str) -> UUID | None:
    with suppress(ValueError):
        return found if str(found := UUID(text)) == text else None
    return None


@blp.post("/cases/<uuid:case_id>")
def take(case_id: UUID) -> AnyResponse:
    """Take a step in a case; what was refused is told beside what was typed."""
    ctx, step = asker(), field("step")
    try:
        return once(lambda who: _do(who, case_id, step), lambda _: f"/console/cases/{case_id}")
    except RefusedError as error:
        if error.kind.refusal is Refusal.HIDDEN:
            raise
        found = _case(ctx, case_id)
        fresh = found["case"].history[seen() :] if error.kind is STALE_VERSION else ()
        return show_again("case.html", error, **found, failed=step, fresh=fresh)


def _do(ctx: Context, case_id: UUID, step: str) -> object:
    """Take a step, or do what may be done with a case that was decided at once."""
    opened = pages.opened(ctx, case_id)
    case = opened.case
    if step in {"reversal", "choices"}:
        check({"reason": TEXT}, {"reason"})
    if step == "reversal":
        return reversals.reverse(ctx, case.incident, field("reason"))
    if step == "choices":
        given = [Value(**item) for item in read_choices()]
        return choices.choose(ctx, case.incident, given, field("reason"))
    known = next((item for item in opened.doable if item.step == step), None)
    facts = _facts(ctx, case, _incident(ctx, case))
    given_ = read_step(known.inputs, facts) if known is not None else {}
    given_.pop(GATE.name, None)
    whom = dismissed_of(case.decision["effects"])
    if known is not None and GATE.name in known.inputs and (said := read_gate(whom)):
        given_[GATE.name] = said
    return steps.take(ctx, Asked(case_id, step, given_, field("if_match")))
