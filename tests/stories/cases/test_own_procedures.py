"""Procedures that a company brings over HTTP: every fault with its line, versions, open cases."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.story import RULES, Story, open_story

OWN = """
procedure: talk
title: 谈话
start: open
states:
  open:
  done: {counts: 'yes'}
steps:
  - {step: decide, from: open, to: done, by: [hr], does: decide}
"""
LONGER = OWN.replace("  done: {", "  heard:\n  done: {").replace(
    "  - {step: decide, from: open,", "  - {step: hear, from: open, to: heard, by: [hr]}\n"
    "  - {step: decide, from: heard,"
)  # fmt: skip
YAML = "application/yaml"


def sent(story: Story, text: str, who: str = "hr") -> Any:
    return story.people[who]("POST", "/v1/procedures", text.encode(), Content_Type=YAML)


def test_a_new_version_leaves_open_cases_as_they_began() -> None:
    story = open_story()
    made = sent(story, OWN)
    assert (made.status_code, made.get_json()["version"]) == (201, 1)
    assert sent(story, OWN).get_json()["version"] == 1
    story.company.publish(
        RULES.replace("complaint_desk]", "complaint_desk, talk]").replace("2000-", "2001-")
    )
    first = story.hr.record("f", "E", at="2026-08-31", procedure="talk")["case"]["id"]
    assert sent(story, LONGER).get_json()["version"] == 2
    second = story.hr.record("f", "E", at="2026-08-31", procedure="talk")["case"]["id"]
    steps = [
        [item["step"] for item in story.hr.get(f"/v1/cases/{case}")["allowed"]]
        for case in (first, second)
    ]
    assert steps == [["decide"], ["hear"]]
    assert story.hr.take(first, "decide")["state"] == "done"
    own = [item for item in story.hr.get("/v1/procedures")["items"] if item["own"]]
    assert [(item["name"], set(item["states"])) for item in own] == [
        ("talk", {"open", "heard", "done"})
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param(("by: [hr]", "by: []"), 9, id="a step nobody may take"),
        pytest.param(("to: done", "to: gone"), 9, id="a state that is none"),
        pytest.param(("  open:\n", "  open:\n  lost:\n"), 7, id="a state nothing leads to"),
        pytest.param(("procedure: talk", "procedure: slip"), 2, id="a name of ours"),
        pytest.param(("start: open", "start: open\nbegin: x"), 5, id="an unknown word"),
        pytest.param(("steps:", "steps: ["), 9, id="no YAML"),
    ],
)
def test_a_fault_is_told_with_its_line(story: Story, change: tuple[str, str], line: int) -> None:
    response = sent(story, OWN.replace(*change))
    assert response.status_code in {400, 422}
    places = [item.get("place", "") for item in response.get_json()["errors"]]
    assert f"procedure:{line}" in places, response.text


def test_only_hr_brings_one(story: Story) -> None:
    for who in ("leader", "employee", "finance", "auditor"):
        assert sent(story, OWN, who).status_code == 403
