"""What subjects, their lines and wages look like in JSON."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.api.fields import ATTRIBUTES, Day, Exact, JsonObject, short
from shangfa.api.shapes import PageSchema
from shangfa.db.people import SubjectRecord
from shangfa.domain.people.kinds import SUBJECT_KINDS
from shangfa.services.people.lines import Line, Wage
from shangfa.services.people.subjects import NewSubject, SubjectChange, SubjectView

WAGE: Final = ("0.01", "999999999999.99", 2)
"""The least, the most there is room for, and whole fen."""
KIND: Final = validate.OneOf(SUBJECT_KINDS)


class SubjectSchema(Schema):
    """A subject to register."""

    code = short(required=True, metadata={"example": "E1"})
    name = short(required=True)
    kind = fields.String(load_default="employee", validate=KIND)
    department = short(allow_none=True)
    position = short(allow_none=True)
    supervisor = short(allow_none=True)
    since = Day(metadata={"description": "first local day of line and wage"})
    day_wage = Exact(*WAGE, metadata={"description": "CNY"})
    attributes = JsonObject(ATTRIBUTES)


def new_subject(body: dict[str, Any]) -> NewSubject:
    """Return the subject that a body describes."""
    return NewSubject(**body)


class SubjectChangeSchema(Schema):
    """What may change of a subject; lines and wages are dated and have their own routes."""

    name = short()
    attributes = JsonObject(ATTRIBUTES)


def subject_change(body: dict[str, Any]) -> SubjectChange:
    """Return what a body changes."""
    return SubjectChange(**body)


class AssignmentSchema(Schema):
    """Where a subject works and for whom, from a local day on."""

    since = Day(required=True)
    department = short(allow_none=True)
    position = short(allow_none=True)
    supervisor = short(allow_none=True)


def line(body: dict[str, Any]) -> Line:
    """Return the line that a body describes."""
    return Line(**body)


class WageSchema(Schema):
    """What one working day is worth, CNY, from a local day on."""

    since = Day(required=True)
    day_wage = Exact(*WAGE, required=True, metadata={"description": "CNY"})


def wage(body: dict[str, Any]) -> Wage:
    """Return the wage that a body describes."""
    return Wage(**body)


class SubjectQuerySchema(PageSchema):
    """Which subjects."""

    kind = fields.String(validate=KIND)


class SubjectItemSchema(Schema):
    """A subject in a list."""

    code = fields.String(required=True)
    kind = fields.String(required=True, validate=KIND)
    name = fields.String(required=True)
    attributes = fields.Dict(required=True)
    created_at = fields.DateTime(required=True)


class LineViewSchema(Schema):
    """Where a subject works and for whom, from a local day on."""

    since = fields.Date(required=True)
    department = fields.String(required=True, allow_none=True)
    position = fields.String(required=True, allow_none=True)
    supervisor = fields.String(required=True, allow_none=True)


class WageViewSchema(Schema):
    """What one working day is worth, CNY, from a local day on."""

    since = fields.Date(required=True)
    day_wage = fields.String(required=True, metadata={"example": "210.50"})


class SubjectViewSchema(SubjectItemSchema):
    """A subject; wages only for those who may see them."""

    assignments = fields.List(fields.Nested(LineViewSchema), required=True)
    wages = fields.List(fields.Nested(WageViewSchema))


class SubjectPageSchema(Schema):
    """A page of subjects, by code."""

    items = fields.List(fields.Nested(SubjectItemSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def subject_item(found: SubjectRecord | SubjectView) -> dict[str, Any]:
    """Return a subject as it stands in a list."""
    return {
        "code": found.code,
        "kind": found.kind,
        "name": found.name,
        "attributes": found.attributes,
        "created_at": found.created_at,
    }


def subject(view: SubjectView) -> dict[str, Any]:
    """Return a subject with its lines."""
    shown = subject_item(view)
    shown["assignments"] = [item._asdict() for item in view.assignments]
    if view.wages is not None:
        shown["wages"] = [item._asdict() for item in view.wages]
    return shown
