"""What tenants, their keys and plugins look like in JSON."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from shangfa.api.fields import CALENDARS, JsonObject, Listed, Moment, Zone, short
from shangfa.api.shapes import CODE, SLUG
from shangfa.db.access import KeyRecord
from shangfa.db.tenancy import TenantDetails
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.tenancy.compliance import COMPLIANCE_MODES, Compliance
from shangfa.domain.tenancy.status import STATUSES
from shangfa.services.access.keys import MadeKey, NewKey
from shangfa.services.tenancy.plugins import PluginSchemas, PluginView
from shangfa.services.tenancy.tenants import NewTenant

LONGEST_OVERLAP: Final = 30 * 24 * 3600
MOST_A_MINUTE: Final = 1_000_000


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
    compliance = fields.String(
        validate=validate.OneOf(COMPLIANCE_MODES),
        metadata={"description": "what becomes of what guards find in a policy"},
    )


def new_tenant(body: dict[str, Any]) -> NewTenant:
    """Return the tenant that a body describes."""
    listed = {name: tuple(body.get(name, ())) for name in ("regions", "plugins")}
    mode = Compliance(body.get("compliance", "warn"))
    given: dict[str, Any] = {**body, **listed, "compliance": mode}
    return NewTenant(**given)


class TenantViewSchema(Schema):
    """A tenant as the operator sees it."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    timezone = fields.String(required=True)
    locale = fields.String(required=True)
    calendar = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    compliance = fields.String(required=True, validate=validate.OneOf(COMPLIANCE_MODES))
    plugins = fields.List(fields.String(), required=True)
    per_minute = fields.Integer(required=True, allow_none=True)
    key_per_minute = fields.Integer(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = fields.DateTime(required=True)


class TenantPageSchema(Schema):
    """A page of tenants."""

    items = fields.List(fields.Nested(TenantViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def tenant(found: TenantDetails) -> dict[str, Any]:
    """Return a tenant."""
    return found._asdict()


class EnabledPluginsSchema(Schema):
    """The plugins a tenant is to have; none left out stays."""

    plugins = Listed(short(), most=100, required=True)


class LimitsSchema(Schema):
    """Requests in a minute of a company and of each key or user.

    Null is what the settings say, 0 no limit.
    """

    per_minute = fields.Integer(
        required=True,
        allow_none=True,
        validate=validate.Range(min=0, max=MOST_A_MINUTE),
        metadata={"example": 600},
    )
    key_per_minute = fields.Integer(
        required=True,
        allow_none=True,
        validate=validate.Range(min=0, max=MOST_A_MINUTE),
        metadata={"example": None},
    )


class KeySchema(Schema):
    """A key to make. Supervisors' and employees' keys belong to a subject."""

    role = fields.String(required=True, validate=validate.OneOf(TENANT_ROLES))
    subject = fields.String(validate=CODE)
    label = fields.String(load_default="", validate=validate.Length(max=200))
    expires_at = Moment(metadata={"description": "never when left out"})
    scopes = Listed(
        fields.String(validate=CODE), most=100, metadata={"description": "permissions of the role"}
    )
    addresses = Listed(
        fields.String(validate=CODE), most=50, metadata={"description": "IP addresses, networks"}
    )


def new_key(body: dict[str, Any]) -> NewKey:
    """Return the key that a body asks for."""
    said = dict(body)
    for name in said.keys() & {"scopes", "addresses"}:
        said[name] = tuple(said[name])
    return NewKey(**said)


class RotationSchema(Schema):
    """How long the key before is good beside the new one."""

    overlap_seconds = fields.Integer(
        load_default=0, validate=validate.Range(min=0, max=LONGEST_OVERLAP)
    )


class KeyViewSchema(Schema):
    """A key without its text."""

    id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(TENANT_ROLES))
    subject = fields.String(required=True, allow_none=True)
    label = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    revoked_at = fields.DateTime(required=True, allow_none=True)
    expires_at = fields.DateTime(required=True, allow_none=True)
    scopes = fields.List(fields.String(), required=True, allow_none=True)
    addresses = fields.List(fields.String(), required=True, allow_none=True)
    last_used_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "to ten minutes"}
    )


class MadeKeySchema(KeyViewSchema):
    """A key with its text, which is told this once: asked again, it is null."""

    key = fields.String(required=True, allow_none=True)


class KeyPageSchema(Schema):
    """All keys of a tenant."""

    items = fields.List(fields.Nested(KeyViewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def key(found: KeyRecord) -> dict[str, Any]:
    """Return a key without its text."""
    return found._asdict()


def made_key(made: MadeKey) -> dict[str, Any]:
    """Return a key with its text."""
    return kept_key(made) | {"key": made.token}


def kept_key(made: MadeKey) -> dict[str, Any]:
    """Return a key as it is remembered, with nothing in place of its text."""
    record = KeyRecord(
        made.id,
        *(made.role, made.subject, made.label, made.created_at),
        expires_at=made.expires_at,
        scopes=None if made.scopes is None else list(made.scopes),
        addresses=None if made.addresses is None else list(made.addresses),
    )
    return key(record) | {"key": None}


class PluginProblemSchema(Schema):
    """Why a plugin disabled itself: the exception, file and line of its own frame."""

    error = fields.String(required=True)
    file = fields.String(required=True)
    line = fields.Integer(required=True)


class PluginHealthSchema(Schema):
    """How a plugin fares; only the operator is told."""

    failures = fields.Integer(required=True, allow_none=True)
    problem = fields.Nested(PluginProblemSchema, required=True, allow_none=True)


class PluginSchema(Schema):
    """An installed plugin; `enabled` is null for the operator."""

    name = fields.String(required=True)
    version = fields.String(required=True)
    summary = fields.String(required=True)
    enabled = fields.Boolean(required=True, allow_none=True)
    clause_kinds = fields.List(fields.String(), required=True)
    reactions = fields.List(fields.String(), required=True)
    programmes = fields.List(fields.String(), required=True)
    guards = fields.List(fields.String(), required=True)
    trusted = fields.Boolean(required=True)
    disabled = fields.Boolean(required=True)
    health = fields.Nested(PluginHealthSchema, required=True)


class PluginPageSchema(Schema):
    """All installed plugins."""

    items = fields.List(fields.Nested(PluginSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class PluginSchemaSchema(Schema):
    """The JSON Schema of the parameters of every kind."""

    name = fields.String(required=True)
    version = fields.String(required=True)
    kinds = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)


def plugin(view: PluginView) -> dict[str, Any]:
    """Return an installed plugin."""
    found = view.plugin
    return {
        "name": found.name,
        "version": found.version,
        "summary": found.summary,
        "enabled": view.enabled,
        "clause_kinds": [kind.name for kind in found.clause_kinds],
        "reactions": [kind.name for kind in found.reactions],
        "programmes": [kind.name for kind in found.programmes],
        "guards": [guard.name for guard in found.guards],
        "trusted": found.trusted,
        "disabled": view.broken is not None,
        "health": {"failures": view.failures, "problem": _problem(view)},
    }


def _problem(view: PluginView) -> dict[str, Any] | None:
    if view.broken is None or view.failures is None:
        return None
    return {name: getattr(view.broken, name) for name in ("error", "file", "line")}


def plugin_schemas(found: PluginSchemas) -> dict[str, Any]:
    """Return the schemas of a plugin."""
    return {"name": found.name, "version": found.version, "kinds": found.kinds}
