"""/v1/subjects: employees, teams and partners, with dated lines and wages."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.auth import if_match
from shangfa.api.fields import read_path_day
from shangfa.api.parser import Blueprint
from shangfa.api.people import shapes
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import DryRunSchema, ProblemSchema
from shangfa.domain.people.past import Stint
from shangfa.services.etags import etag_of
from shangfa.services.pages import read_page
from shangfa.services.people import changes, subjects
from shangfa.services.people.subjects import SubjectView

blp = Blueprint("subjects", __name__, url_prefix="/v1/subjects", description="Who is concerned")


def _etag(view: SubjectView) -> str:
    return etag_of(view.revision)


@blp.route("", methods=["POST"])
@blp.doc(operationId="createSubject")
@blp.arguments(shapes.SubjectSchema)
@blp.response(201, shapes.SubjectViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="The code is taken.")
def create(body: dict[str, Any]) -> Response:
    """Register a subject."""
    said = shapes.new_subject(body)
    return answer(lambda ctx: subjects.create(ctx, said), shapes.subject, 201, etag=_etag)


@blp.route("", methods=["GET"])
@blp.doc(operationId="listSubjects")
@blp.arguments(shapes.SubjectQuerySchema, location="query")
@blp.response(200, shapes.SubjectPageSchema)
def page(query: dict[str, Any]) -> Response:
    """List the subjects you may see, by code."""
    asked, kind = read_page(query["limit"], query.get("cursor")), query.get("kind")
    return answer(lambda ctx: subjects.page(ctx, asked, kind), show_page(shapes.subject_item))


@blp.route("/<string:code>", methods=["GET"])
@blp.doc(operationId="getSubject")
@blp.response(200, shapes.SubjectViewSchema)
@blp.alt_response(404, schema=ProblemSchema, description="Nobody that you may see.")
def read(code: str) -> Response:
    """Read a subject."""
    return answer(lambda ctx: subjects.read(ctx, code), shapes.subject, etag=_etag)


@blp.route("/<string:code>", methods=["PATCH"])
@blp.doc(operationId="changeSubject")
@blp.arguments(shapes.SubjectChangeSchema)
@blp.arguments(DryRunSchema, location="query")
@blp.response(200, shapes.SubjectViewSchema)
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def change(body: dict[str, Any], query: dict[str, Any], code: str) -> Response:
    """Change a subject's name, attributes or last day; send its ETag in If-Match."""
    said, seen = shapes.subject_change(body), if_match()
    return answer(
        lambda ctx: changes.change(ctx, code, said, seen, **query), shapes.subject, etag=_etag
    )


@blp.route("/<string:code>/attributes/<string:since>", methods=["PUT"])
@blp.doc(operationId="setAttributes")
@blp.arguments(shapes.DatedValuesSchema)
@blp.arguments(DryRunSchema, location="query")
@blp.response(200, shapes.SubjectViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Too many incidents since that day.")
def set_attributes(body: dict[str, Any], query: dict[str, Any], code: str, since: str) -> Response:
    """Set attributes from a day on; what lies after it is adjusted."""
    day, values = read_path_day(since), body["attributes"]
    return answer(
        lambda ctx: changes.set_attributes(ctx, code, day, values, **query),
        shapes.subject,
        etag=_etag,
    )


@blp.route("/<string:code>/employments/<string:first_day>", methods=["PUT"])
@blp.doc(operationId="setEmployment")
@blp.arguments(shapes.EmploymentSchema)
@blp.arguments(DryRunSchema, location="query")
@blp.response(200, shapes.SubjectViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="It overlaps another employment.")
def employ(body: dict[str, Any], query: dict[str, Any], code: str, first_day: str) -> Response:
    """Say from which to which day somebody belongs to the company; a re-hire is another one."""
    stint = Stint(read_path_day(first_day), body["last_day"])
    return answer(lambda ctx: changes.employ(ctx, code, stint, **query), shapes.subject, etag=_etag)


@blp.route("/<string:code>/assignments", methods=["POST"])
@blp.doc(operationId="assignSubject")
@blp.arguments(shapes.AssignmentSchema)
@blp.arguments(DryRunSchema, location="query")
@blp.response(200, shapes.SubjectViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description="Too many incidents since that day.")
def assign(body: dict[str, Any], query: dict[str, Any], code: str) -> Response:
    """Set department, position and supervisor from a day on; what lies after it is adjusted."""
    line = shapes.line(body)
    return answer(lambda ctx: changes.assign(ctx, code, line, **query), shapes.subject, etag=_etag)


@blp.route("/<string:code>/wages", methods=["POST"])
@blp.doc(operationId="setWage")
@blp.arguments(shapes.WageSchema)
@blp.arguments(DryRunSchema, location="query")
@blp.response(200, shapes.SubjectViewSchema)
def pay(body: dict[str, Any], query: dict[str, Any], code: str) -> Response:
    """Set what a working day is worth from a day on."""
    wage = shapes.wage(body)
    return answer(lambda ctx: changes.pay(ctx, code, wage, **query), shapes.subject, etag=_etag)


@blp.route("/<string:code>/wages", methods=["GET"])
@blp.doc(operationId="listWages")
@blp.response(200, shapes.WagesSchema)
def wages(code: str) -> Response:
    """List what somebody earned, for HR, finance and himself."""
    return answer(lambda ctx: subjects.wages(ctx, code), show_page(shapes.wage_item))


@blp.route("/<string:code>/wages/<string:since>", methods=["PUT"])
@blp.doc(operationId="setDatedWage")
@blp.arguments(shapes.DatedWageSchema)
@blp.arguments(DryRunSchema, location="query")
@blp.response(200, shapes.SubjectViewSchema)
def set_wage(body: dict[str, Any], query: dict[str, Any], code: str, since: str) -> Response:
    """Set what somebody earns, for a month or a day, from a day on."""
    wage = shapes.dated_wage(read_path_day(since), body)
    return answer(lambda ctx: changes.pay(ctx, code, wage, **query), shapes.subject, etag=_etag)
