"""Things that have happened in an office, to ask about: versions, cases, months, funds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.making.files import PDF, multipart
from tests.making.office import Caller, Office, add_file
from tests.making.operations.base import (
    BOTH,
    Asked,
    _months,
    document,
    fresh,
)

from shangfa.services.access.by_hand import make_key


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


def other_tenant(path: str, body: Any = None) -> Callable[[Office], Asked]:
    """Ask something of a new company, so that this one goes on."""

    def ask(office: Office) -> Asked:
        slug = fresh("other")
        office.by("operator")("POST", "/v1/tenants", {"slug": slug, "name": slug})
        return Asked(f"/v1/tenants/{slug}{path}", body)

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
    return {"case": case, "what": "交还工牌", "due_on": "2099-04-01", "role": role}


TERMS = """
policy: terms
title: 有期限的警告
ladder: [warning]
lapses: {warning: {months: 12}}
clauses:
  - {code: wt, title: 有期限的警告, kind: ladder.mark, params: {mark: warning}}
"""
LIFTING: dict[str, Any] = {"subject": "E", "unit": "warning", "reason": "学习合格"}


def with_a_term(office: Office) -> str:
    """Return where the liftings of a warning with a term are, which E has."""
    if all(item["name"] != "terms" for item in office.hr.get("/v1/policies")["items"]):
        office.company.publish(TERMS)
    return f"/v1/incidents/{office.hr.record('wt', 'E')['id']}/liftings"


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


PAPER = {
    "month": "2031-03",
    "paper": "notice",
    "money": "compensation",
    "amount": "1200.00",
    "told_on": "2026-03-20",
    "reason": "丢失货物，赔偿 3000 元，本月扣 1200 元",
}


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
