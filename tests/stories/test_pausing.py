"""Clocks that stand still for a reason: nobody's time runs, and all of it is left afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.making.story import Story, open_story, open_tenant

from shangfa.services.cases.moves import clocks


def clock(story: Story, case: str) -> Any:
    (found,) = story.hr.get(f"/v1/cases/{case}")["clocks"]
    return found


def test_as_many_working_days_are_left_as_were() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    assert clock(story, case)["due_at"] == "2026-09-04T23:59:59+08:00"
    story.until("2026-09-02T12:00:00+08:00")
    assert story.hr.refused(case, "pause") == (422, "missing")
    assert story.hr.refused(case, "resume", note="好了") == (409, "illegal_step")
    assert story.leader.refused(case, "pause", note="住院")[0] == 403
    found = story.hr.take(case, "pause", note="当事人住院")
    assert (found["state"], found["history"][-1]["note"]) == ("defence", "当事人住院")
    assert clock(story, case)["paused_at"] == "2026-09-02T12:00:00+08:00"
    assert story.hr.refused(case, "pause", note="又") == (409, "illegal_step")
    story.until("2026-09-28T09:00:00+08:00")
    clocks.sweep()
    assert story.hr.get(f"/v1/cases/{case}")["state"] == "defence"
    assert story.hr.get("/v1/reports/overdue")["items"] == []
    story.hr.take(case, "resume", note="出院")
    assert clock(story, case)["paused_at"] is None
    # Two working days were left: 29 and 30 September.
    assert clock(story, case)["due_at"] == "2026-09-30T23:59:59+08:00"
    story.until("2026-10-01T00:00:00+08:00")
    assert story.hr.get(f"/v1/cases/{case}")["state"] == "approval"
    assert story.company.differences() == []


def test_what_stands_still_may_be_gone_on_with() -> None:
    story = open_story()
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    story.hr.take(case, "pause", note="等待警方")
    story.employee.take(case, "defend", note="当时在处理客户")
    found = story.hr.take(case, "approve", note="属实")
    assert found["state"] == "service"
    found = story.hr.take(case, "serve", method="direct")
    assert found["clocks"][0]["paused_at"] is None


def test_a_desk_waits_for_the_customer_by_the_minute() -> None:
    story = open_tenant("service-hotline", leader="H02")
    case = story.hr.record("请示-1", "H04", at="2026-08-31")["case"]["id"]
    due = datetime.fromisoformat(clock(story, case)["due_at"])
    story.until((due - timedelta(minutes=10)).isoformat())
    story.hr.take(case, "pause", note="等客户回电")
    story.until((due + timedelta(hours=5)).isoformat())
    assert story.hr.get(f"/v1/cases/{case}")["state"] == "received"
    story.hr.take(case, "resume", note="客户已回电")
    again = datetime.fromisoformat(clock(story, case)["due_at"])
    assert again == due + timedelta(hours=5, minutes=10)
    story.until((again + timedelta(seconds=1)).isoformat())
    assert story.hr.get(f"/v1/cases/{case}")["state"] == "level_2"
