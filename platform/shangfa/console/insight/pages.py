"""A year from afar: each picture has its table beside it and a download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request, send_file

from shangfa.console.insight import charts
from shangfa.console.pages import show
from shangfa.console.session import asker
from shangfa.domain.access.permissions import may
from shangfa.domain.reports.insight import REST, Table
from shangfa.services.context import Context
from shangfa.services.ledger import standing
from shangfa.services.pages import Page
from shangfa.services.reports import insight, reports
from shangfa.services.reports.reports import Asking

blp = Blueprint("console-insight", __name__)
MOST_LINES: Final = 6
"""Departments that are drawn; the table has them all."""
NEAR: Final = 10
CSV: Final = "text/csv"


@blp.get("/insight")
def page() -> Response:
    """The twelve months up to one."""
    ctx, until = asker(), request.args.get("period") or None
    found = insight.read(ctx, until)
    tables = found.tables
    pictures: dict[str, Any] = {
        "trends": charts.lines(found.months, _departments(tables["trends"])),
        "balance": charts.lines(found.months, _columns(tables["balance"])),
        "clauses": charts.bars([(row[0], row[1]) for row in tables["clauses"].rows]),  # type: ignore[misc]
        "reversals": charts.bars([(row[0], row[3]) for row in tables["reversals"].rows]),  # type: ignore[misc]
    }
    return show("insight.html", found=found, pictures=pictures, rest=REST, **_now(ctx))


def _departments(table: Table) -> Mapping[str, list[Any]]:
    """Return the largest departments' values month by month."""
    series: dict[str, list[Any]] = {}
    for row in table.rows:
        series.setdefault(str(row[1]), []).append(row[4])
    return dict(list(series.items())[:MOST_LINES])


def _columns(table: Table) -> Mapping[str, list[Any]]:
    if not table.rows:
        return {}
    return {
        name: [row[at] for row in table.rows] for at, name in ((1, "rewards"), (2, "sanctions"))
    }


def _now(ctx: Context) -> dict[str, Any]:
    """Return what is so today: who is near a next step, what is overdue and what falls due."""
    near = standing.near(ctx, 1, Page(NEAR)).items if may(ctx.role, "near:read") else []
    asked = {name: reports.read(ctx, name, Asking()).rows for name in ("overdue", "due", "waiting")}
    return {"near": near, "counts": {name: len(rows) for name, rows in asked.items()}}


@blp.get("/insight/<string:name>.csv")
def fetch(name: str) -> Response:
    """The table of a picture."""
    made = insight.written(asker(), name, request.args.get("period") or None)
    return send_file(made, CSV, True, f"{name}.csv")  # noqa: FBT003
