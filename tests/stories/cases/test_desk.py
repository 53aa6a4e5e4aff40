"""S34 and S32: a complaint is answered in time or goes up, level by level."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from tests.making.story import Story, open_tenant

LEVELS = ["received", "level_2", "level_3", "level_4", "top_level"]


@pytest.fixture
def story() -> Story:
    """The hotline; its cases are complaints."""
    return open_tenant("service-hotline", leader="H02")


def received(story: Story) -> tuple[str, datetime]:
    said = story.hr.record("请示-1", "H04", at="2026-08-31")
    assert (said["case"]["procedure"], said["case"]["state"]) == ("complaint_desk", "received")
    (clock,) = said["case"]["clocks"]
    assert (clock["step"], clock["silence"]) == ("answer", "escalation")
    return str(said["case"]["id"]), datetime.fromisoformat(clock["due_at"])


def test_silence_takes_a_complaint_up_to_the_top_each_clock_from_the_last(story: Story) -> None:
    case, _ = received(story)
    story.until("2026-12-01T09:00:00+08:00")
    found = story.hr.get(f"/v1/cases/{case}")
    assert found["state"] == "top_level"
    steps = found["history"]
    assert [line["state"] for line in steps] == LEVELS
    times = [datetime.fromisoformat(line["at"]) for line in steps]
    minutes = [round((b - a).total_seconds() / 60) for a, b in pairwise(times)]
    assert minutes == [30, 30, 20, 10]
    (clock,) = found["clocks"]
    assert clock["silence"] == "nothing"
    answered = story.hr.take(case, "answer", note="已答复客户")
    assert (answered["state"], answered["decision"]["state"]) == ("closed", "closed")
    assert story.balances("H04") == {}


def test_a_major_complaint_goes_to_the_top_at_once_and_may_end_in_an_incident(
    story: Story,
) -> None:
    case, _ = received(story)
    assert story.leader.take(case, "report", note="媒体关注")["state"] == "top_level"
    assert story.leader.refused(case, "establish") == (403, "forbidden")
    found = story.hr.take(case, "establish", note="查实")
    assert (found["state"], found["decision"]["state"]) == ("effective", "effective")
    assert story.balances("H04") == {"clause": "1"}
    assert story.company.differences() == []


def test_an_answer_in_time_ends_it(story: Story) -> None:
    case, _ = received(story)
    assert story.leader.take(case, "answer", note="当场答复")["state"] == "closed"
    body = {"subject": "H04", "clause": "请示-1", "occurred_at": "2026-08-31", "draft": True}
    refused = story.hr("POST", "/v1/incidents", body)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "invalid")
