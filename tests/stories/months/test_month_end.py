"""Months that close inside the law: what a wage gives up, where, and by which text."""

from __future__ import annotations

from typing import Any

import pytest
from tests.making.house import make_company
from tests.making.story import Person, Story, keyed

from shangfa.db import tenancy
from shangfa.db.tx.transaction import begin

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


PLACES = {"GD": "440100", "SZ": "440300", "JS": "320100"}
BEFORE = {
    "GD": (["0.00", "0.00", "-2000.00", "fine_not_allowed"], "广东省劳动保障监察"),
    "SZ": (["-1800.00", "0.00", "-200.00", "cap_30"], "深圳经济特区和谐劳动"),
    "JS": (["0.00", "0.00", "-2000.00", "converted"], "行政处罚法"),
}
AFTER = {
    "GD": (["0.00", "0.00", "-2000.00", "fine_not_allowed"], "广东省劳动保障监察"),
    "SZ": (["0.00", "0.00", "-2000.00", "fine_not_allowed"], "深圳市员工工资支付"),
    "JS": (["-1200.00", "0.00", "-800.00", "cap_20"], "江苏省"),
}


@pytest.mark.parametrize(("month", "expected"), [("2025-11", BEFORE), ("2026-06", AFTER)])
def test_one_fine_ends_as_the_place_of_work_and_the_day_have_it(
    month: str, expected: dict[str, tuple[list[str], str]]
) -> None:
    """One company, three places: each line says which law it ended by."""
    story = shop("上海")
    for code, region in PLACES.items():
        story.company.hire(code)
        earns(story, code, month_wage="6000", work_region=region)
        story.hr.record("f", code, at=f"{month}-05")
    closed(story, month)
    lines = story.finance.get(f"/v1/periods/{month}/lines")["items"]
    assert {line["subject"]: said(line) for line in lines} == {
        code: amounts for code, (amounts, _) in expected.items()
    }
    for line in lines:
        assert expected[line["subject"]][1] in line["law"]


def earns(story: Story, code: str, **wage: Any) -> None:
    """Set what somebody earns."""
    path = f"/v1/subjects/{code}/wages/2025-01-01"
    done = story.finance("PUT", path, wage)
    assert done.status_code == 200, done.text


LOSS = [
    ("2026-03", "-3000.00", "0.00", ["-1200.00", "-1800.00", "0.00", "cap_20"]),
    ("2026-04", "0.00", "-1800.00", ["-1200.00", "-600.00", "0.00", "cap_20"]),
    ("2026-05", "0.00", "-600.00", ["-600.00", "0.00", "0.00", "full"]),
]


def test_a_loss_is_taken_over_three_months() -> None:
    """W 6000, M 2200, a loss of 3000: 1200, 1200, 600, and nothing is left."""
    story = shop("湖南", mode="block")
    earns(story, "E", month_wage="6000", loss_contract_basis=True)
    story.hr.record("l", "E", at="2026-03-05")
    for month, requested, carried_in, expected in LOSS:
        (line,) = closed(story, month)
        assert (line["requested"], line["carried_in"]) == (requested, carried_in)
        assert said(line) == expected
        assert bool(line["law"]) == (line["reason"] != "full")
    assert closed(story, "2026-06") == []


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
        earns(story, "E", day_wage=day_wage)
    story.hr.record("f", "E", at="2026-06-05")
    (line,) = closed(story, "2026-06")
    assert said(line) == expected


def test_a_loss_without_a_contract_clause_waits() -> None:
    story = shop("湖南")
    earns(story, "E", day_wage="280")
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
    earns(story, "E", day_wage="280")
    found = story.hr.record("l", "E", at="2026-03-05")
    closed(story, "2026-03")
    done = story.hr("POST", f"/v1/incidents/{found['id']}/reversal", {"reason": "查无此事"})
    assert done.status_code == 201, done.text
    (line,) = closed(story, "2026-04")
    assert (line["requested"], line["carried_in"]) == ("3000.00", "-3000.00")
    assert said(line) == ["0.00", "0.00", "0.00", "full"]
