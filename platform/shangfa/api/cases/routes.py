"""/v1/cases and their steps, /v1/tasks, /v1/appeals, /v1/procedures, /v1/approvals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.auth import if_match
from shangfa.api.cases import shapes
from shangfa.api.cases.tasks import TaskPageSchema, task
from shangfa.api.parser import Blueprint, read_document, read_object
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.db.cases.found import CaseFilters
from shangfa.services.cases import approvals, pages, slips
from shangfa.services.cases import procedures as own
from shangfa.services.cases.approvals import Approvals
from shangfa.services.cases.moves import handlers, steps
from shangfa.services.cases.moves.steps import Asked
from shangfa.services.cases.paper import issued
from shangfa.services.cases.shown import CaseShown
from shangfa.services.etags import etag_of
from shangfa.services.months import waiting
from shangfa.services.pages import read_page

blp = Blueprint("cases", __name__, url_prefix="/v1", description="How incidents are handled")


def _etag(view: CaseShown) -> str:
    return etag_of(view.revision)


@blp.route("/cases", methods=["GET"])
@blp.doc(operationId="listCases")
@blp.arguments(shapes.CaseQuerySchema, location="query")
@blp.response(200, shapes.CasePageSchema)
def page(query: dict[str, Any]) -> Response:
    """List the cases you may see, newest first."""
    asked = read_page(query.pop("limit"), query.pop("cursor", None), UUID)
    filters = CaseFilters(before=UUID(asked.cursor) if asked.cursor else None, **query)
    return answer(lambda ctx: pages.page(ctx, asked, filters), show_page(shapes.case))


@blp.route("/cases/<uuid:case_id>", methods=["GET"])
@blp.doc(operationId="getCase")
@blp.response(200, shapes.CaseViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
def read(case_id: UUID) -> Response:
    """Read a case; its ETag goes into If-Match of the next step."""
    return answer(lambda ctx: pages.read(ctx, case_id), shapes.case, etag=_etag)


@blp.route("/cases/<uuid:case_id>/<string:step>", methods=["POST"])
@blp.doc(operationId="takeStep", **shapes.STEP_BODY)
@blp.response(200, shapes.CaseViewSchema)
@blp.alt_response(403, schema=ProblemSchema, description="Not yours, or an earlier part forbids.")
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="Not now; what is allowed is named.")
@blp.alt_response(412, schema=ProblemSchema, description="Somebody else was quicker.")
@blp.alt_response(422, schema=ProblemSchema, description="Something the step needs is missing.")
def take(case_id: UUID, step: str) -> Response:
    """Take a step in a case; send its ETag in If-Match, or `*`."""
    asked = Asked(case_id, step, read_object(), if_match())
    return answer(lambda ctx: steps.take(ctx, asked), shapes.case, etag=_etag)


@blp.route("/cases/<uuid:case_id>/slips", methods=["POST"])
@blp.doc(operationId="issueSlips")
@blp.response(200, shapes.CaseViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="Not decided at once, or undone.")
def issue(case_id: UUID) -> Response:
    """Make the slips of a case that was decided at once; those there are stay."""
    return answer(lambda ctx: issued.issue(ctx, case_id), shapes.case, etag=_etag)


@blp.route("/cases/<uuid:case_id>/handlers", methods=["PUT"])
@blp.doc(operationId="setHandlers")
@blp.arguments(shapes.CaseHandlersSchema)
@blp.response(200, shapes.CaseViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see, or handle.")
@blp.alt_response(412, schema=ProblemSchema, description="Somebody else was quicker.")
@blp.alt_response(422, schema=ProblemSchema, description="Not a subject, or one it concerns.")
def confine(body: dict[str, Any], case_id: UUID) -> Response:
    """Name who alone sees a case from now on; send its ETag in If-Match, or `*`."""
    codes, seen = body["handlers"], if_match()
    return answer(lambda ctx: handlers.put(ctx, case_id, codes, seen), shapes.case, etag=_etag)


@blp.route("/appeals", methods=["POST"])
@blp.doc(operationId="appeal", **shapes.APPEAL_BODY)
@blp.response(200, shapes.CaseViewSchema)
@blp.alt_response(403, schema=ProblemSchema, description="Not yours to appeal.")
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="The time for it is over, or not here.")
@blp.alt_response(422, schema=ProblemSchema, description="Something is missing.")
def appeal() -> Response:
    """Appeal against what was decided in a case: its step `appeal`, whatever state you saw."""
    case_id, given = shapes.appeal(read_object())
    asked = Asked(case_id, "appeal", given, if_match() or "*")
    return answer(lambda ctx: steps.take(ctx, asked), shapes.case, etag=_etag)


@blp.route("/slips/<string:no>", methods=["GET"])
@blp.doc(operationId="getSlip")
@blp.response(200, shapes.SlipSchema)
@blp.alt_response(404, schema=ProblemSchema, description="None that you may see.")
def read_slip(no: str) -> Response:
    """Read the document of a decision by its number, such as 2026-000123."""
    return answer(lambda ctx: slips.read(ctx, no), shapes.slip)


@blp.route("/tasks", methods=["GET"])
@blp.doc(operationId="listTasks")
@blp.arguments(PageSchema, location="query")
@blp.response(200, TaskPageSchema)
def tasks(query: dict[str, Any]) -> Response:
    """List what waits for you, soonest due first; `limit` counts cases."""
    asked = read_page(query["limit"], query.get("cursor"), pages.read_place)
    after = pages.read_place(asked.cursor) if asked.cursor else None
    return answer(lambda ctx: waiting.tasks(ctx, asked.limit, after), show_page(task))


@blp.route("/procedures", methods=["GET"])
@blp.doc(operationId="listProcedures")
@blp.response(200, shapes.ProcedurePageSchema)
def procedures() -> Response:
    """List the procedures that a policy may name besides `immediate`."""
    return answer(pages.procedures, show_page(shapes.procedure))


@blp.route("/procedures", methods=["POST"])
@blp.doc(operationId="uploadProcedure", **shapes.PROCEDURE_BODY)
@blp.response(201, shapes.ProcedureSchema)
@blp.alt_response(422, schema=ProblemSchema, description="Every fault, each with its line.")
def upload_procedure() -> Response:
    """Bring a procedure of the company's own, as YAML; the same name again is its next version."""
    text = read_document()
    return answer(lambda ctx: own.upload(ctx, text), shapes.uploaded_procedure, 201)


@blp.route("/approvals", methods=["GET"])
@blp.doc(operationId="getApprovals")
@blp.response(200, shapes.ApprovalsSchema)
def read_approvals() -> Response:
    """Read who approves what, and who stands in for whom."""
    return answer(approvals.read, shapes.approvals, etag=_revision)


@blp.route("/approvals", methods=["PUT"])
@blp.doc(operationId="setApprovals")
@blp.arguments(shapes.MatrixSchema)
@blp.response(200, shapes.ApprovalsSchema)
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def set_approvals(body: dict[str, Any]) -> Response:
    """Set who approves what; send the ETag in If-Match. Open cases follow it at once."""
    said, seen = shapes.matrix(body), if_match()
    return answer(lambda ctx: approvals.put(ctx, said, seen), shapes.approvals, etag=_revision)


def _revision(found: Approvals) -> str:
    return etag_of(found.revision)
