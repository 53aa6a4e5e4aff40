"""/v1/policies: upload, validate, publish, read and compare versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from shangfa.api.auth import context, respond
from shangfa.api.parser import Blueprint, read_document
from shangfa.api.shapes import DiffQuerySchema, PageSchema, ProblemSchema
from shangfa.services.pages import read_page
from shangfa.services.policies import versions as policies

blp = Blueprint("policies", __name__, url_prefix="/v1/policies", description="What is in force")

DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": "A policy document (policy.schema.json), as YAML or JSON.",
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class PolicySchema(Schema):
    """A policy."""

    id = fields.UUID()
    name = fields.String()
    title = fields.String()
    created_at = fields.DateTime()


class VersionSchema(Schema):
    """A version of a policy."""

    policy_id = fields.UUID()
    policy = fields.String()
    title = fields.String()
    version = fields.Integer()
    state = fields.String()
    effective_from = fields.Date()
    plugins = fields.Dict()
    created_at = fields.DateTime()
    published_at = fields.DateTime(allow_none=True)


class WholeVersionSchema(VersionSchema):
    """A version with its document, its text and its catalogue."""

    document = fields.Dict()
    source = fields.String()
    catalogue = fields.List(fields.Dict())


class PolicyVersionsSchema(PolicySchema):
    """A policy with its versions."""

    versions = fields.List(fields.Nested(VersionSchema))


class PolicyPageSchema(Schema):
    """A page of policies."""

    items = fields.List(fields.Nested(PolicySchema))
    next_cursor = fields.String(allow_none=True)


class ValidSchema(Schema):
    """A document that could be published."""

    policy = fields.String()
    catalogue = fields.List(fields.Dict())


class DiffSchema(Schema):
    """What changed between two versions, by clause."""

    from_ = fields.Integer(data_key="from")
    to = fields.Integer()
    added = fields.List(fields.String())
    removed = fields.List(fields.String())
    changed = fields.List(fields.Dict())
    other = fields.List(fields.String())


@blp.route("", methods=["GET"])
@blp.doc(operationId="listPolicies")
@blp.arguments(PageSchema, location="query")
@blp.response(200, PolicyPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List policies by name."""
    return respond(policies.page(context(), read_page(query["limit"], query.get("cursor"))))


@blp.route("", methods=["POST"])
@blp.doc(operationId="uploadPolicy", **DOCUMENT)
@blp.response(201, VersionSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The name is taken.")
@blp.alt_response(422, schema=ProblemSchema, description="All faults, each with its line.")
def upload() -> Response:
    """Upload a new policy; its first version is a draft."""
    return respond(policies.upload(context(), read_document()))


@blp.route("/validate", methods=["POST"])
@blp.doc(operationId="validatePolicy", **DOCUMENT)
@blp.response(200, ValidSchema)
@blp.alt_response(422, schema=ProblemSchema, description="All faults, each with its line.")
def validate() -> Response:
    """Validate a document without keeping it, and see its catalogue."""
    return respond(policies.validate(context(), read_document()))


@blp.route("/<uuid:policy_id>", methods=["GET"])
@blp.doc(operationId="getPolicy")
@blp.response(200, PolicyVersionsSchema)
def read(policy_id: UUID) -> Response:
    """Read a policy with its versions, newest first."""
    return respond(policies.read(context(), policy_id))


@blp.route("/<uuid:policy_id>/versions", methods=["GET"])
@blp.doc(operationId="listVersions")
@blp.response(200, PolicyVersionsSchema)
def versions(policy_id: UUID) -> Response:
    """List the versions of a policy, newest first."""
    return respond(policies.read(context(), policy_id))


@blp.route("/<uuid:policy_id>/versions", methods=["POST"])
@blp.doc(operationId="uploadVersion", **DOCUMENT)
@blp.response(201, VersionSchema)
@blp.alt_response(422, schema=ProblemSchema, description="All faults, each with its line.")
def upload_version(policy_id: UUID) -> Response:
    """Upload the next version of a policy, as a draft."""
    return respond(policies.upload(context(), read_document(), policy_id))


@blp.route("/<uuid:policy_id>/versions/<int:number>", methods=["GET"])
@blp.doc(operationId="getVersion")
@blp.response(200, WholeVersionSchema)
def read_version(policy_id: UUID, number: int) -> Response:
    """Read a version with its document, text and catalogue."""
    return respond(policies.read_version(context(), policy_id, number))


@blp.route("/<uuid:policy_id>/versions/<int:number>/publish", methods=["POST"])
@blp.doc(operationId="publishVersion")
@blp.response(200, VersionSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Published, or too late for that day.")
def publish(policy_id: UUID, number: int) -> Response:
    """Bring a draft into force from its first day; it can never change again."""
    return respond(policies.publish(context(), policy_id, number))


@blp.route("/<uuid:policy_id>/versions/<int:number>/diff", methods=["GET"])
@blp.doc(operationId="diffVersions")
@blp.arguments(DiffQuerySchema, location="query")
@blp.response(200, DiffSchema)
def diff(query: dict[str, Any], policy_id: UUID, number: int) -> Response:
    """Compare a version with another, clause by clause."""
    return respond(policies.diff(context(), policy_id, query["to"], number))
