"""Questions that are asked again and again, each a table that can be fetched as a file."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request, send_file

from shangfa.console.pages import show, show_again
from shangfa.console.session import asker
from shangfa.domain.faults import INVALID, NOT_FOUND, Fault, Refusal, RefusedError, refused
from shangfa.domain.months.period import month_named
from shangfa.domain.reports.catalogue import REPORTS, Report
from shangfa.domain.text import Note
from shangfa.services.reports import reports
from shangfa.services.reports.reports import TYPES, Asking

blp = Blueprint("console-reports", __name__)
SHOWN: Final = 200
"""Rows on a page; the file has them all."""
NUMBERS: Final = {"year": (1, 9999), "days": (0, 3650)}
A_NUMBER: Final = Note("须为 {0} 的整数", "a whole number of {0} is expected")


@blp.get("/reports")
def listing() -> Response:
    """The reports that the asker may read."""
    return show("reports.html", found=reports.listing(asker()).items)


@blp.get("/reports/<string:name>")
def read(name: str) -> Response:
    """A report, with what it may be asked."""
    ctx, report = asker(), _known(name)
    try:
        found = reports.read(ctx, name, _asking(report))
    except RefusedError as error:
        if error.kind.refusal in {Refusal.FORBIDDEN, Refusal.HIDDEN}:
            raise
        return show_again("report.html", error, report=report, rows=[], more=False, **_said(report))
    rows, more = found.rows[:SHOWN], found.more or len(found.rows) > SHOWN
    typed = {"typed": _said(report)["asked"], "faults": []}
    return show("report.html", report=report, rows=rows, more=more, **typed, **_said(report))


def _said(report: Report) -> dict[str, Any]:
    """Return what the address asks, by name."""
    asked = {name: request.args.get(name, "").strip() for name in report.asks}
    return {"asked": {name: value for name, value in asked.items() if value}, "forms": TYPES}


def _known(name: str) -> Report:
    if name not in REPORTS:
        raise refused(NOT_FOUND, "")
    return REPORTS[name]


def _asking(report: Report) -> Asking:
    """Return what the address asks of a report.

    Raises:
        RefusedError: `invalid`, each beside its field.
    """
    said, faults = _said(report)["asked"], []
    for name, (least, most) in NUMBERS.items():
        value = said.get(name, "")
        good = value.isascii() and value.isdigit() and least <= int(value[:9]) <= most
        if value and not good:
            why = A_NUMBER.of(f"{least}–{most}")
            faults.append(Fault(INVALID, f"/{name}", {"value": value[:80], "why": why}))
    if faults:
        raise RefusedError(*faults)
    if "month" in said:
        month_named(said["month"])
    numbers = {name: int(said[name]) for name in NUMBERS if name in said}
    return Asking(**(said | numbers))


@blp.get("/reports/<string:name>.<string:form>")
def fetch(name: str, form: str) -> Response:
    """A report as a file."""
    report = _known(name)
    if form not in TYPES:
        raise refused(NOT_FOUND, "")
    made = reports.written(asker(), name, form, _asking(report))
    return send_file(made, TYPES[form], True, f"{name}.{form}")  # noqa: FBT003
