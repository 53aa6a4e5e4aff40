"""Several small cases approved at once: chosen in the inbox, looked at, then each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request

from shangfa.console.forms import check, each, field
from shangfa.console.pages import show, show_again
from shangfa.console.session import asker
from shangfa.domain.faults import MISSING, Fault, RefusedError, refused, told
from shangfa.services.cases import pages
from shangfa.services.cases.acts import small
from shangfa.services.cases.shown import CaseShown
from shangfa.services.context import Context
from shangfa.services.etags import etag_of
from shangfa.services.people.search import names

blp = Blueprint("console-bulk", __name__)
MOST: Final = 50
NOTE: Final = 4_000


@dataclass(frozen=True, slots=True)
class Item:
    """One of the cases: as it stands, and what became of it.

    Attributes:
        if_match: its state when it was shown to be confirmed.
        faults: why it was not approved.
    """

    case: CaseShown
    if_match: str
    small: bool
    faults: tuple[Fault, ...] = ()


@blp.post("/approvals/small")
def go_on() -> Response:
    """Show what each of those chosen becomes, or approve those that were shown."""
    ctx = asker()
    ctx.need("cases:step")
    chosen = _chosen()
    if field("step") != "approve":
        return show("bulk.html", **_items(ctx, chosen), done=False, faults=[], typed={})
    try:
        check({"note": NOTE})
    except RefusedError as error:
        return show_again("bulk.html", error, **_items(ctx, chosen), done=False)
    note = field("note")
    became = {case_id: _approve(case_id, note) for case_id in chosen}
    return show("bulk.html", **_items(ctx, chosen, became), done=True, faults=[], typed={})


def _chosen() -> list[UUID]:
    """Return the cases that were ticked.

    Raises:
        RefusedError: `missing` when there is none.
    """
    found = []
    for text in dict.fromkeys(request.form.getlist("cases")):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    if not found:
        raise refused(MISSING, "/cases", value="cases")
    return found[:MOST]


def _approve(case_id: UUID, note: str) -> tuple[Fault, ...]:
    """Approve one in a transaction of its own; return why not when it is not."""
    seen = field(f"seen.{case_id}")
    try:
        each(lambda who: small.approve(who, case_id, seen, note), str(case_id))
    except RefusedError as error:
        return tuple(told(error.faults))
    return ()


def _items(
    ctx: Context, chosen: list[UUID], became: dict[UUID, tuple[Fault, ...]] | None = None
) -> dict[str, Any]:
    readable = pages.readable(ctx, chosen)
    cases = [pages.read(ctx, case_id) for case_id in chosen if case_id in readable]
    known = small.small(ctx, cases)
    said = became or {}
    items = [
        Item(case, etag_of(case.revision), case.id in known, said.get(case.id, ()))
        for case in cases
    ]
    people = {code for case in cases for code in case.parts}
    return {"items": items, "gone": len(chosen) - len(cases), "names": names(ctx, people)}
