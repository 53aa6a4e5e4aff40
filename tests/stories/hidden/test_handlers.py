"""Who handles a confidential case answers its dismissal and does what it asks for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.story import open_story
from tests.stories.hidden.test_confidential import named
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
    assert waits_for(handler) == ["follow_up"] * 3
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


@pytest.mark.parametrize("role", ["supervisor", "employee", "finance"])
def test_whoever_handles_a_case_names_others_so_that_it_is_never_stuck(role: str) -> None:
    story = open_story()
    for code in ("X", "Y"):
        story.company.hire(code)
    handler, clerk = story.add("x", role, "X"), story.add("y", "hr", "Y")
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    for by, status in ((handler, 404), (story.leader, 403), (story.employee, 403)):
        assert named(by, case, "X").status_code == status
    own = named(story.add("clerk", "hr", "E"), case, "X")
    assert (own.status_code, own.get_json()["code"]) == (403, "same_person")
    assert named(story.hr, case, "X").status_code == 200
    for by, status in ((story.hr, 404), (clerk, 404), (story.leader, 404), (story.employee, 403)):
        assert named(by, case, "Y").status_code == status
    assert named(handler, case, "E").status_code == 422
    assert named(handler, case, "X", "Y").status_code == 200
    clerk.take(case, "defend", evidence=["面谈记录"])
    clerk.take(case, "approve")
    clerk.take(case, "serve", method="direct")
    assert story.balances("E") == {"CNY": "-20.00"}
