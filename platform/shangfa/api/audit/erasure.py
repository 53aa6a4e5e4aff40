"""/v1/tenants/{slug}/erasure and /v1/erasure: two agree that a company is erased."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.audit.break_glass import LONGEST_REASON
from shangfa.api.audit.shapes import HASH
from shangfa.api.fields import text
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.domain.access.roles import HR, OPERATOR
from shangfa.domain.audit.erasure import STATES, Erasure
from shangfa.services.audit import erasure

blp = Blueprint("erasure", __name__, url_prefix="/v1", description="A company leaves")


class ErasureSchema(Schema):
    """Why a company is to be erased."""

    reason = text(LONGEST_REASON, least=1, required=True)


class ConfirmSchema(Schema):
    """The export that the company has."""

    manifest = fields.String(
        required=True,
        validate=HASH,
        metadata={"description": "SHA-256 of manifest.json of the export"},
    )


class ActSchema(Schema):
    """Who did something, and when."""

    role = fields.String(required=True, validate=validate.OneOf((OPERATOR, HR)))
    at = fields.DateTime(required=True, allow_none=True)


class ProofSchema(Schema):
    """How the audit chain ended when it began."""

    entries = fields.Integer(required=True)
    head = fields.String(required=True)
    fault = fields.String(required=True, allow_none=True)
    events_after_export = fields.Integer(required=True)


class CertificateSchema(Schema):
    """What is left of a company: no names of anybody."""

    form = fields.String(required=True, metadata={"example": "shangfa-erasure-1"})
    company = fields.String(required=True)
    asked = fields.Nested(ActSchema, required=True)
    confirmed = fields.Nested(ActSchema, required=True)
    begun_at = fields.DateTime(required=True, allow_none=True)
    erased_at = fields.DateTime(required=True)
    export = fields.String(required=True, allow_none=True)
    audit = fields.Nested(ProofSchema, required=True)
    erased = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "table -> rows"},
    )


class ErasureViewSchema(Schema):
    """How far the erasure is."""

    company = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    asked_at = fields.DateTime(required=True)
    confirmed_at = fields.DateTime(required=True, allow_none=True)
    manifest = fields.String(required=True, allow_none=True)
    certificate = fields.Nested(
        CertificateSchema,
        required=True,
        allow_none=True,
        metadata={"description": "what is left once it is done"},
    )


def shown(found: Erasure) -> dict[str, Any]:
    """Show how far it is."""
    return {
        "company": found.slug,
        "state": found.state,
        "asked_at": found.asked_at,
        "confirmed_at": found.confirmed_at,
        "manifest": found.manifest,
        "certificate": found.certificate(),
    }


@blp.route("/tenants/<string:slug>/erasure", methods=["POST"])
@blp.doc(operationId="askErasure")
@blp.arguments(ErasureSchema)
@blp.response(201, ErasureViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such tenant.")
@blp.alt_response(409, schema=ProblemSchema, description="It was asked for already.")
def ask(body: dict[str, Any], slug: str) -> Response:
    """Ask a company to agree that everything of it is erased."""
    return answer(lambda ctx: erasure.ask(ctx, slug, body["reason"]), shown, 201)


@blp.route("/tenants/<string:slug>/erasure", methods=["GET"])
@blp.doc(operationId="getErasure")
@blp.response(200, ErasureViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None was asked for.")
def read(slug: str) -> Response:
    """Read how far the erasure of a company is; once it is done, its certificate."""
    return answer(lambda ctx: erasure.read(ctx, slug), shown)


@blp.route("/erasure/confirm", methods=["POST"])
@blp.doc(operationId="confirmErasure")
@blp.arguments(ConfirmSchema)
@blp.response(200, ErasureViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None was asked for.")
@blp.alt_response(409, schema=ProblemSchema, description="It does not wait to be confirmed.")
def confirm(body: dict[str, Any]) -> Response:
    """Agree that everything of the company is erased, with the digest of its export."""
    return answer(lambda ctx: erasure.confirm(ctx, body["manifest"]), shown)


@blp.route("/erasure/withdraw", methods=["POST"])
@blp.doc(operationId="withdrawErasure")
@blp.response(200, ErasureViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None was asked for.")
@blp.alt_response(409, schema=ProblemSchema, description="It has begun, or was withdrawn.")
def withdraw() -> Response:
    """Refuse the erasure, or take the agreement back before it begins."""
    return answer(erasure.withdraw, shown)
