"""S04: proposed, confirmed by the leader, signed by the person, approved, filed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.story import Story, needed, open_tenant

CHOICE: dict[str, Any] = {"subject": "Z003", "account": "fine", "unit": "CNY", "quantity": "15"}


@pytest.fixture
def story() -> Story:
    """The plaza: Z001 leads Z003, Z004 another department."""
    return open_tenant("plaza", leader="Z001", employee="Z003", other="Z005")


def opened(story: Story, state: str) -> str:
    said = story.hr.record("四-罚-1", "Z003", at="2026-08-31")
    assert (said["case"]["procedure"], said["case"]["state"]) == ("slip", "confirmation")
    case = str(said["case"]["id"])
    if state != "confirmation":
        story.leader.take(case, "confirm")
    return case


def test_a_slip_goes_from_hand_to_hand(story: Story) -> None:
    case = opened(story, "signature")
    assert story.employee.refused(case, "sign") == (422, "missing")
    story.employee.take(case, "sign", accepts=False, note="已收到，不认可")
    assert story.hr.refused(case, "approve", choices=[CHOICE]) == (403, "same_person")
    assert needed(story.leader, case) == {"approve": ["choices"]}
    (task,) = story.leader.get("/v1/tasks")["items"]
    assert task["form"]["required"] == ["choices"]
    assert story.leader.refused(case, "approve") == (422, "missing")
    story.leader.take(case, "approve", choices=[CHOICE], note="初次")
    found = story.hr.take(case, "file")
    assert (found["state"], found["clocks"], found["allowed"]) == ("effective", [], [])
    signed = next(line for line in found["history"] if line["step"] == "sign")
    assert (signed["by"], signed["accepts"]) == ("Z003", False)
    assert story.balances("Z003")["CNY"] == "-15.00"
    assert story.company.differences() == []


def test_a_refusal_to_sign_takes_two_witnesses(story: Story) -> None:
    case = opened(story, "signature")
    assert story.leader.refused(case, "refuse") == (422, "missing")
    assert story.leader.refused(case, "refuse", witnesses=["Z002"]) == (422, "invalid")
    for twice in (["Z002", "Z002"], ["Z002", " Z002 "], ["Z002", " "], ["Z002", "Z003"]):
        assert story.leader.refused(case, "refuse", witnesses=twice) == (422, "invalid")
    found = story.leader.take(case, "refuse", witnesses=["Z002", "Z004"])
    assert found["state"] == "approval"


def test_only_the_direct_leader_confirms_and_only_the_person_signs(story: Story) -> None:
    case = opened(story, "confirmation")
    assert story.hr.refused(case, "confirm") == (403, "forbidden")
    assert story.employee.refused(case, "confirm") == (403, "forbidden")
    assert story.other.refused(case, "confirm") == (404, "not_found")
    assert story.hr.refused(case, "sign", accepts=True) == (409, "illegal_step")
    story.leader.take(case, "confirm", note="仅供审批人看")
    assert story.leader.refused(case, "sign", accepts=True) == (403, "forbidden")
    history = story.employee.get(f"/v1/cases/{case}")["history"]
    assert [line["note"] for line in history if line["step"] == "confirm"] == [""]


def test_an_effective_slip_is_corrected_by_a_reversal(story: Story) -> None:
    case = opened(story, "signature")
    incident = story.hr.get(f"/v1/cases/{case}")["incident"]
    path = f"/v1/incidents/{incident}/reversal"
    early = story.hr("POST", path, {"reason": "误记"})
    assert (early.status_code, early.get_json()["code"]) == (409, "illegal_step")
    story.employee.take(case, "sign", accepts=True)
    story.leader.take(case, "approve", choices=[CHOICE])
    story.hr.take(case, "file")
    assert story.hr("POST", path, {"reason": "误记"}).status_code == 201
    found = story.hr.get(f"/v1/cases/{case}")
    assert (found["state"], found["decision"]["state"]) == ("reversed", "reversed")
    assert story.balances("Z003") == {}
    assert story.company.differences() == []
