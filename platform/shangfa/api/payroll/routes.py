"""/v1/payroll, and what payroll is told of people and places."""

from __future__ import annotations

from typing import Any

from flask import Response

from shangfa.api.auth import if_match
from shangfa.api.fields import read_path_day
from shangfa.api.parser import Blueprint
from shangfa.api.payroll import shapes
from shangfa.api.replies import answer, show_page
from shangfa.api.shapes import ProblemSchema
from shangfa.domain.payroll.papers import MonthPay
from shangfa.services.etags import etag_of
from shangfa.services.payroll import papers, settings
from shangfa.services.payroll.settings import SettingView

blp = Blueprint("payroll", __name__, url_prefix="/v1", description="What payroll is told")
LOCKED = "The month is locked."


def _revision(found: SettingView) -> str:
    return etag_of(found.revision)


@blp.route("/payroll", methods=["GET"])
@blp.doc(operationId="getPayrollSetting")
@blp.response(200, shapes.PayrollViewSchema)
def read() -> Response:
    """Read how a month is handed to payroll."""
    return answer(settings.read, shapes.view, etag=_revision)


@blp.route("/payroll", methods=["PUT"])
@blp.doc(operationId="setPayrollSetting")
@blp.arguments(shapes.PayrollSchema)
@blp.response(200, shapes.PayrollViewSchema)
@blp.alt_response(412, schema=ProblemSchema, description="Changed by somebody else.")
def put(body: dict[str, Any]) -> Response:
    """Set how months are handed to payroll from now on; send the ETag in If-Match."""
    said, seen = shapes.setting(body), if_match()
    return answer(lambda ctx: settings.put(ctx, said, seen), shapes.view, etag=_revision)


@blp.route("/subjects/<string:code>/pay", methods=["GET"])
@blp.doc(operationId="listMonthPay")
@blp.response(200, shapes.MonthPaysSchema)
def pays(code: str) -> Response:
    """List what payroll said of somebody's months, for HR, finance and himself."""
    return answer(lambda ctx: papers.pays(ctx, code), show_page(shapes.month_pay))


@blp.route("/subjects/<string:code>/pay/<string:month>", methods=["PUT"])
@blp.doc(operationId="setMonthPay")
@blp.arguments(shapes.MonthPaySchema)
@blp.response(200, shapes.MonthPayViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description=LOCKED)
def set_pay(body: dict[str, Any], code: str, month: str) -> Response:
    """Say what somebody's whole bonus of a month is, and what law withholds of it first."""
    said = MonthPay(body.get("bonus"), body.get("statutory"))
    return answer(lambda ctx: papers.set_pay(ctx, code, month, said), shapes.month_pay)


@blp.route("/subjects/<string:code>/papers", methods=["GET"])
@blp.doc(operationId="listPapers")
@blp.response(200, shapes.PapersSchema)
def kept(code: str) -> Response:
    """List the notices and consents of somebody, for HR, finance and himself."""
    return answer(lambda ctx: papers.papers(ctx, code), show_page(shapes.paper_item))


@blp.route("/subjects/<string:code>/papers", methods=["POST"])
@blp.doc(operationId="keepPaper")
@blp.arguments(shapes.DeductionPaperSchema)
@blp.response(201, shapes.PaperViewSchema)
@blp.alt_response(409, schema=ProblemSchema, description=LOCKED)
def keep(body: dict[str, Any], code: str) -> Response:
    """Keep the written notice of a deduction, or the consent to one."""
    said = shapes.paper(body)
    return answer(lambda ctx: papers.keep(ctx, code, said), shapes.paper_item, 201)


@blp.route("/minimum-wages", methods=["GET"])
@blp.doc(operationId="listMinimumWages")
@blp.response(200, shapes.FloorsSchema)
def floors() -> Response:
    """List the minimum wages that the company goes by beside the law's."""
    return answer(papers.floors, show_page(shapes.floor_item))


@blp.route("/minimum-wages/<string:region>/<string:since>", methods=["PUT"])
@blp.doc(operationId="setMinimumWage")
@blp.arguments(shapes.FloorSchema)
@blp.response(200, shapes.FloorViewSchema)
def set_floor(body: dict[str, Any], region: str, since: str) -> Response:
    """Say which minimum wage the company goes by in a place, from a day on."""
    said = shapes.floor(region, read_path_day(since), body)
    return answer(lambda ctx: papers.set_floor(ctx, said), shapes.floor_item)
