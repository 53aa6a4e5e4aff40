"""Approvals by rule and stand-in, tasks, a company's own procedure, deadlines that stay visible."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator
from tests.making.house import ROOT, code_of, find_company, make_company
from tests.making.story import RULES, Person, Story, open_story, open_tenant

from shangfa.services.running.folders import load_folder


def set_approvals(story: Story, **matrix: object) -> None:
    body = {"rules": [], "delegates": []} | matrix
    response = story.hr("PUT", "/v1/approvals", body, If_Match="*")
    assert response.status_code == 200, response.text


def heard(story: Story, clause: str, who: str = "E") -> str:
    case = str(story.leader.record(clause, who, at="2026-08-31")["case"]["id"])
    story.hr.take(case, "defend", evidence=["a"])
    return case


def approve_roles(story: Story, case: str) -> list[str]:
    allowed = story.hr.get(f"/v1/cases/{case}")["allowed"]
    return next(item["roles"] for item in allowed if item["step"] == "approve")


def test_a_rule_names_who_approves_and_a_stand_in_takes_his_place() -> None:
    story = open_story()
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    set_approvals(
        story,
        rules=[{"level": "minor_demerit", "person": "B"}, {"amount": 10, "role": "finance"}],
        delegates=[
            {
                "person": "B",
                "stands_in": "G",
                "since": str(today - timedelta(days=2)),
                "until": str(today + timedelta(days=2)),
            }
        ],
    )
    warning, demerit, fine = (heard(story, clause) for clause in ("w", "m", "f"))
    assert approve_roles(story, warning) == ["hr", "supervisor"]
    assert approve_roles(story, demerit) == ["B", "G"]
    assert approve_roles(story, fine) == ["finance"]
    assert story.hr.refused(demerit, "approve") == (403, "forbidden")
    mine = [item["step"] for item in story.boss.get("/v1/tasks")["items"]]
    assert mine == ["approve"]
    assert story.boss.get(f"/v1/cases/{demerit}")["state"] == "approval"
    assert story.other.take(demerit, "approve")["state"] == "service"
    assert story.finance.take(fine, "approve")["state"] == "service"


def test_approvals_are_changed_by_who_saw_them_and_name_people_who_are_there() -> None:
    story = open_story()
    tag = story.hr("GET", "/v1/approvals").headers["ETag"]
    body = {"rules": [{"level": "warning", "role": "hr"}]}
    assert story.hr("PUT", "/v1/approvals", body).status_code == 428
    assert story.hr("PUT", "/v1/approvals", body, If_Match=tag).status_code == 200
    assert story.hr("PUT", "/v1/approvals", body, If_Match=tag).status_code == 412
    assert story.auditor.get("/v1/approvals")["rules"][0]["level"] == "warning"
    for rules, code in (
        ([{"level": "warning", "person": "nobody"}], "unknown_subject"),
        ([{"level": "warning"}], "invalid"),
        ([{"role": "hr", "person": "B"}], "invalid"),
        ([{"level": "warnin", "role": "hr"}], "invalid"),
        ([{"role": "hr"}, {"level": "grave", "person": "B"}], "invalid"),
    ):
        response = story.hr("PUT", "/v1/approvals", {"rules": rules}, If_Match="*")
        assert (response.status_code, response.get_json()["code"]) == (422, code)


def test_tasks_are_whose_turn_it_is_soonest_due_first_each_with_its_form() -> None:
    story = open_story()
    first = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    story.leader.record("f", "G", at="2026-08-31")
    (task,) = story.employee.get("/v1/tasks")["items"]
    assert (task["case"], task["step"], task["subjects"]) == (first, "defend", ["E"])
    form = Draft202012Validator(task["form"])
    assert form.is_valid({"note": "x"})
    assert not form.is_valid({"grounds": "x"})
    assert story.leader.get("/v1/tasks")["items"] == []
    story.employee.take(first, "defend")
    assert story.employee.get("/v1/tasks")["items"] == []
    approvals = [item for item in story.hr.get("/v1/tasks")["items"] if item["case"] == first]
    assert [item["step"] for item in approvals] == ["approve"]
    set_approvals(story, rules=[{"person": "B"}])
    assert first not in [item["case"] for item in story.hr.get("/v1/tasks")["items"]]


def test_tasks_are_paged_without_losing_one() -> None:
    story = open_story()
    wanted = [heard(story, "f") for _ in range(5)]
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = story.hr.get(f"/v1/tasks?limit=2&cursor={cursor}")
        found += [item["case"] for item in page["items"] if item["step"] == "approve"]
        cursor = page["next_cursor"]
    assert found == wanted


def test_cases_are_found_by_state_procedure_subject_and_what_is_due() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    other = heard(story, "f", "G")
    at_once = story.hr.record("q", "E", at="2026-08-31")["case"]["id"]

    def found(query: str) -> list[str]:
        return [item["id"] for item in story.hr.get(f"/v1/cases?{query}")["items"]]

    assert found("") == [at_once, other, case]
    assert found("state=defence") == [case]
    assert found("procedure=immediate") == [at_once]
    assert found("subject=G") == [other]
    assert found("due_before=2099-01-01T00:00:00%2B08:00") == [case]
    assert found("due_before=2001-01-01T00:00:00%2B08:00") == []
    page = story.hr.get("/v1/cases?limit=2")
    assert [item["id"] for item in page["items"]] == [at_once, other]
    again = story.hr.get(f"/v1/cases?limit=2&cursor={page['next_cursor']}")
    assert ([item["id"] for item in again["items"]], again["next_cursor"]) == ([case], None)
    assert found("state=nowhere") == []


def test_an_immediate_case_has_no_steps() -> None:
    story = open_story()
    said = story.hr.record("q", "E", at="2026-08-31")
    assert said["case"].keys() == {"id", "state", "procedure"}
    found = story.hr.get(f"/v1/cases/{said['case']['id']}")
    assert (found["allowed"], found["decision"]["state"]) == ([], "effective")
    assert story.hr.refused(said["case"]["id"], "approve") == (409, "illegal_step")
    asked = story.hr.record("w", "E", at="2026-08-31", procedure="immediate")
    assert asked["case"]["state"] == "effective"


def test_a_procedure_of_ones_own_is_loaded_and_an_open_case_goes_on_as_it_began(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "own-shop"
    shutil.copytree(ROOT / "tenants/fujie", folder, ignore=shutil.ignore_patterns("cases"))
    path = folder / "policy.yaml"
    path.write_text(path.read_text().replace("procedures: [default]", "procedures: [own]"))
    (folder / "procedures").mkdir()
    own = folder / "procedures/own.yaml"
    own.write_text(
        "procedure: own\nstart: draft\nopens: submit\n"
        "states: {draft: , check: , effective: {counts: 'yes'}}\n"
        "steps:\n"
        "  - {step: submit, from: draft, to: check, by: [hr]}\n"
        "  - {step: agree, from: check, to: effective, by: [finance]}\n"
    )
    story = Story(find_company(load_folder(folder)), {}, Person(""))
    for role in ("hr", "finance"):
        story.add(role, role)
    body = {"occurred_at": "2026-03-02", "procedure": "own", "clause": "一-2", "subject": "F002"}
    case = story.hr("POST", "/v1/incidents", body).get_json()["case"]["id"]
    own.write_text(own.read_text().replace("[finance]", "[hr]"))
    load_folder(folder)
    later = story.hr("POST", "/v1/incidents", body).get_json()["case"]
    assert later["allowed"][0]["roles"] == ["hr"]
    assert story.hr.get(f"/v1/cases/{case}")["allowed"][0]["roles"] == ["finance"]
    assert any(item["own"] for item in story.hr.get("/v1/procedures")["items"])


def test_a_policy_may_name_known_procedures_only() -> None:
    company = make_company(plugins=("demerit_ladder", "duties", "fines"))
    unknown = RULES.replace("procedure: default", "procedure: rite")
    assert code_of(lambda: company.publish(unknown)) == "unknown_procedure"
    other = RULES.replace("procedure: immediate, kind", "procedure: rite, kind")
    assert code_of(lambda: company.publish(other)) == "unknown_procedure"


def test_a_deadline_far_ahead_stays_visible_after_many_newer_incidents() -> None:
    story = open_tenant("hunan-mobile", partner="SP01")
    far = story.hr.record("9", "SP01", at="2026-08-31", procedure="sp_investigation")
    for _ in range(51):
        story.hr.record("11a", "SP01", at="2020-03-02")
    record = story.hr.get("/v1/subjects/SP01/record")
    assert far["case"]["id"] in [item["case"] for item in record["deadlines"]]
