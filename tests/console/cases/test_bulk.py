"""Small cases approved together: each by itself, and only small ones."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.making.browser import Tab, signed_in
from tests.making.story import Story

from shangfa.domain.cases.acts.small import is_small

GONE = "01a22058-2302-73aa-88e9-1b93aeae68e6"
LADDER = ("warning", "minor_demerit")


def effect(account: str, unit: str, quantity: int, subject: str = "E") -> dict[str, str]:
    return {"account": account, "unit": unit, "quantity": str(quantity), "subject": subject}


WARNING = effect("marks", "warning", 1)


@pytest.mark.parametrize(
    ("effects", "small"),
    [
        ([WARNING], True),
        ([WARNING, effect("fine", "CNY", -200)], True),
        ([WARNING, effect("marks", "warning", 1, "M")], True),
        ([effect("points", "C", -2)], True),
        ([], False),
        ([WARNING, WARNING], False),
        ([effect("marks", "warning", 2)], False),
        ([effect("marks", "minor_demerit", 1)], False),
        ([effect("fine", "CNY", -150), effect("reward", "CNY", 51)], False),
        ([effect("compensation", "CNY", -1)], False),
        ([WARNING, effect("action", "dismissal", 1)], False),
    ],
)
def test_what_is_small(effects: list[dict[str, str]], small: bool) -> None:  # noqa: FBT001
    assert is_small(effects, [], LADDER) is small
    assert not is_small(effects, [Decimal(1)], LADDER)
    marked = any(item["account"] == "marks" for item in effects)
    assert is_small(effects, [], ()) is (small and not marked), "no ladder, no lowest rung"


def proposed(story: Story, clause: str, who: str = "E") -> str:
    case = str(story.leader.record(clause, who, at="2026-08-31")["case"]["id"])
    story.hr.take(case, "defend", evidence=["面谈记录"])
    return case


def boxes(tab: Tab) -> set[str]:
    form = next((form for form in tab.read.forms if ("step", "look") in form.buttons), None)
    return set() if form is None else {"cases"} & form.names


def test_those_chosen_are_approved_each_by_itself(story: Story) -> None:
    hr = signed_in(story.hr.key)
    first = proposed(story, "w", "E")
    hr.get("/console/")
    assert not boxes(hr), "one alone is not approved together"
    second, third, large = (proposed(story, clause, "G") for clause in ("w", "f", "m"))
    back = proposed(story, "f", "G")
    hr.get("/console/")
    assert set(re.findall(r'name="cases" value="([^"]+)"', hr.page.text)) == {
        first,
        second,
        third,
        back,
    }
    hr.press("look", 422)
    hr.get("/console/")
    hr.press("look", cases=[first, second, third, large, back])
    assert "请单独办理" in hr.read.text
    story.hr2.take(second, "approve")
    story.hr.take(back, "return", note="再查")
    sent = next(form for form in hr.read.forms if ("step", "approve") in form.buttons)
    assert large not in dict(sent.fields).values()
    hr.press("approve", note="情节轻微")
    assert hr.page.text.count("illegal_step") == 2, "somebody else was quicker"
    states = [story.hr.get(f"/v1/cases/{case}")["state"] for case in (first, second, third, large)]
    assert states[:3] == ["service"] * 3
    assert states[3] == "approval"
    body = dict(sent.fields) | {"step": "approve", "note": "情节轻微", "cases": [first, third]}
    again = hr.client.post("/console/approvals/small", data=body)
    assert again.status_code == 200
    assert story.hr.get(f"/v1/cases/{first}")["history"][-1]["note"] == "情节轻微"


def test_what_is_not_small_or_not_ones_own_to_approve_is_not_approved(story: Story) -> None:
    large, mine = proposed(story, "m", "E"), proposed(story, "w", "E")
    cases = {"cases": [large, mine], f"seen.{large}": "*", f"seen.{mine}": "*"}
    for who, state in ((story.employee, "approval"), (story.hr, "service")):
        tab = signed_in(who.key)
        token = dict(tab.get("/console/password").forms[0].fields)["form_token"]
        said = {"form_token": token, "step": "approve", **cases}
        assert tab.client.post("/console/approvals/small", data=said).status_code == 200
        assert story.hr.get(f"/v1/cases/{large}")["state"] == "approval"
        assert story.hr.get(f"/v1/cases/{mine}")["state"] == state
    said = {"form_token": token, "step": "look", "cases": [GONE]}
    assert "已不在您可见的案件中" in tab.client.post("/console/approvals/small", data=said).text
    said = {"form_token": token, "step": "look", "cases": ["x"]}
    assert tab.client.post("/console/approvals/small", data=said).status_code == 422
