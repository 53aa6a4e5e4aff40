"""/v1/periods: months, their steps and their lines."""

from __future__ import annotations

from typing import Any

from flask import Response, send_file

from shangfa.api.auth import context
from shangfa.api.months import period_shapes as shapes
from shangfa.api.months.statement_shapes import StatementSchema, statement
from shangfa.api.parser import Blueprint
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import ProblemSchema
from shangfa.services.months import exports, lines, periods
from shangfa.services.pages import read_page

blp = Blueprint("periods", __name__, url_prefix="/v1/periods", description="Months that close")
ILLEGAL = "The month's state does not allow it."


def _take(month: str, step: str, reason: str = "") -> Response:
    return answer(lambda ctx: periods.take_step(ctx, month, step, reason), shapes.period)


@blp.route("/<string:month>", methods=["GET"])
@blp.doc(operationId="getPeriod")
@blp.response(200, shapes.PeriodSchema)
def read(month: str) -> Response:
    """Read where a month stands and what it comes to."""
    return answer(lambda ctx: periods.read(ctx, month), shapes.period)


@blp.route("/<string:month>/cut-off", methods=["POST"])
@blp.doc(operationId="cutOffPeriod")
@blp.response(200, shapes.PeriodSchema)
@blp.alt_response(409, schema=ProblemSchema, description=ILLEGAL)
def cut_off(month: str) -> Response:
    """Settle a month for the first time."""
    return _take(month, "cut-off")


@blp.route("/<string:month>/reconcile", methods=["POST"])
@blp.doc(operationId="reconcilePeriod")
@blp.response(200, shapes.PeriodSchema)
@blp.alt_response(409, schema=ProblemSchema, description=f"{ILLEGAL} Or a wage is missing.")
def reconcile(month: str) -> Response:
    """Settle a month anew, as it is to be locked."""
    return _take(month, "reconcile")


@blp.route("/<string:month>/lock", methods=["POST"])
@blp.doc(operationId="lockPeriod")
@blp.response(200, shapes.PeriodSchema)
@blp.alt_response(409, schema=ProblemSchema, description=f"{ILLEGAL} Or it has moved since.")
def lock(month: str) -> Response:
    """Agree to lock a month; it is locked when hr and finance have."""
    return _take(month, "lock")


@blp.route("/<string:month>/export", methods=["POST"])
@blp.doc(operationId="exportPeriod")
@blp.response(200, shapes.PeriodSchema)
@blp.alt_response(409, schema=ProblemSchema, description=ILLEGAL)
def export(month: str) -> Response:
    """Say that a locked month was handed to payroll."""
    return _take(month, "export")


@blp.route("/<string:month>/pay", methods=["POST"])
@blp.doc(operationId="payPeriod")
@blp.response(200, shapes.PeriodSchema)
@blp.alt_response(409, schema=ProblemSchema, description=ILLEGAL)
def pay(month: str) -> Response:
    """Say that a month was paid."""
    return _take(month, "pay")


@blp.route("/<string:month>/reopen", methods=["POST"])
@blp.doc(operationId="reopenPeriod")
@blp.arguments(shapes.ReopeningSchema)
@blp.response(200, shapes.PeriodSchema)
@blp.alt_response(409, schema=ProblemSchema, description=f"{ILLEGAL} Or a later one is locked.")
def reopen(body: dict[str, Any], month: str) -> Response:
    """Agree to open a month again; it is open when hr and finance have."""
    return _take(month, "reopen", body["reason"])


@blp.route("/<string:month>/lines", methods=["GET"])
@blp.doc(operationId="listLines")
@blp.arguments(shapes.LinesQuerySchema, location="query")
@blp.response(200, shapes.LinePageSchema)
def settled(query: dict[str, Any], month: str) -> Response:
    """List what a month settles, by subject and kind of money."""
    asked, subject = read_page(query["limit"], query.get("cursor")), query.get("subject")
    return answer(lambda ctx: lines.page(ctx, month, subject, asked), show_page(shapes.line))


@blp.route("/<string:month>/statements/<string:partner>", methods=["GET"])
@blp.doc(operationId="getStatement")
@blp.response(200, StatementSchema)
@blp.alt_response(404, schema=ProblemSchema, description="No partner that you may see.")
@blp.alt_response(409, schema=ProblemSchema, description="Not published, for the partner.")
def billed(month: str, partner: str) -> Response:
    """Read what a month bills to a partner; the partner reads what was published."""
    return answer(lambda ctx: lines.statement(ctx, month, partner), statement)


NAMED = {
    "Content-Disposition": {
        "description": "With the file's name.",
        "schema": {"type": "string"},
    }
}
BINARY = {"type": "string", "format": "binary"}
UNSETTLED = "The month is not settled, or has moved since."


def _file(month: str, name: str, query: dict[str, Any]) -> Response:
    """Send a file of a month in pieces; it is made first, so that a refusal is one."""
    made = exports.payroll(context(), month, name, query.get("template"))
    return send_file(made, mimetype=exports.TYPES[name], download_name=f"{month}-{name}")


@blp.route("/<string:month>/payroll.xlsx", methods=["GET"])
@blp.doc(operationId="getPayrollWorkbook")
@blp.arguments(shapes.TemplateQuerySchema, location="query")
@blp.response(200, BINARY, content_type=exports.TYPES[exports.WORKBOOK], headers=NAMED)
@blp.alt_response(409, schema=ProblemSchema, description=UNSETTLED)
def workbook(query: dict[str, Any], month: str) -> Response:
    """Fetch a settled month as a workbook: a row for each person, the detail, and the checks."""
    return _file(month, exports.WORKBOOK, query)


@blp.route("/<string:month>/payroll.csv", methods=["GET"])
@blp.doc(operationId="getPayroll")
@blp.arguments(shapes.TemplateQuerySchema, location="query")
@blp.response(200, BINARY, content_type=exports.TYPES[exports.PAYROLL], headers=NAMED)
@blp.alt_response(409, schema=ProblemSchema, description=UNSETTLED)
def payroll(query: dict[str, Any], month: str) -> Response:
    """Fetch a settled month as CSV, a row for each person."""
    return _file(month, exports.PAYROLL, query)


@blp.route("/<string:month>/detail.csv", methods=["GET"])
@blp.doc(operationId="getPayrollDetail")
@blp.arguments(shapes.TemplateQuerySchema, location="query")
@blp.response(200, BINARY, content_type=exports.TYPES[exports.DETAILS], headers=NAMED)
@blp.alt_response(409, schema=ProblemSchema, description=UNSETTLED)
def detail(query: dict[str, Any], month: str) -> Response:
    """Fetch the entries behind a settled month as CSV, each with its part of the line."""
    return _file(month, exports.DETAILS, query)
