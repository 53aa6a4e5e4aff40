"""What people ask to have corrected of what is kept about them, and what becomes of it."""

from __future__ import annotations

from tests.making.house import at_once
from tests.making.office import Caller, open_office, refusal
from tests.making.operations import CORRECTION, signed_in

DONE = {"accepted": True, "reason": "属实", "effect": "自3月2日起改为客服部"}


def test_somebody_asks_and_hr_decides_once_with_what_was_changed() -> None:
    office = open_office()
    employee = office.by("employee")
    made = employee("POST", "/v1/corrections", CORRECTION).get_json()
    assert (made["subject"], made["state"], made["effect"]) == ("E", "asked", None)
    path = f"/v1/corrections/{made['id']}/decision"
    assert [x["id"] for x in office.hr.get("/v1/corrections?state=asked")["items"]] == [made["id"]]
    without = {"accepted": True, "reason": "属实"}
    assert refusal(office.hr("POST", path, without)) == (422, "missing", "/effect")
    assert refusal(office.hr("POST", path, {"accepted": True})) == (422, "missing", "/reason")
    done = office.hr("POST", path, DONE).get_json()
    assert (done["state"], done["effect"]) == ("accepted", DONE["effect"])
    assert done["decided_at"] is not None
    assert refusal(office.hr("POST", path, DONE)) == (409, "correction_decided", "")
    assert employee.get("/v1/corrections")["items"] == [done]
    assert office.hr.get("/v1/corrections?state=asked")["items"] == []
    assert [item["id"] for item in employee.get("/v1/me/data")["corrections"]] == [made["id"]]
    noted = {x["kind"]: x for x in office.hr.get("/v1/audit?limit=500")["items"]}
    assert noted["correction.asked"]["subject"] == noted["correction.decided"]["subject"] == "E"
    assert noted["correction.decided"]["data"] == {"state": "accepted", "effect": DONE["effect"]}
    assert office.hr.get("/v1/audit/verify")["ok"] is True


def test_what_is_declined_needs_a_reason_and_no_effect() -> None:
    office = open_office()
    made = office.by("employee")("POST", "/v1/corrections", CORRECTION).get_json()
    path = f"/v1/corrections/{made['id']}/decision"
    done = office.hr("POST", path, {"accepted": False, "reason": "与劳动合同一致"}).get_json()
    assert (done["state"], done["reason"], done["effect"]) == ("declined", "与劳动合同一致", None)


def test_nobody_decides_his_own_in_whichever_role() -> None:
    office = open_office()
    body = signed_in(office, roles=["hr", "employee"], subject="E")
    both = Caller(body["token"])
    as_himself = {"Shangfa_Role": "employee"}
    made = both("POST", "/v1/corrections", CORRECTION, **as_himself).get_json()
    path = f"/v1/corrections/{made['id']}/decision"
    assert refusal(both("POST", path, DONE)) == (403, "own_correction", "")
    assert office.hr("POST", path, DONE).status_code == 200


def test_what_is_asked_is_a_task_of_whoever_may_decide_it() -> None:
    office = open_office()
    both = Caller(signed_in(office, roles=["hr", "employee"], subject="E")["token"])
    made = office.by("employee")("POST", "/v1/corrections", CORRECTION).get_json()
    office.by("supervisor")("POST", "/v1/corrections", CORRECTION)

    def asked(who: Caller) -> list[list[str]]:
        found = [item for item in who.get("/v1/tasks")["items"] if item["step"] == "correction"]
        assert all(item["due_at"] is item["case"] is None for item in found)
        return [item["subjects"] for item in found]

    assert asked(office.hr) == [["E"], ["M"]]
    assert asked(both) == [["M"]]
    assert asked(office.by("employee")) == asked(office.by("supervisor")) == []
    assert asked(office.by("finance")) == []
    form = office.hr.get("/v1/tasks")["items"][0]["form"]
    assert form["$id"] == f"/v1/corrections/{made['id']}/decision"
    assert office.hr("POST", form["$id"], DONE).status_code == 200
    assert asked(office.hr) == [["M"]]


def test_others_requests_are_as_if_not_there() -> None:
    office, other = open_office(), open_office()
    employee, leader = office.by("employee"), office.by("supervisor")
    made = employee("POST", "/v1/corrections", CORRECTION).get_json()
    assert leader.get("/v1/corrections")["items"] == []  # of his team, yet not his
    assert office.by("auditor").get("/v1/corrections")["items"] == [made]
    path = f"/v1/corrections/{made['id']}/decision"
    assert refusal(other.hr("POST", path, DONE)) == (404, "not_found", "")
    assert other.hr.get("/v1/corrections")["items"] == []


def test_only_so_many_wait_also_when_they_come_together() -> None:
    office = open_office()
    employee = office.by("employee")
    asked = [employee("POST", "/v1/corrections", CORRECTION).status_code for _ in range(18)]
    assert asked == [201] * 18
    rest = at_once([lambda: employee("POST", "/v1/corrections", CORRECTION)] * 4)
    assert sorted(answer.status_code for answer in rest) == [201, 201, 409, 409]
    again = employee("POST", "/v1/corrections", CORRECTION)
    assert refusal(again) == (409, "too_many_corrections", "")
    page = employee.get("/v1/corrections?limit=15")
    following = employee.get(f"/v1/corrections?limit=15&cursor={page['next_cursor']}")
    ids = [item["id"] for item in page["items"] + following["items"]]
    assert len(set(ids)) == 20
    assert ids == sorted(ids, reverse=True)
