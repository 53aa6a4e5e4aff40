"""The default procedure: proposed, heard, approved, served, appealed, undone."""

from __future__ import annotations

from tests.making.story import Story


def test_a_whole_case_takes_few_requests_and_posts_only_when_it_is_effective(story: Story) -> None:
    before = sum(len(person.calls) for person in story.people.values())
    said = story.leader.record("w", "E", at="2026-08-31")
    case = said["case"]["id"]
    assert said["case"]["state"] == "defence"
    assert said["case"]["procedure"] == "default"
    assert said["decision"]["state"] == "proposed"
    (clock,) = said["case"]["clocks"]
    assert (clock["step"], clock["silence"]) == ("defend", "recorded")
    assert clock["due_at"] == "2026-09-04T23:59:59+08:00"
    assert {item["step"]: item["roles"] for item in said["case"]["allowed"]} == {
        "defend": ["subject", "hr"],
        "withdraw": ["proposer", "hr"],
    }
    story.employee.take(case, "defend", note="当时在处理客户")
    approved = story.hr.take(case, "approve", note="属实")
    assert (approved["state"], approved["decision"]["state"]) == ("service", "proposed")
    served = story.hr.take(case, "serve", method="direct")
    assert (served["state"], served["decision"]["state"]) == ("effective", "effective")
    assert sum(len(person.calls) for person in story.people.values()) - before == 4
    assert story.balances("E") == {"warning": "1"}
    (window,) = served["clocks"]
    assert (window["step"], window["silence"]) == ("appeal", "closing")
    assert window["due_at"] == "2026-09-11T23:59:59+08:00"
    steps = [(line["step"], line["state"], line["by"]) for line in served["history"]]
    assert steps == [
        ("record", "draft", "M"),
        ("submit", "defence", "M"),
        ("defend", "approval", "E"),
        ("approve", "service", "hr"),
        ("serve", "effective", "hr"),
    ]
    assert story.company.differences() == []
