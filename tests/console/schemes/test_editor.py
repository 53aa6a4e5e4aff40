"""A scheme is edited by forms: a clause is changed, tried out and kept as a new draft."""

from __future__ import annotations

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.firm import YAML, next_version
from tests.making.story import RULES, Story, open_story

COMMENTED = RULES.replace("clauses:", "# 条款如下\nclauses:").replace(
    "amount: 20}}", "amount: 20}}  # 二十元"
)


@pytest.fixture(scope="module")
def firm() -> Story:
    """A company whose scheme has comments, with a fine in force."""
    story = open_story(COMMENTED)
    story.effective("w", "E", at="2026-08-30")
    story.effective("w", "E", at="2026-08-31")
    return story


@pytest.fixture
def hr(firm: Story) -> Tab:
    """A browser of HR, at the desk."""
    tab = signed_in(firm.hr.key)
    policy = firm.hr.get("/v1/policies")["items"][0]["id"]
    tab.get(f"/console/policies/{policy}/1/edit")
    return tab


def latest(story: Story) -> tuple[int, str, list[dict[str, object]]]:
    """Return the newest version: its number, its text, its clauses."""
    policy = story.hr.get("/v1/policies")["items"][0]["id"]
    number = max(item["version"] for item in story.hr.get(f"/v1/policies/{policy}")["versions"])
    found = story.hr.get(f"/v1/policies/{policy}/versions/{number}")
    return number, found["source"], found["document"]["clauses"]


def test_a_clause_is_changed_tried_and_kept_as_a_new_draft(firm: Story, hr: Tab) -> None:
    before = latest(firm)
    hr.press("clauses/2", name="open")
    hr.press("check", 422, params__amount="二十五")
    assert 'id="f-params.amount-wrong"' in hr.page.text
    hr.press("check", params__amount="25.50")
    assert "没有错误" in hr.read.text
    trial = {"try__subject": "E", "try__occurred_at": "2026-09-01", "try__quantity": "2"}
    hr.press("try", **trial)
    assert "-51.00" in hr.read.text
    assert firm.balances("E") == {"warning": "2"}
    hr.press("put")
    hr.press("save")
    number, text, clauses = latest(firm)
    assert number == before[0] + 1
    assert hr.path.endswith(f"/{number}")
    assert clauses[2]["params"] == {"amount": "25.50"}
    changed = [line for line in before[1].splitlines() if line not in text.splitlines()]
    assert len(changed) == 1
    assert "# 条款如下" in text
    assert "# 二十元" in text


def test_what_is_added_counts_what_was_posted_before(firm: Story, hr: Tab) -> None:
    hr.press("mark", name="add")
    hr.press("put", 422, code="新", title="警告二", params__mark="没有")
    assert 'id="f-params.mark-wrong"' in hr.page.text
    trial = {"try__subject": "E", "try__occurred_at": "2026-08-31"}
    hr.press("try", code="新", title="警告二", params__mark="warning", **trial)
    assert "小过" in hr.read.text, "three warnings of a month make a minor demerit"
    hr.press("try", 422, try__subject="没有")
    assert 'id="f-try.subject-wrong"' in hr.page.text
    hr.press("put")
    hr.press("roll_up", name="add")
    said = {"params__of": "minor_demerit", "params__every": "2", "params__within": "year"}
    hr.press("put", code="升", title="二小过一大过", params__gives="major_demerit", **said)
    assert "升" in hr.read.text
    assert latest(firm)[2][-1]["code"] != "新", "nothing is kept yet"


def test_a_fact_of_the_clause_is_asked_for_when_it_is_tried(firm: Story) -> None:
    other = open_story(
        RULES.replace(
            "title: 罚款, kind", "title: 罚款, facts: {late: bool}, when: {late: true}, kind"
        )
    )
    tab = signed_in(other.hr.key)
    policy = other.hr.get("/v1/policies")["items"][0]["id"]
    tab.get(f"/console/policies/{policy}/1/edit")
    tab.press("clauses/2", name="open")
    trial = {"try__subject": "E", "try__occurred_at": "2026-08-31"}
    tab.press("try", facts__late="true", **trial)
    assert "-20.00" in tab.read.text
    tab.press("try", facts__late="false")
    assert "-20.00" not in tab.read.text


def test_who_is_slower_sees_what_was_kept_meanwhile_and_keeps_his_text(
    firm: Story, hr: Tab
) -> None:
    hr.press("clauses/1", name="open")
    hr.press("put", title="小过（改）")
    policy = firm.hr.get("/v1/policies")["items"][0]["id"]
    made = firm.hr("POST", f"/v1/policies/{policy}/versions", next_version(), **YAML)
    assert made.status_code == 201
    read = hr.press("save", 412)
    assert 'id="meanwhile"' in hr.page.text
    assert "25" in read.text
    hr.press("save")
    assert latest(firm)[2][1]["title"] == "小过（改）"


def test_what_a_change_breaks_elsewhere_is_told_at_the_top(hr: Tab) -> None:
    form = next(form for form in hr.read.forms if ("step", "save") in form.buttons)
    text = dict(form.fields)["document"].replace("gives: minor_demerit", "gives: warning")
    page = hr.client.post(hr.path, data=dict(form.fields) | {"document": text, "step": "look"})
    assert "circular_reaction" in page.text


def test_a_clause_that_no_form_shows_says_so_and_what_is_bad_breaks_nothing(hr: Tab) -> None:
    assert "只能在文件里修改" in hr.read.text
    form = next(form for form in hr.read.forms if ("step", "save") in form.buttons)
    for pressed, status in (
        ({"open": "clauses/3"}, 200),
        ({"open": "clauses/99"}, 404),
        ({"open": "clauses/-1"}, 404),
        ({"open": "x"}, 404),
        ({"step": "put", "place": "clauses/3", "form": "fine", "code": "b"}, 404),
        ({"step": "put", "place": "reactions/0", "form": "fine", "code": "x"}, 404),
        ({"step": "put", "place": "clauses/0", "form": "没有", "code": "w"}, 404),
    ):
        sent = dict(form.fields) | pressed
        page = hr.client.post(hr.path, data=sent)
        assert page.status_code == status, (pressed, page.text)
    for text in ("", "[1]", "a: [", "clauses: {}\n", "policy: rules\nclauses: [1, {code: x}]\n"):
        page = hr.client.post(hr.path, data=dict(form.fields) | {"document": text, "step": "look"})
        assert page.status_code in {200, 400, 422}, (text, page.text)


def test_a_condition_and_its_facts_are_typed_as_lines(firm: Story, hr: Tab) -> None:
    hr.press("clauses/2", name="open")
    hr.press("check", 422, when="minutes ~ 10")
    assert 'aria-describedby="f-when-wrong"' in hr.page.text
    hr.press("check", 422, when="minutes > 10")
    assert 'aria-describedby="f-when-wrong"' in hr.page.text, "nobody tells it the minutes"
    hr.press("check", facts="minutes number 迟到分钟", when="minutes > 10")
    assert "没有错误" in hr.read.text
    trial = {"try__subject": "E", "try__occurred_at": "2026-09-01", "facts__minutes": "11"}
    hr.press("try", **trial)
    assert "-20.00" in hr.read.text
    hr.press("put")
    hr.press("save")
    _, text, clauses = latest(firm)
    assert clauses[2]["when"] == {"minutes": {"over": 10}}
    assert "facts: {minutes: {type: number, zh: 迟到分钟}}" in text
