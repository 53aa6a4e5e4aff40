"""Two companies on one database: neither finds anything of the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import DAY, at_once, contents, incident, serving
from tests.making.office import Caller, Office, add_file, open_office
from tests.making.operations import (
    OBJECTION,
    WEBHOOK,
    Asked,
    a_bill,
    a_correction,
    a_fund,
    chosen,
    delegated,
    look_path,
    noticed,
    to_do,
    user_path,
)

UNKNOWN = str(UUID(int=7))
Path = Callable[[Office], str]


@pytest.fixture(scope="module")
def other() -> Office:
    """Another company: its people's codes are its own, and G is only there."""
    office = open_office()
    office.company.hire("G")
    office.hr.record("b", "G")
    return office


def incident_path(rest: str) -> Path:
    return lambda office: f"/v1/incidents/{last_incident(office)}{rest}"


def last_incident(office: Office) -> str:
    return str(office.hr.get("/v1/incidents?limit=1")["items"][0]["id"])


def policy_path(rest: str) -> Path:
    return lambda office: f"/v1/policies/{office.policy()}{rest}"


def file_path(office: Office) -> str:
    return f"/v1/evidence/{add_file(office.hr)['id']}"


def hook_path(office: Office) -> str:
    return f"/v1/webhooks/{office.hr('POST', '/v1/webhooks', WEBHOOK).get_json()['id']}"


LINE = {"since": "2026-01-01", "supervisor": "M"}
BILL = "/v1/periods/2026-03/statements/X"
FOREIGN: dict[str, tuple[str, Path, str, Any]] = {
    "an incident": ("GET", incident_path(""), f"/v1/incidents/{UNKNOWN}", None),
    "a reversal": (
        "POST",
        incident_path("/reversal"),
        f"/v1/incidents/{UNKNOWN}/reversal",
        {"reason": "x"},
    ),
    "a choice": ("POST", incident_path("/choices"), f"/v1/incidents/{UNKNOWN}/choices", chosen()),
    "a policy": ("GET", policy_path(""), f"/v1/policies/{UNKNOWN}", None),
    "its versions": ("GET", policy_path("/versions"), f"/v1/policies/{UNKNOWN}/versions", None),
    "a version": ("GET", policy_path("/versions/1"), f"/v1/policies/{UNKNOWN}/versions/1", None),
    "a comparison": (
        "GET",
        policy_path("/versions/1/diff?to=1"),
        f"/v1/policies/{UNKNOWN}/versions/1/diff?to=1",
        None,
    ),
    "a publication": (
        "POST",
        policy_path("/versions/1/publish"),
        f"/v1/policies/{UNKNOWN}/versions/1/publish",
        None,
    ),
    "a webhook": ("GET", hook_path, f"/v1/webhooks/{UNKNOWN}", None),
    "a rotation": (
        "POST",
        lambda office: f"{hook_path(office)}/rotate",
        f"/v1/webhooks/{UNKNOWN}/rotate",
        None,
    ),
    "a file": ("GET", file_path, f"/v1/evidence/{UNKNOWN}", None),
    "a person": ("GET", lambda office: "/v1/subjects/G", "/v1/subjects/X", None),
    "a record": ("GET", lambda office: "/v1/subjects/G/record", "/v1/subjects/X/record", None),
    "a change": ("PATCH", lambda office: "/v1/subjects/G", "/v1/subjects/X", {"name": "改"}),
    "an assignment": (
        "POST",
        lambda office: "/v1/subjects/G/assignments",
        "/v1/subjects/X/assignments",
        LINE,
    ),
    "a wage": (
        "POST",
        lambda office: "/v1/subjects/G/wages",
        "/v1/subjects/X/wages",
        {"since": "2026-01-01", "day_wage": "100"},
    ),
    "a fund": ("GET", lambda office: a_fund("")(office).path, "/v1/funds/X", None),
    "its entries": (
        "GET",
        lambda office: a_fund("/entries")(office).path,
        "/v1/funds/X/entries",
        None,
    ),
    "a spending": (
        "POST",
        lambda office: a_fund("/spend")(office).path,
        "/v1/funds/X/spend",
        {"amount": "1.00", "purpose": "x", "reason": "x"},
    ),
    "acts": ("GET", lambda office: a_bill("/acts")(office).path, f"{BILL}/acts", None),
    "an objection": (
        "POST",
        lambda office: a_bill("/objections")(office).path,
        f"{BILL}/objections",
        OBJECTION,
    ),
    "a publishing": (
        "POST",
        lambda office: a_bill("/publish", published=False)(office).path,
        f"{BILL}/publish",
        {},
    ),
    "a correction": (
        "POST",
        lambda office: f"/v1/corrections/{a_correction(office)}/decision",
        f"/v1/corrections/{UNKNOWN}/decision",
        {"accepted": False, "reason": "x"},
    ),
    "a follow-up": (
        "POST",
        lambda office: to_do(office).path,
        f"/v1/follow-ups/{UNKNOWN}/done",
        {},
    ),
    "a look": (
        "POST",
        lambda office: f"{look_path(office)}/approve",
        f"/v1/break-glass/{UNKNOWN}/approve",
        None,
    ),
    "a notice": ("GET", lambda office: noticed()(office).path, f"/v1/notices/{UNKNOWN}", None),
    "a withdrawal": (
        "POST",
        lambda office: noticed("/withdrawal")(office).path,
        f"/v1/notices/{UNKNOWN}/withdrawal",
        {"reason": "x"},
    ),
    "a delegation": (
        "DELETE",
        lambda office: delegated(office).path.partition("?")[0],
        f"/v1/delegations/{UNKNOWN}",
        None,
    ),
    "a user": (
        "PATCH",
        lambda office: user_path(office).partition("?")[0],
        f"/v1/users/{UNKNOWN}",
        {"locked": True},
    ),
}


@pytest.mark.parametrize("what", [pytest.param(what, id=what) for what in FOREIGN])
@pytest.mark.parametrize("role", [pytest.param(role, id=role) for role in ("hr", "auditor")])
def test_what_is_anothers_is_as_unknown_as_what_is_nobodys(
    office: Office, other: Office, owner_url: str, what: str, role: str
) -> None:
    method, foreign, unknown, body = FOREIGN[what]
    path = foreign(other)
    stored = contents(owner_url)
    answers = [office.by(role)(method, asked, body, If_Match="*") for asked in (path, unknown)]
    first, second = ((answer.status_code, told(answer.get_json())) for answer in answers)
    assert first == second
    assert first[0] == (403 if role == "auditor" and method != "GET" else 404)
    assert contents(owner_url) == stored


def told(problem: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in problem.items() if key != "instance"}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(Asked("/v1/incidents", incident("w", "G")), id="an incident of him"),
        pytest.param(Asked("/v1/incidents", incident("w", "E", "G")), id="one he shares"),
        pytest.param(Asked("/v1/assessments", incident("w", "G")), id="what would follow"),
        pytest.param(
            Asked("/v1/subjects", {"code": "H", "name": "新人", "supervisor": "G"}),
            id="a report of his",
        ),
    ],
)
def test_anothers_employee_cannot_be_named(
    office: Office, other: Office, owner_url: str, asked: Asked
) -> None:
    assert other.slug != office.slug
    stored = contents(owner_url)
    response = office.hr("POST", asked.path, asked.body)
    assert (response.status_code, response.get_json()["code"]) == (422, "unknown_subject")
    assert contents(owner_url) == stored


def test_the_same_code_is_another_person_in_another_company(office: Office, other: Office) -> None:
    office.hr.record("f", "E")
    balance = office.company.balances("E")
    other.hr.record("m", "E")
    assert office.company.balances("E") == balance


def test_anothers_file_and_month_are_unknown(office: Office, other: Office) -> None:
    body = "code,name\nZ1,新人\n"
    made = other.hr("POST", "/v1/imports?kind=subjects", body, Content_Type="text/csv")
    for identifier in (made.get_json()["id"], UNKNOWN):
        path = f"/v1/imports/{identifier}"
        answers = [office.hr("GET", path), office.hr("GET", f"{path}/errors.csv")]
        answers += [office.hr("POST", f"{path}/{step}") for step in ("commit", "cancel")]
        assert [answer.status_code for answer in answers] == [404] * 4
    other.hr.record("f", "G", at="2026-02-02")
    other.hr("POST", "/v1/periods/2026-02/cut-off")
    assert office.hr.get("/v1/periods/2026-02")["state"] == "open"
    assert office.hr.get("/v1/periods/2026-02/lines")["items"] == []
    assert office.hr("GET", "/v1/periods/2026-02/lines?subject=G").status_code == 404


def test_a_list_holds_nothing_of_another_company(office: Office, other: Office) -> None:
    foreign = {last_incident(other), other.policy(), "G"}
    for path in ("/v1/incidents", "/v1/subjects", "/v1/policies", "/v1/near?gap=31"):
        text = office.hr("GET", path).text
        assert not [item for item in foreign if f'"{item}"' in text], path


@pytest.mark.slow
def test_eight_threads_of_two_companies_read_and_write_only_their_own(
    office: Office, other: Office, app_url: str
) -> None:
    """Connections go back and forth between tenants; 2 × 4 threads × 100 requests."""
    with serving(app_url, pool_size="3", threads="8"):
        calls = [
            partial(hundred_requests, each, f"{each.slug}-{number}")
            for each in (office, other)
            for number in range(4)
        ]
        seen = at_once(calls)
    assert sum(seen) == 2 * 4 * 100


def hundred_requests(office: Office, mark: str) -> int:
    """Record and read, and return how many answers held only this company's rows."""
    right = 0
    for number in range(25):
        made = office.hr.record("f", "E", note=mark, at=DAY, external_id=f"{mark}-{number}")
        right += [item["subject"] for item in made["effects"]] == ["E"]
        read = office.hr.get(f"/v1/incidents/{made['id']}")
        right += read["note"] == mark
        listed = office.hr.get("/v1/incidents?subject=E&clause=f&limit=20")["items"]
        right += all(own(item, office) for item in listed)
        record = office.hr.get("/v1/subjects/E/record")
        right += {item["policy"] for item in record["balances"]} <= {"house"}
    return right


def own(item: dict[str, Any], office: Office) -> bool:
    return item["external_id"] is None or item["external_id"].startswith(f"{office.slug}-")


def test_a_key_opens_its_own_company_whatever_the_request_says(
    office: Office, other: Office
) -> None:
    body = incident("f", "G") | {"tenant": other.slug}
    response = office.hr("POST", "/v1/incidents", body)
    assert response.get_json()["errors"][0]["pointer"] == "/tenant"
    caller = Caller(office.hr.key, {"X-Tenant": other.slug})
    assert "G" not in caller("GET", f"/v1/subjects?limit=200&{''}").text.split('"')
