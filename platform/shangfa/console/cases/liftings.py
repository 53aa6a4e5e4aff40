"""What counts no longer though its time is not over: lifted with a reason, and withdrawn."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import once, plainly
from shangfa.console.pages import show, show_again, today_of
from shangfa.console.session import asker
from shangfa.domain.faults import NOT_FOUND, Refusal, RefusedError, refused
from shangfa.domain.policies.policy import LAPSING
from shangfa.services.cases import pages as cases
from shangfa.services.cases.acts import liftings
from shangfa.services.cases.acts.liftings import Wish
from shangfa.services.cases.shown import CaseShown
from shangfa.services.context import Context
from shangfa.services.people.search import names

blp = Blueprint("console-liftings", __name__)
REASON: Final = 2_000
"""Letters of a reason, as the API takes them."""
STEPS: Final = ("try", "lift", "withdraw")


def liftable(case: CaseShown) -> list[tuple[str, str, str]]:
    """Return what a case gave that may be lifted: subject, account, unit."""
    found = [
        (item["subject"], item["account"], item["unit"])
        for item in case.decision["effects"]
        if item["account"] in LAPSING
    ]
    return list(dict.fromkeys(found))


@blp.get("/cases/<uuid:case_id>/liftings")
def read(case_id: UUID) -> Response:
    """What was lifted of a case, and the form to lift more."""
    ctx = asker()
    ctx.need("marks:lift")
    typed = {"from": today_of(ctx).isoformat()}
    return show("liftings.html", **_case(ctx, case_id), faults=[], typed=typed, tried=None)


def _case(ctx: Context, case_id: UUID) -> dict[str, Any]:
    case = cases.read(ctx, case_id)
    acts = liftings.acts(ctx, case.incident)
    newest = {(act.subject, act.account, act.unit): act for act in acts}
    return {
        "case": case,
        "acts": acts,
        "lifted": [key for key, act in newest.items() if act.lifted_on is not None],
        "items": liftable(case),
        "names": names(ctx, set(case.parts)),
    }


@blp.post("/cases/<uuid:case_id>/liftings")
def take(case_id: UUID) -> AnyResponse:
    """Lift something, withdraw that, or see first what it would change."""
    ctx = asker()
    ctx.need("marks:lift")
    found = _case(ctx, case_id)
    try:
        step, wish = _wish(found)
        if step == "try":
            tried = liftings.lift(plainly(ctx), wish, dry_run=True).adjustments
            typed = {"what": _what(wish), "from": str(wish.since or ""), "reason": wish.reason}
            return show("liftings.html", **found, faults=[], typed=typed, tried=tried)
        there = f"/console/cases/{case_id}/liftings"
        return once(lambda who: liftings.lift(who, wish), lambda _: there)
    except RefusedError as error:
        if error.kind.refusal in {Refusal.HIDDEN, Refusal.FORBIDDEN}:
            raise
        return show_again("liftings.html", error, **found, tried=None)


def _what(wish: Wish) -> str:
    return f"{wish.subject}|{wish.account}|{wish.unit}"


def _wish(found: dict[str, Any]) -> tuple[str, Wish]:
    said = Fields()
    step, what = said.one_of("step", STEPS), said.must("what", 200)
    known = {"|".join(item): item for item in (*found["items"], *found["lifted"])}
    since, reason = said.day("from"), said.must("reason", REASON)
    said.done()
    if what not in known:
        raise refused(NOT_FOUND, "")
    subject, account, unit = known[what]
    meant = (found["case"].incident, subject, account, unit)
    withdraws = step == "withdraw"
    return step, Wish(*meant, None if withdraws else since, reason, withdraws)
