"""What subjects, their lines and wages look like in JSON."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shangfa.api.fields import ATTRIBUTES, Day, Exact, JsonObject, short
from shangfa.api.problems.words import Message
from shangfa.api.shapes import AdjustmentsSchema, PageSchema, adjustments
from shangfa.db.people import SubjectRecord, WageRecord
from shangfa.domain.incident import SUBJECT_KINDS
from shangfa.domain.text import Note
from shangfa.services.people.changes import SubjectChange
from shangfa.services.people.lines import Line, Wage
from shangfa.services.people.subjects import NewSubject, SubjectView

WAGE: Final = ("0.01", "999999999999.99", 2)
"""The least, the most there is room for, and whole fen."""
KIND: Final = validate.OneOf(SUBJECT_KINDS)
ONE_WAGE: Final = Note("month_wage 与 day_wage 取其一", "either month_wage or day_wage is expected")


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
    attributes = JsonObject(ATTRIBUTES, metadata={"description": "from the beginning"})
    first_day = Day(metadata={"description": "first local day in the company"})
    last_day = Day(metadata={"description": "last local day in the company"})


def new_subject(body: dict[str, Any]) -> NewSubject:
    """Return the subject that a body describes."""
    return NewSubject(**body)


class SubjectChangeSchema(Schema):
    """What may change of a subject; what is dated has routes of its own."""

    name = short()
    attributes = JsonObject(
        ATTRIBUTES, metadata={"description": "all of them from `since` on; one left out ends"}
    )
    since = Day(metadata={"description": "first local day of the attributes, today when left out"})
    last_day = Day(metadata={"description": "of the present employment"})


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


class DatedWageSchema(Schema):
    """What somebody earns, CNY: for a month or for a day."""

    month_wage = Exact(*WAGE, metadata={"description": "CNY"})
    day_wage = Exact(*WAGE, metadata={"description": "CNY"})
    base_unit = Exact(*WAGE, allow_none=True, metadata={"description": "CNY"})
    loss_contract_basis = fields.Boolean(
        allow_none=True, metadata={"description": "the contract lets losses be recovered"}
    )
    work_region = short(
        allow_none=True,
        metadata={"description": "GB/T 2260, or the name it has", "example": "310115"},
    )

    @validates_schema
    def check_one(self, body: dict[str, Any], **_: Any) -> None:
        """Let pass what says the wage of a month or of a day."""
        if ("month_wage" in body) == ("day_wage" in body):
            raise ValidationError(Message(ONE_WAGE), "month_wage")


def dated_wage(since: date, body: dict[str, Any]) -> Wage:
    """Return the wage that a body describes, from a day on."""
    return Wage(since, body.pop("day_wage", None), **body)


class DatedValuesSchema(Schema):
    """Attributes from a day on; those not named stay as they are, null ends one."""

    attributes = JsonObject(ATTRIBUTES, required=True)


class EmploymentSchema(Schema):
    """Until when somebody belongs to the company."""

    last_day = Day(allow_none=True, load_default=None)


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
    """What somebody earns, CNY, from a local day on: for a month or for a day."""

    since = fields.Date(required=True)
    day_wage = fields.String(required=True, allow_none=True, metadata={"example": "210.50"})
    month_wage = fields.String(required=True, allow_none=True)
    base_unit = fields.String(required=True, allow_none=True)
    loss_contract_basis = fields.Boolean(required=True, allow_none=True)
    work_region = fields.String(required=True, allow_none=True)


class WagesSchema(Schema):
    """What somebody earned, oldest first."""

    items = fields.List(fields.Nested(WageViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ValueViewSchema(Schema):
    """What an attribute is from a local day on; null when it ended."""

    since = fields.Date(required=True)
    name = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)


class EmploymentViewSchema(Schema):
    """From which to which local day somebody belongs to the company; null while it lasts."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True)


class SubjectViewSchema(SubjectItemSchema):
    """A subject, its attributes as of today; wages only for those who may see them."""

    attribute_values = fields.List(fields.Nested(ValueViewSchema), required=True)
    employments = fields.List(fields.Nested(EmploymentViewSchema), required=True)
    adjustments = fields.Nested(AdjustmentsSchema)
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
    shown["attribute_values"] = [item._asdict() for item in view.values]
    shown["employments"] = [
        {"first_day": item.first, "last_day": item.last} for item in view.employments
    ]
    if view.adjustments is not None:
        shown["adjustments"] = adjustments(view.adjustments)
    if view.wages is not None:
        shown["wages"] = [item._asdict() for item in view.wages]
    return shown


def wage_item(found: WageRecord) -> dict[str, Any]:
    """Return a wage."""
    return found._asdict()
