"""The board of a month: where it stands, its lines, who must sign, what may be fetched."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.forms import TEXT, check, field, once
from shangfa.console.pages import asked_page, show, show_again, today_of
from shangfa.console.session import asker
from shangfa.domain.access.permissions import may
from shangfa.domain.faults import NOT_FOUND, Refusal, RefusedError, refused
from shangfa.domain.money import ZERO
from shangfa.domain.months.states import SIGNERS, steps_from
from shangfa.services.context import Context
from shangfa.services.funds import ledgers
from shangfa.services.months import exports, lines, periods
from shangfa.services.months.periods import PERMISSIONS, PeriodView
from shangfa.services.people.search import names

blp = Blueprint("console-months", __name__)
MONTH = "%Y-%m"


@blp.get("/months")
def present() -> AnyResponse:
    """The board of the present month, or of one that was asked for."""
    wanted = request.args.get("period") or today_of(asker()).strftime(MONTH)
    return redirect(f"/console/months/{wanted}", 303)


@blp.get("/months/<string:month>")
def read(month: str) -> Response:
    """The board of a month."""
    return show("month.html", **_board(asker(), month), faults=[], typed={})


def _board(ctx: Context, month: str) -> dict[str, Any]:
    view = periods.read(ctx, month)
    found = lines.page(ctx, month, None, asked_page())
    first = date.fromisoformat(f"{month}-01")
    before = (first - timedelta(1)).strftime(MONTH) if first.year > date.min.year else ""
    return {
        "view": view,
        "lines": found,
        "names": names(ctx, {item.subject for item in found.items}),
        "steps": [step for step in steps_from(view.state) if may(ctx.role, PERMISSIONS[step])],
        "before": before,
        "changes": _compared(ctx, view, before),
        "after": (first + timedelta(31)).strftime(MONTH) if first.year < date.max.year else "",
        "files": tuple(exports.TYPES),
        "signers": SIGNERS,
        "funds": ledgers.page(ctx).items if ctx.may("funds:read") else [],
    }


def _compared(ctx: Context, view: PeriodView, before: str) -> list[tuple[str, Decimal, Decimal]]:
    """Return the money of a month beside that of the month before it, by kind."""
    if not before:
        return []
    both = (periods.read(ctx, before).totals, view.totals)
    was, now = ({item.money: item.requested for item in totals} for totals in both)
    return [(money, was.get(money, ZERO), now.get(money, ZERO)) for money in sorted(was | now)]


@blp.post("/months/<string:month>")
def take(month: str) -> AnyResponse:
    """Bring a month one step on."""
    ctx, step = asker(), field("step")
    if step not in PERMISSIONS:
        raise refused(NOT_FOUND, "")
    try:
        check({"reason": TEXT}, {"reason"} if step == "reopen" else ())
        return once(
            lambda who: periods.take_step(who, month, step, field("reason")),
            lambda _: f"/console/months/{month}",
        )
    except RefusedError as error:
        if error.kind.refusal is Refusal.FORBIDDEN:
            raise
        return show_again("month.html", error, **_board(ctx, month))


@blp.get("/months/<string:month>/<string:name>")
def fetch(month: str, name: str) -> Response:
    """A file of a settled month."""
    if name not in exports.TYPES:
        raise refused(NOT_FOUND, "")
    made = exports.payroll(asker(), month, name)
    return send_file(made, exports.TYPES[name], True, f"{month}-{name}")  # noqa: FBT003
