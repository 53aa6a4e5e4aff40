"""A decision told to those it may be told to, and what becomes of it told to them as well."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.making.story import Person, Story, open_story

UNTIL = "2026-09-30"
ALL = ("hr", "auditor", "finance", "boss", "leader", "employee", "other", "clerk")


def told(story: Story, clause: str = "f", *who: str, **more: Any) -> Any:
    """Return a notice of a new effective case."""
    return publish(story, story.effective(clause, *(who or ("Z",))), **more)


def publish(story: Story, case: str, **more: Any) -> Any:
    response = story.hr("POST", "/v1/notices", {"case": case, "until": UNTIL} | more)
    assert response.status_code == 201, response.text
    return response.get_json()


def refused(by: Person, path: str, **body: Any) -> tuple[int, str]:
    response = by("POST", path, body)
    assert response.status_code >= 400, response.text
    return response.status_code, response.get_json()["code"]


def listed(by: Person) -> list[tuple[str, str]]:
    """Return (kind, person) of the notices that somebody reads, newest first."""
    return [(item["kind"], item["person"]) for item in by.get("/v1/notices")["items"]]


def company() -> Story:
    """A company with Z, whose name is more than a letter, and a clerk who works elsewhere."""
    story = open_story()
    story.company.hire("Z", name="欧阳明", supervisor="M", department="客服部")
    story.company.hire("C", supervisor="B", department="财务部")
    story.add("clerk", "employee", "C")
    return story


def test_a_notice_names_nobody_unless_he_agreed() -> None:
    story = company()
    masked = told(story)
    assert (masked["person"], masked["department"]) == ("欧阳*", None)
    assert masked["effects"] == [{"account": "fine", "unit": "CNY", "title": "罚款"}]
    assert masked["audience"] == {"department": None}
    for who in ALL:
        text = story.people[who]("GET", f"/v1/notices/{masked['id']}").text
        secrets = ["欧阳明", "20.00", "面谈记录"]
        secrets += [] if who in {"hr", "auditor"} else ['"Z"', masked["case"], "reason"]
        assert not [word for word in secrets if word in text], who
    named = told(story, consent="2026-09-01 书面同意")
    assert (named["person"], named["department"]) == ("欧阳明", "客服部")
    assert named["effects"][0]["quantity"] == "-20.00"


def test_a_department_alone_is_told_and_nobody_after_the_last_day() -> None:
    story = company()
    told(story, audience={"department": "客服部"})
    told(story, "w", until="2026-10-08")
    both, one = [("decision", "欧阳*")] * 2, [("decision", "欧阳*")]
    seen = {who: listed(story.people[who]) for who in ALL}
    inside = {"hr", "auditor", "employee", "other"}
    assert seen == {who: both if who in inside else one for who in ALL}
    assert refused(story.hr, "/v1/notices", case=str(uuid4()), until=UNTIL)[0] == 404
    story.until("2026-10-01T00:00:00+08:00")
    assert listed(story.employee) == one
    assert listed(story.hr) == both
    story.until("2026-10-09T00:00:00+08:00")
    assert listed(story.employee) == []
    gone = story.hr.get("/v1/notices")["items"][0]["id"]
    assert story.employee("GET", f"/v1/notices/{gone}").status_code == 404


LATER = "2026-10-20"


def test_who_was_told_is_told_what_became_of_it() -> None:
    story = company()
    where = {"department": "客服部"}
    case = story.effective("m", "Z")
    first = publish(story, case, audience=where, until=LATER)
    story.hr.take(case, "appeal", grounds="定性过重", evidence=["申诉书"])
    assert refused(story.hr, "/v1/notices", case=case, until=LATER) == (409, "not_publishable")
    assert listed(story.employee) == [("decision", "欧阳*")]
    story.hr2.take(case, "vary", clause="w", note="改为警告")
    (varied,) = story.employee.get("/v1/notices")["items"]
    assert (varied["kind"], varied["corrects"], varied["clause_title"]) == (
        "varied",
        first["id"],
        "警告",
    )
    assert [item["unit"] for item in varied["effects"]] == ["warning"]
    assert listed(story.clerk) == []
    incident = story.hr.get(f"/v1/cases/{case}")["incident"]
    undone = story.hr("POST", f"/v1/incidents/{incident}/reversal", {"reason": "查无此事"})
    assert undone.status_code == 201
    (last,) = story.employee.get("/v1/notices")["items"]
    assert (last["kind"], last["corrects"]) == ("reversed", varied["id"])
    assert last["until"] >= LATER
    events = story.hr.get("/v1/changes?limit=500")["items"]
    kinds = [e["type"] for e in events if e["type"].startswith("notice.")]
    assert kinds == ["notice.published", "notice.corrected", "notice.corrected"]
    assert story.company.differences() == []


def test_a_reversal_by_appeal_corrects_one_part_alone() -> None:
    story = company()
    case = story.effective("f", "Z", "E")
    path = "/v1/notices"
    assert refused(story.hr, path, case=case, until=LATER) == (422, "missing")
    assert refused(story.hr, path, case=case, until=LATER, subject="M") == (422, "invalid")
    for code in ("Z", "E"):
        publish(story, case, subject=code, until=LATER)
    story.employee.take(case, "appeal", grounds="不是我")
    story.hr2.take(case, "reverse", note="查无此事")
    assert listed(story.clerk) == [("reversed", "E*"), ("decision", "欧阳*")]
    assert refused(story.hr, path, case=case, until=LATER, subject="E") == (409, "not_publishable")


def test_a_notice_is_taken_back_once_and_a_case_at_once_can_be_told_too() -> None:
    story = company()
    said = story.hr.record("q", "Z", at="2026-08-31")
    notice = publish(story, said["case"]["id"], until=LATER)
    path = f"/v1/notices/{notice['id']}/withdrawal"
    assert refused(story.hr, "/v1/notices", case=said["case"]["id"], until=LATER) == (
        409,
        "not_publishable",
    )
    for who in ("auditor", "leader", "employee", "finance"):
        assert refused(story.people[who], path, reason="x") == (403, "forbidden")
        publishing = {"case": said["case"]["id"], "until": LATER}
        assert refused(story.people[who], "/v1/notices", **publishing) == (403, "forbidden")
    back = story.hr("POST", path, {"reason": "误发"})
    assert (back.status_code, back.get_json()["kind"]) == (201, "withdrawn")
    assert refused(story.hr, path, reason="误发") == (409, "notice_over")
    again = f"/v1/notices/{back.get_json()['id']}/withdrawal"
    assert refused(story.hr, again, reason="误发") == (409, "notice_over")
    assert listed(story.clerk) == [("withdrawn", "欧阳*")]
    assert publish(story, said["case"]["id"], until=LATER)["kind"] == "decision"


def test_what_may_not_be_told() -> None:
    story = company()
    waiting = story.leader.record("f", "Z", at="2026-08-31")["case"]["id"]
    done = story.effective("f", "Z")
    for body, expected in (
        ({"case": waiting}, (409, "not_publishable")),
        ({"case": done, "until": "2026-08-01"}, (422, "out_of_range")),
        ({"case": done, "until": "2028-08-01"}, (422, "out_of_range")),
        ({"case": done, "audience": {"department": "客服"}}, (422, "unknown_name")),
        ({"case": done, "consent": ""}, (422, "invalid")),
    ):
        assert refused(story.hr, "/v1/notices", **({"until": LATER} | body)) == expected, body


def test_a_renamed_department_goes_on_reading() -> None:
    story = company()
    told(story, audience={"department": "客服部"}, until=LATER)
    renamed = {"what": "department", "from": "客服部", "to": "客户部", "since": "2026-10-01"}
    assert story.hr("POST", "/v1/renames", renamed).status_code == 201
    assert listed(story.employee) == [("decision", "欧阳*")]
    assert listed(story.clerk) == []
