"""Conditions on one's own history in cases that move under a procedure: a replay agrees."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.story import Story, open_story

RULES = """
policy: rules
title: 员工奖惩办法
effective_from: 2000-01-01
procedure: default
procedures: [immediate]
ladder: [warning, minor, major]
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: 大过, kind: ladder.mark, params: {mark: major}}
  - code: x
    title: 第二次起罚款
    history:
      nth: {ask: nth, within: month, zh: 本月第几次}
      gap: {ask: days_since}
    parts:
      - {when: {nth: {from: 2}, gap: {to: 7}}, kind: fines.fixed, params: {amount: 20}}
      - {when: {nth: {from: 2}, gap: {over: 7}}, kind: fines.fixed, params: {amount: 10}}
  - code: y
    title: 有小过者记大过
    history: {bad: {ask: in_force, of: {rung: minor}}}
    when: {bad: true}
    kind: ladder.mark
    params: {mark: major}
  - code: z
    title: 罚款已多者记过
    history: {fined: {ask: sum, of: {money: fine}, within: month}}
    when: {fined: {from: 50}}
    kind: ladder.mark
    params: {mark: minor}
  - {code: c, title: 酌情, kind: fines.range, params: {min: 10, max: 50}}
reactions:
  - {code: up, kind: ladder.roll_up, params: {of: warning, every: 2, within: %s, gives: minor}}
  - {code: joint, kind: ladder.supervisor, params: {floor: true}}
"""
CHOICE = {"subject": "E", "account": "fine", "unit": "CNY", "quantity": "50"}


@pytest.fixture(params=["month", "60 days"], scope="module")
def story(request: Any) -> Story:
    made = open_story(RULES % request.param)
    made.add("hr3", "hr")
    return made


@pytest.fixture
def who(story: Story) -> Any:
    """Somebody new, led by somebody new who is led in turn."""
    number = len(story.people)
    lead, mine = f"L{number}", f"E{number}"
    story.company.hire(lead, supervisor="B")
    story.company.hire(mine, supervisor=lead)
    story.people[mine] = story.add(f"one{number}", "employee", mine)
    return mine


def effective(story: Story, clause: str, who: str, day: int, **approve: Any) -> str:
    case = str(story.hr2.record(clause, who, at=f"2026-08-{day:02}")["case"]["id"])
    story.hr.take(case, "defend", evidence=["面谈记录"])
    story.hr.take(case, "approve", **approve)
    story.hr.take(case, "serve", method="direct")
    return case


def differences(story: Story) -> list[Any]:
    return story.company.differences()


def test_what_became_effective_before_is_known(story: Story, who: str) -> None:
    for day in (10, 12, 11):
        effective(story, "x", who, day)
    assert story.balances(who) == {"CNY": "-40.00"}
    assert differences(story) == []


def test_a_late_one_and_its_end_move_those_after_it(story: Story, who: str) -> None:
    effective(story, "x", who, 20)
    assert story.balances(who) == {}
    first = effective(story, "x", who, 15)
    assert (story.balances(who), differences(story)) == ({"CNY": "-20.00"}, [])
    story.people[who].take(first, "appeal", grounds="不属实")
    story.hr3.take(first, "reverse", note="查无此事")
    assert (story.balances(who), differences(story)) == ({}, [])


def test_what_totals_brought_is_known_and_taken_back(story: Story, who: str) -> None:
    effective(story, "y", who, 25)
    effective(story, "w", who, 2)
    second = effective(story, "w", who, 1)
    assert (story.balances(who), differences(story)) == (
        {"warning": "2", "minor": "1", "major": "1"},
        [],
    )
    story.people[who].take(second, "appeal", grounds="不属实")
    story.hr3.take(second, "vary", clause="x", note="轻一些")
    assert (story.balances(who), differences(story)) == ({"warning": "1"}, [])


def test_what_is_put_in_its_place_is_what_was_done(story: Story, who: str) -> None:
    effective(story, "x", who, 25)
    instead = effective(story, "c", who, 22, choices=[CHOICE | {"subject": who}])
    effective(story, "z", who, 24)
    assert story.balances(who) == {"CNY": "-50.00", "minor": "1"}
    story.people[who].take(instead, "appeal", grounds="不属实")
    story.hr3.take(instead, "vary", clause="x", note="按迟到")
    assert (story.balances(who), differences(story)) == ({"CNY": "-20.00"}, [])
    effective(story, "x", who, 21)
    assert (story.balances(who), differences(story)) == ({"CNY": "-40.00"}, [])
    done = story.hr("POST", f"/v1/incidents/{_incident(story, instead)}/reversal", {"reason": "误"})
    assert (done.status_code, story.balances(who)) == (201, {"CNY": "-20.00"})
    assert differences(story) == []


def test_what_waits_for_an_appeal_is_not_known_meanwhile(who: str, story: Story) -> None:
    said = {"rules": [], "under_appeal": "waits"}
    assert story.hr("PUT", "/v1/approvals", said, If_Match="*").status_code == 200
    first = effective(story, "x", who, 5)
    effective(story, "x", who, 9)
    assert story.balances(who) == {"CNY": "-20.00"}
    story.people[who].take(first, "appeal", grounds="过重")
    assert (story.balances(who), differences(story)) == ({}, [])
    effective(story, "x", who, 3)
    assert (story.balances(who), differences(story)) == ({"CNY": "-20.00"}, [])
    story.hr3.take(first, "uphold", note="维持")
    assert (story.balances(who), differences(story)) == ({"CNY": "-40.00"}, [])


def test_immediate_ones_and_late_leaders_between_them(who: str, story: Story) -> None:
    story.company.record("y", who, at="2026-08-28", procedure="immediate")
    effective(story, "w", who, 6)
    story.company.record("w", who, at="2026-08-05", procedure="immediate")
    assert story.balances(who) == {"warning": "2", "minor": "1", "major": "1"}
    assert differences(story) == []
    story.company.move(who, "M", "2026-08-01")
    assert differences(story) == []


def test_what_a_leader_bears_changes_what_his_own_leader_bears(who: str, story: Story) -> None:
    lead = who.replace("E", "L")
    effective(story, "y", lead, 26)
    effective(story, "w", who, 1)
    last = effective(story, "m", who, 2)
    assert story.balances(lead) == {"warning": "1", "minor": "1", "major": "1"}
    assert differences(story) == []
    story.people[who].take(last, "appeal", grounds="不属实")
    story.hr3.take(last, "reverse", note="查无此事")
    assert (story.balances(lead), differences(story)) == ({"warning": "1"}, [])


def _incident(story: Story, case: str) -> str:
    return str(story.hr.get(f"/v1/cases/{case}")["incident"])
