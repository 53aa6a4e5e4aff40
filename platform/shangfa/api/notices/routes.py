"""/v1/notices: tell a company or a department what was decided, and correct it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from shangfa.api.auth import context
from shangfa.api.notices import shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.services.cases.paper import published
from shangfa.services.notices import seen
from shangfa.services.pages import read_page

blp = Blueprint("notices", __name__, url_prefix="/v1/notices", description="What is made public")
NONE = "None that is for you."


@blp.route("", methods=["POST"])
@blp.doc(operationId="publishNotice")
@blp.arguments(shapes.PublicationSchema)
@blp.response(201, shapes.NoticeSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such case that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="Not what may be published; it says why.")
@blp.alt_response(422, schema=ProblemSchema, description="Whose part, until when, or to whom.")
def publish(body: dict[str, Any]) -> Response:
    """Tell the company or one department what was decided; without `consent` nobody is named."""
    said = shapes.publication(body)
    show = shapes.shown(context())
    return answer(lambda ctx: published.publish(ctx, said), show, 201)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listNotices")
@blp.arguments(PageSchema, location="query")
@blp.response(200, shapes.NoticePageSchema)
def page(query: dict[str, Any]) -> Response:
    """List the notices for you, newest first; hr and auditors see also those that are over."""
    asked = read_page(query["limit"], query.get("cursor"), UUID)
    return answer(lambda ctx: seen.page(ctx, asked), show_page(shapes.shown(context())))


@blp.route("/<uuid:notice_id>", methods=["GET"])
@blp.doc(operationId="getNotice")
@blp.response(200, shapes.NoticeSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def read(notice_id: UUID) -> Response:
    """Read a notice."""
    return answer(lambda ctx: seen.read(ctx, notice_id), shapes.shown(context()))


@blp.route("/<uuid:notice_id>/withdrawal", methods=["POST"])
@blp.doc(operationId="withdrawNotice")
@blp.arguments(shapes.WithdrawalSchema)
@blp.response(201, shapes.NoticeSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
@blp.alt_response(409, schema=ProblemSchema, description="Corrected or withdrawn already.")
def withdraw(body: dict[str, Any], notice_id: UUID) -> Response:
    """Take a notice back; the same people are told so."""
    reason = body["reason"]
    show = shapes.shown(context())
    return answer(lambda ctx: seen.withdraw(ctx, notice_id, reason), show, 201)
