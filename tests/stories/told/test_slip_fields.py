"""What a slip says besides the decision: the union, earlier ones, what to put right, stand-ins."""

from __future__ import annotations

from typing import Any

from docx import Document
from tests.making.story import Story, open_story
from tests.stories.cases.test_default import GATE


def slip(story: Story, case: str) -> dict[str, Any]:
    (ref,) = story.hr.get(f"/v1/cases/{case}")["slips"]
    found: dict[str, Any] = story.hr.get(f"/v1/slips/{ref['no']}")
    return found


def test_an_earlier_slip_of_the_same_clause_is_named_while_it_stands() -> None:
    story = open_story()
    old = slip(story, story.effective("f", "E", at="2025-08-28"))
    first, again = (story.effective("f", "E", at=day) for day in ("2026-08-29", "2026-08-31"))
    other = story.effective("f", "G", at="2026-08-31")
    assert old["repeat_of"] == slip(story, first)["repeat_of"] == []
    assert slip(story, again)["repeat_of"] == [slip(story, first)["no"]]
    assert slip(story, other)["repeat_of"] == []
    story.hr.take(first, "appeal", grounds="没有迟到", evidence=["打卡记录"])
    story.hr2.take(first, "reverse", note="属实")
    assert slip(story, story.effective("f", "E", at="2026-08-30"))["repeat_of"] == []


def test_what_is_to_be_put_right_is_said_and_asked() -> None:
    story = open_story()
    said = {"correction": "完成安全培训", "correct_by": "2026-09-20"}
    case = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    story.hr.take(case, "defend", evidence=["面谈记录"])
    for given, code in (
        ({"correction": "完成培训"}, "missing"),
        ({"correct_by": "2026-09-20"}, "missing"),
        (said | {"correct_by": "2020-01-01"}, "invalid"),
        (said | {"correct_by": "soon"}, "invalid"),
    ):
        assert story.hr.refused(case, "approve", **given) == (422, code), given
    story.hr.take(case, "approve", **said)
    assert story.employee.get("/v1/tasks")["items"] == []
    story.hr.take(case, "serve", method="direct")
    found = slip(story, case)
    assert (found["correction"], found["correct_by"]) == ("完成安全培训", "2026-09-20")
    (task,) = story.employee.get("/v1/tasks")["items"]
    assert (task["step"], task["due_at"][:10]) == ("follow_up", "2026-09-20")


def test_the_union_and_who_stood_in_are_on_the_slip(tmp_path: Any) -> None:
    story = open_story()
    story.company.hire("C", name="代理人")
    rules = [{"level": "dismissal", "person": "B"}]
    delegates = [{"person": "B", "stands_in": "C", "since": "2026-01-01", "until": "2026-12-31"}]
    story.hr("PUT", "/v1/approvals", {"rules": rules, "delegates": delegates}, **{"If-Match": "*"})
    case = story.leader.record("d", "E", at="2026-08-31")["case"]["id"]
    story.hr.take(case, "defend", evidence=["面谈记录"])
    stand_in = story.add("stand_in", "supervisor", "C")
    union = {"notified_on": "2026-08-30", "opinion": "无异议"}
    stand_in.take(case, "approve", dismissal=GATE | {"union": union})
    story.hr.take(case, "serve", method="direct")
    found = slip(story, case)
    assert found["union"] == union
    (step,) = (step for step in found["steps"] if step["step"] == "approve")
    assert step["delegate_of"]
    path = tmp_path / "slip.docx"
    path.write_bytes(story.hr("GET", f"/v1/slips/{found['no']}.docx").data)
    text = "\n".join(cell.text for row in Document(str(path)).tables[0].rows for cell in row.cells)
    assert "2026-08-30 通知工会；无异议" in text
    assert f"（代{step['delegate_of']}）" in text


def test_who_approves_depends_on_the_grade_of_whom_it_concerns() -> None:
    story = open_story()
    story.company.hire("K", supervisor="M", attributes={"grade": "经理"})
    rules = [{"grade": "经理", "role": "finance"}]
    answer = story.hr("PUT", "/v1/approvals", {"rules": rules}, **{"If-Match": "*"})
    assert answer.get_json()["rules"][0]["grade"] == "经理"
    for code, roles in (("K", ["finance"]), ("E", ["hr", "supervisor"])):
        case = story.leader.record("f", code, at="2026-08-31")["case"]["id"]
        story.hr.take(case, "defend", evidence=["面谈记录"])
        allowed = story.hr.get(f"/v1/cases/{case}")["allowed"]
        assert [one["roles"] for one in allowed if one["step"] == "approve"] == [roles]
