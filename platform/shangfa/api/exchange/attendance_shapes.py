"""What a mapping of attendance looks like in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Day, JsonObject, Limits, Listed, short
from shangfa.domain.exchange.attendance import COUNTED, TAKES, Attendance, AttendanceRule
from shangfa.services.exchange.attendance import MappingView, shown_shift, told_shift

CLOCK_TIME = validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")


class AttendanceRuleSchema(Schema):
    """What becomes of a column: an incident under `clause`."""

    column = fields.String(required=True, validate=validate.OneOf(tuple(COUNTED)))
    clause = short(required=True)
    policy = short(load_default=None, allow_none=True)
    take = fields.String(
        load_default="each",
        validate=validate.OneOf(TAKES),
        metadata={"description": "each: one for each that is counted; quantity: one with the sum"},
    )
    every = fields.Integer(
        load_default=1,
        strict=True,
        validate=validate.Range(1, 100),
        metadata={"description": "one for each so many of a person's month"},
    )


class ShiftSchema(Schema):
    """A shift; one that ends before it starts ends on the next day."""

    name = short(required=True)
    start = fields.String(required=True, validate=CLOCK_TIME, metadata={"example": "22:00"})
    end = fields.String(required=True, validate=CLOCK_TIME, metadata={"example": "06:00"})
    grace = fields.Integer(
        load_default=0,
        strict=True,
        validate=validate.Range(0, 600),
        metadata={"description": "minutes late or early that count for nothing"},
    )


HEADERS: Final = Limits(200, 1, 80, 1)
A_COLUMN: Final = {"type": "string"}


class AttendanceSchema(Schema):
    """What the company makes of its attendance.

    `headers`: header of its own -> column, `-` for what is read over. `outages`: days on which
    nobody could punch. `shifts`: what clock punches are held against, the first where neither
    the row nor the person's attribute `shift_attribute` names one.
    """

    rules = Listed(fields.Nested(AttendanceRuleSchema), most=100, required=True)
    headers = JsonObject(HEADERS, values=A_COLUMN, load_default=dict)
    outages = Listed(Day(), most=1000, load_default=list)
    shifts = Listed(fields.Nested(ShiftSchema), most=100, load_default=list)
    shift_attribute = short(load_default=None, allow_none=True)


class AttendanceViewSchema(AttendanceSchema):
    """The mapping in force."""

    headers = JsonObject(HEADERS, values=A_COLUMN, required=True)
    outages = Listed(Day(), most=1000, required=True)
    shifts = Listed(fields.Nested(ShiftSchema), most=100, required=True)
    shift_attribute = short(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    set_at = fields.DateTime(required=True, allow_none=True)


def mapping(body: Mapping[str, Any]) -> Attendance:
    """Return the mapping that a body makes."""
    rules = tuple(AttendanceRule(**item) for item in body["rules"])
    headers = {name: str(column) for name, column in body["headers"].items()}
    shifts = tuple(told_shift(item) for item in body["shifts"])
    outages = frozenset(body["outages"])
    return Attendance(rules, headers, outages, shifts, body["shift_attribute"])


def view(found: MappingView) -> dict[str, Any]:
    """Return the mapping in force."""
    said = found.mapping
    return {
        "rules": said.rules,
        "headers": dict(said.headers),
        "outages": sorted(said.outages),
        "shifts": [shown_shift(shift) for shift in said.shifts],
        "shift_attribute": said.shift_attribute,
        "revision": found.revision,
        "set_at": found.at,
    }
