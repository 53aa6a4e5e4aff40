"""Who is close to what follows next, and what a change of the rules would bring."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.making.house import Company, make_company
from tests.services.policies.test_what_if import tried
from tests.services.reports.test_reports import rows, said

from shangfa.services.audit import restrictions
from shangfa.services.clock import today
from shangfa.services.ledger import standing
from shangfa.services.pages import Page
from shangfa.services.policies.trying.replays import Days

RULES = """
policy: marks
title: 处分办法
effective_from: 2000-01-01
ladder: [warning, minor_demerit, major_demerit]
lapses: {warning: {days: 9}}
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: 记大过, kind: ladder.mark, params: {mark: major_demerit}}
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
reactions:
  - {code: up, title: 三次警告, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: ever, gives: minor_demerit}}
  - {code: out, title: 两次大过, kind: ladder.roll_up,
     params: {of: major_demerit, every: 2, within: ever, gives: dismissal}}
"""


def before(days: int) -> str:
    return (today(ZoneInfo("Asia/Shanghai")) - timedelta(days)).isoformat()


@pytest.fixture(scope="module")
def company(_database: Any) -> Company:
    return make_company(RULES, plugins=["demerit_ladder", "fines"], staff=["A", "B", "C", "D"])


def test_who_is_one_away_and_by_which_slips(company: Company) -> None:
    gone = company.record("w", "A", at=before(20))
    first, second = (company.record("w", "A", at=before(days)) for days in (5, 3))
    company.reverse(company.record("w", "B", at=before(1))["id"])
    company.record("w", "B", at=before(1))
    third = company.record("m", "C", at=before(2))
    (warned,) = rows(company, "near", step="minor_demerit")
    assert said([warned], 0, 2, 3, 4, 6, 7, 9, 10) == [
        ["A", "marks", "marks", "warning", "2", "up", "1 minor_demerit", "1"]
    ]
    assert warned[11] == [first["id"], second["id"]]
    assert gone["id"] not in warned[11]
    assert str(warned[12]) == before(-4)
    assert said(rows(company, "near", step="minor_demerit", gap=2), 0, 10) == [
        ["A", "1"],
        ["B", "2"],
    ]
    listed = standing.near(company.ctx(), 1, Page()).items
    assert [(item.subject, item.total.total) for item in listed] == [("A", 2), ("C", 1)]
    (leaving,) = rows(company, "near", step="dismissal")
    assert (leaving[0], leaving[9], leaving[11]) == ("C", "1 dismissal", [third["id"]])
    assert said(rows(company, "near"), 0) == [["A"], ["C"]]
    assert rows(company, "near", subject="B") == rows(company, "near", policy="none") == []
    restrictions.restrict(company.ctx(), "C", "restriction", "本人提出异议")
    assert rows(company, "near", step="dismissal") == []


def test_what_would_change_and_for_whom() -> None:
    company = make_company(RULES, plugins=["demerit_ladder", "fines"], staff=["A", "B"])
    for code in "AAB":
        company.record("f", code, at="2026-03-02")
    assert rows(company, "what-if") == []
    span = Days(today(ZoneInfo("Asia/Shanghai")) - timedelta(900), today(ZoneInfo("UTC")))
    tried(company, RULES.replace("amount: 20", "amount: 50"), span)
    assert said(rows(company, "what-if", policy="marks"), 0, 1, 4, 6, 7, 8, 9) == [
        ["marks", "2", "None", "fine", "CNY", "-60.00", "-150.00"],
        ["marks", "2", "A", "fine", "CNY", "-40.00", "-100.00"],
        ["marks", "2", "B", "fine", "CNY", "-20.00", "-50.00"],
    ]
    assert rows(company, "what-if", policy="none") == []
