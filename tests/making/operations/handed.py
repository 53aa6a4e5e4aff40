"""Things that somebody hands in or lets in: slips, notices, files, users, companies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from tests.making.files import multipart
from tests.making.office import Caller, Office
from tests.making.operations.base import (
    PERIOD,
    Asked,
    fresh,
)
from tests.making.operations.recorded import (
    proposed,
    version,
)
from tests.making.provider import BACK, CLIENT, SECRET, lasting

from shangfa.papers.word import FORM
from shangfa.services.access.by_hand import make_key
from shangfa.services.exchange.export import export


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


def a_restriction(office: Office, kind: str = "restriction") -> dict[str, Any]:
    """Return a restriction of somebody new."""
    code = office.company.hire(fresh("restricted"))
    return {"subject": code, "kind": kind, "reason": "本人对内容的真实性提出异议"}


def lifting(office: Office) -> Asked:
    """Restrict somebody, so that it can be lifted."""
    made = office.hr("POST", "/v1/restrictions", a_restriction(office)).get_json()
    return Asked(f"/v1/restrictions/{made['id']}/lift", {"reason": "已核实"})


def forgetting(office: Office) -> Asked:
    """Let somebody have left long ago."""
    years = {"first_day": "2019-01-01", "last_day": "2019-12-31"}
    code = office.company.hire(fresh("gone"), **years)
    return Asked("/v1/retention/agreement", {"subjects": [code]})


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
