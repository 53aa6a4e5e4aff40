"""Each route asked rightly: what it answers, and that it says only what is documented."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.house import FINES, incident
from tests.making.office import Caller, Office, now, open_office
from tests.making.operations import LINE, OPERATIONS, chosen, fresh

WARNING = {
    "subject": "E",
    "account": "marks",
    "unit": "warning",
    "quantity": "1",
    "clause": "w",
    "cause": "clause",
}
FINE = WARNING | {"account": "fine", "unit": "CNY", "quantity": "-20.00", "clause": "f"}


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in OPERATIONS])
def test_a_route_answers_what_it_is_asked(office: Office, name: str) -> None:
    """That the answer is as documented, the client sees to."""
    operation = OPERATIONS[name]
    office.hr.record("w", "E")
    asked = operation.ask(office)
    by = office.by(operation.roles[0])
    response = by(operation.method, asked.path, asked.body, **asked.headers)
    assert response.status_code == operation.status, response.text


def post(by: Caller, path: str, body: Any = None, **headers: str) -> Any:
    response = by("POST", path, body, **headers)
    assert response.status_code in {200, 201}, response.text
    return response.get_json()


def test_a_tenant_is_created_suspended_and_resumed(office: Office) -> None:
    operator, slug = office.by("operator"), fresh("acme")
    made = post(
        operator,
        "/v1/tenants",
        {"slug": slug, "name": "某某公司", "timezone": "Asia/Tokyo", "plugins": ["fines"]},
    )
    assert (made["name"], made["timezone"], made["plugins"]) == (
        "某某公司",
        "Asia/Tokyo",
        ["fines"],
    )
    assert made == operator.get(f"/v1/tenants/{slug}")
    assert slug in [item["slug"] for item in operator.get("/v1/tenants?limit=200")["items"]]
    assert post(operator, f"/v1/tenants/{slug}/suspend")["status"] == "suspended"
    assert post(operator, f"/v1/tenants/{slug}/resume")["status"] == "active"


def test_a_key_is_made_listed_without_its_text_and_revoked(office: Office) -> None:
    operator, path = office.by("operator"), f"/v1/tenants/{office.slug}/keys"
    made = post(operator, path, {"role": "employee", "subject": "F", "label": "前台"})
    assert Caller(made["key"]).get("/v1/subjects")["items"][0]["code"] == "F"
    listed = {item["id"]: item for item in operator.get(path)["items"]}[made["id"]]
    assert (listed["role"], listed["label"], "key" in listed) == ("employee", "前台", False)
    assert operator("DELETE", f"{path}/{made['id']}").status_code == 204
    assert operator("DELETE", f"{path}/{made['id']}").status_code == 404


def test_plugins_are_listed_and_enabled(office: Office) -> None:
    operator, path = office.by("operator"), f"/v1/tenants/{office.slug}/plugins"
    names = [*operator.get(f"/v1/tenants/{office.slug}")["plugins"]]
    response = operator("PUT", path, {"plugins": [*names, "letter_points"]}, If_Match="*")
    assert response.get_json()["plugins"] == sorted([*names, "letter_points"])
    enabled = {item["name"]: item["enabled"] for item in office.hr.get("/v1/plugins")["items"]}
    assert (enabled["letter_points"], enabled["sp_credit"]) == (True, False)
    seen = {item["enabled"] for item in operator.get("/v1/plugins")["items"]}
    assert seen == {None}
    kinds = office.by("auditor").get("/v1/plugins/fines/schema")["kinds"]
    assert "amount" in kinds["fines.fixed"]["properties"]


def test_a_policy_is_validated_uploaded_published_and_read(office: Office) -> None:
    name = fresh("canteen")
    document = FINES.replace("policy: fines", f"policy: {name}").replace("code: f", "code: z")
    valid = post(office.hr, "/v1/policies/validate", document)
    assert [(row["code"], row["account"], row["min"]) for row in valid["catalogue"]] == [
        ("z", "fine", "20")
    ]
    made = post(office.hr, "/v1/policies", document)
    assert (made["policy"], made["version"], made["state"]) == (name, 1, "draft")
    path = f"/v1/policies/{made['policy_id']}"
    assert post(office.hr, f"{path}/versions/1/publish")["state"] == "published"
    newer = document.replace("amount: 20", "amount: 30") + "effective_from: 2030-01-01\n"
    assert post(office.hr, f"{path}/versions", newer)["version"] == 2
    read = office.by("employee").get(path)
    assert [item["version"] for item in read["versions"]] == [2, 1]
    assert office.hr.get(f"{path}/versions") == read
    whole = office.hr.get(f"{path}/versions/2")
    assert (whole["source"], whole["effective_from"]) == (newer, "2030-01-01")
    changed = office.hr.get(f"{path}/versions/2/diff?to=1")["changed"]
    assert [item["code"] for item in changed] == ["z"]
    assert name in [item["name"] for item in office.hr.get("/v1/policies?limit=200")["items"]]


def test_a_policy_may_be_sent_as_json(office: Office) -> None:
    clause = {"code": "x", "title": "罚款", "kind": "fines.fixed", "params": {"amount": "12.50"}}
    document = {"policy": fresh("json"), "title": "办法", "clauses": [clause]}
    assert post(office.hr, "/v1/policies/validate", document)["catalogue"][0]["min"] == "12.5"
    assert post(office.hr, "/v1/policies", document)["version"] == 1


def test_a_subject_is_registered_moved_paid_and_renamed(office: Office) -> None:
    code = fresh("S")
    wage = {"since": "2025-01-01", "day_wage": "180.50"}
    made = post(office.hr, "/v1/subjects", {"code": code, "name": "周一", **LINE, "day_wage": 160})
    assert [line["supervisor"] for line in made["assignments"]] == ["M"]
    path = f"/v1/subjects/{code}"
    moved = post(office.hr, f"{path}/assignments", {"since": "2026-02-01", "supervisor": "N"})
    assert [line["supervisor"] for line in moved["assignments"]] == ["M", "N"]
    paid = post(office.by("finance"), f"{path}/wages", wage)["wages"]
    assert [item["day_wage"] for item in paid] == ["180.50", "160.00"]
    read = office.hr("GET", path)
    renamed = office.hr("PATCH", path, {"name": "周二"}, If_Match=read.headers["ETag"])
    assert renamed.get_json() == read.get_json() | {"name": "周二"}


def test_subjects_are_listed_by_code_and_kind(office: Office) -> None:
    team = fresh("T")
    post(office.hr, "/v1/subjects", {"code": team, "name": "一组", "kind": "team"})
    codes = [item["code"] for item in office.hr.get("/v1/subjects?limit=200")["items"]]
    assert codes == sorted(codes)
    assert {"E", "F", "M", "N", team} <= set(codes)
    assert [item["code"] for item in office.hr.get("/v1/subjects?kind=team")["items"]] == [team]


def test_an_assessment_tells_what_would_follow_and_what_was_assumed(office: Office) -> None:
    boss = office.company.hire(fresh("B"))
    who = office.company.hire(fresh("S"), supervisor=boss)
    assumed = [incident("w", who, at=f"2026-03-0{day}") for day in (1, 2)]
    told = post(office.hr, "/v1/assessments", incident("w", who) | {"given": assumed})
    gained = {(item["subject"], item["unit"]): item["quantity"] for item in told["effects"]}
    assert gained == {
        (who, "warning"): "1",
        (who, "minor_demerit"): "1",
        (boss, "warning"): "1",
    }
    assert office.hr.get(f"/v1/subjects/{who}/record")["balances"] == []


def test_the_future_may_be_assessed(office: Office) -> None:
    told = post(office.by("employee"), "/v1/assessments", incident("f", "E", at="2099-01-01"))
    assert told["effects"] == [FINE]


def test_an_incident_is_answered_with_its_decision_and_read_back(office: Office) -> None:
    body = incident("f", "E", at="2026-03-02T10:00:00+08:00") | {
        "note": "午休后",
        "evidence": ["照片-1"],
        "external_id": fresh("HR"),
        "policy": "house",
        "unit": "times",
        "quantity": "1",
    }
    made = post(office.hr, "/v1/incidents", body)
    assert made["effects"] == made["decision"]["effects"] == [FINE]
    assert made["policy"] == {"name": "house", "version": 1}
    assert made["case"] == {
        "id": made["case"]["id"],
        "state": "effective",
        "procedure": "immediate",
    }
    assert made["case"]["id"] != made["id"]
    assert [line["clause"] for line in made["trace"]] == ["f", "f"]
    read = office.hr.get(f"/v1/incidents/{made['id']}")
    assert read == made
    assert read["decision"] == made["decision"]
    assert {key: read[key] for key in ("note", "evidence", "external_id", "occurred_on")} == {
        "note": "午休后",
        "evidence": ["照片-1"],
        "external_id": body["external_id"],
        "occurred_on": "2026-03-02",
    }
    assert read["occurred_at"] == "2026-03-02T02:00:00+00:00"


def test_shares_split_money_to_the_fen(office: Office) -> None:
    shares = {"E": "33.33", "F": 33.33, "M": "33.34"}
    made = post(office.hr, "/v1/incidents", incident("f") | {"subjects": shares})
    split = {item["subject"]: item["quantity"] for item in made["effects"]}
    assert split == {"E": "-6.67", "F": "-6.67", "M": "-6.66"}
    assert office.hr.get(f"/v1/incidents/{made['id']}")["subjects"] == {
        "E": "33.33",
        "F": "33.33",
        "M": "33.34",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("subject=E", ["b", "f", "w"], id="of a subject"),
        pytest.param("clause=f", ["f", "f"], id="of a clause"),
        pytest.param("since=2026-04-02", ["b", "f"], id="since a day"),
        pytest.param("until=2026-04-02", ["f", "f", "w"], id="until a day"),
        pytest.param("since=2026-04-02&until=2026-04-02", ["f"], id="of a day"),
        pytest.param("policy=house&subject=F", ["f"], id="of a policy and a subject"),
        pytest.param("policy=none", [], id="of no policy"),
        pytest.param("subject=none", [], id="of nobody"),
        pytest.param("", ["b", "f", "f", "w"], id="all"),
    ],
)
def test_incidents_are_found(listed: Caller, query: str, found: list[str]) -> None:
    items = listed.get(f"/v1/incidents?{query}")["items"]
    assert sorted(item["clause"] for item in items) == found


@pytest.fixture(scope="module")
def listed() -> Caller:
    hr = open_office().hr
    for clause, who, day in (("w", "E", 1), ("f", "E", 2), ("f", "F", 1), ("b", "E", 3)):
        hr.record(clause, who, at=f"2026-04-0{day}")
    return hr


def test_an_open_choice_is_settled(office: Office) -> None:
    made = office.hr.record("b", "F")
    assert made["case"]["state"] == "choice_open"
    assert made["choices"] == [
        {
            "subject": "F",
            "account": "fine",
            "unit": "CNY",
            "min": "10.00",
            "max": "50.00",
            "clause": "b",
        }
    ]
    choice = chosen()["choices"][0] | {"subject": "F"}
    path = f"/v1/incidents/{made['id']}"
    settled = post(office.hr, f"{path}/choices", {"choices": [choice], "reason": "初犯"})
    assert [item["quantity"] for item in settled["effects"]] == ["-30.00"]
    assert office.hr.get(path)["case"]["state"] == "effective"


def test_a_reversal_takes_back_all_that_followed(office: Office) -> None:
    boss = office.company.hire(fresh("B"))
    who = office.company.hire(fresh("S"), supervisor=boss)
    made = [office.hr.record("w", who, at=f"2026-03-0{day}") for day in (1, 2, 3)]
    path = f"/v1/incidents/{made[0]['id']}"
    undone = post(office.hr, f"{path}/reversal", {"reason": "查无此事"})
    taken = {(item["subject"], item["unit"]): item["quantity"] for item in undone["effects"]}
    assert taken == {
        (who, "warning"): "-1",
        (who, "minor_demerit"): "-1",
        (boss, "warning"): "-1",
    }
    assert office.hr.get(path)["case"]["state"] == "reversed"


def test_a_record_holds_balances_totals_next_steps_history_and_deadlines(office: Office) -> None:
    who = office.company.hire(fresh("S"))
    today = office.hr.record("w", who, at=now())["occurred_on"]
    office.hr.record("a", who, at=now())
    found = office.hr.get(f"/v1/subjects/{who}/record")
    assert found["balances"] == [
        {"policy": "house", "account": "marks", "unit": "warning", "quantity": "1"}
    ]
    [tally] = found["tallies"]
    assert (tally["window"], tally["total"]) == (today[:7], "1")
    assert tally["next"] == [
        {
            "gap": "2",
            "clause": "up",
            "title": "折算",
            "gives": [{"account": "marks", "unit": "minor_demerit", "quantity": "1"}],
        }
    ]
    assert [(item["clause"], item["kind"]) for item in found["history"]] == [
        ("a", "sanction"),
        ("w", "sanction"),
    ]
    assert [item["step"] for item in found["deadlines"]] == ["reply"]


@pytest.mark.parametrize(
    ("warnings", "gap", "seen"),
    [
        pytest.param(1, 1, False, id="two away, asked for one"),
        pytest.param(1, 2, True, id="two away, asked for two"),
        pytest.param(2, 1, True, id="one away"),
        pytest.param(3, 2, False, id="just over, three away again"),
    ],
)
def test_who_is_near(office: Office, warnings: int, gap: int, seen: bool) -> None:  # noqa: FBT001
    who = office.company.hire(fresh("S"))
    for _ in range(warnings):
        office.hr.record("w", who, at=now())
    items = office.hr.get(f"/v1/near?gap={gap}&limit=200")["items"]
    assert (who in [item["subject"] for item in items]) == seen


def test_a_programme_is_listed_and_evaluated_once(office: Office) -> None:
    [listed] = office.hr.get("/v1/programmes")["items"]
    assert (listed["name"], listed["period"], listed["missing"]) == ("best", "month", [])
    asked = {"period": "2026-02", "inputs": {"scores": {"E": 90, "F": 80, "M": 70, "N": 60}}}
    first = post(office.hr, "/v1/programmes/best/evaluate", asked)
    again = post(office.hr, "/v1/programmes/best/evaluate", asked)
    assert [item["account"] for item in first["effects"]]
    assert first["effects"] == first["posted"] == again["effects"]
    assert again["posted"] == []
    assert office.company.differences() == []
