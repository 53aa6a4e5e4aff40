"""/v1/reports: questions people ask again and again, as JSON, CSV and XLSX."""

from __future__ import annotations

from typing import Any

from flask import Response, send_file

from shangfa.api.auth import context
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.reports import shapes
from shangfa.api.shapes import ProblemSchema
from shangfa.services.reports import reports

blp = Blueprint("reports", __name__, url_prefix="/v1/reports", description="Questions as tables")
NAMED = {
    "Content-Disposition": {
        "description": "With the file's name.",
        "schema": {"type": "string"},
    }
}
BINARY = {"type": "string", "format": "binary"}
NONE = "There is no such report."


@blp.route("", methods=["GET"])
@blp.doc(operationId="listReports")
@blp.response(200, shapes.ReportPageSchema)
def listing() -> Response:
    """List the reports that you may read."""
    return answer(reports.listing, show_page(shapes.report))


@blp.route("/<string:name>", methods=["GET"])
@blp.doc(operationId="getReport")
@blp.arguments(shapes.ReportQuerySchema, location="query")
@blp.response(200, shapes.AnsweredSchema)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def read(query: dict[str, Any], name: str) -> Response:
    """Read a report."""
    said = shapes.asking(query)
    return answer(lambda ctx: reports.read(ctx, name, said), shapes.answered)


def _file(name: str, form: str, query: dict[str, Any]) -> Response:
    made = reports.written(context(), name, form, shapes.asking(query))
    return send_file(made, mimetype=reports.TYPES[form], download_name=f"{name}.{form}")


@blp.route("/<string:name>.csv", methods=["GET"])
@blp.doc(operationId="getReportTable")
@blp.arguments(shapes.ReportQuerySchema, location="query")
@blp.response(200, BINARY, content_type=reports.TYPES["csv"], headers=NAMED)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def table(query: dict[str, Any], name: str) -> Response:
    """Fetch a report as CSV."""
    return _file(name, "csv", query)


@blp.route("/<string:name>.xlsx", methods=["GET"])
@blp.doc(operationId="getReportWorkbook")
@blp.arguments(shapes.ReportQuerySchema, location="query")
@blp.response(200, BINARY, content_type=reports.TYPES["xlsx"], headers=NAMED)
@blp.alt_response(404, schema=ProblemSchema, description=NONE)
def workbook(query: dict[str, Any], name: str) -> Response:
    """Fetch a report as a workbook."""
    return _file(name, "xlsx", query)
