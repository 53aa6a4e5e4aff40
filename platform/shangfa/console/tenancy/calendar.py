"""The days by which a company counts: the years that are known, and its own days."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import PurePath
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from shangfa.console.fields import A_DAY
from shangfa.console.forms import CODE, field, lines, once
from shangfa.console.pages import show, show_again
from shangfa.console.session import asker
from shangfa.domain.dates.days import read_day
from shangfa.domain.dates.moments import YEARS
from shangfa.domain.faults import INVALID, STALE_VERSION, Fault, Refusal, RefusedError
from shangfa.domain.text import Note
from shangfa.services.dates import calendars
from shangfa.services.dates.calendars import CompanyCalendar, OwnDays
from shangfa.services.etags import etag_of

blp = Blueprint("console-calendar", __name__)
HERE: Final = "/console/calendar"
MOST: Final = 4_000
_A_YEAR: Final = Note("须为年份，如 2027", "a year is expected, as 2027")
_AT_MOST: Final = Note("最多{0}项", "at most {0} may be given").of(MOST)


@blp.get("/calendar")
def page() -> Response:
    """Which years are known, and the company's own days."""
    found = calendars.read(asker())
    return show("calendar.html", **_shown(found), typed=_typed(found.own), faults=[], stale=False)


def _shown(found: CompanyCalendar) -> dict[str, Any]:
    days = found.calendar
    years = [
        (year, _of(days.off, year), _of(days.worked, year)) for year in sorted(days.years)[::-1]
    ]
    return {"found": found, "years": years, "if_match": etag_of(found.revision)}


def _of(days: frozenset[date], year: int) -> list[date]:
    return sorted(day for day in days if day.year == year)


def _typed(own: OwnDays) -> dict[str, str]:
    """Return a company's own days as somebody would have typed them."""
    return {
        "off": "\n".join(day.isoformat() for day in sorted(own.off)),
        "worked": "\n".join(day.isoformat() for day in sorted(own.worked)),
        "years": "\n".join(map(str, sorted(own.years))),
    }


@blp.post("/calendar")
def put() -> AnyResponse:
    """Set the company's own days, with the whole years of a file if one comes along."""
    ctx = asker()
    ctx.need("calendar:write")
    try:
        own = _with_file(_read())
        seen = field("if_match")
        return once(lambda who: calendars.put(who, own, seen), lambda _: HERE)
    except RefusedError as error:
        if error.kind.refusal in {Refusal.HIDDEN, Refusal.FORBIDDEN}:
            raise
        stale = error.kind is STALE_VERSION
        return show_again("calendar.html", error, **_shown(calendars.read(ctx)), stale=stale)


def _with_file(own: OwnDays) -> OwnDays:
    file = request.files.get("file")
    if file is None or not file.filename:
        return own
    name = PurePath(file.filename).name[:CODE]
    return own.with_years(calendars.years_in(file.stream.read(), name))


def _read() -> OwnDays:
    """Return what was typed.

    Raises:
        RefusedError: `invalid`, each line that holds none beside its field.
    """
    faults: list[Fault] = []
    off, worked = (frozenset(_days(name, faults)) for name in ("off", "worked"))
    years = set()
    for line in lines("years"):
        if line.isascii() and line.isdigit() and len(line) == 4 and int(line) in YEARS:  # noqa: PLR2004
            years.add(int(line))
        else:
            faults.append(Fault(INVALID, "/years", {"value": line[:CODE], "why": _A_YEAR}))
    if faults:
        raise RefusedError(*faults)
    return OwnDays(off, worked, frozenset(years))


def _days(name: str, faults: list[Fault]) -> list[date]:
    typed, found = lines(name), []
    if len(typed) > MOST:
        faults.append(Fault(INVALID, f"/{name}", {"value": len(typed), "why": _AT_MOST}))
        return []
    for line in typed:
        day = None
        with suppress(ValueError):
            day = read_day(line)
        if day is None or day.year not in YEARS:
            faults.append(Fault(INVALID, f"/{name}", {"value": line[:CODE], "why": A_DAY}))
        else:
            found.append(day)
    return found
