"""What pages say beyond codes: titles, states, what comes next, and what is offered meanwhile."""

from __future__ import annotations

import json

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.story import Story, open_story

from shangfa.documents.procedure.read import builtin
from shangfa.services.access.authentication import authenticate
from shangfa.services.reports import insight

NEW = "/console/incidents/new"


@pytest.fixture(scope="module")
def hr(story: Story) -> Tab:
    """A browser of HR."""
    return signed_in(story.hr.key)


@pytest.mark.parametrize(
    ("procedure", "state", "ahead"),
    [
        ("default", "draft", ("defence", "approval", "service", "effective", "closed")),
        ("default", "approval", ("service", "effective", "closed")),
        ("default", "appeal", ("effective", "closed")),
        ("default", "withdrawn", ()),
        ("slip", "signature", ("approval", "filing", "effective")),
    ],
)
def test_a_case_has_a_road_ahead(procedure: str, state: str, ahead: tuple[str, ...]) -> None:
    assert builtin()[procedure].ahead(state) == ahead


def test_a_case_says_its_clause_its_state_and_what_a_step_leads_to(story: Story, hr: Tab) -> None:
    story.leader.record("f", "E", at="2026-08-31")
    listed = hr.get("/console/cases").text
    assert "罚款" in listed
    assert 'class="badge waits">申辩' in hr.page.text
    link = next(link for link in hr.read.links if link.startswith("/console/cases/01"))
    read = hr.get(link).text
    assert "办理后进入： 待审批" in " ".join(read.split())
    assert "待审批 → 待送达 → 生效 → 结案" in " ".join(read.split())


def test_the_next_page_of_a_list_keeps_what_was_looked_for(story: Story, hr: Tab) -> None:
    for _ in range(51):
        story.leader.record("q", "G", at="2026-08-31", procedure="immediate")
    hr.get("/console/incidents?subject=G&clause=q")
    link = next(link for link in hr.read.links if "cursor=" in link)
    assert "subject=G" in link
    assert "clause=q" in link


def test_who_and_what_is_meant_is_offered_while_somebody_types(story: Story) -> None:
    leader = signed_in(story.leader.key)
    token = dict(leader.get(NEW).forms[0].fields)["form_token"]

    def asked(**values: str) -> str:
        sent = {"form_token": token, "step": "preview", "occurred_at": "2026-08-31", **values}
        answer = leader.client.post(NEW, data=sent, headers={"Shangfa-Part": "preview"})
        assert answer.status_code == 200
        return answer.text

    assert 'name="pick_clause" value="rules|b"' in asked(subject="E", clause="罚款")
    assert "没有找到这一天可用的条款" in asked(subject="E", clause="无此条")
    assert "没有找到。" in asked(subject="无此人", clause="f")
    assert "-20.00" in asked(subject="E", clause="f")
    assert "罚款" not in asked(subject="", clause="")


def test_one_fetches_what_is_kept_about_oneself(story: Story) -> None:
    employee = signed_in(story.employee.key)
    assert "/console/me/data.json" in employee.get("/console/me").links
    answer = employee.client.get("/console/me/data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(answer.data)["subject"]["code"] == "E"


def test_what_takes_long_to_count_is_kept_for_a_while(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr, other = authenticate(story.hr.key), authenticate(open_story().hr.key)
    assert insight.read(hr, "2026-08") is not insight.read(hr, "2026-08")
    monkeypatch.setattr(insight, "SLOW", 0.0)
    kept = insight.read(hr, "2026-08")
    assert insight.read(hr, "2026-08") is kept
    assert insight.read(hr, "2026-07") is not kept
    assert insight.read(other, "2026-08") is not kept
