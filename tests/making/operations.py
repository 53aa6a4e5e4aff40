"""Every operation of the API: how it is asked rightly, and which roles may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from tests.making.files import PDF, multipart
from tests.making.house import FINES, incident
from tests.making.office import HOUSE, Caller, Office, add_file
from tests.making.provider import BACK, CLIENT, SECRET, lasting

from shangfa.domain.access.roles import ROLES
from shangfa.domain.access.roles import TENANT_ROLES as TENANT
from shangfa.papers.word import FORM
from shangfa.services.access.by_hand import make_key
from shangfa.services.exchange.export import export

_numbers = count(1)


@dataclass(frozen=True)
class Asked:
    """A request."""

    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """A route.

    Attributes:
        ask: makes what it needs and returns a request that succeeds.
        status: of the answer.
        public: answered without a key.
    """

    method: str
    route: str
    roles: tuple[str, ...]
    ask: Callable[[Office], Asked]
    status: int = 200
    public: bool = False


def fresh(prefix: str) -> str:
    """Return a name that nothing has yet."""
    return f"{prefix}-{next(_numbers)}"


def document(office: Office) -> str:
    """Return a policy document under a new name."""
    name = fresh(office.slug)
    return FINES.replace("policy: fines", f"policy: {name}").replace("code: f", f"code: {name}")


def draft(office: Office) -> dict[str, Any]:
    """Upload a policy and return its draft."""
    response = office.hr("POST", "/v1/policies", document(office))
    found: dict[str, Any] = response.get_json()
    return found


def version(path: str) -> Callable[[Office], Asked]:
    """Ask something of a new draft."""

    def ask(office: Office) -> Asked:
        made = draft(office)
        return Asked(f"/v1/policies/{made['policy_id']}/versions/{made['version']}{path}")

    return ask


def tenant(path: str = "", body: Any = None, **headers: str) -> Callable[[Office], Asked]:
    """Ask something of the company as the operator sees it."""
    return lambda office: Asked(f"/v1/tenants/{office.slug}{path}", body, headers)


def other_tenant(path: str) -> Callable[[Office], Asked]:
    """Ask something of a new company, so that this one goes on."""

    def ask(office: Office) -> Asked:
        slug = fresh("other")
        office.by("operator")("POST", "/v1/tenants", {"slug": slug, "name": slug})
        return Asked(f"/v1/tenants/{slug}{path}")

    return ask


def key_to_revoke(office: Office) -> Asked:
    """Ask for the end of a new key."""
    path = f"/v1/tenants/{office.slug}/keys"
    made = office.by("operator")("POST", path, {"role": "auditor"}).get_json()
    return Asked(f"{path}/{made['id']}")


def recorded(clause: str, path: str, body: Any = None) -> Callable[[Office], Asked]:
    """Ask something of a new incident of E."""

    def ask(office: Office) -> Asked:
        found = office.hr.record(clause, "E")
        return Asked(f"/v1/incidents/{found['id']}{path}", body)

    return ask


def a_wish(office: Office, role: str = "hr") -> dict[str, Any]:
    """Return what somebody is asked to do after a case."""
    case = office.hr.record("f", "E")["case"]["id"]
    return {"case": case, "what": "交还工牌", "due_on": "2026-04-01", "role": role}


def to_do(office: Office) -> Asked:
    """Say that what finance was asked to do is done."""
    made = office.hr("POST", "/v1/follow-ups", a_wish(office, "finance"))
    return Asked(f"/v1/follow-ups/{made.get_json()['id']}/done", {})


def dismissal(office: Office) -> Asked:
    """Decline a dismissal that somebody else of HR recorded."""
    other = Caller(make_key("hr", office.slug, None, "other"))
    case = other.record("d", "F")["case"]["id"]
    return Asked("/v1/dismissals", {"subject": "F", "case": case, "outcome": "declined"})


def chosen() -> dict[str, Any]:
    """Return what settles the open choice of clause b."""
    choice = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "30"}
    return {"choices": [choice], "reason": "初犯"}


def changes(office: Office) -> Asked:
    """Ask for changes that have their numbers, which the first reader gives them."""
    office.hr.get("/v1/changes")
    return Asked("/v1/changes")


def sealed(path: str) -> Callable[[Office], Asked]:
    """Ask for what the first reader brings into the chain."""

    def ask(office: Office) -> Asked:
        office.hr.get("/v1/audit")
        return Asked(path)

    return ask


def new_subject(path: str, body: Any, **headers: str) -> Callable[[Office], Asked]:
    """Ask something of a new subject."""

    def ask(office: Office) -> Asked:
        code = office.company.hire(fresh("S"))
        return Asked(f"/v1/subjects/{code}{path}", body, headers)

    return ask


_MONTHS = [f"{year}-{month:02}" for year in range(2001, 2020) for month in range(1, 13)]
_months = iter(_MONTHS)
BOTH = ("hr", "finance")


def month(*steps: str) -> Callable[[Office], Asked]:
    """Ask for the last of these steps of a new month; both agree where both must."""

    def ask(office: Office) -> Asked:
        path = f"/v1/periods/{next(_months)}"
        for step in steps[:-1]:
            for role in BOTH if step == "lock" else BOTH[:1]:
                done = office.by(role)("POST", f"{path}/{step}")
                assert done.status_code == 200, done.text
        return Asked(f"{path}/{steps[-1]}", {"reason": "漏记"} if steps[-1] == "reopen" else None)

    return ask


def proposed(path: str, body: Any = None, **headers: str) -> Callable[[Office], Asked]:
    """Ask something of a new case of E, whom HR wants heard."""

    def ask(office: Office) -> Asked:
        found = office.hr.record("f", "E", procedure="default")
        return Asked(f"/v1/cases/{found['case']['id']}{path}", body, headers)

    return ask


OBJECTION = {"clause": "f", "grounds": "附二次确认记录"}


def a_bill(path: str, body: Any = None, *, published: bool = True) -> Callable[[Office], Asked]:
    """Ask something of the statement of a new partner that owes 20."""

    def ask(office: Office) -> Asked:
        code = office.company.hire(fresh("P"), kind="partner")
        office.hr.record("f", code, at="2026-03-02")
        where = f"/v1/periods/2026-03/statements/{code}"
        if published:
            done = office.hr("POST", f"{where}/publish", {"final": True})
            assert done.status_code == 200, done.text
        return Asked(f"{where}{path}", body)

    return ask


def an_objection(office: Office) -> Asked:
    """Ask for a decision of an objection."""
    path = a_bill("")(office).path
    assert office.hr("POST", f"{path}/objections", OBJECTION).status_code == 200
    body = {"objection": 2, "outcome": "reduced", "amount": "5.00", "reason": "有二次确认"}
    return Asked(f"{path}/decisions", body)


FUND = {"title": "客服部基金", "accounts": ["fine"]}
SPENDING = {"amount": "0.01", "purpose": "小额奖励", "reason": "服务之星"}


def a_fund(path: str) -> Callable[[Office], Asked]:
    """Ask something of the company's fund."""

    def ask(office: Office) -> Asked:
        made = office.hr("PUT", "/v1/funds/kf", FUND, If_Match="*")
        assert made.status_code == 200, made.text
        return Asked(f"/v1/funds/kf{path}")

    return ask


def full_fund(office: Office) -> None:
    """Let the company's fund have something, and nothing wait to be agreed to."""
    a_fund("")(office)
    if office.hr.get("/v1/funds/kf")["balance"] < "1":
        name = next(_months)
        office.hr.record("f", "E", at=f"{name}-02")
        for step, role in (
            ("cut-off", "hr"),
            ("reconcile", "hr"),
            ("lock", "hr"),
            ("lock", "finance"),
        ):
            done = office.by(role)("POST", f"/v1/periods/{name}/{step}")
            assert done.status_code == 200, done.text
    waits = office.hr.get("/v1/funds/kf")["waiting"]
    if waits is not None:
        (role,) = set(BOTH) - set(waits["signed_by"])
        said = {name: waits[name] for name in SPENDING}
        assert office.by(role)("POST", "/v1/funds/kf/spend", said).status_code == 200


def a_spending(office: Office) -> Asked:
    """Ask for the company's fund to be spent from."""
    full_fund(office)
    return Asked("/v1/funds/kf/spend", SPENDING)


def settled_month(path: str) -> Callable[[Office], Asked]:
    """Ask something of a new month that is cut off."""

    def ask(office: Office) -> Asked:
        name = next(_months)
        assert office.hr("POST", f"/v1/periods/{name}/cut-off").status_code == 200
        return Asked(f"/v1/periods/{name}{path}")

    return ask


def file(office: Office) -> Asked:
    """Hand in a file that is new."""
    body, kind = multipart(PDF + fresh("%").encode())
    return Asked("/v1/evidence", body, {"Content_Type": kind})


def handed_in(office: Office) -> Asked:
    """Ask for a file that an incident of E names."""
    found = add_file(office.hr)
    office.hr.record("f", "E", evidence=[found["id"]])
    return Asked(f"/v1/evidence/{found['id']}")


def slip(path: str = "") -> Callable[[Office], Asked]:
    """Ask for the slip of E's fine."""

    def ask(office: Office) -> Asked:
        case = appealed(office).body["case"]
        no = office.hr.get(f"/v1/cases/{case}")["slips"][0]["no"]
        return Asked(f"/v1/slips/{no}{path}")

    return ask


def appealed(office: Office) -> Asked:
    """Ask for an appeal against what M proposed and HR approved and served."""
    found = office.by("supervisor").record("f", "E", procedure="default")
    case = found["case"]["id"]
    for step, body in (
        ("defend", {"evidence": ["面谈记录"]}),
        ("approve", {}),
        ("serve", {"method": "direct"}),
    ):
        office.hr("POST", f"/v1/cases/{case}/{step}", body, If_Match="*")
    return Asked("/v1/appeals", {"case": case, "grounds": "过重", "evidence": ["申诉书"]})


def at_once(office: Office) -> str:
    """Return where the slip of a new fine of E is made."""
    return f"/v1/cases/{office.hr.record('f', 'E')['case']['id']}/slips"


def slips_of_month(office: Office) -> Asked:
    """Ask for the slips of this month, of which there is one of E."""
    office.hr("POST", at_once(office))
    return Asked(f"/v1/slips.pdf?month={datetime.now(UTC) + timedelta(hours=8):%Y-%m}")


def word_form(office: Office) -> Asked:
    """Bring the form that comes along as one's own."""
    del office
    body, kind = multipart(FORM.read_bytes(), "form.docx")
    return Asked("/v1/slip-form", body, {"Content_Type": kind})


def kept_form(office: Office) -> Asked:
    """Ask for the form that was just brought."""
    asked = word_form(office)
    assert office.hr("PUT", asked.path, asked.body, **asked.headers).status_code == 200
    return Asked("/v1/slip-form.docx")


PROCEDURE = """
procedure: {}
start: open
states: {{open: , done: {{counts: 'yes'}}}}
steps: [{{step: decide, from: open, to: done, by: [hr], does: decide}}]
"""
YAML = {"Content_Type": "application/yaml"}


def notified(office: Office) -> Asked:
    """Mark what waits for E."""
    proposed("")(office)
    items = office.by("employee").get("/v1/notifications")["items"]
    return Asked("/v1/notifications/read", {"ids": [items[0]["id"]]})


def noticed(path: str = "") -> Callable[[Office], Asked]:
    """Ask something of a new notice to the whole company."""

    def ask(office: Office) -> Asked:
        made = office.hr("POST", "/v1/notices", publication(office).body)
        assert made.status_code == 201, made.text
        body = {"reason": "误发"} if path else None
        return Asked(f"/v1/notices/{made.get_json()['id']}{path}", body)

    return ask


def publication(office: Office) -> Asked:
    """Ask for a notice of a new warning of E."""
    case = office.hr.record("w", "E")["case"]["id"]
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    return Asked("/v1/notices", {"case": case, "until": until})


def sheet(code: str) -> str:
    """Return a file of one new subject."""
    return f"code,name\n{code},新人\n"


def billed(office: Office) -> Asked:
    """Ask for the statement of a new partner."""
    code = fresh("P")
    office.company.hire(code, kind="partner")
    return Asked(f"/v1/periods/2026-03/statements/{code}")


CSV = {"Content_Type": "text/csv"}


def imported(path: str, *, dry_run: str = "true", body: str = "") -> Callable[[Office], Asked]:
    """Ask something of a file that was sent."""

    def ask(office: Office) -> Asked:
        where = f"/v1/imports?kind=subjects&dry_run={dry_run}"
        made = office.hr("POST", where, body or sheet(fresh("I")), **CSV)
        assert made.status_code == 202, made.text
        return Asked(f"/v1/imports/{made.get_json()['id']}{path}")

    return ask


def a_rename(office: Office) -> Asked:
    """Ask for the rename of a new department."""
    old, new = fresh("部门"), fresh("部门")
    office.company.hire(fresh("S"), department=old)
    return Asked(
        "/v1/renames", {"what": "department", "from": old, "to": new, "since": "2026-01-01"}
    )


def a_replay(office: Office) -> Asked:
    """Ask something of a what-if that was started."""
    asked = version("/replay")(office)
    office.hr("POST", asked.path, PERIOD)
    return asked


def webhook(path: str, body: Any = None) -> Callable[[Office], Asked]:
    """Ask something of a new webhook, the only one."""

    def ask(office: Office) -> Asked:
        for old in office.hr.get("/v1/webhooks")["items"]:
            office.hr("DELETE", f"/v1/webhooks/{old['id']}")
        made = office.hr("POST", "/v1/webhooks", WEBHOOK).get_json()
        return Asked(f"/v1/webhooks/{made['id']}{path}", body)

    return ask


def a_user(office: Office, **more: Any) -> dict[str, Any]:
    """Make a user and return him with his first password."""
    body = {"login": fresh("user"), "name": "用户", "role": "auditor"} | more
    made = office.hr("POST", "/v1/users", body)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.get_json()
    return found


def user_path(office: Office) -> str:
    """Return the path of a new user, good for HR and the operator."""
    return f"/v1/users/{a_user(office)['id']}?tenant={office.slug}"


LOOK = {"reason": "工单 4711：导入失败", "minutes": 30}


def look_path(office: Office) -> str:
    """Ask to look as the operator; return the request's path."""
    made = office.by("operator")("POST", f"/v1/tenants/{office.slug}/break-glass", LOOK)
    return f"/v1/break-glass/{made.get_json()['id']}"


LEAVES = {"reason": "合同到期"}


def an_erasure(office: Office) -> str:
    """Withdraw what may have been asked and ask anew; return the path for the operator."""
    path = f"/v1/tenants/{office.slug}/erasure"
    office.hr("POST", "/v1/erasure/withdraw")
    office.by("operator")("POST", path, LEAVES)
    return path


def a_fresh_company(office: Office) -> str:
    """Make a company that nobody asked to erase; return the path to ask."""
    slug = fresh("leaving")
    office.by("operator")("POST", "/v1/tenants", {"slug": slug, "name": slug})
    return f"/v1/tenants/{slug}/erasure"


def confirming(office: Office) -> Asked:
    """Ask, export, and say so."""
    an_erasure(office)
    made = export(office.slug, BytesIO())
    return Asked("/v1/erasure/confirm", {"manifest": made.manifest})


def withdrawing(office: Office) -> Asked:
    """Ask, so that it can be withdrawn."""
    an_erasure(office)
    return Asked("/v1/erasure/withdraw")


CORRECTION = {"concerns": "部门", "wrong": "写成仓库", "should_be": "客服部"}


def a_correction(office: Office) -> str:
    """Ask for a correction as an employee of the moment, so that never too many wait."""
    code = office.company.hire(fresh("asker"))
    asker = Caller(make_key("employee", office.slug, code, "test"))
    return str(asker("POST", "/v1/corrections", CORRECTION).get_json()["id"])


def agreed(**more: Any) -> dict[str, Any]:
    """Return what is agreed with a provider that runs."""
    return {
        "issuer": lasting().issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [BACK],
    } | more


def provider_path(office: Office) -> str:
    """Set a company's provider and return its path."""
    path = f"/v1/oidc/{office.slug}/provider"
    assert office.hr("PUT", path, agreed()).status_code == 200
    return path


def let_in(office: Office) -> Asked:
    """Be let in by the provider, and ask for a token."""
    path = provider_path(office)
    begun = Caller(None)("POST", path.replace("provider", "sign-in"), {}).get_json()
    lasting().said = {"preferred_username": a_user(office)["login"]}
    back = lasting().visit(begun["authorization_url"])
    return Asked(path.replace("provider", "token"), back | {"ticket": begun["ticket"]})


def a_delegation(office: Office) -> dict[str, Any]:
    """Return who may stand in for whom from now on: two new users."""
    of, to = a_user(office, role="finance"), a_user(office)
    return {
        "tenant": office.slug,
        "of": of["login"],
        "to": to["login"],
        "role": "finance",
        "since": "2020-01-01T00:00:00Z",
        "until": "2999-01-01T00:00:00Z",
        "reason": "产假",
    }


def delegated(office: Office) -> Asked:
    """Ask for the end of a new delegation."""
    made = office.hr("POST", "/v1/delegations", a_delegation(office))
    assert made.status_code == 201, made.text
    return Asked(f"/v1/delegations/{made.get_json()['id']}?tenant={office.slug}")


def signing_in(office: Office, **more: Any) -> Asked:
    """Ask for the token of a new user."""
    made = a_user(office, **more)
    return Asked(
        "/v1/sign-in",
        {"tenant": office.slug, "login": made["login"], "password": made["password"]},
    )


def signed_in(office: Office, **more: Any) -> dict[str, Any]:
    """Sign a new user in; return his tokens and the password he used."""
    asked = signing_in(office, **more)
    made = office.hr("POST", asked.path, asked.body)
    assert made.status_code == 200, made.text
    return {**made.get_json(), "password": asked.body["password"]}


def as_user(path: str, body: Any = None) -> Callable[[Office], Asked]:
    """Ask something as a new user, whoever's key was meant; his password goes into the body."""

    def ask(office: Office) -> Asked:
        made = signed_in(office)
        filled = body and {key: value.format(**made) for key, value in body.items()}
        return Asked(path, filled, {"Authorization": f"Bearer {made['token']}"})

    return ask


def tested_webhook(office: Office) -> Asked:
    """Ask for a test to be sent again."""
    path = webhook("")(office).path
    made = office.hr("POST", f"{path}/test").get_json()
    return Asked(f"{path}/deliveries/{made['id']}/replay")


WEBHOOK = {"url": "https://8.8.8.8/shangfa", "events": ["incident.recorded"]}
"""A receiver that nobody sends to here."""
SPAN = {"from": "2026-03-01T00:00:00+08:00", "to": "2026-04-01T00:00:00+08:00"}
PERIOD = {"from": "2026-01-01", "to": "2026-12-31"}
LINE = {"since": "2026-01-01", "supervisor": "M"}
EVALUATION = {"period": "2026-03", "inputs": {"scores": {"E": 90, "F": 80}}}
OPERATIONS: dict[str, Operation] = {
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
"""operationId -> how it is asked and who may; the supervisor is M, the employee E."""
FOR_ONESELF = {
    *("signIn", "refreshToken", "acceptInvitation", "signOut", "changePassword"),
    *("beginOidc", "finishOidc"),
}
"""What everybody may do who is a user; nothing of the company is changed by it."""
