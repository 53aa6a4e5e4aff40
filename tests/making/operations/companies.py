"""Companies, policies, people, and what is recorded of them."""

from __future__ import annotations

from tests.making.house import incident
from tests.making.office import HOUSE
from tests.making.operations.base import (
    LINE,
    PERIOD,
    Asked,
    Operation,
    document,
    fresh,
)
from tests.making.operations.handed import (
    a_rename,
    a_replay,
)
from tests.making.operations.recorded import (
    chosen,
    key_to_revoke,
    new_subject,
    other_tenant,
    recorded,
    tenant,
    version,
)

from shangfa.domain.access.roles import ROLES
from shangfa.domain.access.roles import TENANT_ROLES as TENANT

COMPANIES: dict[str, Operation] = {
    "createTenant": Operation(
        "POST",
        "/v1/tenants",
        ("operator",),
        lambda office: Asked("/v1/tenants", {"slug": fresh("new"), "name": "新公司"}),
        201,
    ),
    "listTenants": Operation(
        "GET", "/v1/tenants", ("operator",), lambda office: Asked("/v1/tenants")
    ),
    "getTenant": Operation("GET", "/v1/tenants/{slug}", ("operator",), tenant()),
    "suspendTenant": Operation(
        "POST", "/v1/tenants/{slug}/suspend", ("operator",), other_tenant("/suspend")
    ),
    "resumeTenant": Operation(
        "POST", "/v1/tenants/{slug}/resume", ("operator",), other_tenant("/resume")
    ),
    "setTenantPlugins": Operation(
        "PUT",
        "/v1/tenants/{slug}/plugins",
        ("operator",),
        tenant(
            "/plugins",
            {"plugins": ["demerit_ladder", "duties", "fines", "recognition"]},
            If_Match="*",
        ),
    ),
    "setTenantLimits": Operation(
        "PUT",
        "/v1/tenants/{slug}/limits",
        ("operator",),
        other_tenant("/limits", {"per_minute": 600, "key_per_minute": None}),
    ),
    "createKey": Operation(
        "POST",
        "/v1/tenants/{slug}/keys",
        ("operator",),
        tenant("/keys", {"role": "employee", "subject": "E", "label": "前台"}),
        201,
    ),
    "listKeys": Operation("GET", "/v1/tenants/{slug}/keys", ("operator",), tenant("/keys")),
    "rotateKey": Operation(
        "POST",
        "/v1/tenants/{slug}/keys/{key_id}/rotate",
        ("operator",),
        lambda office: Asked(f"{key_to_revoke(office).path}/rotate", {"overlap_seconds": 60}),
        201,
    ),
    "revokeKey": Operation(
        "DELETE", "/v1/tenants/{slug}/keys/{key_id}", ("operator",), key_to_revoke, 204
    ),
    "listPlugins": Operation("GET", "/v1/plugins", ROLES, lambda office: Asked("/v1/plugins")),
    "getPluginSchema": Operation(
        "GET", "/v1/plugins/{name}/schema", ROLES, lambda office: Asked("/v1/plugins/fines/schema")
    ),
    "listPolicies": Operation("GET", "/v1/policies", TENANT, lambda office: Asked("/v1/policies")),
    "uploadPolicy": Operation(
        "POST",
        "/v1/policies",
        ("hr",),
        lambda office: Asked("/v1/policies", document(office)),
        201,
    ),
    "validatePolicy": Operation(
        "POST",
        "/v1/policies/validate",
        ("hr",),
        lambda office: Asked("/v1/policies/validate", HOUSE),
    ),
    "getPolicy": Operation(
        "GET",
        "/v1/policies/{policy_id}",
        TENANT,
        lambda office: Asked(f"/v1/policies/{office.policy()}"),
    ),
    "listVersions": Operation(
        "GET",
        "/v1/policies/{policy_id}/versions",
        TENANT,
        lambda office: Asked(f"/v1/policies/{office.policy()}/versions"),
    ),
    "uploadVersion": Operation(
        "POST",
        "/v1/policies/{policy_id}/versions",
        ("hr",),
        lambda office: Asked(f"/v1/policies/{office.policy()}/versions", HOUSE),
        201,
    ),
    "getVersion": Operation(
        "GET", "/v1/policies/{policy_id}/versions/{number}", TENANT, version("")
    ),
    "publishVersion": Operation(
        "POST", "/v1/policies/{policy_id}/versions/{number}/publish", ("hr",), version("/publish")
    ),
    "startReplay": Operation(
        "POST",
        "/v1/policies/{policy_id}/versions/{number}/replay",
        ("hr",),
        lambda office: Asked(version("/replay")(office).path, PERIOD),
        202,
    ),
    "getReplay": Operation(
        "GET", "/v1/policies/{policy_id}/versions/{number}/replay", ("hr",), a_replay
    ),
    "cancelReplay": Operation(
        "DELETE", "/v1/policies/{policy_id}/versions/{number}/replay", ("hr",), a_replay
    ),
    "acknowledgeVersion": Operation(
        "POST",
        "/v1/policies/{policy_id}/versions/{number}/receipts",
        ("hr", "employee"),
        lambda office: Asked(
            f"/v1/policies/{office.policy()}/versions/1/receipts", {"subject": "E"}
        ),
    ),
    "diffVersions": Operation(
        "GET",
        "/v1/policies/{policy_id}/versions/{number}/diff",
        TENANT,
        version("/diff?to=1"),
    ),
    "createSubject": Operation(
        "POST",
        "/v1/subjects",
        ("hr",),
        lambda office: Asked("/v1/subjects", {"code": fresh("S"), "name": "新人"}),
        201,
    ),
    "listSubjects": Operation("GET", "/v1/subjects", TENANT, lambda office: Asked("/v1/subjects")),
    "getSubject": Operation(
        "GET", "/v1/subjects/{code}", TENANT, lambda office: Asked("/v1/subjects/E")
    ),
    "changeSubject": Operation(
        "PATCH", "/v1/subjects/{code}", ("hr",), new_subject("", {"name": "改名"}, If_Match='"1"')
    ),
    "assignSubject": Operation(
        "POST", "/v1/subjects/{code}/assignments", ("hr",), new_subject("/assignments", LINE)
    ),
    "setAttributes": Operation(
        "PUT",
        "/v1/subjects/{code}/attributes/{since}",
        ("hr",),
        new_subject("/attributes/2026-01-01", {"attributes": {"regular": True}}),
    ),
    "setEmployment": Operation(
        "PUT",
        "/v1/subjects/{code}/employments/{first_day}",
        ("hr",),
        new_subject("/employments/2020-01-01", {"last_day": "2030-01-01"}),
    ),
    "listWages": Operation(
        "GET",
        "/v1/subjects/{code}/wages",
        ("hr", "finance", "employee"),
        lambda office: Asked("/v1/subjects/E/wages"),
    ),
    "setDatedWage": Operation(
        "PUT",
        "/v1/subjects/{code}/wages/{since}",
        ("hr", "finance"),
        new_subject("/wages/2026-01-01", {"month_wage": "5200.00", "work_region": "310115"}),
    ),
    "listAttributes": Operation(
        "GET", "/v1/attributes", TENANT, lambda office: Asked("/v1/attributes")
    ),
    "declareAttribute": Operation(
        "PUT",
        "/v1/attributes/{name}",
        ("hr",),
        lambda office: Asked("/v1/attributes/regular", {"type": "bool", "label": "已转正"}),
    ),
    "listRenames": Operation("GET", "/v1/renames", TENANT, lambda office: Asked("/v1/renames")),
    "rename": Operation("POST", "/v1/renames", ("hr",), a_rename, 201),
    "setWage": Operation(
        "POST",
        "/v1/subjects/{code}/wages",
        ("hr", "finance"),
        new_subject("/wages", {"since": "2026-01-01", "day_wage": "210.50"}),
    ),
    "assess": Operation(
        "POST",
        "/v1/assessments",
        ("hr", "supervisor", "employee", "auditor"),
        lambda office: Asked("/v1/assessments", incident("w", "E")),
    ),
    "recordIncident": Operation(
        "POST",
        "/v1/incidents",
        ("hr", "supervisor"),
        lambda office: Asked("/v1/incidents", incident("w", "E")),
        201,
    ),
    "exportIncidents": Operation(
        "GET", "/v1/incidents.ndjson", TENANT, lambda office: Asked("/v1/incidents.ndjson")
    ),
    "listEvaluations": Operation(
        "GET",
        "/v1/programmes/{name}/evaluations",
        ("hr", "auditor", "finance"),
        lambda office: Asked("/v1/programmes/best/evaluations"),
    ),
    "recordIncidents": Operation(
        "POST",
        "/v1/incidents:batch",
        ("hr", "supervisor"),
        lambda office: Asked("/v1/incidents:batch", {"items": [incident("w", "E")]}),
    ),
    "listIncidents": Operation(
        "GET", "/v1/incidents", TENANT, lambda office: Asked("/v1/incidents")
    ),
    "getIncident": Operation("GET", "/v1/incidents/{incident_id}", TENANT, recorded("f", "")),
    "decideChoices": Operation(
        "POST",
        "/v1/incidents/{incident_id}/choices",
        ("hr",),
        recorded("b", "/choices", chosen()),
        201,
    ),
    "reverseIncident": Operation(
        "POST",
        "/v1/incidents/{incident_id}/reversal",
        ("hr",),
        recorded("w", "/reversal", {"reason": "查无此事"}),
        201,
    ),
}
