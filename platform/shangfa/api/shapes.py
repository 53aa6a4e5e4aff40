"""What requests carry and answers hold. An unknown field is an error, never ignored."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.money import fen
from shangfa.services.pages import MOST

LONGEST_CODE = 80
CODE = validate.Length(min=1, max=LONGEST_CODE)
LARGEST_WAGE = Decimal("999999999999.99")
SLUG = validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,62}\Z")
TEXT = validate.Length(max=4000)


def wage(value: Decimal) -> None:
    """Let pass what a wage may be: over nothing, whole fen, and room for it in the database."""
    if not 0 < value <= LARGEST_WAGE or value != fen(value):
        raise ValidationError(f"0.01..{LARGEST_WAGE}")


def subjects(value: Any) -> None:
    """Let pass a list of codes, or codes with percentages."""
    items = list(value) if isinstance(value, list | dict) else [None]
    if not all(isinstance(code, str) and 0 < len(code) <= LONGEST_CODE for code in items):
        raise ValidationError('["E1", "E2"] | {"E1": 60, "E2": 40}')


def text(**metadata: Any) -> fields.String:
    """Return an optional short text."""
    return fields.String(validate=TEXT, metadata=metadata)


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

    slug = fields.String(required=True, validate=SLUG)
    name = fields.String(required=True, validate=CODE)
    timezone = fields.String(metadata={"example": "Asia/Shanghai"})
    locale = fields.String(metadata={"example": "zh-CN"})
    calendar = fields.String(metadata={"example": "CN"})
    calendars = fields.Dict(keys=fields.String(), metadata={"description": "variants by name"})
    regions = fields.List(fields.String())
    plugins = fields.List(fields.String(), metadata={"description": "enabled plugins"})


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

    plugins = fields.List(fields.String(), required=True)


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

    code = fields.String(required=True, validate=CODE, metadata={"example": "E1"})
    name = fields.String(required=True, validate=CODE)
    kind = fields.String(
        load_default="employee", validate=validate.OneOf(["employee", "team", "partner"])
    )
    department = fields.String(allow_none=True, validate=CODE)
    position = fields.String(allow_none=True, validate=CODE)
    supervisor = fields.String(allow_none=True, validate=CODE)
    since = fields.Date(metadata={"description": "first local day of line and wage"})
    day_wage = fields.Decimal(validate=wage, metadata={"description": "CNY"})
    attributes = fields.Dict(keys=fields.String())


class SubjectChangeSchema(Schema):
    """What may change of a subject; lines and wages are dated and have their own routes."""

    name = fields.String(validate=CODE)
    attributes = fields.Dict(keys=fields.String())


class AssignmentSchema(Schema):
    """Where a subject works and for whom, from a local day on."""

    since = fields.Date(required=True)
    department = fields.String(allow_none=True, validate=CODE)
    position = fields.String(allow_none=True, validate=CODE)
    supervisor = fields.String(allow_none=True, validate=CODE)


class WageSchema(Schema):
    """What one working day is worth, CNY, from a local day on."""

    since = fields.Date(required=True)
    day_wage = fields.Decimal(required=True, validate=wage, metadata={"description": "CNY"})


class SubjectQuerySchema(PageSchema):
    """Which subjects."""

    kind = fields.String(validate=validate.OneOf(["employee", "team", "partner"]))


class EffectSchema(Schema):
    """A signed amount of a unit posted to an account of a subject."""

    subject = fields.String()
    account = fields.String()
    unit = fields.String()
    quantity = fields.String(metadata={"example": "-20.00"})
    clause = fields.String()
    cause = fields.String()


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
