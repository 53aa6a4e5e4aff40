"""Who has read which policy: said by himself, or by HR from what he signed."""

from __future__ import annotations

from typing import Any

from tests.making.browser import signed_in
from tests.making.story import RULES, Story, open_story


def unread(story: Story, **asked: str) -> list[tuple[Any, ...]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    items = story.hr.get(f"/v1/reports/unread?{query}")["items"]
    return [(item["policy"], item["version"], item["subject"]) for item in items]


def versions(story: Story) -> str:
    (policy,) = story.hr.get("/v1/policies")["items"]
    return f"/v1/policies/{policy['id']}/versions"


def said(who: Any, where: str, **body: str) -> tuple[int, Any]:
    response = who("POST", f"{where}/receipts", body)
    return response.status_code, response.get_json()


def test_who_has_not_read_the_version_in_force() -> None:
    story = open_story()
    where = versions(story)
    everybody = [("rules", 1, code) for code in "BEGM"]
    assert unread(story) == unread(story, policy="rules") == everybody
    assert unread(story, policy="other") == []
    status, found = said(story.employee, f"{where}/1")
    assert (status, found["subject"], found["version"]) == (200, "E", 1)
    assert said(story.employee, f"{where}/1") == (200, found)
    signed = said(story.hr, f"{where}/1", subject="G", read_on="2026-08-01")[1]
    assert signed["read_on"] == "2026-08-01"
    for who, body, code in (
        (story.employee, {"subject": "G"}, "forbidden"),
        (story.leader, {"subject": "E"}, "forbidden"),
        (story.hr, {}, "missing"),
        (story.hr, {"subject": "nobody"}, "not_found"),
        (story.hr, {"subject": "B", "read_on": "2999-01-01"}, "invalid"),
    ):
        assert said(who, f"{where}/1", **body)[1]["code"] == code
    assert said(story.employee, f"{where}/2")[0] == 404
    assert unread(story) == [("rules", 1, "B"), ("rules", 1, "M")]
    assert [item["version"] for item in story.employee.get("/v1/me/data")["receipts"]] == [1]
    noted = story.hr.get("/v1/audit?limit=200")["items"]
    kinds = [item["kind"] for item in noted if item["kind"] == "policy.acknowledged"]
    assert len(kinds) == 2
    tab = signed_in(story.leader.key)
    page = versions(story).replace("/v1", "/console").replace("/versions", "/1")
    tab.get(page)
    tab.press("read")
    assert "已阅读，日期" in tab.page.text
    assert unread(story) == [("rules", 1, "B")]
    story.company.publish(RULES.replace("2000-01-01", "2026-08-01"))
    assert unread(story) == [("rules", 2, code) for code in "BEGM"]


def test_only_whom_a_policy_is_about_must_read_it() -> None:
    scope = "scope: {kinds: [employee], departments: [客服部]}\nclauses:"
    story = open_story(RULES.replace("clauses:", scope))
    story.company.hire("P", kind="partner")
    assert [code for _, _, code in unread(story)] == ["B", "E", "G", "M"]
    story.company.hire("S", department="仓储部")
    story.company.hire("K", department="客服部")
    assert [code for _, _, code in unread(story)] == ["B", "E", "G", "K", "M"]
    draft = story.hr("POST", versions(story), RULES.encode(), Content_Type="application/yaml")
    assert draft.status_code == 201, draft.text
    assert said(story.employee, f"{versions(story)}/2")[0] == 404
