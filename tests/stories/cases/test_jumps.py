"""The clock jumps a month, and a year: each clock runs once, at its own moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.making.house import at_once
from tests.making.story import Story

from shangfa.jobs import running

MORE = {"2026-10-05T09:00:00+08:00": "a month", "2027-09-05T09:00:00+08:00": "a year"}


def steps(story: Story, case: str) -> list[tuple[str, str, str]]:
    found = story.hr.get(f"/v1/cases/{case}")
    return [(line["step"], line["state"], line["at"]) for line in found["history"]]


@pytest.mark.parametrize("moment", [pytest.param(at, id=name) for at, name in MORE.items()])
def test_a_jump_runs_each_clock_once_at_its_own_moment(story: Story, moment: str) -> None:
    heard, draft = (
        str(story.leader.record("w", "E", at="2026-08-31", **more)["case"]["id"])
        for more in ({}, {"draft": True})
    )
    closing = story.effective("f", "G")
    appealed = story.effective("f", "E")
    story.employee.take(appealed, "appeal", grounds="不属实")
    clocks = {case: story.hr.get(f"/v1/cases/{case}")["clocks"] for case in (heard, closing)}
    story.until(moment)
    at_once([lambda: running.run_clocks(0) for _ in range(3)])
    moved = {case: steps(story, case)[-1] for case in (heard, closing)}
    assert moved[heard][:2] == ("silence", "approval")
    assert moved[closing][1] == "closed"
    for case, (_, _, at) in moved.items():
        late = datetime.fromisoformat(at) - datetime.fromisoformat(clocks[case][0]["due_at"])
        assert late == timedelta(seconds=1), "it happened when it was due, not when it was seen"
    assert [step for step, *_ in steps(story, draft)] == ["record"]
    assert steps(story, appealed)[-1][1] == "appeal", "an appeal waits for somebody"
    before = {case: steps(story, case) for case in (heard, closing, draft, appealed)}
    at_once([lambda: running.run_clocks(0) for _ in range(3)])
    assert {case: steps(story, case) for case in before} == before
    assert story.company.differences() == []


def test_a_year_nobody_has_loaded_is_said_and_spoils_nothing(story: Story) -> None:
    draft = str(story.leader.record("w", "E", at="2026-08-31", draft=True)["case"]["id"])
    story.until("2027-10-05T09:00:00+08:00")
    tried: Any = story.leader("POST", f"/v1/cases/{draft}/submit", {}, If_Match="*")
    said = tried.get_json()
    assert (tried.status_code, said["code"]) == (422, "calendar_missing")
    assert "shangfa calendar load" in said["detail_en"]
    assert [step for step, *_ in steps(story, draft)] == ["record"]
