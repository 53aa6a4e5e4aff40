"""Months, files that come in, and funds."""

from __future__ import annotations

from tests.making.operations.base import (
    BOTH,
    EVALUATION,
    Asked,
    Operation,
    fresh,
    month,
)
from tests.making.operations.handed import (
    CSV,
    imported,
    sheet,
)
from tests.making.operations.recorded import (
    FUND,
    OBJECTION,
    a_bill,
    a_fund,
    a_spending,
    an_objection,
)

MONTHS: dict[str, Operation] = {
    "listProgrammes": Operation(
        "GET",
        "/v1/programmes",
        ("hr", "finance", "auditor"),
        lambda office: Asked("/v1/programmes"),
    ),
    "evaluateProgramme": Operation(
        "POST",
        "/v1/programmes/{name}/evaluate",
        ("hr",),
        lambda office: Asked("/v1/programmes/best/evaluate", EVALUATION),
    ),
    "sendImport": Operation(
        "POST",
        "/v1/imports",
        ("hr",),
        lambda office: Asked("/v1/imports?kind=subjects", sheet(fresh("I")), CSV),
        202,
    ),
    "getAttendance": Operation(
        "GET", "/v1/attendance", ("hr", "auditor"), lambda office: Asked("/v1/attendance")
    ),
    "setAttendance": Operation(
        "PUT",
        "/v1/attendance",
        ("hr",),
        lambda office: Asked(
            "/v1/attendance", {"rules": [{"column": "late", "clause": "w"}]}, {"If_Match": "*"}
        ),
    ),
    "getImport": Operation("GET", "/v1/imports/{import_id}", ("hr",), imported("")),
    "commitImport": Operation(
        "POST", "/v1/imports/{import_id}/commit", ("hr",), imported("/commit"), 202
    ),
    "cancelImport": Operation(
        "POST", "/v1/imports/{import_id}/cancel", ("hr",), imported("/cancel")
    ),
    "getImportErrors": Operation(
        "GET", "/v1/imports/{import_id}/errors.csv", ("hr",), imported("/errors.csv")
    ),
    "getImportChanges": Operation(
        "GET", "/v1/imports/{import_id}/changes.csv", ("hr",), imported("/changes.csv")
    ),
    "getPeriod": Operation(
        "GET",
        "/v1/periods/{month}",
        ("hr", "finance", "auditor"),
        lambda office: Asked("/v1/periods/2026-03"),
    ),
    "cutOffPeriod": Operation("POST", "/v1/periods/{month}/cut-off", ("hr",), month("cut-off")),
    "reconcilePeriod": Operation(
        "POST", "/v1/periods/{month}/reconcile", BOTH, month("cut-off", "reconcile")
    ),
    "lockPeriod": Operation(
        "POST", "/v1/periods/{month}/lock", BOTH, month("cut-off", "reconcile", "lock")
    ),
    "exportPeriod": Operation(
        "POST", "/v1/periods/{month}/export", BOTH, month("cut-off", "reconcile", "lock", "export")
    ),
    "payPeriod": Operation(
        "POST",
        "/v1/periods/{month}/pay",
        BOTH,
        month("cut-off", "reconcile", "lock", "export", "pay"),
    ),
    "reopenPeriod": Operation(
        "POST", "/v1/periods/{month}/reopen", BOTH, month("cut-off", "reconcile", "lock", "reopen")
    ),
    "listStatementActs": Operation(
        "GET",
        "/v1/periods/{month}/statements/{partner}/acts",
        ("hr", "finance", "auditor"),
        a_bill("/acts", published=False),
    ),
    "publishStatement": Operation(
        "POST",
        "/v1/periods/{month}/statements/{partner}/publish",
        BOTH,
        a_bill("/publish", {}, published=False),
    ),
    "objectToStatement": Operation(
        "POST",
        "/v1/periods/{month}/statements/{partner}/objections",
        ("hr",),
        a_bill("/objections", OBJECTION),
    ),
    "decideObjection": Operation(
        "POST",
        "/v1/periods/{month}/statements/{partner}/decisions",
        ("hr",),
        an_objection,
    ),
    "payStatement": Operation(
        "POST",
        "/v1/periods/{month}/statements/{partner}/payments",
        ("finance",),
        a_bill("/payments", {"amount": "5.00", "reference": "转账 1"}),
    ),
    "listFunds": Operation(
        "GET", "/v1/funds", ("hr", "finance", "auditor"), lambda office: Asked("/v1/funds")
    ),
    "getFund": Operation("GET", "/v1/funds/{code}", ("hr", "finance", "auditor"), a_fund("")),
    "setFund": Operation(
        "PUT",
        "/v1/funds/{code}",
        ("hr",),
        lambda office: Asked("/v1/funds/kf", FUND, {"If_Match": "*"}),
    ),
    "listFundEntries": Operation(
        "GET", "/v1/funds/{code}/entries", ("hr", "finance", "auditor"), a_fund("/entries")
    ),
    "spendFund": Operation(
        "POST",
        "/v1/funds/{code}/spend",
        BOTH,
        a_spending,
    ),
}
