"""Dismissals answered and things to do marked done on pages, by a browser without scripts."""

from __future__ import annotations

from typing import Any

from tests.making.browser import Tab, signed_in
from tests.making.story import Story, open_story
from tests.stories.test_dismissals import AT_ONCE, GATE, proposed

from shangfa.domain.cases.gate import STATUSES

CHECKS: dict[str, Any] = {f"dismissal__protected__{name}": "false" for name in STATUSES}
FILLED: dict[str, Any] = {
    "dismissal__ground": "39-2",
    "dismissal__union__notified_on": "2026-08-30",
    "dismissal__decided_by": "总经理",
    "evidence": "监控录像",
    "note": "已核实",
} | CHECKS


def there(case: str, subject: str = "E") -> str:
    return f"/console/dismissals/case/{case}?subject={subject}"


def state(story: Story, case: str) -> str:
    (one,) = story.hr.get(f"/v1/cases/{case}")["dismissals"]
    return str(one["state"])


def test_a_dismissal_is_answered_with_all_that_the_law_wants() -> None:
    story = open_story(AT_ONCE)
    case = proposed(story)
    tab = signed_in(story.hr.key)
    assert there(case) in tab.get("/console/").links
    assert "只是建议" in tab.page.text
    tab.get(f"/console/cases/{case}")
    assert "只是建议" in tab.page.text
    assert there(case) in tab.read.links
    tab.get(there(case))
    for left in FILLED.keys() - {"note"}:
        given = {name: value for name, value in FILLED.items() if name != left}
        tab.get(there(case))
        page = tab.press("approved", 422, **given)
        assert "missing" in page.text, left
        form = next(form for form in page.forms if ("step", "approved") in form.buttons)
        typed = dict(form.fields)
        assert all(typed[name.replace("__", ".")] == value for name, value in given.items()), left
        assert 'class="wrong"' in tab.page.text, left
    assert state(story, case) == "proposed"
    tab.get(there(case))
    tab.press("approved", **FILLED)
    assert tab.path == f"/console/dismissals/case/{case}"
    assert state(story, case) == "approved"
    (found,) = story.hr.get("/v1/dismissals")["items"]
    assert found["dismissal"] == GATE
    assert (found["evidence"], found["note"]) == (["监控录像"], "已核实")
    assert "39-2 严重违反规章制度" in tab.get(there(case)).text
    assert not [form for form in tab.read.forms if ("step", "approved") in form.buttons]
    assert "protected" not in signed_in(story.employee.key).get(there(case)).text


def test_a_protected_person_is_told_beside_the_check_and_declining_takes_nothing() -> None:
    story = open_story(AT_ONCE)
    case = proposed(story)
    tab = signed_in(story.hr.key)
    tab.get(there(case))
    pregnant = {"dismissal__ground": "40-2", "dismissal__protected__maternity": "true"}
    page = tab.press("approved", 422, **(FILLED | pregnant))
    assert "protected_person" in page.text
    tab.press("declined", note="不予解除")
    assert state(story, case) == "declined"
    assert "不予解除" in tab.get(there(case)).text
    assert "只是建议" not in tab.get(f"/console/cases/{case}").text


def test_who_may_not_answer_has_no_form() -> None:
    story = open_story(AT_ONCE)
    case = proposed(story)
    for by in (story.leader, story.employee, story.auditor):
        page = signed_in(by.key).get(there(case))
        assert not [form for form in page.forms if ("step", "approved") in form.buttons]
    assert signed_in(story.other.key).get(there(case), 404)


def test_the_one_concerned_sees_it_on_his_own_page() -> None:
    story = open_story(AT_ONCE)
    case = proposed(story)
    tab = signed_in(story.employee.key)
    assert there(case) in tab.get("/console/me").links
    assert there(case) in tab.get(f"/console/cases/{case}").links


def test_a_named_approver_with_an_employees_key_answers_it() -> None:
    story = open_story(AT_ONCE)
    story.company.hire("Z")
    named = story.add("z", "employee", "Z")
    put = story.hr(
        "PUT", "/v1/approvals", {"rules": [{"level": "dismissal", "person": "Z"}]}, If_Match='"0"'
    )
    assert put.status_code == 200, put.text
    case = proposed(story)
    tab = signed_in(named.key)
    assert there(case) in tab.get("/console/").links
    tab.get(there(case))
    form = {name: value for name, value in FILLED.items() if "decided_by" not in name}
    tab.press("approved", **form)
    assert state(story, case) == "approved"


def test_the_gate_of_a_procedure_is_a_form_too() -> None:
    story = open_story()
    case = str(story.leader.record("d", "E", at="2026-08-31")["case"]["id"])
    story.hr.take(case, "defend", evidence=["面谈记录"])
    tab = signed_in(story.hr2.key)
    tab.get(f"/console/cases/{case}")
    assert "missing" in tab.press("approve", 422).text
    given = {name: value for name, value in FILLED.items() if name != "evidence"}
    tab.press("approve", **given)
    case_now = story.hr.get(f"/v1/cases/{case}")
    assert case_now["state"] == "service"
    assert case_now["history"][-1]["dismissal"] == GATE
    served = signed_in(story.hr.key)
    served.get(f"/console/cases/{case}")
    assert '<option value="公告送达">' in served.page.text
    assert "missing" in served.press("serve", 422, method="公告送达").text
    served.press("serve", attempts="直接送达\n邮寄送达")
    last = story.hr.get(f"/v1/cases/{case}")["history"][-1]
    assert (last["method"], last["attempts"]) == ("announcement", ["direct", "post"])
    assert "送达方式: 公告送达" in served.read.text
    tab.get(f"/console/cases/{case}")
    for raw in ("{'", "True", "False", "notified_on"):
        assert raw not in tab.read.text
    assert "通知日期：2026-08-30" in tab.read.text


def test_what_is_to_be_done_is_asked_and_marked_done_on_pages() -> None:
    story = open_story()
    case = story.effective("f", "E")
    tab = signed_in(story.hr.key)
    tab.get(f"/console/cases/{case}/follow-ups")
    assert "missing" in tab.press("ask", 422, what="参加安全培训").text
    both = {"due_on": "2026-10-01", "role": "hr", "person": "E"}
    assert "invalid" in tab.press("ask", 422, **both).text
    tab.press("ask", role="")
    assert tab.path == f"/console/cases/{case}"
    assert "参加安全培训" in tab.read.text
    mine = signed_in(story.employee.key)
    for page in ("/console/", "/console/me"):
        assert "参加安全培训" in mine.get(page).text
    marked(mine, "done", "已参加")
    (item,) = story.hr.get(f"/v1/follow-ups?case={case}")["items"]
    assert (item["note"], item["done_at"] is not None) == ("已参加", True)
    assert "参加安全培训" not in mine.get("/console/").text
    assert "已参加" in tab.get("/console/follow-ups").text
    key = item["id"]
    assert signed_in(story.other.key).get(f"/console/follow-ups/{key}", 404)


def marked(tab: Tab, button: str, note: str) -> None:
    form = next(form for form in tab.read.forms if ("step", button) in form.buttons)
    tab.send(form, {"step": button}, {"note": note})


def test_it_is_done_once_and_no_more_typed_than_fits() -> None:
    story = open_story()
    case = story.effective("d", "E", dismissal=GATE)
    _, first, second = story.hr.get(f"/v1/follow-ups?case={case}")["items"]
    tab = signed_in(story.hr.key)
    tab.get(f"/console/follow-ups/{first['id']}")
    assert "invalid" in tab.press("done", 422, note="长" * 2_001).text
    tab.press("done", note="已出具")
    page = signed_in(story.hr2.key).get(f"/console/follow-ups/{first['id']}")
    assert not [form for form in page.forms if ("step", "done") in form.buttons]
    open_still = tab.get("/console/follow-ups?open=true").links
    assert f"/console/follow-ups/{second['id']}" in open_still
    assert f"/console/follow-ups/{first['id']}" not in open_still
