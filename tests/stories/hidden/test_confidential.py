"""Cases that only named people see: absent from whatever anybody else is told."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.hidden import MONTH, OTHERS, SECRET, Hidden
from tests.making.house import incident
from tests.making.story import Person, Story, open_story


@pytest.fixture(scope="module")
def hidden() -> Hidden:
    made = Hidden()
    made.end()
    return made


@pytest.mark.parametrize("who", OTHERS)
def test_nothing_that_is_read_tells_anybody_else(hidden: Hidden, who: str) -> None:
    by = hidden.story.operator if who == "operator" else hidden.story.people[who]
    told = {}
    for path in hidden.paths():
        response = by("GET", path)
        if response.status_code == 200:
            told[path] = [mark for mark in hidden.marks() if mark.encode() in response.data]
            told[path] += ["zip"] if response.mimetype == "application/zip" else []
    assert {path: found for path, found in told.items() if found} == {}
    assert len(told) >= (5 if who in {"operator", "other"} else 10)


def test_nobody_learns_by_its_number_that_it_is_there() -> None:
    """An external id is taken for who sent it; whoever else uses it learns of no other incident."""
    story = open_story()
    for code in ("W", "X"):
        story.company.hire(code)
    recorder = story.add("recorder", "hr", "W")
    recorder.record("f", "E", at="2026-08-31", handlers=["W", "X"], external_id="7")
    again = incident("f", "E", at="2026-08-31", handlers=["W", "X"], external_id="7")
    assert recorder("POST", "/v1/incidents", again).get_json()["code"] == "duplicate"
    story.hr.record("f", "E", at="2026-08-30", external_id="7")
    seen = story.hr.get("/v1/incidents?external_id=7")["items"]
    assert [item["occurred_on"] for item in seen] == ["2026-08-30"]


def test_nobody_learns_of_a_confidential_draft_of_his_own() -> None:
    story = open_story()
    for code in ("W", "X"):
        story.company.hire(code)
    recorder = story.add("recorder", "hr", "W")
    said = recorder.record("f", "E", at="2026-08-31", handlers=["W", "X"], draft=True)
    path = f"/v1/cases/{said['case']['id']}/evidence-pack.zip"
    assert recorder("GET", path).status_code == 200
    assert story.employee.get("/v1/me/readers")["items"] == []
    recorder.take(said["case"]["id"], "submit")
    assert len(story.employee.get("/v1/me/readers")["items"]) == 1


def test_its_handler_reads_it_and_whom_it_concerns_reads_his_part(hidden: Hidden) -> None:
    mine = {path for path in hidden.paths() if _tells(hidden.handler, path, hidden)}
    case, incident = f"/v1/cases/{hidden.case}", f"/v1/incidents/{hidden.incident}"
    assert {case, incident, "/v1/cases?limit=200", "/v1/incidents?limit=200"} <= mine
    assert {"/v1/changes?limit=200", f"/v1/slips/{hidden.slip}", "/v1/subjects/E/record"} <= mine
    assert f"/v1/evidence/{hidden.evidence}" not in mine
    assert hidden.handler("GET", f"/v1/evidence/{hidden.evidence}").status_code == 200
    own = hidden.story.employee.get(case)
    assert {line["by"] for line in own["history"]} == {"hr"}
    assert hidden.story.employee.get(f"/v1/slips/{hidden.slip}")["subject"] == "E"


@pytest.mark.parametrize("who", ["handler", "supervising", "employed"])
def test_whoever_handles_it_finds_it_in_every_list_of_his_role(hidden: Hidden, who: str) -> None:
    by = hidden.story.people[who]
    for path in ("/v1/cases", "/v1/incidents", "/v1/notifications"):
        assert _tells(by, path, hidden), path
    for path in ("/v1/slips.pdf?month=2026-09", f"/v1/cases/{hidden.case}/evidence-pack.zip"):
        assert by("GET", path).status_code == 200, path
    for path in (f"/v1/slips/{hidden.slip}", f"/v1/evidence/{hidden.evidence}"):
        assert by("GET", path).status_code == 200, path
    (part,) = by.get(f"/v1/cases/{hidden.case}")["subjects"]
    assert part["subject"] == "E"


def _tells(by: Person, path: str, hidden: Hidden) -> bool:
    response = by("GET", path)
    found = response.status_code == 200
    return found and any(mark.encode() in response.data for mark in hidden.marks()[:3])


def test_what_it_brought_counts_and_is_paid_without_saying_from_what(hidden: Hidden) -> None:
    story = hidden.story
    assert story.balances("E") == {"CNY": "-20.00"}
    detail = story.hr("GET", f"/v1/periods/{MONTH}/detail.csv").text
    (row,) = detail.strip().splitlines()[1:]
    assert row.split(",")[:5] == ["", "E", "2026-08-31", "clause", "—"]
    (line,) = story.finance.get(f"/v1/periods/{MONTH}/lines")["items"]
    assert line["clauses"] == ["—"]
    assert story.company.differences() == []


def test_nobody_else_moves_it_undoes_it_or_publishes_it() -> None:
    found = Hidden()
    story, case, incident = found.story, found.case, found.incident
    for who in ("hr", "hr2", "boss", "leader"):
        assert story.people[who].refused(case, "approve") == (404, "not_found")
        assert story.people[who].refused(case, "withdraw") == (404, "not_found")
    for by in (story.hr, story.hr2):
        reversal = by("POST", f"/v1/incidents/{incident}/reversal", {"reason": "x"})
        assert reversal.status_code == 404
        body = {"choices": [], "reason": "x"}
        assert by("POST", f"/v1/incidents/{incident}/choices", body).status_code == 404
        notice = {"case": case, "until": "2026-12-01"}
        assert by("POST", "/v1/notices", notice).status_code == 404
        assert named(by, case, "B").status_code == 404
    found.handler.take(case, "approve")
    found.handler.take(case, "serve", method="direct")
    notice = {"case": case, "until": "2026-12-01"}
    refused = found.handler("POST", "/v1/notices", notice)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_publishable")


def named(by: Person, case: str, *codes: str) -> Any:
    return by("PUT", f"/v1/cases/{case}/handlers", {"handlers": list(codes)}, If_Match="*")


def test_only_those_are_told_who_handle_it() -> None:
    found = Hidden()
    story = found.story
    told = {
        who: {item["case"] for item in story.people[who].get("/v1/notifications")["items"]}
        for who in ("hr", "hr2", "finance", "boss", "leader", "other", "employee", "handler")
    }
    assert {who for who, cases in told.items() if found.case in cases} == {"employee", "handler"}
    assert story.recorder.get("/v1/tasks")["items"] == []
    assert [t["step"] for t in found.handler.get("/v1/tasks")["items"]] == ["approve"]
    assert story.hr.get("/v1/tasks")["items"] == []


def test_a_case_is_made_confidential_later_and_its_handlers_change() -> None:
    story = open_story()
    for code in ("X", "Y"):
        story.company.hire(code)
    x, y = story.add("x", "hr", "X"), story.add("y", "hr", "Y")
    case = story.effective("f", "E")
    notice = story.hr("POST", "/v1/notices", {"case": case, "until": "2026-12-01"}).get_json()
    assert named(story.hr, case, "E").status_code == 422
    assert named(story.hr, case, "Q").get_json()["code"] == "unknown_subject"
    assert named(story.leader, case, "X").status_code == 403
    assert named(story.hr, case, "X").status_code == 200
    for by in (story.hr, story.auditor, story.leader, y):
        assert by("GET", f"/v1/cases/{case}").status_code == 404
        notified = by("GET", "/v1/notifications").get_json()
        assert notified.get("items", []) == []
        assert case not in by("GET", "/v1/changes?limit=500").text
    assert story.other.get("/v1/notices")["items"][0]["kind"] == "withdrawn"
    assert notice["id"] == story.other.get("/v1/notices")["items"][0]["corrects"]
    assert named(y, case, "Y").status_code == 404
    assert named(x, case, "Y").status_code == 200
    assert x("GET", f"/v1/cases/{case}").status_code == 404
    assert y.get(f"/v1/cases/{case}")["history"][-1]["step"] == "handlers"
    story.employee.take(case, "appeal", grounds="不属实")
    y.take(case, "reverse", note="查无此事")
    assert story.balances("E") == {}
    assert story.company.differences() == []


def test_whom_it_concerns_sees_no_more_for_being_of_hr() -> None:
    story = open_story()
    for code in ("X", "Z"):
        story.company.hire(code, supervisor="M")
    handler, accused = story.add("x", "hr", "X"), story.add("z", "hr", "Z")
    said = handler.record("f", "Z", "E", at="2026-08-31", handlers=["X"], note=SECRET)
    case = said["case"]["id"]
    seen = accused.get(f"/v1/cases/{case}")
    assert [part["subject"] for part in seen["subjects"]] == ["Z"]
    incident = accused.get(f"/v1/incidents/{said['id']}")
    assert incident["subjects"] == ["Z"]
    accused.take(case, "defend", evidence=["说明"])
    assert accused.refused(case, "approve") == (403, "same_person")
    assert accused.refused(case, "withdraw") == (403, "same_person")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"handlers": ["Q"]}, "unknown_subject"),
        ({"handlers": ["E"]}, "invalid"),
        ({"handlers": ["M"], "procedure": "immediate"}, "invalid"),
        ({"handlers": [""]}, "invalid"),
    ],
)
def test_handlers_must_be_others_and_a_procedure(
    story: Story, more: dict[str, Any], code: str
) -> None:
    body = {"subject": "E", "clause": "f", "occurred_at": "2026-08-31"} | more
    refused = story.hr("POST", "/v1/incidents", body)
    assert (refused.status_code, refused.get_json()["code"]) == (422, code)
