"""/v1/compliance: how a company is held to the law."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.auth import if_match
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.domain.tenancy.compliance import COMPLIANCE_MODES, Compliance
from shangfa.sdk.guards import MODES
from shangfa.services.etags import etag_of
from shangfa.services.tenancy import compliance
from shangfa.services.tenancy.compliance import Held

blp = Blueprint("compliance", __name__, url_prefix="/v1", description="Inside the law")


class ComplianceSchema(Schema):
    """A mode, and modes of single rules."""

    mode = fields.String(required=True, validate=validate.OneOf(COMPLIANCE_MODES))
    rules = fields.Dict(
        keys=fields.String(validate=validate.Length(min=1, max=80)),
        values=fields.String(validate=validate.OneOf(MODES)),
        load_default=dict,
        validate=validate.Length(max=500),
        metadata={"example": {"FINE": "block"}},
    )


class GuardRuleSchema(Schema):
    """A rule of a guard, in the mode it begins with."""

    code = fields.String(required=True)
    region = fields.String(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    locked = fields.Boolean(required=True)


class HeldSchema(ComplianceSchema):
    """The setting in force, and the rules that there are."""

    rules = fields.Dict(required=True, keys=fields.String(), values=fields.String())
    known = fields.List(fields.Nested(GuardRuleSchema), required=True)


def _setting(body: dict[str, Any]) -> Compliance:
    return Compliance(body["mode"], body["rules"])


def _said(setting: Compliance) -> dict[str, Any]:
    return {"mode": setting.mode, "rules": dict(setting.rules)}


def _held(found: Held) -> dict[str, Any]:
    known = [
        {"code": rule.code, "region": rule.region, "mode": rule.mode, "locked": rule.locked}
        for rule in found.rules
    ]
    return {**_said(found.setting), "known": known}


def _revision(found: Held) -> str:
    return etag_of(found.revision)


@blp.route("/compliance", methods=["GET"])
@blp.doc(operationId="getCompliance")
@blp.response(200, HeldSchema)
def read() -> Response:
    """Read how the company is held to the law, and by which rules."""
    return answer(compliance.read, _held, etag=_revision)


@blp.route("/compliance", methods=["PUT"])
@blp.doc(operationId="tightenCompliance")
@blp.arguments(ComplianceSchema)
@blp.response(200, HeldSchema)
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def tighten(body: dict[str, Any]) -> Response:
    """Hold the company to a stricter setting; send the ETag in If-Match."""
    setting, seen = _setting(body), if_match()
    return answer(lambda ctx: compliance.tighten(ctx, setting, seen), _held, etag=_revision)


@blp.route("/tenants/<string:slug>/compliance", methods=["PUT"])
@blp.doc(operationId="setTenantCompliance")
@blp.arguments(ComplianceSchema)
@blp.response(200, ComplianceSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
def hold(body: dict[str, Any], slug: str) -> Response:
    """Hold a tenant to a setting, looser or stricter; what is locked stays."""
    setting = _setting(body)
    return answer(lambda ctx: compliance.hold(ctx, slug, setting), _said)
