"""/v1/calendar: the days by which a company counts."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.auth import if_match
from shangfa.api.fields import Day, Listed
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.domain.dates.moments import YEARS
from shangfa.services.dates import calendars
from shangfa.services.dates.calendars import CompanyCalendar, OwnDays
from shangfa.services.etags import etag_of

blp = Blueprint("calendar", __name__, url_prefix="/v1", description="Days off and days worked")
MOST = 4_000
"""Days that a company sets for itself."""


def _year() -> fields.Integer:
    return fields.Integer(
        strict=True,
        validate=validate.Range(YEARS.start, YEARS.stop - 1),
        metadata={"example": 2027},
    )


class OwnDaysSchema(Schema):
    """A company's own days, all of them; what is left out is none."""

    off = Listed(Day(), most=MOST, metadata={"description": "weekdays on which it closes"})
    worked = Listed(Day(), most=MOST, metadata={"description": "weekend days it works"})
    years = Listed(
        _year(), most=100, metadata={"description": "years that these days make complete"}
    )


class OwnDaysViewSchema(Schema):
    """A company's own days."""

    off = fields.List(fields.Date(), required=True)
    worked = fields.List(fields.Date(), required=True)
    years = fields.List(fields.Integer(), required=True)


class CalendarSchema(Schema):
    """The calendar in force, and what of it is the company's own."""

    name = fields.String(required=True)
    based_on = fields.String(required=True)
    years = fields.List(fields.Integer(), required=True)
    off = fields.List(fields.Date(), required=True)
    worked = fields.List(fields.Date(), required=True)
    own = fields.Nested(OwnDaysViewSchema, required=True)


def _shown(found: CompanyCalendar) -> dict[str, Any]:
    own, days = found.own, found.calendar
    return {
        "name": days.name,
        "based_on": found.based_on,
        "years": sorted(days.years),
        "off": sorted(days.off),
        "worked": sorted(days.worked),
        "own": {
            "off": sorted(own.off),
            "worked": sorted(own.worked),
            "years": sorted(own.years),
        },
    }


def _revision(found: CompanyCalendar) -> str:
    return etag_of(found.revision)


@blp.route("/calendar", methods=["GET"])
@blp.doc(operationId="getCalendar")
@blp.response(200, CalendarSchema)
def read() -> Response:
    """Read by which days off and days worked the company counts."""
    return answer(calendars.read, _shown, etag=_revision)


@blp.route("/calendar", methods=["PUT"])
@blp.doc(operationId="setCalendar")
@blp.arguments(OwnDaysSchema)
@blp.response(200, CalendarSchema)
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
@blp.alt_response(422, schema=ProblemSchema, description="A day that is not to come.")
def put(body: dict[str, Any]) -> Response:
    """Set the company's own days for days to come; send the ETag in If-Match."""
    own = OwnDays(*(frozenset(body.get(name) or ()) for name in ("off", "worked", "years")))
    seen = if_match()
    return answer(lambda ctx: calendars.put(ctx, own, seen), _shown, etag=_revision)
