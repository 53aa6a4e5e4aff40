"""How a month is handed to payroll, and the minimum wages that the company goes by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import Fields
from shangfa.console.forms import TEXT, field, lines, once
from shangfa.console.pages import show, show_again, today_of
from shangfa.console.session import asker
from shangfa.domain.faults import NOT_FOUND, Refusal, RefusedError, refused
from shangfa.domain.payroll.papers import BASES, Floor
from shangfa.domain.payroll.setting import REWARDS, SHEETS, Column, PayrollSetting, Template
from shangfa.domain.text import Note
from shangfa.services.context import Context
from shangfa.services.etags import etag_of
from shangfa.services.payroll import papers, settings

blp = Blueprint("console-payroll", __name__)
HERE: Final = "/console/payroll"
MOST: Final = 20
"""Templates of a company, as the API takes them."""
SOME: Final = Note(
    "月标准、档次与口径至少填一项", "say the monthly amount, the tier or the basis, or several"
)
A_TIER: Final = Note("须为1至20的整数", "a whole number from 1 to 20 is expected")
TIERS: Final = tuple(map(str, range(1, 21)))


@blp.get("/payroll")
def read() -> Response:
    """What payroll is handed, and the company's own minimum wages."""
    ctx = asker()
    typed = {"since": today_of(ctx).isoformat()}
    return show("payroll.html", **_page(ctx), typed=typed, faults=[], failed="")


def _page(ctx: Context) -> dict[str, Any]:
    found = settings.read(ctx)
    return {
        "found": found,
        "templates": list(_written(found.setting)),
        "columns": SHEETS,
        "rewards": REWARDS,
        "bases": BASES,
        "if_match": etag_of(found.revision),
        "floors": papers.floors(ctx).items if ctx.may("compliance:read") else None,
    }


def _written(setting: PayrollSetting) -> Iterator[dict[str, str]]:
    """Yield each template as a form has it: a column a line, `=` before its own header."""
    for name, said in setting.templates.items():
        sheets = {sheet: "\n".join(map(_line, getattr(said, sheet))) for sheet in SHEETS}
        yield {"name": name, **sheets}


def _line(column: Column) -> str:
    return f"{column.column}={column.header}" if column.header else column.column


@blp.post("/payroll")
def change() -> AnyResponse:
    """Set how a month is handed on, or a minimum wage."""
    ctx, step = asker(), field("step")
    work = {"set": _set, "floor": _floor}.get(step)
    if work is None:
        raise refused(NOT_FOUND, "")
    try:
        return once(work, lambda _: HERE)
    except RefusedError as error:
        if error.kind.refusal is Refusal.FORBIDDEN:
            raise
        return show_again("payroll.html", error, **_page(ctx), failed=step)


def _set(ctx: Context) -> object:
    said = Fields()
    rewards = said.one_of("rewards", REWARDS)
    templates = dict(_templates(said))
    said.done()
    return settings.put(ctx, PayrollSetting(rewards, templates), field("if_match"))


def _templates(said: Fields) -> Iterator[tuple[str, Template]]:
    """Yield the templates of a form; one without a name is left out."""
    for place in range(MOST):
        name = said.text(f"templates.{place}.name")
        sheets = (tuple(_columns(f"templates.{place}.{sheet}")) for sheet in SHEETS)
        if name:
            yield name, Template(*sheets)


def _columns(name: str) -> Iterator[Column]:
    for line in lines(name):
        column, _, header = line.partition("=")
        yield Column(column.strip(), header.strip())


def _floor(ctx: Context) -> object:
    said = Fields()
    region, since = said.must("region"), said.since()
    monthly, tier = said.amount("monthly"), said.text("tier")
    if tier is not None and tier not in TIERS:
        said.wrong("tier", A_TIER)
    basis, source = said.one_of("basis", BASES, BASES[0]), said.must("source", TEXT)
    if monthly is None and tier is None and basis == BASES[0]:
        said.wrong("monthly", SOME)
    said.done()
    number = int(tier) if tier in TIERS else None
    return papers.set_floor(ctx, Floor(region, since, monthly, number, basis, source))
