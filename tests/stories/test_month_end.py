"""Months that close inside the law: what a wage gives up, where, and by which text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.making.house import make_company
from tests.making.story import Person, Story, keyed

from shangfa.db import tenancy
from shangfa.db.people import subject_ids
from shangfa.db.tx.transaction import begin
from shangfa.domain.months.settlement import Pay
from shangfa.services.months import settling
from shangfa.services.months.pay import PayBook

RULES = """
policy: pay
title: 奖惩办法
effective_from: 2000-01-01
clauses:
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 2000}}
  - {code: l, title: 赔偿损失, kind: fines.fixed, params: {amount: 3000, account: compensation}}
"""


def shop(*regions: str, mode: str = "warn", kind: str = "employee") -> Story:
    """Return a company that works somewhere, with one worker, E."""
    company = make_company(RULES, plugins=["fines"], regions=regions, staff=["M"])
    company.hire("E", kind=kind)
    with begin(company.id) as tx:  # with rules that were published before it was held to the law
        tenancy.set_compliance(tx, mode, {})
        tenancy.bump_revision(tx)
    return keyed(company, {"leader": "M", "employee": "E"})


def pay(story: Story, day_wage: str) -> None:
    """Set what a day of E's is worth."""
    body = {"since": "2025-01-01", "day_wage": day_wage}
    assert story.finance("POST", "/v1/subjects/E/wages", body).status_code == 200


def closed(story: Story, month: str) -> list[dict[str, Any]]:
    """Lock a month as hr and finance do, and return its lines as E reads them."""
    steps: list[tuple[Person, str]] = [(story.hr, "cut-off"), (story.finance, "reconcile")]
    for who, step in [*steps, (story.hr, "lock"), (story.finance, "lock")]:
        done = who("POST", f"/v1/periods/{month}/{step}")
        assert done.status_code == 200, done.text
    found: list[dict[str, Any]] = story.employee.get(f"/v1/periods/{month}/lines")["items"]
    return found


def said(line: dict[str, Any]) -> list[str]:
    return [line[name] for name in ("allowed", "carried", "refused", "reason")]


@pytest.mark.parametrize(
    ("region", "month", "expected", "law"),
    [
        ("广州", "2025-11", ["0.00", "0.00", "-2000.00", "fine_not_allowed"], "广东省劳动保障监察"),
        ("深圳", "2025-11", ["-1827.00", "0.00", "-173.00", "cap_30"], "深圳经济特区和谐劳动"),
        ("江苏", "2025-11", ["0.00", "0.00", "-2000.00", "converted"], "行政处罚法"),
        ("广州", "2026-06", ["0.00", "0.00", "-2000.00", "fine_not_allowed"], "广东省劳动保障监察"),
        ("深圳", "2026-06", ["0.00", "0.00", "-2000.00", "fine_not_allowed"], "深圳市员工工资支付"),
        ("江苏", "2026-06", ["-1218.00", "0.00", "-782.00", "cap_20"], "江苏省"),
    ],
)
def test_the_same_fine_ends_as_the_place_and_the_day_have_it(
    region: str, month: str, expected: list[str], law: str
) -> None:
    story = shop(region)
    pay(story, "280")
    story.hr.record("f", "E", at=f"{month}-05")
    (line,) = closed(story, month)
    assert said(line) == expected
    assert law in line["law"]


LOSS = [
    ("2026-03", "-3000.00", "0.00", ["-1200.00", "-1800.00", "0.00", "cap_20"]),
    ("2026-04", "0.00", "-1800.00", ["-1200.00", "-600.00", "0.00", "cap_20"]),
    ("2026-05", "0.00", "-600.00", ["-600.00", "0.00", "0.00", "full"]),
]


def test_a_loss_is_taken_over_three_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """W 6000, M 2200, a loss of 3000: 1200, 1200, 600, and nothing is left."""
    story = shop("湖南", mode="block")
    told = Pay(month_wage=Decimal(6000), loss_contract_basis=True)
    earns(story, told, monkeypatch)
    story.hr.record("l", "E", at="2026-03-05")
    for month, requested, carried_in, expected in LOSS:
        (line,) = closed(story, month)
        assert (line["requested"], line["carried_in"]) == (requested, carried_in)
        assert said(line) == expected
        assert bool(line["law"]) == (line["reason"] != "full")
    assert closed(story, "2026-06") == []


def earns(story: Story, told: Pay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let E earn what nobody can say over HTTP yet."""
    with begin(story.company.id) as tx:
        own = subject_ids(tx, ["E"])["E"]
    book = PayBook({own: [date(2025, 1, 1)]}, {own: [told]})
    monkeypatch.setattr(settling, "read_pay", lambda _: book)


@pytest.mark.parametrize(
    ("mode", "region", "day_wage", "expected"),
    [
        ("off", "广州", "280", ["-2000.00", "0.00", "0.00", "full"]),
        ("warn", "", "280", ["-2000.00", "0.00", "0.00", "min_wage_unknown"]),
        ("warn", "广州", "", ["-2000.00", "0.00", "0.00", "wage_unknown"]),
        ("block", "", "280", ["0.00", "-2000.00", "0.00", "min_wage_unknown"]),
        ("block", "江苏", "", ["0.00", "-2000.00", "0.00", "wage_unknown"]),
        ("block", "广州", "", ["0.00", "0.00", "-2000.00", "fine_not_allowed"]),
    ],
)
def test_what_is_not_known_is_said_and_never_taken_where_the_law_blocks(
    mode: str, region: str, day_wage: str, expected: list[str]
) -> None:
    story = shop(*([region] if region else []), mode=mode)
    if day_wage:
        pay(story, day_wage)
    story.hr.record("f", "E", at="2026-06-05")
    (line,) = closed(story, "2026-06")
    assert said(line) == expected


def test_a_loss_without_a_contract_clause_waits() -> None:
    story = shop("湖南")
    pay(story, "280")
    story.hr.record("l", "E", at="2026-03-05")
    (line,) = closed(story, "2026-03")
    assert said(line) == ["0.00", "-3000.00", "0.00", "no_contract_basis"]
    assert "工资支付暂行规定" in line["law"]


def test_what_is_between_two_companies_is_no_labour_law() -> None:
    story = shop("广州", mode="block", kind="partner")
    story.hr.record("f", "E", at="2026-06-05")
    (line,) = closed(story, "2026-06")
    assert said(line) == ["-2000.00", "0.00", "0.00", "full"]


def test_what_is_given_back_pays_old_debts_first_and_is_never_cut() -> None:
    story = shop("湖南")
    pay(story, "280")
    found = story.hr.record("l", "E", at="2026-03-05")
    closed(story, "2026-03")
    done = story.hr("POST", f"/v1/incidents/{found['id']}/reversal", {"reason": "查无此事"})
    assert done.status_code == 201, done.text
    (line,) = closed(story, "2026-04")
    assert (line["requested"], line["carried_in"]) == ("3000.00", "-3000.00")
    assert said(line) == ["0.00", "0.00", "0.00", "full"]
