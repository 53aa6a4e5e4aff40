"""People: found, and how each of them stands; one's own page; who is near a next step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from shangfa.console.cases.acts import page_of
from shangfa.console.forms import field
from shangfa.console.pages import asked_page, show, today_of
from shangfa.console.session import asker
from shangfa.db.cases.acts.dismissals import DismissalFilters
from shangfa.db.cases.found import CaseFilters
from shangfa.db.tx.encode import to_json
from shangfa.domain.access.permissions import may
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.services.cases import pages as cases
from shangfa.services.cases.acts import dismissals
from shangfa.services.context import Context
from shangfa.services.exchange import own_data
from shangfa.services.ledger import standing
from shangfa.services.ledger.standing import Record
from shangfa.services.months import lines, waiting
from shangfa.services.months.waiting import Waits
from shangfa.services.pages import Page
from shangfa.services.people import subjects
from shangfa.services.people.search import names, search
from shangfa.services.policies import versions as policies

blp = Blueprint("console-people", __name__)
GAP = 1
SLIPS = 50


@blp.get("/people")
def page() -> Response:
    """The people somebody may see, by code."""
    found = subjects.page(asker(), asked_page())
    return show("people.html", people=found.items, cursor=found.next_cursor, words="")


@blp.post("/people")
def look() -> Response:
    """Those whose code or name holds some words, which stand in no address."""
    words = field("words")
    return show("people.html", people=search(asker(), words, 50), cursor=None, words=words)


@blp.get("/people/<string:code>")
def read(code: str) -> Response:
    """How somebody stands."""
    return show("person.html", **_person(asker(), code))


def _person(ctx: Context, code: str) -> dict[str, Any]:
    record, subject = standing.record(ctx, code), subjects.read(ctx, code)
    leaders = {line.supervisor for line in subject.assignments if line.supervisor is not None}
    return {
        "record": record,
        "subject": subject,
        "names": names(ctx, leaders),
        "opens": cases.readable(ctx, _cases_of(record)),
        "dismissals": dismissals.known_of(ctx, DismissalFilters(subject=code)),
        "place": page_of,
        "today": today_of(ctx),
    }


def _cases_of(record: Record) -> set[UUID]:
    """Return the cases that a record names."""
    if record.doings is None:
        return set()
    found = {item.case for item in record.doings.deadlines}
    return found | {item.case for item in record.doings.history if item.case is not None}


@blp.get("/me")
def myself() -> Response:
    """One's own page: what waits, how one stands, one's slips and money."""
    ctx = asker()
    code = ctx.subject
    if code is None:
        raise refused(NOT_FOUND, "")
    month = today_of(ctx).strftime("%Y-%m")
    mine = cases.page(ctx, Page(SLIPS), CaseFilters(subject=code)).items
    money = lines.page(ctx, month, code, Page(SLIPS)).items if ctx.may("lines:read") else None
    own = _own(waiting.waits(ctx, SLIPS), code) if may(ctx.role, "tasks:read") else None
    rules = policies.page(ctx, Page(SLIPS)).items if ctx.may("policies:read") else []
    more: dict[str, Any] = {"money": money, "month": month, "policies": rules}
    return show("me.html", cases=mine, waits=own, **more, **_person(ctx, code))


@blp.get("/me/data.json")
def data() -> Response:
    """Everything that is kept about whoever asks, as a file."""
    ctx = asker()
    body = to_json(own_data.plain(own_data.own_data(ctx)))
    made = Response(body, content_type="application/json")
    made.headers["Content-Disposition"] = f"attachment; filename={today_of(ctx)}.json"
    return made


def _own(found: Waits, code: str) -> Waits:
    """Return what waits for somebody that concerns himself, or was asked of him by his name."""
    steps = [task for task in found.steps if code in task.case.parts]
    todos = [todo for todo in found.todos if todo.asked.person == code]
    return Waits(steps, None, todos, (), (), ())


@blp.get("/near")
def near() -> Response:
    """Who is how many steps away from what."""
    said = request.args.get("gap", "")
    gap = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else GAP  # noqa: PLR2004
    return show("near.html", found=standing.near(asker(), gap, asked_page(UUID)), gap=gap)
