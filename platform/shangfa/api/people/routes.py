"""/v1/subjects: employees, teams and partners, with dated lines and wages."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from shangfa.api.auth import context, if_match, respond
from shangfa.api.parser import Blueprint
from shangfa.api.shapes import (
    AssignmentSchema,
    ProblemSchema,
    SubjectChangeSchema,
    SubjectQuerySchema,
    SubjectSchema,
    WageSchema,
)
from shangfa.services.pages import read_page
from shangfa.services.people import subjects

blp = Blueprint("subjects", __name__, url_prefix="/v1/subjects", description="Who is concerned")


class SubjectViewSchema(Schema):
    """A subject; wages only for those who may see them."""

    code = fields.String()
    kind = fields.String()
    name = fields.String()
    attributes = fields.Dict()
    created_at = fields.DateTime()
    assignments = fields.List(fields.Dict())
    wages = fields.List(fields.Dict())


class SubjectPageSchema(Schema):
    """A page of subjects."""

    items = fields.List(fields.Nested(SubjectViewSchema))
    next_cursor = fields.String(allow_none=True)


@blp.route("", methods=["POST"])
@blp.doc(operationId="createSubject")
@blp.arguments(SubjectSchema)
@blp.response(201, SubjectViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The code is taken.")
def create(body: dict[str, Any]) -> Response:
    """Register a subject."""
    return respond(subjects.create(context(), body))


@blp.route("", methods=["GET"])
@blp.doc(operationId="listSubjects")
@blp.arguments(SubjectQuerySchema, location="query")
@blp.response(200, SubjectPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List the subjects you may see, by code."""
    asked = read_page(query["limit"], query.get("cursor"))
    return respond(subjects.page(context(), asked, query.get("kind")))


@blp.route("/<string:code>", methods=["GET"])
@blp.doc(operationId="getSubject")
@blp.response(200, SubjectViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="Nobody that you may see.")
def read(code: str) -> Response:
    """Read a subject."""
    return respond(subjects.read(context(), code))


@blp.route("/<string:code>", methods=["PATCH"])
@blp.doc(operationId="changeSubject")
@blp.arguments(SubjectChangeSchema)
@blp.response(200, SubjectViewSchema)
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def change(body: dict[str, Any], code: str) -> Response:
    """Change a subject's name or attributes; send its ETag in If-Match."""
    return respond(subjects.change(context(), code, body, if_match()))


@blp.route("/<string:code>/assignments", methods=["POST"])
@blp.doc(operationId="assignSubject")
@blp.arguments(AssignmentSchema)
@blp.response(200, SubjectViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Decisions since that day exist.")
def assign(body: dict[str, Any], code: str) -> Response:
    """Set department, position and supervisor from a day on."""
    return respond(subjects.add_assignment(context(), code, body))


@blp.route("/<string:code>/wages", methods=["POST"])
@blp.doc(operationId="setWage")
@blp.arguments(WageSchema)
@blp.response(200, SubjectViewSchema)
def pay(body: dict[str, Any], code: str) -> Response:
    """Set what a working day is worth from a day on."""
    return respond(subjects.add_wage(context(), code, body))
