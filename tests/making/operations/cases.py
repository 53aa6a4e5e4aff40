"""Cases, and what is told and asked about them."""

from __future__ import annotations

from tests.making.operations.base import (
    Asked,
    Operation,
    fresh,
)
from tests.making.operations.handed import (
    PROCEDURE,
    YAML,
    appealed,
    at_once,
    kept_form,
    noticed,
    notified,
    publication,
    slip,
    slips_of_month,
    word_form,
)
from tests.making.operations.recorded import (
    LIFTING,
    a_wish,
    dismissal,
    proposed,
    to_do,
    with_a_term,
)

from shangfa.domain.access.roles import TENANT_ROLES as TENANT

CASES: dict[str, Operation] = {
    "listCases": Operation("GET", "/v1/cases", TENANT, lambda office: Asked("/v1/cases")),
    "getCase": Operation(
        "GET", "/v1/cases/{case_id}", ("hr", "supervisor", "employee", "auditor"), proposed("")
    ),
    "takeStep": Operation(
        "POST", "/v1/cases/{case_id}/{step}", ("hr",), proposed("/withdraw", {}, If_Match="*")
    ),
    "setHandlers": Operation(
        "PUT",
        "/v1/cases/{case_id}/handlers",
        ("hr",),
        proposed("/handlers", {"handlers": ["M"]}, If_Match="*"),
    ),
    "getLawOfCase": Operation(
        "GET", "/v1/cases/{case_id}/law", ("hr", "auditor"), proposed("/law")
    ),
    "getFinalPay": Operation(
        "GET",
        "/v1/cases/{case_id}/final-pay",
        ("hr", "finance", "auditor"),
        lambda office: Asked(f"/v1/cases/{office.hr.record('f', 'E')['case']['id']}/final-pay"),
    ),
    "listLiftings": Operation(
        "GET",
        "/v1/incidents/{incident_id}/liftings",
        TENANT,
        lambda office: Asked(with_a_term(office)),
    ),
    "lift": Operation(
        "POST",
        "/v1/incidents/{incident_id}/liftings",
        ("hr",),
        lambda office: Asked(with_a_term(office), LIFTING),
        201,
    ),
    "listFollowUps": Operation(
        "GET", "/v1/follow-ups", ("hr", "auditor"), lambda office: Asked("/v1/follow-ups")
    ),
    "askFollowUp": Operation(
        "POST",
        "/v1/follow-ups",
        ("hr",),
        lambda office: Asked("/v1/follow-ups", a_wish(office)),
        201,
    ),
    "doFollowUp": Operation(
        "POST", "/v1/follow-ups/{follow_up_id}/done", ("hr", "finance"), to_do, 201
    ),
    "listDismissals": Operation(
        "GET",
        "/v1/dismissals",
        ("hr", "supervisor", "employee", "auditor"),
        lambda office: Asked("/v1/dismissals"),
    ),
    "answerDismissal": Operation("POST", "/v1/dismissals", ("hr",), dismissal, 201),
    "appeal": Operation("POST", "/v1/appeals", ("hr", "employee"), appealed),
    "getSlip": Operation("GET", "/v1/slips/{no}", TENANT, slip()),
    "getSlipPdf": Operation("GET", "/v1/slips/{no}.pdf", TENANT, slip(".pdf")),
    "getSlipWord": Operation("GET", "/v1/slips/{no}.docx", TENANT, slip(".docx")),
    "issueSlips": Operation(
        "POST", "/v1/cases/{case_id}/slips", ("hr",), lambda office: Asked(at_once(office))
    ),
    "getSlipsOfMonth": Operation("GET", "/v1/slips.pdf", TENANT, slips_of_month),
    "setSlipForm": Operation("PUT", "/v1/slip-form", ("hr",), word_form),
    "getSlipForm": Operation("GET", "/v1/slip-form.docx", ("hr",), kept_form),
    "dropSlipForm": Operation(
        "DELETE", "/v1/slip-form", ("hr",), lambda office: Asked("/v1/slip-form")
    ),
    "getEvidencePack": Operation(
        "GET",
        "/v1/cases/{case_id}/evidence-pack.zip",
        ("hr", "supervisor", "employee", "auditor"),
        proposed("/evidence-pack.zip"),
    ),
    "listTasks": Operation(
        "GET",
        "/v1/tasks",
        ("hr", "supervisor", "employee", "finance"),
        lambda office: Asked("/v1/tasks"),
    ),
    "publishNotice": Operation("POST", "/v1/notices", ("hr",), publication, 201),
    "listNotices": Operation("GET", "/v1/notices", TENANT, lambda office: Asked("/v1/notices")),
    "getNotice": Operation("GET", "/v1/notices/{notice_id}", TENANT, noticed()),
    "withdrawNotice": Operation(
        "POST", "/v1/notices/{notice_id}/withdrawal", ("hr",), noticed("/withdrawal"), 201
    ),
    "listNotifications": Operation(
        "GET",
        "/v1/notifications",
        ("hr", "supervisor", "employee", "finance"),
        lambda office: Asked("/v1/notifications?unread=true"),
    ),
    "readNotifications": Operation(
        "POST",
        "/v1/notifications/read",
        ("hr", "supervisor", "employee", "finance"),
        notified,
    ),
    "listMailboxes": Operation(
        "GET", "/v1/mailboxes", ("hr",), lambda office: Asked("/v1/mailboxes")
    ),
    "setOfficeMailbox": Operation(
        "PUT",
        "/v1/mailboxes/roles/{role}",
        ("hr",),
        lambda office: Asked("/v1/mailboxes/roles/finance", {"email": "f@example.com"}),
    ),
    "setMailbox": Operation(
        "PUT",
        "/v1/mailboxes/subjects/{code}",
        ("hr",),
        lambda office: Asked("/v1/mailboxes/subjects/E", {"email": "e@example.com"}),
    ),
    "listProcedures": Operation(
        "GET", "/v1/procedures", TENANT, lambda office: Asked("/v1/procedures")
    ),
    "uploadProcedure": Operation(
        "POST",
        "/v1/procedures",
        ("hr",),
        lambda office: Asked("/v1/procedures", PROCEDURE.format(fresh("own")), YAML),
        201,
    ),
    "getApprovals": Operation(
        "GET", "/v1/approvals", ("hr", "auditor"), lambda office: Asked("/v1/approvals")
    ),
    "setApprovals": Operation(
        "PUT",
        "/v1/approvals",
        ("hr",),
        lambda office: Asked("/v1/approvals", {"rules": [{"role": "hr"}]}, {"If_Match": "*"}),
    ),
}
