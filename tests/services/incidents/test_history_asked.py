"""Conditions on history over a real database: late facts, reversals, choices, a replay."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.making.house import Company, make_company, report

from shangfa.services.cases import choices
from shangfa.services.incidents.preview import preview
from shangfa.services.ledger.choosing import Value

POLICY = """
policy: asked
title: 问历史
ladder: [warning, minor]
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - code: x
    title: 第二次起罚款
    history:
      nth: {ask: nth, within: month, zh: 本月第几次}
      gap: {ask: days_since}
    parts:
      - {when: {nth: {from: 2}, gap: {to: 7}}, kind: fines.fixed, params: {amount: 20}}
      - {when: {nth: {from: 2}, gap: {over: 7}}, kind: fines.fixed, params: {amount: 10}}
  - code: y
    title: 有小过者加罚
    history: {bad: {ask: in_force, of: {rung: minor}}}
    when: {bad: true}
    kind: fines.fixed
    params: {amount: 100}
  - code: z
    title: 罚款已多者记过
    history: {fined: {ask: sum, of: {money: fine}, within: month}}
    when: {fined: {from: 50}}
    kind: ladder.mark
    params: {mark: minor}
  - {code: c, title: 酌情, kind: fines.range, params: {min: 0, max: 50}}
reactions:
  - {code: up, kind: ladder.roll_up, params: {of: warning, every: 2, within: month, gives: minor}}
  - {code: joint, kind: ladder.supervisor, params: {floor: true}}
"""


@pytest.fixture
def company() -> Company:
    company = make_company(POLICY, staff=("M",))
    company.hire("E", supervisor="M")
    return company


def fine(company: Company, code: str = "E") -> Any:
    return company.balances(code).get("CNY", 0)


def test_what_came_before_decides(company: Company) -> None:
    assert company.record("x", "E", at="2026-03-02")["decision"]["effects"] == []
    found = company.record("x", "E", at="2026-03-04")["decision"]
    assert [(item["quantity"], item["cause"]) for item in found["effects"]] == [
        ("-20.00", "clause")
    ]
    assert "本月第几次（当月）：第2次。" in [line["text_zh"] for line in found["trace"]]
    assert company.differences() == []


def test_a_late_fact_adjusts_what_comes_after(company: Company) -> None:
    company.record("x", "E", at="2026-03-10")
    late = company.record("x", "E", at="2026-03-08")
    assert [(item["quantity"], item["cause"]) for item in late["decision"]["effects"]] == [
        ("-20.00", "adjustment")
    ]
    assert fine(company) == -20
    assert company.differences() == []
    company.reverse(late["id"])
    assert fine(company) == 0
    assert company.differences() == []


def test_an_adjusted_incident_is_taken_back_whole(company: Company) -> None:
    first = company.record("x", "E", at="2026-03-10")
    company.record("x", "E", at="2026-03-08")
    company.reverse(first["id"])
    assert fine(company) == 0
    assert company.differences() == []


def test_marks_of_totals_and_of_supervisors_are_asked_for(company: Company) -> None:
    company.record("y", "E", at="2026-03-20")
    company.record("y", "M", at="2026-03-20")
    company.record("w", "E", at="2026-03-02")
    company.record("w", "E", at="2026-03-03")
    assert (fine(company), fine(company, "M")) == (-100, -100)
    assert company.differences() == []


def test_a_preview_tells_the_same_and_stores_nothing(company: Company) -> None:
    company.record("x", "E", at="2026-03-10")
    asked = preview(company.ctx(), report("x", "E", at="2026-03-08"))
    assert [item["quantity"] for item in asked["effects"]] == ["-20.00"]
    assert fine(company) == 0
    given = [report("x", "E", at="2026-03-11")]
    more = preview(company.ctx(), report("x", "E", at="2026-03-12"), given)
    assert [item["quantity"] for item in more["effects"]] == ["-20.00"]


def test_several_subjects_each_have_their_own_history(company: Company) -> None:
    company.record("x", "E", at="2026-03-02")
    found = company.record("x", "E", "M", at="2026-03-03")["decision"]
    assert [(item["subject"], item["quantity"]) for item in found["effects"]] == [("E", "-20.00")]
    company.record("x", "M", at="2026-03-01")
    assert fine(company, "M") == -20
    assert company.differences() == []


def test_what_a_human_chose_counts_from_the_next_day_on(company: Company) -> None:
    company.record("z", "E", at="2026-03-03")
    left = company.record("c", "E", at="2026-03-02")
    value = Value("E", "fine", "CNY", 50)
    choices.choose(company.ctx(), UUID(left["id"]), [value], "情节较重")
    assert company.balances("E")["minor"] == 1
    assert company.differences() == []
    company.reverse(left["id"])
    assert company.balances("E") == {}
    assert company.differences() == []
