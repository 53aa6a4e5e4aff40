"""Reports, changes, webhooks, users, keys and the audit log."""

from __future__ import annotations

from tests.making.operations.base import (
    SPAN,
    Asked,
    Operation,
    fresh,
)
from tests.making.operations.handed import (
    CORRECTION,
    LEAVES,
    LOOK,
    WEBHOOK,
    a_correction,
    a_delegation,
    a_fresh_company,
    a_restriction,
    a_user,
    agreed,
    an_erasure,
    as_user,
    billed,
    confirming,
    delegated,
    forgetting,
    let_in,
    lifting,
    look_path,
    provider_path,
    signed_in,
    signing_in,
    tested_webhook,
    user_path,
    webhook,
    withdrawing,
)
from tests.making.operations.recorded import (
    changes,
    file,
    handed_in,
    sealed,
    settled_month,
    tenant,
)

from shangfa.domain.access.roles import ROLES
from shangfa.domain.access.roles import TENANT_ROLES as TENANT

ACCESS: dict[str, Operation] = {
    "listReports": Operation(
        "GET", "/v1/reports", ("hr", "finance", "auditor"), lambda office: Asked("/v1/reports")
    ),
    **{
        operation: Operation(
            "GET",
            f"/v1/reports/{{name}}{form}",
            ("hr", "finance", "auditor"),
            lambda office, form=form: Asked(f"/v1/reports/capped{form}"),  # type: ignore[misc]
        )
        for operation, form in (
            ("getReport", ""),
            ("getReportTable", ".csv"),
            ("getReportWorkbook", ".xlsx"),
        )
    },
    "getCompliance": Operation(
        "GET",
        "/v1/compliance",
        ("hr", "finance", "auditor"),
        lambda office: Asked("/v1/compliance"),
    ),
    "tightenCompliance": Operation(
        "PUT",
        "/v1/compliance",
        ("hr",),
        lambda office: Asked("/v1/compliance", {"mode": "warn"}, {"If_Match": "*"}),
    ),
    "getCalendar": Operation("GET", "/v1/calendar", TENANT, lambda office: Asked("/v1/calendar")),
    "setCalendar": Operation(
        "PUT",
        "/v1/calendar",
        ("hr",),
        lambda office: Asked("/v1/calendar", {"off": ["2099-06-01"]}, {"If_Match": "*"}),
    ),
    "setTenantCompliance": Operation(
        "PUT",
        "/v1/tenants/{slug}/compliance",
        ("operator",),
        tenant("/compliance", {"mode": "warn"}),
    ),
    "getStatement": Operation(
        "GET",
        "/v1/periods/{month}/statements/{partner}",
        ("hr", "finance", "auditor"),
        billed,
    ),
    "listLines": Operation(
        "GET",
        "/v1/periods/{month}/lines",
        ("hr", "finance", "auditor", "employee"),
        lambda office: Asked("/v1/periods/2026-03/lines"),
    ),
    **{
        name: Operation(
            "GET",
            f"/v1/periods/{{month}}/{file}",
            ("hr", "finance", "auditor"),
            settled_month(f"/{file}"),
        )
        for name, file in {
            "getPayrollWorkbook": "payroll.xlsx",
            "getPayroll": "payroll.csv",
            "getPayrollDetail": "detail.csv",
        }.items()
    },
    "getRecord": Operation(
        "GET", "/v1/subjects/{code}/record", TENANT, lambda office: Asked("/v1/subjects/E/record")
    ),
    "listSums": Operation(
        "GET", "/v1/ledger/sums", TENANT, lambda office: Asked("/v1/ledger/sums?from=2026-03")
    ),
    "listNear": Operation(
        "GET",
        "/v1/near",
        ("hr", "supervisor", "auditor"),
        lambda office: Asked("/v1/near?gap=3"),
    ),
    "addEvidence": Operation("POST", "/v1/evidence", ("hr", "supervisor"), file, 201),
    "getEvidence": Operation(
        "GET",
        "/v1/evidence/{evidence_id}",
        ("hr", "supervisor", "employee", "auditor"),
        handed_in,
    ),
    "createUser": Operation(
        "POST",
        "/v1/users",
        ("operator", "hr"),
        lambda office: Asked(
            "/v1/users",
            {"tenant": office.slug, "login": fresh("user"), "name": "新用户", "role": "hr"},
        ),
        201,
    ),
    "listUsers": Operation(
        "GET",
        "/v1/users",
        ("operator", "hr"),
        lambda office: Asked(f"/v1/users?tenant={office.slug}"),
    ),
    "changeUser": Operation(
        "PATCH",
        "/v1/users/{user_id}",
        ("operator", "hr"),
        lambda office: Asked(user_path(office), {"locked": True}),
    ),
    "removeUser": Operation(
        "DELETE",
        "/v1/users/{user_id}",
        ("operator", "hr"),
        lambda office: Asked(user_path(office)),
        204,
    ),
    "createDelegation": Operation(
        "POST",
        "/v1/delegations",
        ("operator", "hr"),
        lambda office: Asked("/v1/delegations", a_delegation(office)),
        201,
    ),
    "listDelegations": Operation(
        "GET",
        "/v1/delegations",
        ("operator", "hr"),
        lambda office: Asked(f"/v1/delegations?tenant={office.slug}"),
    ),
    "endDelegation": Operation(
        "DELETE", "/v1/delegations/{delegation_id}", ("operator", "hr"), delegated, 204
    ),
    "askCorrection": Operation(
        "POST",
        "/v1/corrections",
        ("supervisor", "employee"),
        lambda office: Asked("/v1/corrections", CORRECTION),
        201,
    ),
    "listCorrections": Operation(
        "GET",
        "/v1/corrections",
        ("hr", "auditor", "supervisor", "employee"),
        lambda office: Asked("/v1/corrections"),
    ),
    "decideCorrection": Operation(
        "POST",
        "/v1/corrections/{correction_id}/decision",
        ("hr",),
        lambda office: Asked(
            f"/v1/corrections/{a_correction(office)}/decision",
            {"accepted": True, "reason": "属实", "effect": "部门已改为客服部"},
        ),
    ),
    "setRestriction": Operation(
        "POST",
        "/v1/restrictions",
        ("hr",),
        lambda office: Asked("/v1/restrictions", a_restriction(office)),
        201,
    ),
    "listRestrictions": Operation(
        "GET", "/v1/restrictions", ("hr", "auditor"), lambda office: Asked("/v1/restrictions")
    ),
    "liftRestriction": Operation(
        "POST", "/v1/restrictions/{restriction_id}/lift", ("hr",), lifting
    ),
    "getRetention": Operation(
        "GET", "/v1/retention", ("hr", "auditor"), lambda office: Asked("/v1/retention")
    ),
    "setRetention": Operation(
        "PUT", "/v1/retention", ("hr",), lambda office: Asked("/v1/retention", {"years": 2})
    ),
    "agreeRetention": Operation("POST", "/v1/retention/agreement", ("hr",), forgetting),
    "setIdentityProvider": Operation(
        "PUT",
        "/v1/oidc/{slug}/provider",
        ("operator", "hr"),
        lambda office: Asked(f"/v1/oidc/{office.slug}/provider", agreed()),
    ),
    "getIdentityProvider": Operation(
        "GET",
        "/v1/oidc/{slug}/provider",
        ("operator", "hr"),
        lambda office: Asked(provider_path(office)),
    ),
    "removeIdentityProvider": Operation(
        "DELETE",
        "/v1/oidc/{slug}/provider",
        ("operator", "hr"),
        lambda office: Asked(provider_path(office)),
        204,
    ),
    "beginOidc": Operation(
        "POST",
        "/v1/oidc/{slug}/sign-in",
        ROLES,
        lambda office: Asked(provider_path(office).replace("provider", "sign-in"), {}),
        public=True,
    ),
    "finishOidc": Operation("POST", "/v1/oidc/{slug}/token", ROLES, let_in, public=True),
    "signIn": Operation("POST", "/v1/sign-in", ROLES, signing_in, public=True),
    "refreshToken": Operation(
        "POST",
        "/v1/sign-in/refresh",
        ROLES,
        lambda office: Asked(
            "/v1/sign-in/refresh", {"refresh_token": signed_in(office)["refresh_token"]}
        ),
        public=True,
    ),
    "acceptInvitation": Operation(
        "POST",
        "/v1/invitations/{invitation}",
        ROLES,
        lambda office: Asked(
            a_user(office, invite=True)["invitation"], {"password": "长长的密码一二三四五"}
        ),
        public=True,
    ),
    "signOut": Operation("POST", "/v1/sign-out", ROLES, as_user("/v1/sign-out"), 204),
    "changePassword": Operation(
        "POST",
        "/v1/me/password",
        ROLES,
        as_user(
            "/v1/me/password", {"password": "{password}", "new_password": "长长的密码一二三四五"}
        ),
        204,
    ),
    "getMyself": Operation("GET", "/v1/me", ROLES, lambda office: Asked("/v1/me")),
    "getOwnData": Operation("GET", "/v1/me/data", TENANT, lambda office: Asked("/v1/me/data")),
    "listReaders": Operation(
        "GET", "/v1/me/readers", TENANT, lambda office: Asked("/v1/me/readers")
    ),
    "listAudit": Operation("GET", "/v1/audit", ("hr", "auditor"), sealed("/v1/audit")),
    "verifyAudit": Operation(
        "GET", "/v1/audit/verify", ("hr", "auditor"), sealed("/v1/audit/verify")
    ),
    "askBreakGlass": Operation(
        "POST",
        "/v1/tenants/{slug}/break-glass",
        ("operator",),
        lambda office: Asked(f"/v1/tenants/{office.slug}/break-glass", LOOK),
        201,
    ),
    "listBreakGlass": Operation(
        "GET", "/v1/break-glass", ("hr", "auditor"), lambda office: Asked("/v1/break-glass")
    ),
    "approveBreakGlass": Operation(
        "POST",
        "/v1/break-glass/{look_id}/approve",
        ("hr",),
        lambda office: Asked(f"{look_path(office)}/approve"),
    ),
    "endBreakGlass": Operation(
        "DELETE",
        "/v1/break-glass/{look_id}",
        ("hr",),
        lambda office: Asked(look_path(office)),
        204,
    ),
    "askErasure": Operation(
        "POST",
        "/v1/tenants/{slug}/erasure",
        ("operator",),
        lambda office: Asked(a_fresh_company(office), LEAVES),
        201,
    ),
    "getErasure": Operation(
        "GET",
        "/v1/tenants/{slug}/erasure",
        ("operator",),
        lambda office: Asked(an_erasure(office)),
    ),
    "confirmErasure": Operation("POST", "/v1/erasure/confirm", ("hr",), confirming),
    "withdrawErasure": Operation("POST", "/v1/erasure/withdraw", ("hr",), withdrawing),
    "getAuditAnchor": Operation(
        "GET", "/v1/audit/anchor", ("hr", "auditor"), sealed("/v1/audit/anchor")
    ),
    "listChanges": Operation("GET", "/v1/changes", ("hr", "auditor"), changes),
    "createWebhook": Operation(
        "POST", "/v1/webhooks", ("hr",), lambda office: Asked("/v1/webhooks", WEBHOOK), 201
    ),
    "listWebhooks": Operation(
        "GET", "/v1/webhooks", ("hr", "auditor"), lambda office: Asked("/v1/webhooks")
    ),
    "getWebhook": Operation("GET", "/v1/webhooks/{webhook_id}", ("hr", "auditor"), webhook("")),
    "deleteWebhook": Operation("DELETE", "/v1/webhooks/{webhook_id}", ("hr",), webhook(""), 204),
    "enableWebhook": Operation(
        "POST", "/v1/webhooks/{webhook_id}/enable", ("hr",), webhook("/enable")
    ),
    "rotateWebhookSecret": Operation(
        "POST", "/v1/webhooks/{webhook_id}/rotate", ("hr",), webhook("/rotate")
    ),
    "testWebhook": Operation(
        "POST", "/v1/webhooks/{webhook_id}/test", ("hr",), webhook("/test"), 202
    ),
    "replayWebhook": Operation(
        "POST", "/v1/webhooks/{webhook_id}/replay", ("hr",), webhook("/replay", SPAN), 202
    ),
    "listDeliveries": Operation(
        "GET", "/v1/webhooks/{webhook_id}/deliveries", ("hr", "auditor"), webhook("/deliveries")
    ),
    "replayDelivery": Operation(
        "POST",
        "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
        ("hr",),
        tested_webhook,
        202,
    ),
}
