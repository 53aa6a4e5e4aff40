"""Who handles a confidential case answers its dismissal and does what it asks for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.story import open_story
from tests.stories.test_confidential import named
from tests.stories.test_dismissals import AT_ONCE, GATE, answer, listed, proposed, waits_for


@pytest.mark.parametrize(
    ("role", "answers"),
    [("hr", True), ("supervisor", True), ("employee", False), ("finance", False)],
)
def test_its_one_handler_sees_its_dismissal_and_answers_it_by_his_role(
    role: str, *, answers: bool
) -> None:
    story = open_story(AT_ONCE)
    story.company.hire("X")
    handler = story.add("x", role, "X")
    case = proposed(story)
    assert named(story.hr, case, "X").status_code == 200
    handed_in: dict[str, Any] = {"dismissal": GATE, "evidence": ["a"]}
    for by in (story.hr, story.auditor, story.leader, story.other):
        assert listed(by) == []
    assert waits_for(story.hr) == []
    for by in (story.hr, story.leader, story.other, story.finance):
        assert answer(by, case, **handed_in)[0] in {403, 404}
    assert listed(story.employee) == [("E", "proposed")]
    if role != "finance":
        assert listed(handler) == listed(handler, "?subject=E") == [("E", "proposed")]
    assert waits_for(handler) == (["dismissal"] if answers else [])
    if not answers:
        assert answer(handler, case, **handed_in) == (403, "forbidden")
        return
    assert answer(handler, case, **handed_in) == (201, "approved")
    assert waits_for(handler) == ["follow_up", "follow_up"]
    assert waits_for(story.hr) == []
    for item in handler.get("/v1/tasks")["items"]:
        done = handler("POST", item["form"]["$id"], {"note": "已办"})
        assert done.status_code == 201, done.text
    assert waits_for(handler) == []


def test_whom_a_confidential_case_concerns_is_told_nothing_of_another_it_concerns() -> None:
    story = open_story(AT_ONCE)
    for code in ("X", "Z"):
        story.company.hire(code, supervisor="M")
    handler, concerned = story.add("x", "hr", "X"), story.add("z", "hr", "Z")
    case = proposed(story, "E", "Z")
    assert named(story.hr, case, "X").status_code == 200
    assert listed(handler) == [("Z", "proposed"), ("E", "proposed")]
    assert listed(concerned) == [("Z", "proposed")]
    body = {"case": case, "what": "约谈", "due_on": "2026-10-01", "role": "hr"}
    assert handler("POST", "/v1/follow-ups", body).status_code == 201
    assert len(handler.get("/v1/follow-ups")["items"]) == 1
    assert concerned.get("/v1/follow-ups")["items"] == []
    assert waits_for(concerned) == []
