"""What a mapping of attendance looks like in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from shangfa.api.fields import Day, JsonObject, Limits, Listed, short
from shangfa.domain.exchange.attendance import COUNTED, TAKES, Attendance, AttendanceRule
from shangfa.services.exchange.attendance import MappingView


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


class AttendanceSchema(Schema):
    """What the company makes of its attendance.

    `headers`: header of its own -> column, `-` for what is read over. `outages`: days on which
    nobody could punch.
    """

    rules = Listed(fields.Nested(AttendanceRuleSchema), most=100, required=True)
    headers = JsonObject(Limits(200, 1, 80, 1), load_default=dict)
    outages = Listed(Day(), most=1000, load_default=list)


class AttendanceViewSchema(AttendanceSchema):
    """The mapping in force."""

    headers = JsonObject(Limits(200, 1, 80, 1), required=True)
    outages = Listed(Day(), most=1000, required=True)
    revision = fields.Integer(required=True)
    set_at = fields.DateTime(required=True, allow_none=True)


def mapping(body: Mapping[str, Any]) -> Attendance:
    """Return the mapping that a body makes."""
    rules = tuple(AttendanceRule(**item) for item in body["rules"])
    headers = {name: str(column) for name, column in body["headers"].items()}
    return Attendance(rules, headers, frozenset(body["outages"]))


def view(found: MappingView) -> dict[str, Any]:
    """Return the mapping in force."""
    said = found.mapping
    return {
        "rules": said.rules,
        "headers": dict(said.headers),
        "outages": sorted(said.outages),
        "revision": found.revision,
        "set_at": found.at,
    }
