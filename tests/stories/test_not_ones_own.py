"""Nobody decides what concerns himself, nor what it rests on, whatever his office."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.house import incident
from tests.making.operations import chosen
from tests.making.story import Story, open_story
from tests.services.funds.purses import open_fund
from tests.stories.test_dismissals import AT_ONCE

OWN = "同一人"


@pytest.fixture(scope="module")
def two(story: Story) -> Story:
    """A company one of whose HR is also one of its people."""
    story.add("clerk", "hr", "E")
    return story


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.get_json()["code"]


def test_whom_an_incident_concerns_does_not_reverse_it(two: Story) -> None:
    made = two.hr.record("f", "E", at="2026-08-31", procedure="immediate")
    path = f"/v1/incidents/{made['id']}/reversal"
    assert code(two.clerk("POST", path, {"reason": OWN})) == (403, "same_person")
    assert two.hr("POST", path, {"reason": OWN}).status_code == 201


def test_whom_it_concerns_neither_records_nor_chooses(two: Story) -> None:
    body = incident("b", "E", at="2026-08-31") | {"procedure": "immediate"}
    assert code(two.clerk("POST", "/v1/incidents", body)) == (403, "same_person")
    made = two.hr.record("b", "E", at="2026-08-31", procedure="immediate")
    path = f"/v1/incidents/{made['id']}/choices"
    assert code(two.clerk("POST", path, chosen())) == (403, "same_person")
    other = incident("f", "G", at="2026-08-31") | {"procedure": "immediate"}
    assert two.clerk("POST", "/v1/incidents", other).status_code == 201


def test_nobody_sets_his_own_wage(two: Story) -> None:
    wage = {"month_wage": "99999"}
    path = "/v1/subjects/{}/wages/2026-01-01"
    assert code(two.clerk("PUT", path.format("E"), wage)) == (403, "same_person")
    assert two.clerk("PUT", path.format("G"), wage).status_code == 200


def test_one_person_is_one_however_many_keys_he_has() -> None:
    """Two signatures, and a decision beside its proposal, want two people."""
    story = open_story(AT_ONCE)
    story.add("clerk", "hr", "M")
    story.add("cashier", "finance", "M")
    case = story.leader.record("d", "E", at="2026-08-31")["case"]["id"]
    said = {"subject": "E", "case": case, "outcome": "declined"}
    assert code(story.clerk("POST", "/v1/dismissals", said)) == (403, "same_person")
    assert "dismissal" not in [item["step"] for item in story.clerk.get("/v1/tasks")["items"]]
    month = "/v1/periods/2026-07"
    for step in ("cut-off", "reconcile", "lock"):
        assert story.clerk("POST", f"{month}/{step}").status_code == 200
    assert code(story.cashier("POST", f"{month}/lock")) == (409, "already_signed")
    assert story.finance("POST", f"{month}/lock").status_code == 200
    open_fund(story.company)
    story.hr.record("f", "G", at="2026-08-20", procedure="immediate")
    story.until("2026-09-02T09:00:00+08:00")
    for step, who in (("cut-off", "hr"), ("reconcile", "hr"), ("lock", "hr"), ("lock", "finance")):
        assert story.people[who]("POST", f"/v1/periods/2026-08/{step}").status_code == 200
    asked = {"amount": "1", "purpose": "茶水", "reason": "夏日"}
    assert story.clerk("POST", "/v1/funds/kf/spend", asked).status_code == 200
    assert code(story.cashier("POST", "/v1/funds/kf/spend", asked)) == (409, "already_signed")
    assert story.finance("POST", "/v1/funds/kf/spend", asked).status_code == 200
