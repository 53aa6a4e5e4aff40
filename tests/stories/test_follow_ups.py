"""What a decision asks somebody to do: among his tasks until it is done."""

from __future__ import annotations

from typing import Any

from tests.making.story import Person, Story, open_story
from tests.stories.test_dismissals import GATE


def asked(story: Story, case: str, by: str = "hr", **more: Any) -> tuple[int, Any]:
    body = {"case": case, "what": "参加安全培训", "due_on": "2026-10-01"} | more
    response = story.people[by]("POST", "/v1/follow-ups", body)
    said = response.get_json()
    return response.status_code, said["id"] if response.status_code == 201 else said["code"]


def waits_for(by: Person) -> list[tuple[str, str]]:
    items = by.get("/v1/tasks")["items"]
    found = [item for item in items if item["step"] == "follow_up"]
    return [(item["form"]["title"], item["due_at"]) for item in found]


def done(by: Person, key: str, note: str = "") -> tuple[int, str | None]:
    response = by("POST", f"/v1/follow-ups/{key}/done", {"note": note})
    said = response.get_json()
    return response.status_code, said["code"] if response.status_code >= 400 else said["note"]


def test_a_person_is_asked_and_does_it_once() -> None:
    story = open_story()
    case = story.effective("f", "E")
    status, key = asked(story, case, person="E")
    assert status == 201
    assert waits_for(story.employee) == [("参加安全培训", "2026-10-01T23:59:59+08:00")]
    assert waits_for(story.hr) == waits_for(story.other) == waits_for(story.leader) == []
    assert done(story.other, key) == (404, "not_found")
    assert done(story.finance, key) == (403, "forbidden")
    assert done(story.employee, key, "已参加") == (201, "已参加")
    assert done(story.hr, key) == (409, "already_done")
    assert waits_for(story.employee) == []
    (line,) = story.auditor.get(f"/v1/follow-ups?case={case}&open=false")["items"]
    assert (line["id"], line["person"], line["note"]) == (key, "E", "已参加")
    assert story.hr.get("/v1/follow-ups?open=true")["items"] == []


def test_an_office_is_asked_and_what_is_wrong_is_said() -> None:
    story = open_story()
    case = story.effective("f", "E")
    keys = [asked(story, case, role="finance", due_on=f"2026-10-0{day}")[1] for day in (2, 1)]
    assert [due[:10] for _, due in waits_for(story.finance)] == ["2026-10-01", "2026-10-02"]
    for who, key in zip((story.finance, story.hr), keys, strict=True):
        assert done(who, key) == (201, "")
    for body in ({}, {"role": "hr", "person": "E"}, {"role": "employee"}):
        assert asked(story, case, **body)[1] == "invalid", body
    assert asked(story, case, role="hr", due_on="2026-08-30") == (422, "invalid")
    assert asked(story, case, person="nobody") == (422, "unknown_subject")
    assert asked(story, "00000000-0000-7000-8000-000000000000", role="hr") == (404, "not_found")
    for by in ("leader", "employee", "finance", "auditor"):
        assert asked(story, case, by, role="hr") == (403, "forbidden")


def test_what_the_law_wants_after_a_dismissal_is_asked_of_hr() -> None:
    story = open_story()
    case = story.effective("d", "E", dismissal=GATE)
    (certificate, first), (transfer, last) = waits_for(story.hr)
    assert ("certificate" in certificate, "transfer" in transfer) == (True, True)
    assert (first[:10], last[:10]) == ("2026-09-01", "2026-09-16")
    assert len(story.hr.get(f"/v1/follow-ups?case={case}")["items"]) == 3


def test_of_a_confidential_case_only_who_handles_it_is_asked() -> None:
    story = open_story()
    for code in ("W", "X"):
        story.company.hire(code)
    recorder, handler = story.add("recorder", "hr", "W"), story.add("handler", "hr", "X")
    said = recorder.record("f", "E", at="2026-08-31", handlers=["W", "X"])
    case = said["case"]["id"]
    assert asked(story, case, role="hr") == (404, "not_found")
    status, _ = asked(story, case, "handler", role="hr")
    assert status == 201
    assert (len(waits_for(handler)), waits_for(story.hr)) == (1, [])
    assert story.hr.get("/v1/follow-ups")["items"] == []
