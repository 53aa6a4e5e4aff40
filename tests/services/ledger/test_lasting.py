"""An action that lasts: shown while it does, ended by itself, asked for by conditions."""

from __future__ import annotations

import pytest
from tests.making.house import Company, make_company

POLICY = """
policy: lasting
title: 期限
clauses:
  - code: s
    title: 停运
    kind: ladder.action
    params: {action: suspension, months: 3}
  - code: n
    title: 次月绩效系数
    kind: ladder.action
    params: {action: half_pay_ratio, begins: {day_of_month: 1, month_offset: 1}, months: 1}
  - code: d
    title: 停运期内违章
    history: {stopped: {ask: in_force, of: {action: suspension}}}
    when: {stopped: true}
    kind: fines.fixed
    params: {amount: 200}
"""


@pytest.fixture
def company() -> Company:
    return make_company(POLICY, staff=("E",))


def terms(company: Company) -> list[tuple[str, str, str]]:
    found = company.standing("E")["lasting"]
    return [(item["unit"], item["from"], item["until"]) for item in found]


def test_it_is_shown_while_it_lasts(company: Company) -> None:
    answered = company.record("s", "E", at="2026-11-20")
    assert answered["decision"]["effects"][0]["from"] == "2026-11-20"
    assert answered["decision"]["effects"][0]["until"] == "2027-02-19"
    company.record("n", "E", at="2026-11-15")
    company.record("s", "E", at="2020-01-31")
    assert terms(company) == [
        ("half_pay_ratio", "2026-12-01", "2026-12-31"),
        ("suspension", "2026-11-20", "2027-02-19"),
    ]


def test_what_is_reversed_lasts_no_longer(company: Company) -> None:
    done = company.record("s", "E", at="2026-11-20")
    company.reverse(done["id"])
    assert terms(company) == []


def test_a_condition_asks_whether_it_lasts(company: Company) -> None:
    company.record("s", "E", at="2026-01-10")
    company.record("d", "E", at="2026-04-09")
    company.record("d", "E", at="2026-04-10")
    assert company.balances("E")["CNY"] == -200
    assert company.differences() == []
