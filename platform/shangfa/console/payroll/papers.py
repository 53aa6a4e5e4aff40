"""What payroll is told of somebody's month: notices, consents, the bonus, what law withholds."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import TEXT, field, once
from shangfa.console.pages import show, show_again, today_of
from shangfa.console.session import asker
from shangfa.domain.faults import NOT_FOUND, Refusal, RefusedError, refused
from shangfa.domain.money import ZERO
from shangfa.domain.payroll.papers import FOR, PAPERS, MonthPay, Paper
from shangfa.domain.text import Note
from shangfa.services.context import Context
from shangfa.services.payroll import papers
from shangfa.services.people import subjects

blp = Blueprint("console-papers-of-payroll", __name__)
MONEY: Final = tuple(sorted(name for names in FOR.values() for name in names))
SOME: Final = Note("奖金与法定扣除至少填一项", "say the bonus or what law withholds, or both")


@blp.get("/people/<string:code>/payroll")
def read(code: str) -> Response:
    """What payroll was told of somebody, month by month."""
    ctx = asker()
    day = today_of(ctx).isoformat()
    begun = {"month": day[:7], "told_on": day}
    return show("person_payroll.html", **_page(ctx, code), typed=begun, faults=[], failed="")


def _page(ctx: Context, code: str) -> dict[str, Any]:
    kept, pays = papers.papers(ctx, code).items, papers.pays(ctx, code).items
    view = subjects.read(ctx, code)
    return {"view": view, "kept": kept, "pays": pays, "papers": PAPERS, "money": MONEY}


@blp.post("/people/<string:code>/payroll")
def change(code: str) -> AnyResponse:
    """Keep a paper, or what payroll says of a month."""
    ctx, step = asker(), field("step")
    work = {"paper": _paper, "pay": _pay}.get(step)
    if work is None:
        raise refused(NOT_FOUND, "")
    try:
        return once(lambda who: work(who, code), lambda _: f"/console/people/{code}/payroll")
    except RefusedError as error:
        if error.kind.refusal in {Refusal.FORBIDDEN, Refusal.HIDDEN}:
            raise
        return show_again("person_payroll.html", error, **_page(ctx, code), failed=step)


def _paper(ctx: Context, code: str) -> object:
    said = Fields()
    paper = Paper(
        said.month(),
        said.one_of("paper", PAPERS),
        said.one_of("money", MONEY),
        said.amount("amount", needed=True, least=ZERO) or ZERO,
        said.since("told_on"),
        said.must("reason", TEXT),
    )
    said.done()
    return papers.keep(ctx, code, paper)


def _pay(ctx: Context, code: str) -> object:
    said = Fields()
    month = said.month()
    pay = MonthPay(said.amount("bonus", least=ZERO), said.amount("statutory", least=ZERO))
    if pay == MonthPay():
        said.wrong("bonus", SOME)
    said.done()
    return papers.set_pay(ctx, code, month, pay)
