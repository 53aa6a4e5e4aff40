"""Killed between any two statements: what takes back, suspends, posts again, locks or opens.

All of it is there or nothing, and the same again does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.making.house import contents
from tests.making.killing import killed_at
from tests.making.story import Story, open_story

MONTH = "2026-08"
Work = Callable[[], object]


@pytest.fixture(scope="module")
def story() -> Story:
    """A company whose appeals suspend what they are about."""
    story = open_story()
    for code in ("E", "G"):
        paid = story.hr("PUT", f"/v1/subjects/{code}/wages/2026-01-01", {"day_wage": "200"})
        assert paid.status_code == 200, paid.text
    waits = {"rules": [], "under_appeal": "waits"}
    assert story.hr("PUT", "/v1/approvals", waits, If_Match="*").status_code == 200
    return story


def three(story: Story) -> str:
    """Return the case of the third warning of a month, with what follows from three."""
    return [story.effective("w", "E") for _ in range(3)][-1]


def appealed(story: Story) -> str:
    case = three(story)
    story.employee.take(case, "appeal", grounds="不属实")
    return case


def an_appeal(story: Story) -> Work:
    case = three(story)
    return lambda: story.employee.take(case, "appeal", grounds="不属实")


def an_uphold(story: Story) -> Work:
    case = appealed(story)
    return lambda: story.hr2.take(case, "uphold", note="属实")


def a_vary(story: Story) -> Work:
    case = str(story.effective("b", "E", choices=[choice("30")]))
    story.employee.take(case, "appeal", grounds="过重")
    return lambda: story.hr2.take(case, "vary", note="从轻", choices=[choice("10")])


def choice(amount: str) -> dict[str, str]:
    return {"subject": "E", "account": "fine", "unit": "CNY", "quantity": amount}


def a_reversal(story: Story) -> Work:
    more: dict[str, Any] = {"procedure": "immediate", "at": "2026-08-30"}
    made = [story.hr.record("w", "G", **more)["id"] for _ in range(3)]
    path = f"/v1/incidents/{made[0]}/reversal"
    return lambda: asked(story, "hr", path, {"reason": "误报"})


def a_lock(story: Story) -> Work:
    story.hr.record("f", "G", at="2026-08-30", procedure="immediate")
    for step, role in (("cut-off", "hr"), ("reconcile", "hr"), ("lock", "hr")):
        asked(story, role, f"/v1/periods/{MONTH}/{step}")
    return lambda: asked(story, "finance", f"/v1/periods/{MONTH}/lock")


def a_reopening(story: Story) -> Work:
    a_lock(story)()
    body = {"reason": "漏记"}
    asked(story, "hr", f"/v1/periods/{MONTH}/reopen", body)
    return lambda: asked(story, "finance", f"/v1/periods/{MONTH}/reopen", body)


def asked(story: Story, who: str, path: str, body: Any = None) -> None:
    done = story.people[who]("POST", path, body)
    assert done.status_code in {200, 201}, done.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(an_appeal, id="an appeal that suspends"),
        pytest.param(an_uphold, id="what was suspended is posted again"),
        pytest.param(a_vary, id="something milder"),
        pytest.param(a_reversal, id="a reversal with a roll-up"),
        pytest.param(a_reopening, id="a month is opened again"),
        pytest.param(a_lock, id="a month is locked"),
    ],
)
def test_killed_between_two_statements_leaves_nothing_and_again_does_all(
    story: Story, owner_url: str, prepare: Callable[[Story], Work]
) -> None:
    work = prepare(story)
    stored, number = contents(owner_url), 1
    while killed_at(number, work):
        assert contents(owner_url) == stored, number
        number += 1
    assert number > 5
    assert contents(owner_url) != stored
    assert story.company.differences() == []
