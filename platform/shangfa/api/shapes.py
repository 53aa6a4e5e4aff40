"""What requests carry and answers hold. An unknown field is an error, never ignored."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shangfa.api.fields import (
    ATTRIBUTES,
    CALENDARS,
    FACTS,
    LONGEST_CODE,
    Day,
    Exact,
    JsonObject,
    Listed,
    Subjects,
    Zone,
    short,
    text,
)
from shangfa.services.context import TENANT_ROLES
from shangfa.services.pages import MOST

CODE = validate.Length(min=1, max=LONGEST_CODE)
WAGE = ("0.01", "999999999999.99", 2)
"""The least, the most there is room for, and whole fen."""
SLUG = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,62}\Z")


class ProblemItemSchema(Schema):
    """One fault of a problem."""

    pointer = fields.String(metadata={"description": "JSON pointer into the request"})
    code = fields.String()
    detail = fields.String()
    detail_zh = fields.String()
    detail_en = fields.String()
    place = fields.String(metadata={"description": "file:line of a policy document"})


class ProblemSchema(Schema):
    """RFC 9457 problem details."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String(metadata={"description": "stable; the list is in the README"})
    detail = fields.String()
    detail_zh = fields.String()
    detail_en = fields.String()
    instance = fields.String()
    errors = fields.List(fields.Nested(ProblemItemSchema))


class PageSchema(Schema):
    """Which part of a list."""

    limit = fields.Integer(
        load_default=50, validate=validate.Range(min=1, max=MOST), metadata={"example": 50}
    )
    cursor = fields.String(metadata={"description": "`next_cursor` of the page before"})


class TenantSchema(Schema):
    """A tenant to create."""

    slug = fields.String(required=True, validate=SLUG, metadata={"example": "hill-books"})
    name = short(required=True)
    timezone = Zone(metadata={"example": "Asia/Shanghai"})
    locale = short(metadata={"example": "zh-CN"})
    calendar = short(metadata={"example": "CN"})
    calendars = JsonObject(CALENDARS, metadata={"description": "variants by name"})
    regions = Listed(short(), most=100)
    plugins = Listed(short(), most=100, metadata={"description": "enabled plugins"})


class TenantViewSchema(Schema):
    """A tenant as the operator sees it."""

    slug = fields.String()
    name = fields.String()
    timezone = fields.String()
    locale = fields.String()
    calendar = fields.String()
    status = fields.String()
    plugins = fields.List(fields.String())
    revision = fields.Integer()
    created_at = fields.DateTime()


class TenantPageSchema(Schema):
    """A page of tenants."""

    items = fields.List(fields.Nested(TenantViewSchema))
    next_cursor = fields.String(allow_none=True)


class PluginsSchema(Schema):
    """The plugins a tenant is to have; none left out stays."""

    plugins = Listed(short(), most=100, required=True)


class KeySchema(Schema):
    """A key to make. Supervisors' and employees' keys belong to a subject."""

    role = fields.String(required=True, validate=validate.OneOf(TENANT_ROLES))
    subject = fields.String(validate=CODE)
    label = fields.String(load_default="", validate=validate.Length(max=200))


class KeyViewSchema(Schema):
    """A key; its text only in the answer that made it."""

    id = fields.UUID()
    role = fields.String()
    subject = fields.String(allow_none=True)
    label = fields.String()
    key = fields.String(allow_none=True)
    created_at = fields.DateTime()
    revoked_at = fields.DateTime(allow_none=True)


class KeyPageSchema(Schema):
    """All keys of a tenant."""

    items = fields.List(fields.Nested(KeyViewSchema))
    next_cursor = fields.String(allow_none=True)


class SubjectSchema(Schema):
    """A subject to register."""

    code = short(required=True, metadata={"example": "E1"})
    name = short(required=True)
    kind = fields.String(
        load_default="employee", validate=validate.OneOf(["employee", "team", "partner"])
    )
    department = short(allow_none=True)
    position = short(allow_none=True)
    supervisor = short(allow_none=True)
    since = Day(metadata={"description": "first local day of line and wage"})
    day_wage = Exact(*WAGE, metadata={"description": "CNY"})
    attributes = JsonObject(ATTRIBUTES)


class SubjectChangeSchema(Schema):
    """What may change of a subject; lines and wages are dated and have their own routes."""

    name = short()
    attributes = JsonObject(ATTRIBUTES)


class AssignmentSchema(Schema):
    """Where a subject works and for whom, from a local day on."""

    since = Day(required=True)
    department = short(allow_none=True)
    position = short(allow_none=True)
    supervisor = short(allow_none=True)


class WageSchema(Schema):
    """What one working day is worth, CNY, from a local day on."""

    since = Day(required=True)
    day_wage = Exact(*WAGE, required=True, metadata={"description": "CNY"})


class SubjectQuerySchema(PageSchema):
    """Which subjects."""

    kind = fields.String(validate=validate.OneOf(["employee", "team", "partner"]))


class IncidentSchema(Schema):
    """What happened. `subject`, or `subjects`: a list, or codes with percentages."""

    subject = short(metadata={"example": "E1"})
    subjects = Subjects(metadata={"example": ["E1", "E2"]})
    clause = short(required=True, metadata={"example": "一-2"})
    policy = short()
    occurred_at = fields.String(required=True, metadata={"example": "2026-03-02T10:00:00+08:00"})
    quantity = fields.Raw(metadata={"type": "string", "example": "1"})
    unit = short(metadata={"description": "when given, must be the clause's unit"})
    facts = JsonObject(FACTS)
    note = text(metadata={"description": "free text"})
    evidence = Listed(text(200, least=1), most=50)
    external_id = text(200, least=1)


class AssessmentSchema(IncidentSchema):
    """An incident that did not happen, after others that did not either."""

    given = Listed(fields.Nested(IncidentSchema), most=100)


class EffectSchema(Schema):
    """A signed amount of a unit posted to an account of a subject."""

    subject = fields.String()
    account = fields.String()
    unit = fields.String()
    quantity = fields.String(metadata={"example": "-20.00"})
    clause = fields.String()
    cause = fields.String()


class ChoiceSchema(Schema):
    """An amount a named human must set."""

    subject = fields.String()
    account = fields.String()
    unit = fields.String()
    min = fields.String()
    max = fields.String(allow_none=True)
    clause = fields.String()
    one_of = fields.String()


class DeadlineSchema(Schema):
    """A step with its last moment in time."""

    subject = fields.String()
    step = fields.String()
    due_at = fields.DateTime()
    due = fields.String()
    clause = fields.String()


class TraceSchema(Schema):
    """One sentence of the explanation."""

    text_zh = fields.String()
    text_en = fields.String()
    clause = fields.String()
    subject = fields.String()


class PolicyRefSchema(Schema):
    """A policy version."""

    name = fields.String()
    version = fields.Integer()


class DecisionSchema(Schema):
    """What follows, from which words, by which arithmetic."""

    policy = fields.Nested(PolicyRefSchema)
    effects = fields.List(fields.Nested(EffectSchema))
    choices = fields.List(fields.Nested(ChoiceSchema))
    deadlines = fields.List(fields.Nested(DeadlineSchema))
    findings = fields.List(fields.Dict())
    trace = fields.List(fields.Nested(TraceSchema))


class CaseSchema(Schema):
    """The handling of an incident."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(["effective", "choice_open", "reversed"]))


class IncidentQuerySchema(PageSchema):
    """Which incidents; days are local and inclusive."""

    subject = fields.String()
    clause = fields.String()
    policy = fields.String()
    since = Day()
    until = Day()


class ReasonSchema(Schema):
    """Why something is undone."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=4000))


class ChosenSchema(Schema):
    """The value of one choice, unsigned."""

    subject = fields.String(required=True)
    account = fields.String(required=True)
    unit = fields.String(required=True)
    quantity = fields.Raw(required=True, metadata={"type": "string", "example": "30"})


class ChoicesSchema(ReasonSchema):
    """Every open choice of an incident; one left out is 0 where that is allowed."""

    choices = fields.List(fields.Nested(ChosenSchema), required=True)


class SettledSchema(Schema):
    """What the choices posted and what followed."""

    incident = fields.UUID()
    decided_at = fields.DateTime()
    reason = fields.String()
    effects = fields.List(fields.Nested(EffectSchema))
    trace = fields.List(fields.Nested(TraceSchema))


class IncidentViewSchema(DecisionSchema):
    """An incident with its decision; the decision's parts stand at the top as well."""

    policy = fields.Raw()  # type: ignore[assignment] # a reference when recorded, a name in lists
    id = fields.UUID()
    clause = fields.String()
    subjects = fields.Raw()
    occurred_at = fields.DateTime()
    occurred_on = fields.Date()
    quantity = fields.String()
    facts = fields.Dict()
    note = fields.String()
    evidence = fields.List(fields.String())
    external_id = fields.String(allow_none=True)
    recorded_at = fields.DateTime()
    reversed_at = fields.DateTime()
    case = fields.Nested(CaseSchema)
    decision = fields.Nested(DecisionSchema)
    settled = fields.Nested(SettledSchema)


class IncidentPageSchema(Schema):
    """A page of incidents, newest recorded first."""

    items = fields.List(fields.Nested(IncidentViewSchema))
    next_cursor = fields.String(allow_none=True)


class ReversalSchema(Schema):
    """What a reversal took back."""

    incident = fields.UUID()
    reversed_at = fields.DateTime()
    reason = fields.String()
    effects = fields.List(fields.Nested(EffectSchema))


class NearQuerySchema(PageSchema):
    """How near."""

    gap = fields.Integer(load_default=1)


class DiffQuerySchema(Schema):
    """Against which version."""

    to = fields.Integer(required=True)
