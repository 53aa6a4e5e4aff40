"""What is kept about somebody, handed out to him whole, and nothing of anybody else."""

from __future__ import annotations

from tests.making.office import Caller, open_office
from tests.making.operations import signed_in


def test_somebody_gets_all_that_is_kept_about_him_and_nothing_of_others() -> None:
    office = open_office()
    own = office.hr.record("f", "E", note="前台看见的")
    shared = office.hr.record("m", "E", "F")
    case = office.hr.record("f", "E", procedure="default")["case"]["id"]
    other = office.hr.record("f", "F")
    office.hr.get("/v1/subjects/E/record")
    assert office.hr("POST", "/v1/periods/2026-03/cut-off").status_code == 200
    employee = office.by("employee")
    found = employee.get("/v1/me/data")
    assert (found["subject"]["code"], found["subject"]["name"]) == ("E", "E")
    assert [item["day_wage"] for item in found["subject"]["wages"]] == ["200.00"]
    ids = {item["id"] for item in found["incidents"]}
    assert {own["id"], shared["id"]} <= ids
    assert other["id"] not in ids
    assert case in {item["id"] for item in found["cases"]}
    assert {item["subject"] for item in found["settled"]} == {"E"}
    assert {item["period"] for item in found["settled"]} == {"2026-03"}
    assert [item["kind"] for item in found["readers"]] == ["record.read"]
    assert found["record"]["subject"]["code"] == "E"
    assert '"F"' not in employee("GET", "/v1/me/data").text


def test_a_supervisor_gets_his_own_and_not_his_teams() -> None:
    office = open_office()
    office.hr.record("f", "E")
    mine = office.hr.record("w", "M")
    boss = Caller(signed_in(office, roles=["hr", "supervisor"], subject="M")["token"])
    found = boss.get("/v1/me/data")
    assert [item["id"] for item in found["incidents"]] == [mine["id"]]
    assert found["user"]["roles"] == ["hr", "auditor", "supervisor"]


def test_an_office_has_nothing_kept_about_it() -> None:
    office = open_office()
    found = office.hr.get("/v1/me/data")
    assert (found["subject"], found["record"], found["incidents"]) == (None, None, [])
