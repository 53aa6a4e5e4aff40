"""/v1/follow-ups: what a decision asks somebody to do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from shangfa.api.fields import Day, short, text
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import PageSchema, ProblemSchema
from shangfa.db.cases.deadlines import FollowUpRecord
from shangfa.domain.access.roles import TENANT_ROLES
from shangfa.domain.cases.acts.follow_up import OFFICES
from shangfa.services.cases.acts import follow_ups
from shangfa.services.cases.acts.follow_ups import Todo, Wish
from shangfa.services.pages import read_page

blp = Blueprint("follow-ups", __name__, url_prefix="/v1/follow-ups", description="What is to do")


class FollowUpSchema(Schema):
    """What somebody is asked to do after a case."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    what = fields.String(required=True)
    due_on = fields.Date(required=True)
    role = fields.String(required=True, allow_none=True, validate=validate.OneOf(TENANT_ROLES))
    person = fields.String(required=True, allow_none=True)
    done_at = fields.DateTime(required=True, allow_none=True)
    note = fields.String(required=True)


class FollowUpPageSchema(Schema):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(FollowUpSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class FollowUpQuerySchema(PageSchema):
    """Which ones."""

    case = fields.UUID()
    open = fields.Boolean()


class WishSchema(Schema):
    """What is asked; exactly one of `role` and `person`."""

    case = fields.UUID(required=True)
    what = text(500, least=1, required=True, metadata={"example": "交还工牌和电脑"})
    due_on = Day(required=True)
    role = fields.String(validate=validate.OneOf(OFFICES))
    person = short()


class DoneSchema(Schema):
    """That it was done."""

    note = text(2000)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listFollowUps")
@blp.arguments(FollowUpQuerySchema, location="query")
@blp.response(200, FollowUpPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List what was asked after cases, the newest first."""
    asked = read_page(query["limit"], query.get("cursor"), UUID)
    case_id, is_open = query.get("case"), query.get("open")
    work = follow_ups.page
    return answer(lambda ctx: work(ctx, asked, case_id, is_open=is_open), show_page(shown))


@blp.route("", methods=["POST"])
@blp.doc(operationId="askFollowUp")
@blp.arguments(WishSchema)
@blp.response(201, FollowUpSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No such case that you may see.")
@blp.alt_response(422, schema=ProblemSchema, description="Whom you ask, or until when.")
def ask(body: dict[str, Any]) -> Response:
    """Ask an office or a person to do something until a day; it is among his tasks."""
    whose = (body.get("role"), body.get("person"))
    said = Wish(body["case"], body["what"], body["due_on"], *whose)
    return answer(lambda ctx: follow_ups.ask(ctx, said), shown, 201)


@blp.route("/<uuid:follow_up_id>/done", methods=["POST"])
@blp.doc(operationId="doFollowUp")
@blp.arguments(DoneSchema)
@blp.response(201, FollowUpSchema)
@blp.alt_response(403, schema=ProblemSchema, description="Asked of somebody else.")
@blp.alt_response(404, schema=ProblemSchema, description="None that is for you.")
@blp.alt_response(409, schema=ProblemSchema, description="It was done before.")
def done(body: dict[str, Any], follow_up_id: UUID) -> Response:
    """Say that it was done."""
    note = body.get("note", "")
    return answer(lambda ctx: follow_ups.done(ctx, follow_up_id, note), shown, 201)


def shown(found: FollowUpRecord) -> dict[str, Any]:
    """Return what is to be done."""
    return {
        "id": found.id,
        "case": found.case_id,
        "what": found.what,
        "due_on": found.due_on,
        "role": found.role,
        "person": found.person,
        "done_at": found.done_at,
        "note": found.done_note,
    }


def task(todo: Todo) -> dict[str, Any]:
    """Return it as a task; a person is told what he is to do, and nothing of the case."""
    found = todo.asked
    nothing = dict.fromkeys(("procedure", "state", "programme", "period", "incident", "clause"))
    form = {
        "$id": f"/v1/follow-ups/{found.id}/done",
        "title": found.what,
        "type": "object",
        "properties": {"note": {"type": "string"}},
    }
    own: dict[str, Any] = {"case": found.case_id, "due_at": todo.due_at, "subjects": []}
    if found.role is not None:
        own |= {"incident": found.incident_id, "clause": found.clause, "subjects": found.subjects}
    return {**nothing, **own, "step": "follow_up", "form": form}
