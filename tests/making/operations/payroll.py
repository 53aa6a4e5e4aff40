"""What payroll is told."""

from __future__ import annotations

from tests.making.operations.base import BOTH, Asked, Operation
from tests.making.operations.recorded import PAPER, new_subject

PAYROLL: dict[str, Operation] = {
    "getPayrollSetting": Operation(
        "GET", "/v1/payroll", ("hr", "finance", "auditor"), lambda office: Asked("/v1/payroll")
    ),
    "setPayrollSetting": Operation(
        "PUT",
        "/v1/payroll",
        BOTH,
        lambda office: Asked(
            "/v1/payroll",
            {"templates": {"kingdee": {"summary": [{"column": "工号", "header": "职员代码"}]}}},
            {"If_Match": "*"},
        ),
    ),
    "listMonthPay": Operation(
        "GET",
        "/v1/subjects/{code}/pay",
        (*BOTH, "employee"),
        lambda office: Asked("/v1/subjects/E/pay"),
    ),
    "setMonthPay": Operation(
        "PUT",
        "/v1/subjects/{code}/pay/{month}",
        BOTH,
        new_subject("/pay/2031-03", {"bonus": "1000.00", "statutory": "400.00"}),
    ),
    "listPapers": Operation(
        "GET",
        "/v1/subjects/{code}/papers",
        (*BOTH, "employee"),
        lambda office: Asked("/v1/subjects/E/papers"),
    ),
    "keepPaper": Operation(
        "POST", "/v1/subjects/{code}/papers", BOTH, new_subject("/papers", PAPER), 201
    ),
    "listMinimumWages": Operation(
        "GET",
        "/v1/minimum-wages",
        ("hr", "finance", "auditor"),
        lambda office: Asked("/v1/minimum-wages"),
    ),
    "setMinimumWage": Operation(
        "PUT",
        "/v1/minimum-wages/{region}/{since}",
        ("hr",),
        lambda office: Asked(
            "/v1/minimum-wages/140100/2026-01-01", {"monthly": "2380.00", "source": "晋人社"}
        ),
    ),
}
