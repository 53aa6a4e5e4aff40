"""/v1/policies: upload, validate, publish, read and compare versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.parser import Blueprint, read_document
from shangfa.api.policies import shapes
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import DryRunSchema, PageSchema, ProblemSchema
from shangfa.services.pages import read_page
from shangfa.services.policies import receipts
from shangfa.services.policies import versions as policies
from shangfa.services.policies.trying import replays
from shangfa.services.policies.trying.replays import Days

blp = Blueprint("policies", __name__, url_prefix="/v1/policies", description="What is in force")


@blp.route("", methods=["GET"])
@blp.doc(operationId="listPolicies")
@blp.arguments(PageSchema, location="query")
@blp.response(200, shapes.PolicyPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List policies by name."""
    asked = read_page(query["limit"], query.get("cursor"))
    return answer(lambda ctx: policies.page(ctx, asked), show_page(shapes.policy))


@blp.route("", methods=["POST"])
@blp.doc(operationId="uploadPolicy", **shapes.BODY)
@blp.response(201, shapes.DraftSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The name is taken.")
@blp.alt_response(422, schema=ProblemSchema, description="All faults, each with its line.")
def upload() -> Response:
    """Upload a new policy; its first version is a draft, reviewed by the guards."""
    text = read_document()
    return answer(lambda ctx: policies.upload(ctx, text), shapes.draft, 201)


@blp.route("/validate", methods=["POST"])
@blp.doc(operationId="validatePolicy", **shapes.BODY)
@blp.response(200, shapes.ValidSchema)
@blp.alt_response(422, schema=ProblemSchema, description="All faults, each with its line.")
def validate() -> Response:
    """Validate a document without keeping it; see its catalogue and what the guards find."""
    text = read_document()
    return answer(lambda ctx: policies.validate(ctx, text), shapes.valid)


@blp.route("/<uuid:policy_id>", methods=["GET"])
@blp.doc(operationId="getPolicy")
@blp.response(200, shapes.PolicyVersionsSchema)
def read(policy_id: UUID) -> Response:
    """Read a policy with its versions, newest first."""
    return answer(lambda ctx: policies.read(ctx, policy_id), shapes.policy_versions)


@blp.route("/<uuid:policy_id>/versions", methods=["GET"])
@blp.doc(operationId="listVersions")
@blp.response(200, shapes.PolicyVersionsSchema)
def versions(policy_id: UUID) -> Response:
    """List the versions of a policy, newest first."""
    return answer(lambda ctx: policies.read(ctx, policy_id), shapes.policy_versions)


@blp.route("/<uuid:policy_id>/versions", methods=["POST"])
@blp.doc(operationId="uploadVersion", **shapes.BODY)
@blp.response(201, shapes.DraftSchema)
@blp.alt_response(422, schema=ProblemSchema, description="All faults, each with its line.")
def upload_version(policy_id: UUID) -> Response:
    """Upload the next version of a policy, as a draft, reviewed by the guards."""
    text = read_document()
    return answer(lambda ctx: policies.upload(ctx, text, policy_id), shapes.draft, 201)


@blp.route("/<uuid:policy_id>/versions/<int:number>", methods=["GET"])
@blp.doc(operationId="getVersion")
@blp.response(200, shapes.WholeVersionSchema)
def read_version(policy_id: UUID, number: int) -> Response:
    """Read a version with its document, text and catalogue."""
    return answer(lambda ctx: policies.read_version(ctx, policy_id, number), shapes.whole_version)


@blp.route("/<uuid:policy_id>/versions/<int:number>/publish", methods=["POST"])
@blp.doc(operationId="publishVersion")
@blp.arguments(DryRunSchema, location="query")
@blp.response(200, shapes.PublishedSchema)
@blp.alt_response(202, schema=shapes.PublishedSchema, description="A job publishes it.")
@blp.alt_response(409, schema=ProblemSchema, description="Published, or that day is taken.")
def publish(query: dict[str, Any], policy_id: UUID, number: int) -> Response:
    """Bring a draft into force from its first day; incidents since then are adjusted."""
    return answer(
        lambda ctx: policies.publish(ctx, policy_id, number, **query),
        shapes.published,
        lambda done: 202 if done.adjustments is None else 200,
    )


@blp.route("/<uuid:policy_id>/versions/<int:number>/receipts", methods=["POST"])
@blp.doc(operationId="acknowledgeVersion")
@blp.arguments(shapes.ReceiptGivingSchema)
@blp.response(200, shapes.ReceiptSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No version, or nobody that you may see.")
def acknowledge(body: dict[str, Any], policy_id: UUID, number: int) -> Response:
    """Say that you have read a published version; said twice, the first stands."""
    subject, read_on = body.get("subject"), body.get("read_on")
    return answer(
        lambda ctx: receipts.give(ctx, policy_id, number, subject, read_on),
        lambda found: found._asdict(),
    )


@blp.route("/<uuid:policy_id>/versions/<int:number>/diff", methods=["GET"])
@blp.doc(operationId="diffVersions")
@blp.arguments(shapes.DiffQuerySchema, location="query")
@blp.response(200, shapes.DiffSchema)
def diff(query: dict[str, Any], policy_id: UUID, number: int) -> Response:
    """Compare a version with another, clause by clause."""
    other = query["to"]
    return answer(lambda ctx: policies.diff(ctx, policy_id, number, other), shapes.comparison)


@blp.route("/<uuid:policy_id>/versions/<int:number>/replay", methods=["POST"])
@blp.doc(operationId="startReplay")
@blp.arguments(shapes.DaysSchema)
@blp.response(202, shapes.ReplaySchema)
def start_replay(body: dict[str, Any], policy_id: UUID, number: int) -> Response:
    """Try a version on incidents that have happened; nothing is stored in the ledger."""
    days = Days(**body)
    return answer(lambda ctx: replays.start(ctx, policy_id, number, days), replays.progress, 202)


@blp.route("/<uuid:policy_id>/versions/<int:number>/replay", methods=["GET"])
@blp.doc(operationId="getReplay")
@blp.response(200, shapes.ReplaySchema)
def read_replay(policy_id: UUID, number: int) -> Response:
    """Read how far the last what-if of a version is, and what it found."""
    return answer(lambda ctx: replays.read(ctx, policy_id, number), replays.progress)


@blp.route("/<uuid:policy_id>/versions/<int:number>/replay", methods=["DELETE"])
@blp.doc(operationId="cancelReplay")
@blp.response(200, shapes.ReplaySchema)
def cancel_replay(policy_id: UUID, number: int) -> Response:
    """Cancel the last what-if of a version."""
    return answer(lambda ctx: replays.cancel(ctx, policy_id, number), replays.progress)
