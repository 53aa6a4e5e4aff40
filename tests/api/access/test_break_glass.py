"""The operator looks into a company: only when it lets him, reading only, and seen by it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.making.house import owning
from tests.making.office import Caller, Office, open_office, refusal
from tests.making.operations import LOOK, look_path

from shangfa.services.access.by_hand import make_key


@pytest.fixture
def office() -> Office:
    office = open_office()
    office.hr.record("f", "E")
    return office


def test_the_operator_reads_what_an_auditor_reads_once_hr_let_him(office: Office) -> None:
    operator, inside = office.by("operator"), {"Shangfa_Tenant": office.slug}
    path = look_path(office)
    for before in ("asked", "refused"):
        answer = operator("GET", "/v1/incidents", **inside)
        assert refusal(answer) == (403, "break_glass_closed", ""), before
    approved = office.hr("POST", f"{path}/approve").get_json()
    assert approved["state"] == "open"
    span = datetime.fromisoformat(approved["until"]) - datetime.fromisoformat(approved["asked_at"])
    assert timedelta(minutes=30) <= span < timedelta(minutes=31)
    assert len(operator.get("/v1/incidents", **inside)["items"]) == 1
    assert operator.get("/v1/subjects/E/record", **inside)["subject"]["code"] == "E"
    assert operator("GET", "/v1/subjects/E/wages", **inside).status_code == 403
    assert operator("GET", "/v1/me/data", **inside).status_code == 403
    for method, asked in (("POST", "/v1/incidents"), ("DELETE", path), ("PUT", "/v1/approvals")):
        answer = operator(method, asked, {}, **inside)
        assert refusal(answer) == (403, "break_glass_reads", "")
    assert operator("GET", "/v1/incidents").status_code == 403  # without the header as ever
    log = office.hr.get("/v1/audit?limit=500")["items"]
    used = [item for item in log if item["kind"] == "break_glass.used"]
    assert {item["data"]["path"] for item in used} >= {"/v1/incidents", "/v1/subjects/E/record"}
    assert {item["actor"]["kind"] for item in used} == {"operator"}
    kinds = {item["kind"] for item in log}
    assert {"break_glass.asked", "break_glass.approved", "record.read"} <= kinds
    assert office.hr.get("/v1/audit/verify")["ok"] is True
    assert office.hr("DELETE", path).status_code == 204
    assert refusal(operator("GET", "/v1/incidents", **inside)) == (403, "break_glass_closed", "")


def test_it_ends_by_itself_and_is_for_the_key_that_asked(office: Office, owner_url: str) -> None:
    operator, inside = office.by("operator"), {"Shangfa_Tenant": office.slug}
    path = look_path(office)
    assert office.hr("POST", f"{path}/approve").status_code == 200
    another = Caller(make_key("operator", None, None, "test"))
    assert refusal(another("GET", "/v1/incidents", **inside)) == (403, "break_glass_closed", "")
    assert operator("GET", "/v1/incidents", **inside).status_code == 200
    with owning(owner_url) as connection:
        connection.execute("UPDATE break_glass SET until = now() - interval '1 second'")
    assert refusal(operator("GET", "/v1/incidents", **inside)) == (403, "break_glass_closed", "")
    assert refusal(office.hr("POST", f"{path}/approve")) == (409, "break_glass_state", "")
    assert office.hr.get("/v1/break-glass")["items"][0]["state"] == "ended"


def test_what_waits_too_long_or_was_refused_is_not_approved(office: Office, owner_url: str) -> None:
    first, second = look_path(office), look_path(office)
    assert office.hr("DELETE", first).status_code == 204
    assert refusal(office.hr("POST", f"{first}/approve")) == (409, "break_glass_state", "")
    assert refusal(office.hr("DELETE", first)) == (409, "break_glass_state", "")
    with owning(owner_url) as connection:
        connection.execute("UPDATE break_glass SET asked_at = asked_at - interval '1 day'")
    assert refusal(office.hr("POST", f"{second}/approve")) == (409, "break_glass_state", "")


def test_one_company_lets_him_into_itself_alone_and_lets_nobody_else(office: Office) -> None:
    other = open_office()
    path = look_path(office)
    assert refusal(other.hr("POST", f"{path}/approve")) == (404, "not_found", "")
    assert office.hr("POST", f"{path}/approve").status_code == 200
    operator = office.by("operator")
    answer = operator("GET", "/v1/incidents", Shangfa_Tenant=other.slug)
    assert refusal(answer) == (403, "break_glass_closed", "")
    answer = operator("GET", "/v1/incidents", Shangfa_Tenant="nobody-here")
    assert refusal(answer) == (403, "break_glass_closed", "")
    for role in ("hr", "auditor", "employee"):
        answer = other.by(role)("GET", "/v1/incidents", Shangfa_Tenant=office.slug)
        assert refusal(answer) == (403, "forbidden", "")
    assert other.hr.get("/v1/break-glass")["items"] == []


@pytest.mark.parametrize("change", [{"minutes": 121}, {"minutes": 0}, {"reason": ""}])
def test_how_long_and_why_are_said(office: Office, change: dict[str, object]) -> None:
    path = f"/v1/tenants/{office.slug}/break-glass"
    answer = office.by("operator")("POST", path, LOOK | change)
    assert refusal(answer) == (422, "invalid", f"/{next(iter(change))}")
