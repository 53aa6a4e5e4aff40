"""/v1/attendance: which column of an attendance table becomes which clause."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.auth import if_match
from shangfa.api.exchange import attendance_shapes as shapes
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer
from shangfa.api.shapes import ProblemSchema
from shangfa.services.etags import etag_of
from shangfa.services.exchange import attendance
from shangfa.services.exchange.attendance import MappingView

blp = Blueprint(
    "attendance", __name__, url_prefix="/v1/attendance", description="From attendance to clauses"
)


@blp.route("", methods=["GET"])
@blp.doc(operationId="getAttendance")
@blp.response(200, shapes.AttendanceViewSchema)
def read() -> Response:
    """Read what becomes of an attendance table."""
    return answer(attendance.read, shapes.view, etag=_revision)


@blp.route("", methods=["PUT"])
@blp.doc(operationId="setAttendance")
@blp.arguments(shapes.AttendanceSchema)
@blp.response(200, shapes.AttendanceViewSchema)
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def put(body: dict[str, Any]) -> Response:
    """Set what becomes of attendance tables sent from now on; send the ETag in If-Match."""
    said, seen = shapes.mapping(body), if_match()
    return answer(lambda ctx: attendance.put(ctx, said, seen), shapes.view, etag=_revision)


def _revision(found: MappingView) -> str:
    return etag_of(found.revision)
