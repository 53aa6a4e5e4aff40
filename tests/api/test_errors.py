"""Every error code the API gives: its status, its place in the request, its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.making.files import PDF, multipart, zipped
from tests.making.house import FINES, MARKS, contents, incident, installed_plugin, owning, serving
from tests.making.office import Caller, Office, open_office
from tests.making.operations import (
    FUND,
    LIFTING,
    OBJECTION,
    PAPER,
    SPENDING,
    a_bill,
    a_fund,
    a_spending,
    a_wish,
    an_objection,
    chosen,
    fresh,
    with_a_term,
)
from werkzeug.test import TestResponse

from shangfa.api.problems.faults import STATUSES, declared
from shangfa.domain.faults import MOST_TOLD as MOST
from shangfa.services.access.by_hand import make_key
from shangfa.services.tenancy.ready import forget

CHAOS = """
from shangfa.sdk import ClauseKind, Params, hookimpl

@hookimpl
def register_clause_kinds():
    return [ClauseKind("chaos.clause", Params, lambda part, incident: 1 / 0, lambda part: ())]
"""
STORES = """
policy: stores
title: 仓库办法
scope: {departments: [仓库]}
clauses:
  - {code: s, title: 罚款, kind: fines.fixed, params: {amount: 20}}
"""
LOSS = """
policy: loss
title: 损失办法
clauses:
  - {code: whole, title: 全额赔偿, kind: fines.loss, facts: {loss: money}, shared: true}
"""
CJK = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Case:
    """A request that is refused.

    Attributes:
        body: or what makes it in an office.
        pointer: into the body; of the first fault.
    """

    path: str | Callable[[Office], str]
    body: Any = None
    pointer: str = ""
    status: int = 422
    method: str = "POST"
    role: str = "hr"
    headers: Mapping[str, str] | None = None

    def send(self, office: Office) -> Callable[[], TestResponse]:
        """Prepare the request and return what sends it."""
        path = self.path if isinstance(self.path, str) else self.path(office)
        body = self.body(office) if callable(self.body) else self.body
        caller = office.by(self.role)
        return lambda: caller(self.method, path, body, **(self.headers or {}))


def reported(*who: str, clause: str = "f", **more: Any) -> dict[str, Any]:
    return incident(clause, *who, **more) if who else incident(clause, "E", **more)


def refused(pointer: str, clause: str = "f", who: Any = ("E",), **more: Any) -> Case:
    """An incident that is refused."""
    return Case("/v1/incidents", incident(clause, *who) | more, pointer)


def file(content: bytes, name: str) -> Case:
    """A file that is refused."""
    body, kind = multipart(content, name)
    return Case("/v1/evidence", body, "/file", headers={"Content_Type": kind})


def shared(shares: Any, pointer: str = "/subjects") -> Case:
    return Case("/v1/incidents", incident("f") | {"subjects": shares}, pointer)


def posted(path: str, pointer: str, *old_new: str, status: int = 422) -> Case:
    """A policy with one fault."""
    text = MARKS
    for old, new in zip(old_new[::2], old_new[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return Case(path, text, pointer, status)


def published(office: Office) -> str:
    return f"/v1/policies/{office.policy()}/versions/1/publish"


def reversed_incident(office: Office) -> str:
    found = office.hr.record("f", "E")
    office.company.reverse(found["id"])
    return f"/v1/incidents/{found['id']}/reversal"


def done_before(office: Office) -> str:
    made = office.hr("POST", "/v1/follow-ups", a_wish(office))
    path = f"/v1/follow-ups/{made.get_json()['id']}/done"
    assert office.hr("POST", path, {}).status_code == 201
    return path


def undecided_dismissal(office: Office) -> str:
    return f"/v1/cases/{office.hr.record('d', 'E')['case']['id']}/slips"


def choice_of(**more: Any) -> Callable[[Office], dict[str, Any]]:
    body = chosen()
    body["choices"][0] |= more
    return lambda office: body


def open_choice(office: Office) -> str:
    return f"/v1/incidents/{office.hr.record('b', 'E')['id']}/choices"


def settled(office: Office) -> str:
    path = open_choice(office)
    assert office.hr("POST", path, chosen()).status_code == 201
    return path


def closing(month: str, *steps: str) -> Callable[[Office], str]:
    """Bring a month to its last step, which is refused; a lock is agreed to by both."""

    def path(office: Office) -> str:
        where = f"/v1/periods/{month}"
        for step in steps[:-1]:
            name, _, role = step.partition(" as ")
            done = office.by(role or "hr")("POST", f"{where}/{name}")
            assert done.status_code == 200, done.text
        return f"{where}/{steps[-1]}"

    return path


PAYMENT = {"amount": "1", "reference": "转账 1"}
DECISION = {"objection": 2, "outcome": "upheld", "reason": "无记录"}


def bill(path: str, *, published: bool = True) -> Callable[[Office], str]:
    return lambda office: a_bill(path, published=published)(office).path


def decided_objection(office: Office) -> str:
    asked = an_objection(office)
    assert office.hr("POST", asked.path, asked.body).status_code == 200
    return asked.path


def a_second_fund(office: Office) -> str:
    a_fund("")(office)
    return "/v1/funds/second"


def waiting_fund(office: Office) -> str:
    path = a_spending(office).path
    assert office.hr("POST", path, SPENDING).status_code == 200
    return path


def imported_before(office: Office) -> str:
    path = "/v1/imports?kind=subjects"
    done = office.hr("POST", path, SHEET, Content_Type="text/csv")
    assert done.status_code == 202
    return path


def done_import(office: Office) -> str:
    body = SHEET.replace("I1", "I2")
    made = office.hr("POST", "/v1/imports?kind=subjects", body, Content_Type="text/csv")
    return f"/v1/imports/{made.get_json()['id']}/commit"


SHEET = "code,name\nI1,新人\n"


def answered_key(office: Office) -> dict[str, str]:
    office.hr("POST", "/v1/incidents", reported("E"), Idempotency_Key="used")
    return reported("F")


def declared_grade(office: Office) -> dict[str, Any]:
    office.hr("PUT", "/v1/attributes/grade", {"type": "number", "label": "职级"})
    return {"attributes": {"grad": 1}}


def no_grade(office: Office) -> dict[str, Any]:
    declared_grade(office)
    return {"attributes": {"grade": "三"}}


def gone(office: Office) -> dict[str, Any]:
    code = office.company.hire(fresh("S"), first_day=date(2020, 1, 1), last_day=date(2025, 12, 31))
    return reported(code)


def employed(office: Office) -> str:
    code = office.company.hire(fresh("S"), first_day=date(2024, 1, 1))
    return f"/v1/subjects/{code}/employments/2025-01-01"


def renamed(office: Office) -> dict[str, str]:
    old, taken = fresh("部门"), fresh("部门")
    for name in (old, taken):
        office.company.hire(fresh("S"), department=name)
    return {"what": "department", "from": old, "to": taken, "since": "2026-01-01"}


NOWHERE = {"what": "department", "from": "天上", "to": "人间", "since": "2026-01-01"}
DATED = "/v1/subjects/E/attributes/2026-01-01"


def heard(*steps: str) -> Callable[[Office], str]:
    """A case of E that HR proposed and E answered, at a step of it."""

    def path(office: Office) -> str:
        case = office.hr.record("f", "E", procedure="default")["case"]["id"]
        for step in steps[:-1]:
            office.by("employee")("POST", f"/v1/cases/{case}/{step}", {}, If_Match="*")
        return f"/v1/cases/{case}/{steps[-1]}"

    return path


def tenant(path: str) -> Callable[[Office], str]:
    return lambda office: f"/v1/tenants/{office.slug}{path}"


def payroll(*columns: dict[str, str], place: str) -> Case:
    """Set a template that cannot be."""
    body = {"templates": {"x": {"summary": list(columns)}}}
    pointer = f"/templates/x/summary/{place}"
    return Case("/v1/payroll", body, pointer, method="PUT", headers={"If_Match": "*"})


BEST = "/v1/programmes/best/evaluate"
NOBODY = "00000000-0000-7000-8000-000000000000"
CASES: dict[str, Case] = {
    "unknown_subject": refused("/subject", who=["X"]),
    "unknown_clause": refused("/clause", "ff"),
    "not_recordable": refused("/clause", "t"),
    "unknown_policy": refused("/policy", policy="home"),
    "unknown_tenant": Case("/v1/tenants/nobody", None, "", 404, "GET", "operator"),
    "unknown_plugin": Case(
        "/v1/tenants", {"slug": "x", "name": "x", "plugins": ["no"]}, "/plugins", role="operator"
    ),
    "unknown_procedure": refused("/procedure", procedure="rite"),
    "illegal_step": Case(heard("serve"), {}, "", 409, headers={"If_Match": "*"}),
    "same_person": Case(heard("defend", "approve"), {}, "", 403, headers={"If_Match": "*"}),
    "unknown_programme": Case("/v1/programmes/worst/evaluate", {"period": "2026-03"}, "/programme"),
    "unknown_column": payroll({"column": "nam"}, place="0/column"),
    "same_header": payroll({"column": "name"}, {"column": "姓名"}, place="1/header"),
    "unknown_template": Case(
        "/v1/periods/2026-03/payroll.csv?template=sap", None, "/template", 422, "GET"
    ),
    "wrong_paper": Case("/v1/subjects/E/papers", {**PAPER, "money": "fine"}, "/money"),
    "told_ahead": Case("/v1/subjects/E/papers", {**PAPER, "told_on": "2199-01-01"}, "/told_on"),
    "not_found": Case(f"/v1/incidents/{NOBODY}", None, "", 404, "GET"),
    "not_in_force": refused("/clause", occurred_at="1999-12-31"),
    "ambiguous_policy": refused("/policy", "w"),
    "out_of_scope": refused("/subject", "s"),
    "invalid_quantity": refused("/quantity", quantity=0),
    "missing_fact": refused("/facts/late", "l"),
    "unknown_fact": refused("/facts/lat", facts={"lat": True}),
    "invalid_fact": refused("/facts/late", "l", facts={"late": "yes"}),
    "future_incident": refused("/occurred_at", occurred_at="2999-01-01"),
    "shares_not_100": shared({"E": 60, "F": 39}),
    "shares_needed": Case(
        "/v1/incidents", incident("whole", "E", "F") | {"facts": {"loss": 90}}, "/subjects"
    ),
    "invalid_shares": shared({"E": 101, "F": -1}),
    "no_subjects": shared([]),
    "duplicate_subject": shared(["E", "E"]),
    "too_many_subjects": shared([f"E{number}" for number in range(201)]),
    "incomplete_clause": refused("/clause", "u"),
    "out_of_range": Case("/v1/near?gap=32", None, "/gap", 422, "GET"),
    "plugin_not_enabled": posted(
        "/v1/policies/validate",
        "/clauses/0/kind",
        "ladder.mark, params: {mark: warning}",
        "points.fixed, params: {letter: A, points: 1}",
    ),
    "plugin_in_use": Case(
        tenant("/plugins"),
        {"plugins": ["demerit_ladder", "duties", "recognition"]},
        "/plugins",
        409,
        "PUT",
        "operator",
        {"If_Match": "*"},
    ),
    "calendar_missing": refused("", "a", occurred_at="2001-03-05"),
    "supervisor_loop": Case(
        "/v1/subjects/M/assignments", {"since": "2026-01-01", "supervisor": "E"}, "/supervisor"
    ),
    "duplicate": Case("/v1/subjects", {"code": "E", "name": "重名"}, "/code", 409),
    "unknown_attribute": Case(DATED, declared_grade, "/attributes/grad", method="PUT"),
    "invalid_attribute": Case(DATED, no_grade, "/attributes/grade", method="PUT"),
    "not_employed": Case("/v1/incidents", gone, "/subject"),
    "last_before_first": Case(
        "/v1/subjects/E/employments/2026-01-01",
        {"last_day": "2025-12-31"},
        "/last_day",
        method="PUT",
    ),
    "employment_overlap": Case(employed, {"last_day": None}, "/first_day", 409, "PUT"),
    "name_taken": Case("/v1/renames", renamed, "/to", 409),
    "unknown_name": Case("/v1/renames", NOWHERE, "/from"),
    "already_published": Case(published, None, "", 409),
    "not_liftable": Case(
        lambda office: f"/v1/incidents/{office.hr.record('m', 'E', policy='house')['id']}/liftings",
        LIFTING,
        "/unit",
        409,
    ),
    "not_lifted": Case(with_a_term, {**LIFTING, "withdraw": True}, "/unit", 409),
    "already_done": Case(done_before, {}, "", 409),
    "dismissal_open": Case(undecided_dismissal, None, "", 409),
    "already_reversed": Case(reversed_incident, {"reason": "再次"}, "", 409),
    "already_decided": Case(settled, chosen(), "", 409),
    "unknown_choice": Case(open_choice, choice_of(subject="F"), "/choices/0"),
    "month_ahead": Case("/v1/periods/2199-01/cut-off", None, "", 409),
    "illegal_period_step": Case("/v1/periods/2001-01/lock", None, "", 409),
    "already_signed": Case(
        closing("2001-02", "cut-off", "reconcile", "lock", "lock"), None, "", 409
    ),
    "not_published": Case(bill("/payments", published=False), PAYMENT, "", 409, role="finance"),
    "statement_published": Case(bill("/publish"), {}, "", 409),
    "objected_before": Case(
        lambda office: an_objection(office).path.replace("decisions", "objections"),
        *(OBJECTION, "/clause", 409),
    ),
    "objection_decided": Case(decided_objection, DECISION, "/objection", 409),
    "overpaid": Case(
        bill("/payments"), PAYMENT | {"amount": "20.01"}, "/amount", 409, role="finance"
    ),
    "fund_overlap": Case(a_second_fund, FUND, "", 409, "PUT", headers={"If_Match": "*"}),
    "fund_short": Case(
        lambda office: a_fund("/spend")(office).path, SPENDING | {"amount": "99999"}, "/amount", 409
    ),
    "spending_waits": Case(waiting_fund, SPENDING | {"amount": "0.02"}, "", 409, role="finance"),
    "not_settled": Case("/v1/periods/1999-12/payroll.csv", None, "", 409, "GET"),
    "already_imported": Case(imported_before, SHEET, "", 409, headers={"Content_Type": "text/csv"}),
    "webhook_address": Case(
        "/v1/webhooks", {"url": "https://10.0.0.1/", "events": ["case.moved"]}, "/url"
    ),
    "import_state": Case(done_import, None, "", 409),
    "period_open": Case(BEST, {"period": "2999-01"}, "/period", 409),
    "forbidden": Case("/v1/incidents", reported(), "", 403, role="finance"),
    "idempotency_key_reused": Case(
        "/v1/incidents", answered_key, headers={"Idempotency_Key": "used"}
    ),
    "stale_version": Case(
        "/v1/subjects/E", {"name": "改"}, "", 412, "PATCH", headers={"If_Match": '"99"'}
    ),
    "precondition_required": Case("/v1/subjects/E", {"name": "改"}, "", 428, "PATCH"),
    "invalid": refused("/occurred_at", occurred_at="yesterday"),
    "missing": Case("/v1/incidents", {"subject": "E", "occurred_at": "2026-03-02"}, "/clause"),
    "unknown_field": refused("/colour", colour="red"),
    "not_a_document": posted("/v1/policies", "", "ladder: [", "ladder: [[", status=400),
    "unknown_kind": posted(
        "/v1/policies",
        "/clauses/0/kind",
        "ladder.mark, params: {mark: w",
        "ladder.remark, params: {mark: w",
    ),
    "unknown_rung": posted(
        "/v1/policies", "/clauses/0/params/mark", "{mark: warning}", "{mark: praise}"
    ),
    "unknown_counter": posted(
        "/v1/policies", "/reactions/0/params", "of: warning, every", "of: warnign, every"
    ),
    "unknown_parameter": posted(
        "/v1/policies", "/clauses/0/params", "{mark: warning}", "{mark: $rung}"
    ),
    "unused": posted(
        "/v1/policies", "/parameters/dead", "ladder:", "parameters: {dead: {note: x}}\nladder:"
    ),
    "circular_condition": posted(
        "/v1/policies",
        "/clauses/0/when",
        "title: 警告, kind",
        "title: 警告, history: {h: {ask: in_force, of: {rung: warning}}}, when: {h: true}, kind",
    ),
    "circular_offset": posted(
        "/v1/policies",
        "/reactions",
        "reactions:\n",
        "reactions:\n"
        "  - {code: o1, kind: ladder.offset, params: {of: warning, cancels: [major_demerit]}}\n"
        "  - {code: o2, kind: ladder.offset, params: {of: major_demerit, cancels: [warning]}}\n",
        "clauses:\n",
        "clauses:\n  - {code: j, title: 大过, kind: ladder.mark, params: {mark: major_demerit}}\n",
    ),
    "term_beyond_horizon": posted(
        "/v1/policies",
        "/clauses/0/history/h/within",
        "title: 警告, kind",
        "title: 警告, history: {h: {ask: in_force, of: {rung: minor_demerit}, within: day}},"
        " when: {h: false}, kind",
        "clauses:\n",
        "lapses: {minor_demerit: {months: 1}}\nclauses:\n",
        "{code: up, title: 折算, kind: ladder.roll_up,\n"
        "     params: {of: warning, every: 3, within: month, gives: minor_demerit}}",
        "{code: joint2, kind: ladder.supervisor}",
    ),
    "circular_reaction": posted(
        "/v1/policies", "/reactions", "of: warning, every: 3", "of: minor_demerit, every: 3"
    ),
    "no_change": Case("/v1/subjects/E", {}, "", 422, "PATCH", headers={"If_Match": "*"}),
    "too_large": Case("/v1/policies", "#" * (1024 * 1024 + 1), "", 413),
    "method_not_allowed": Case("/v1/incidents", None, "", 405, "DELETE"),
    "empty_file": file(b"", "a.pdf"),
    "unsafe_name": file(PDF, "../a.pdf"),
    "wrong_type": file(zipped("a"), "a.pdf"),
    "unsupported_media_type": Case(
        "/v1/incidents", "subject: E", "", 415, headers={"Content_Type": "text/plain"}
    ),
}
"""Code -> a request that is refused with it and nothing else."""
APART = {
    *("rests_on_appeal", "notice_over", "not_publishable", "looser", "attendance_unmapped"),
    *("over_age", "duplicate_sanction"),
    "unauthorized",
    "suspended",
    "plugin_failed",
    "plugin_overdue",
    "plugin_disabled",
    "request_in_progress",
    "not_one_of",
    "more_faults",
    "busy",
    "internal",
    "malformed_request",
    "address_too_long",
    "headers_too_large",
    "clock_backwards",
    "against_the_law",
    *("evidence_damaged", "field_key_missing"),
    "file_too_large",
    *("form_unusable", "form_refused"),
    "store_unavailable",
    *(
        "period_moved",
        "pay_locked",
        "later_locked",
        "earlier_open",
        "wage_missing",
        "month_locked",
        "unreadable_file",
    ),
    "harsher",
    "objection_late",
    "protected_person",
    "too_many_incidents",
    *("sign_in_failed", "too_many_attempts", "account_locked", "weak_password", "password_due"),
    "too_many_requests",
    *("restricted", "restriction_stands", "restriction_lifted"),
    *("retention_short", "retention_held"),
    *("link_ended", "not_signed_in", "key_scope", "address_refused"),
    *("oidc_not_set", "oidc_ended", "oidc_refused", "oidc_no_user", "oidc_unavailable"),
    "oidc_address",
    "chain_broken",
    *("erasure_state", "erasure_export"),
    *("restore_taken", "restore_revision", "restore_damaged", "restore_differs"),
    *("break_glass_closed", "break_glass_reads", "break_glass_state"),
    *("correction_decided", "own_correction", "too_many_corrections"),
}
"""Codes with a test of their own: below, in `test_wire`, `test_clock`, `test_evidence`,
`test_dead_words`, `test_late`, `test_users`, `test_keys`, `test_oidc`, `test_corrections`,
`test_erasure`, `papers` and `tests/stories`; some in those of services."""


@pytest.fixture(scope="module")
def office() -> Office:
    """A company with more policies, so that a clause can be ambiguous or out of scope."""
    return open_office(FINES.replace("code: f", "code: w"), STORES, LOSS)


def test_every_code_is_tried() -> None:
    assert {*CASES, *APART} == set(declared())
    assert not APART & set(CASES)


@pytest.mark.parametrize("code", [pytest.param(code, id=code) for code in CASES])
def test_a_refusal(office: Office, owner_url: str, code: str) -> None:
    case = CASES[code]
    send = case.send(office)
    stored = contents(owner_url)
    response = send()
    check(response, code, case.status, case.pointer)
    assert contents(owner_url) == stored


def check(response: TestResponse, code: str, status: int, pointer: str = "") -> None:
    """Check the shape of a problem and that both languages say something whole."""
    assert (response.status_code, response.get_json()["code"]) == (status, code), response.text
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert problem["type"] == f"/docs/errors#{code}"
    assert problem["status"] == status
    assert problem["errors"][0]["pointer"] == pointer
    for item in (problem, *problem["errors"]):
        assert CJK.search(item["detail_zh"])
        assert re.search("[a-z]{2} [a-z]{2}", item["detail_en"])
        assert item["detail"] == item["detail_zh"]
        assert not re.search(r"[{}]", item["detail_zh"] + item["detail_en"])


@pytest.mark.parametrize("code", [pytest.param(code, id=code) for code in declared()])
def test_a_code_is_explained_on_its_page(office: Office, code: str) -> None:
    page = office.hr("GET", "/docs/errors").text
    [row] = re.findall(rf'<tr id="{code}">(.*?)</tr>', page)
    kind = declared()[code]
    cells = [unescape(cell) for cell in re.findall("<td>(.*?)</td>", row)]
    assert cells == [f"<code>{code}</code>", str(STATUSES[kind.refusal]), kind.zh, kind.en]
    assert not re.search("[<>\"']", "".join(re.findall("<td>([^<]*)</td>", row)))


@pytest.mark.parametrize(
    ("authorization"),
    [
        pytest.param("", id="empty"),
        pytest.param("Bearer", id="no key"),
        pytest.param("Bearer ", id="an empty key"),
        pytest.param("Basic aHI6aHI=", id="another scheme"),
        pytest.param("Bearer sf_op_wrong", id="a wrong operator's key"),
        pytest.param(f"Bearer sf_{NOBODY.replace('-', '')}_x", id="a key of an unknown company"),
        pytest.param("Bearer sf_x_y", id="a key of no company"),
        pytest.param("Bearer nonsense", id="no key at all"),
        pytest.param("Bearer sf_" + "é" * 9, id="letters no key has"),
    ],
)
def test_unauthorized(office: Office, owner_url: str, authorization: str) -> None:
    stored = contents(owner_url)
    response = Caller(None)("POST", "/v1/incidents", reported(), Authorization=authorization)
    check(response, "unauthorized", 401)
    assert contents(owner_url) == stored
    assert office.slug


def test_suspended(owner_url: str) -> None:
    office = open_office()
    office.hr.get("/v1/subjects")
    office.by("operator")("POST", f"/v1/tenants/{office.slug}/suspend")
    stored = contents(owner_url)
    check(office.hr("POST", "/v1/incidents", reported()), "suspended", 403)
    assert contents(owner_url) == stored
    office.by("operator")("POST", f"/v1/tenants/{office.slug}/resume")
    office.hr.record("f", "E")


def test_against_the_law(owner_url: str) -> None:
    operator, slug = open_office().by("operator"), fresh("held")
    made = operator("POST", "/v1/tenants", {"slug": slug, "name": "守法", "compliance": "block"})
    assert made.get_json()["compliance"] == "block"
    hr = Caller(make_key("hr", slug, None, "test"))
    text = "policy: d\ntitle: 押金\nclauses:\n  - {code: d, title: 入职交押金, kind: text}\n"
    draft = hr("POST", "/v1/policies", text).get_json()
    [finding] = draft["findings"]
    assert (finding["code"], finding["severity"], finding["clause"]) == ("deposit", "block", "d")
    assert hr("POST", "/v1/policies/validate", text).get_json()["findings"] == [finding]
    stored = contents(owner_url)
    response = hr("POST", f"/v1/policies/{draft['policy_id']}/versions/1/publish")
    check(response, "against_the_law", 422, "/clauses")
    assert contents(owner_url) == stored


def test_not_one_of(owner_url: str) -> None:
    office = open_office()
    one_of = (
        "policy: fine-or-warn\ntitle: 择一\nladder: [warning]\nclauses:\n  - {code: o, title: 择一,"
        " kind: duties.one_of, params: {account: action, options: [training, transfer]}}\n"
    )
    office.company.publish(one_of)
    found = office.hr.record("o", "E")
    both = [
        {"subject": "E", "account": "action", "unit": unit, "quantity": "1"}
        for unit in ("training", "transfer")
    ]
    path = f"/v1/incidents/{found['id']}/choices"
    stored = contents(owner_url)
    for choices in (both, []):
        response = office.hr("POST", path, {"choices": choices, "reason": "两者"})
        check(response, "not_one_of", 422, "/choices")
    assert contents(owner_url) == stored


def test_more_faults(office: Office, owner_url: str) -> None:
    stored = contents(owner_url)
    more = "".join(f"key{number}: 1\n" for number in range(150))
    response = office.hr("POST", "/v1/policies", MARKS + more)
    check(response, "unknown_field", 422, "/key0")
    errors = response.get_json()["errors"]
    assert (len(errors), errors[-1]["code"]) == (101, "more_faults")
    assert contents(owner_url) == stored


def test_plugin_failed(owner_url: str) -> None:
    with TemporaryDirectory() as folder, installed_plugin(Path(folder), "chaos", CHAOS):
        office = open_office()
        names = ["chaos", "demerit_ladder", "duties", "fines", "recognition"]
        path = f"/v1/tenants/{office.slug}/plugins"
        office.by("operator")("PUT", path, {"plugins": names}, If_Match="*")
        document = (
            "policy: chaos\ntitle: 混乱\nclauses:\n  - {code: c, title: 混乱, kind: chaos.clause}\n"
        )
        office.company.publish(document)
        stored = contents(owner_url)
        response = office.hr("POST", "/v1/incidents", reported(clause="c"))
        check(response, "plugin_failed", 500)
        assert "chaos.clause" in response.get_json()["detail"]
        assert contents(owner_url) == stored
        office.hr.record("f", "E")


def test_plugin_overdue_and_plugin_disabled(owner_url: str) -> None:
    """One that never returns; the same one that cannot be imported after a restart."""
    with TemporaryDirectory() as folder:
        slow = CHAOS.replace("1 / 0", "[iter(int, 1) for _ in iter(int, 1)]")
        with installed_plugin(Path(folder), "chaos", slow):
            office = open_office()
            names = ["chaos", "demerit_ladder", "duties", "fines", "recognition"]
            path = f"/v1/tenants/{office.slug}/plugins"
            office.by("operator")("PUT", path, {"plugins": names}, If_Match="*")
            office.company.publish(
                "policy: chaos\ntitle: 混乱\nclauses:\n"
                "  - {code: c, title: 混乱, kind: chaos.clause}\n"
            )
            stored = contents(owner_url)
            response = office.hr("POST", "/v1/incidents", reported(clause="c"))
            check(response, "plugin_overdue", 503)
            assert contents(owner_url) == stored
    forget()
    response = office.hr("POST", "/v1/incidents", reported(clause="c"))
    check(response, "plugin_disabled", 503, "/policy")
    assert contents(owner_url) == stored
    forget()


def test_request_in_progress(office: Office, owner_url: str) -> None:
    office.hr("POST", "/v1/incidents", reported(), Idempotency_Key="twin")
    with owning(owner_url) as connection:
        [(key,)] = connection.execute(
            "DELETE FROM reply WHERE tenant_id = %s AND key LIKE %s RETURNING key",
            [office.company.id, "%:twin"],
        ).fetchall()
        stored = contents(owner_url)
        with connection.transaction():
            lock = f"{office.company.id}/{key}"
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
            response = office.hr("POST", "/v1/incidents", reported(), Idempotency_Key="twin")
    check(response, "request_in_progress", 409)
    assert response.headers["Retry-After"] == "1"
    assert contents(owner_url) == stored


@contextmanager
def locked_subject(office: Office, owner_url: str) -> Iterator[None]:
    with owning(owner_url) as connection, connection.transaction():
        connection.execute(
            "SELECT FROM subject WHERE tenant_id = %s FOR UPDATE", [office.company.id]
        )
        yield


def test_busy(office: Office, owner_url: str, app_url: str) -> None:
    stored = contents(owner_url)
    with serving(app_url, statement_timeout_ms="100"), locked_subject(office, owner_url):
        response = office.hr("POST", "/v1/incidents", reported())
    check(response, "busy", 503)
    assert response.headers["Retry-After"] == "1"
    assert contents(owner_url) == stored


def test_busy_when_the_database_is_gone(office: Office) -> None:
    nowhere = "postgresql+psycopg://shangfa_app@/shangfa?host=%2Fnowhere"
    with serving(nowhere):
        check(office.hr("POST", "/v1/incidents", reported()), "busy", 503)


def test_too_many_requests(office: Office, owner_url: str, app_url: str) -> None:
    key = Caller(make_key("hr", office.slug, None, "test"))
    with serving(app_url, key_per_minute="1"):
        # Two of three stand in one minute, whenever it began.
        answers = [key("GET", "/v1/subjects") for _ in range(3)]
        response = next(found for found in answers if found.status_code != 200)
    check(response, "too_many_requests", 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60


def test_internal(office: Office, owner_url: str) -> None:
    stored = contents(owner_url)
    with owning(owner_url) as connection:
        connection.execute("ALTER TABLE incident_subject RENAME TO gone")
        response = office.hr("POST", "/v1/incidents", reported())
        connection.execute("ALTER TABLE gone RENAME TO incident_subject")
    check(response, "internal", 500)
    assert "incident_subject" not in response.text
    assert contents(owner_url) == stored


@pytest.mark.parametrize(
    ("faults", "told", "left"),
    [
        pytest.param(MOST, MOST, 0, id="as many as are told"),
        pytest.param(MOST + 1, MOST, 1, id="one more"),
        pytest.param(50_000, MOST, 50_000 - MOST, id="fifty thousand"),
    ],
)
def test_no_more_than_a_hundred_faults_are_told(
    office: Office, faults: int, told: int, left: int
) -> None:
    body = reported() | {f"{'x' * 9}{number}": "y" for number in range(faults)}
    response = office.hr("POST", "/v1/incidents", body)
    check(response, "unknown_field", 422, f"/{'x' * 9}0")
    items = response.get_json()["errors"]
    assert len(items) == told + bool(left)
    if left:
        assert items[-1]["code"] == "more_faults"
        assert items[-1]["detail_en"].startswith(f"And {left} more;")
    assert len(response.data) < 100_000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"clause": "长" * 70_000}, 422, id="a field"),
        pytest.param({"长" * 70_000: 1}, 422, id="the name of a field"),
        pytest.param({"occurred_at": "长" * 70_000}, 422, id="what is read later"),
        pytest.param({"quantity": "长" * 70_000}, 422, id="a quantity"),
        pytest.param({"quantity": ["长"] * 70_000}, 422, id="a list that is no quantity"),
        pytest.param({"facts": {"长" * 200: "长" * 4000}}, 422, id="a fact nobody asked for"),
    ],
)
def test_what_was_sent_is_shown_cut(office: Office, body: dict[str, Any], status: int) -> None:
    response = office.hr("POST", "/v1/incidents", reported() | body)
    assert response.status_code == status
    assert len(response.data) < 6_000
    for item in response.get_json()["errors"]:
        for text in (item["detail_zh"], item["detail_en"]):
            assert "长" * 80 not in text
            assert len(item["pointer"]) <= 301


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        pytest.param("abc-7", True, id="a number of the caller"),
        pytest.param("", False, id="nothing"),
        pytest.param("x" * 101, False, id="too long"),
        pytest.param("é", False, id="no ASCII"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/subjects", "/v1/nothing", "/healthz", "/v1/incidents/7"])
def test_every_answer_has_the_number_of_its_request(
    office: Office,
    path: str,
    sent: str,
    given: bool,  # noqa: FBT001
) -> None:
    number = office.hr("GET", path, X_Request_Id=sent).headers["X-Request-Id"]
    assert (number == sent) == given
    assert re.fullmatch(r"[0-9a-f-]{36}", number) or given
