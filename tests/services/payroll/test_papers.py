"""What payroll is told before a month is settled: notices, consents, bonuses, minimum wages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from tests.making.house import Company, code_of, make_company
from tests.services.months.closing import booked, lock, settled, step

from shangfa.domain.access.roles import EMPLOYEE, FINANCE, SUPERVISOR
from shangfa.domain.faults import RefusedError
from shangfa.domain.payroll.papers import Floor, MonthPay, Paper
from shangfa.domain.payroll.setting import PayrollSetting
from shangfa.services.months import exports
from shangfa.services.payroll import papers, settings
from shangfa.services.people import changes
from shangfa.services.people.lines import Wage

D = Decimal
POLICY = """
policy: pay
title: 奖罚办法
clauses:
  - {code: l, title: 赔偿, kind: fines.fixed, params: {amount: 3000, account: compensation}}
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 600}}
  - {code: r, title: 奖励, kind: fines.fixed, params: {amount: 120.01, account: reward}}
  - {code: b, title: 扣奖金, kind: fines.bonus, params: {percent: 60, which: 月奖}}
"""
GUANGZHOU, SHENZHEN, CHANGSHA, TAIYUAN = "440100", "440300", "430100", "140100"
MARCH, JUNE = "2026-03", "2026-06"


@pytest.fixture(scope="module")
def company() -> Company:
    """A company at which each test has people and months of its own."""
    return make_company(POLICY, plugins=["fines"])


def hired(company: Company, code: str, region: str, wage: str = "6000") -> str:
    company.hire(code)
    paid = Wage(date(2026, 1, 1), None, D(wage), loss_contract_basis=True, work_region=region)
    changes.pay(company.ctx(), code, paid)
    return code


def paper(month: str, name: str, money: str, amount: str, on: str = "2026-03-20") -> Paper:
    return Paper(month, name, money, D(amount), date.fromisoformat(on), "丢失货物")


def told(company: Company, code: str, *said: Paper) -> None:
    for item in said:
        papers.keep(company.ctx(FINANCE), code, item)


def line(company: Company, month: str, code: str, money: str) -> list[str]:
    with suppress(RefusedError):
        step(company, month, "cut-off")
    step(company, month, "reconcile")
    requested, _, allowed, carried, reason, *_ = settled(company, month, code)[f"{code} {money}"]
    return [requested, allowed, carried, reason]


@pytest.mark.parametrize(
    ("code", "region", "said", "expected"),
    [
        ("G0", GUANGZHOU, [], ["-3000.00", "0.00", "-3000.00", "notice_missing"]),
        ("G1", GUANGZHOU, ["1200"], ["-3000.00", "-1200.00", "-1800.00", "cap_20"]),
        ("G2", GUANGZHOU, ["800"], ["-3000.00", "-800.00", "-2200.00", "notice_amount"]),
        ("G3", GUANGZHOU, ["1200", "0"], ["-3000.00", "0.00", "-3000.00", "notice_missing"]),
        ("S1", SHENZHEN, ["1200"], ["-3000.00", "-1200.00", "-1800.00", "cap_20"]),
        ("C0", CHANGSHA, [], ["-3000.00", "-1200.00", "-1800.00", "cap_20"]),
        ("C1", CHANGSHA, ["1"], ["-3000.00", "-1200.00", "-1800.00", "cap_20"]),
    ],
)
def test_a_loss_is_taken_up_to_what_was_told_where_the_place_asks_for_it(
    company: Company, code: str, region: str, said: list[str], expected: list[str]
) -> None:
    hired(company, code, region)
    company.record("l", code, at="2026-03-02")
    told(company, code, *(paper(MARCH, "notice", "compensation", item) for item in said))
    told(company, code, paper("2026-04", "notice", "compensation", "5"))
    assert line(company, MARCH, code, "compensation") == expected


@pytest.mark.parametrize(
    ("code", "region", "said", "expected"),
    [
        ("F0", SHENZHEN, None, ["-600.00", "0.00", "0.00", "fine_not_allowed"]),
        ("F1", SHENZHEN, "600", ["-600.00", "-600.00", "0.00", "full"]),
        ("F2", SHENZHEN, "50", ["-600.00", "-50.00", "0.00", "consent_amount"]),
        ("F3", GUANGZHOU, "600", ["-600.00", "0.00", "0.00", "fine_not_allowed"]),
    ],
)
def test_a_fine_is_taken_up_to_what_was_agreed_to_where_that_counts(
    company: Company, code: str, region: str, said: str | None, expected: list[str]
) -> None:
    hired(company, code, region)
    company.record("f", code, at="2026-03-02")
    if said:
        told(company, code, paper(MARCH, "consent", "fine", said))
    assert line(company, MARCH, code, "fine") == expected


def test_where_no_minimum_wage_is_known_the_companys_own_answers(company: Company) -> None:
    """Taiyuan has no row; the province's of the company holds until the city has one."""
    hired(company, "T1", TAIYUAN, "2600")
    company.record("l", "T1", at="2026-03-02")
    unknown = ["-3000.00", "0.00", "-3000.00", "min_wage_unknown"]
    assert line(company, MARCH, "T1", "compensation") == unknown
    floor = partial(papers.set_floor, company.ctx())
    floor(Floor("140000", date(2026, 1, 1), D(2300), None, "gross", "晋人社"))
    assert line(company, MARCH, "T1", "compensation")[1:] == [
        "-300.00",
        "-2700.00",
        "min_wage_floor",
    ]
    floor(Floor("140100", date(2026, 3, 15), D(2500), None, "gross", "晋人社"))
    assert line(company, MARCH, "T1", "compensation")[1] == "-100.00"
    floor(Floor("140100", date(2026, 3, 15), D(2500), None, "after_statutory", "晋人社"))
    papers.set_pay(company.ctx(), "T1", MARCH, MonthPay(statutory=D("40.50")))
    assert line(company, MARCH, "T1", "compensation")[1] == "-59.50"
    assert [item.region for item in papers.floors(company.ctx()).items] == ["140000", "140100"]


@pytest.mark.parametrize("told", ["130300", "秦皇岛", "秦皇岛市"])
@pytest.mark.parametrize("works", ["130300", "秦皇岛"])
def test_a_place_is_the_same_by_its_digits_and_by_its_name(told: str, works: str) -> None:
    """Who has no place of work works where the company does: 2600 over 2500 leaves 100."""
    company = make_company(POLICY, plugins=["fines"], regions=[works])
    company.hire("T")
    paid = Wage(date(2026, 1, 1), None, D(2600), loss_contract_basis=True)
    changes.pay(company.ctx(), "T", paid)
    company.record("l", "T", at="2026-03-02")
    floor = Floor(told, date(2026, 1, 1), D(2500), None, "gross", "冀人社")
    assert papers.set_floor(company.ctx(), floor).region == "130300"
    assert line(company, MARCH, "T", "compensation")[1] == "-100.00"


@pytest.mark.parametrize("told", ["亚特兰蒂斯", "秦皇島", "1401", "040100", "１４０１００"])
def test_a_minimum_wage_of_a_place_nobody_knows_is_refused(company: Company, told: str) -> None:
    before = papers.floors(company.ctx()).items
    floor = Floor(told, date(2026, 1, 1), D(2500), None, "gross", "x")
    with pytest.raises(RefusedError) as error:
        papers.set_floor(company.ctx(), floor)
    (fault,) = error.value.faults
    assert (fault.kind.code, fault.pointer) == ("invalid", "/region")
    assert papers.floors(company.ctx()).items == before


def test_the_higher_minimum_wage_holds_and_the_tier_says_which_row(company: Company) -> None:
    """Changsha is of tier 1, 2200; a company's own 1000 lowers nothing."""
    hired(company, "H1", "430000", "2300")
    company.record("l", "H1", at="2026-03-02")
    before = line(company, MARCH, "H1", "compensation")[1]
    papers.set_floor(
        company.ctx(), Floor("430000", date(2026, 1, 1), D(1000), 3, "gross", "湘人社")
    )
    after = line(company, MARCH, "H1", "compensation")[1]
    assert D(after) < D(before) <= 0


def test_a_share_of_a_bonus_is_counted_where_it_is_known_and_never_more_than_it(
    company: Company,
) -> None:
    hired(company, "B1", CHANGSHA)
    for day in ("2026-03-02", "2026-03-03"):
        company.record("b", "B1", at=day)
    assert line(company, MARCH, "B1", "bonus") == ["0.00", "0.00", "0.00", "bonus_unknown"]
    papers.set_pay(company.ctx(), "B1", MARCH, MonthPay(bonus=D("1000.01")))
    assert line(company, MARCH, "B1", "bonus") == ["-1200.00", "-1000.01", "0.00", "bonus_spent"]
    papers.set_pay(company.ctx(), "B1", "2026-04", MonthPay(bonus=D(50)))
    assert line(company, MARCH, "B1", "bonus")[1] == "-1000.01"
    assert [item.pay.bonus for item in papers.pays(company.ctx(), "B1").items] == [
        D("1000.01"),
        D(50),
    ]


def test_rewards_are_paid_with_the_next_month_and_none_is_lost() -> None:
    company = make_company(POLICY, plugins=["fines"], staff=["A"])
    settings.put(company.ctx(), PayrollSetting("next_month"), "*")
    first = company.record("r", "A", at="2026-03-02")
    company.record("r", "A", at="2026-03-03")
    lock(company, MARCH)
    assert settled(company, MARCH)["A reward"][:5] == [
        *("240.02", "0.00", "0.00", "240.02", "next_payday"),
    ]
    company.record("r", "A", at="2026-04-03")
    lock(company, "2026-04")
    assert settled(company, "2026-04")["A reward"][:5] == [
        *("120.01", "240.02", "240.02", "120.01", "next_payday"),
    ]
    company.reverse(first["id"])
    lock(company, "2026-05")
    assert settled(company, "2026-05")["A reward"][:5] == [
        *("-120.01", "120.01", "0.00", "0.00", "full"),
    ]
    settings.put(company.ctx(), PayrollSetting("same_month"), "*")
    company.record("r", "A", at="2026-06-03")
    lock(company, JUNE)
    assert settled(company, JUNE)["A reward"][:5] == ["120.01", "0.00", "120.01", "0.00", "full"]
    assert company.differences() == []


def test_each_policy_says_when_its_rewards_are_paid() -> None:
    company = make_company(
        POLICY, POLICY.replace("policy: pay", "policy: others"), plugins=["fines"], staff=["A"]
    )
    unknown = partial(settings.put, company.ctx(), PayrollSetting(policies={"none": "x"}), "*")
    assert code_of(unknown) == "unknown_policy"
    settings.put(company.ctx(), PayrollSetting(policies={"others": "next_month"}), "*")
    first = company.record("r", "A", at="2026-03-02", policy="others")
    company.record("r", "A", at="2026-03-03", policy="pay")
    lock(company, MARCH)
    assert settled(company, MARCH)["A reward"][:5] == [
        *("240.02", "0.00", "120.01", "120.01", "next_payday"),
    ]
    company.record("r", "A", at="2026-04-03", policy="pay")
    company.reverse(first["id"])
    lock(company, "2026-04")
    assert settled(company, "2026-04")["A reward"][:5] == [
        *("0.00", "120.01", "120.01", "0.00", "full"),
    ]
    assert company.differences() == []


def test_what_happens_after_the_cut_off_day_is_paid_with_the_next_month() -> None:
    company = make_company(POLICY, plugins=["fines"], staff=["A"])
    settings.put(company.ctx(), PayrollSetting(cut_off_day=25), "*")
    for day in ("2025-12-26", "2026-02-25", "2026-02-26", "2026-03-25", "2026-03-26"):
        company.record("r", "A", at=day)
    assert [line[:2] for line in booked(company)] == [
        ("2025-12-26", "2026-01"),
        ("2026-02-25", "2026-02"),
        ("2026-02-26", "2026-03"),
        ("2026-03-25", "2026-03"),
        ("2026-03-26", "2026-04"),
    ]
    lock(company, "2026-02")
    lock(company, MARCH)
    assert settled(company, MARCH)["A reward"] == ["240.02", "0.00", "240.02", "0.00", "full"]
    company.record("r", "A", at="2026-03-24")
    lock(company, "2026-04")
    assert settled(company, "2026-04")["A reward"][4:] == ["full", MARCH]
    with exports.payroll(company.ctx(), "2026-04", "detail.csv") as file:
        before = file.read()
    rows = [line.split(",") for line in before.decode("utf-8-sig").splitlines()[1:]]
    assert [(row[2], row[-1]) for row in rows] == [("2026-03-26", ""), ("2026-03-24", MARCH)]
    settings.put(company.ctx(), PayrollSetting(), "*")
    with exports.payroll(company.ctx(), "2026-04", "detail.csv") as file:
        assert file.read() == before
    company.record("r", "A", at="2026-05-31")
    assert booked(company)[-1][:2] == ("2026-05-31", "2026-05")
    assert company.differences() == []


def test_papers_are_kept_by_office_before_the_month_is_locked() -> None:
    company = make_company(POLICY, plugins=["fines"], staff=["A", "B"])
    good: dict[str, Any] = {"month": MARCH, "paper": "notice", "money": "cost"}
    good |= {"amount": D(5), "told_on": date(2026, 3, 2), "reason": "短少"}
    bad = [
        (good | {"money": "fine"}, "A", "wrong_paper"),
        (good | {"paper": "consent"}, "A", "wrong_paper"),
        (good | {"told_on": date(2199, 1, 1)}, "A", "told_ahead"),
        (good | {"month": "2026-13"}, "A", "invalid"),
        (good, "NOBODY", "not_found"),
        (good, "A", ""),
    ]
    for said, code, expected in bad:
        assert code_of(partial(papers.keep, company.ctx(), code, Paper(**said))) == expected
    own = company.ctx("hr", "B")
    assert code_of(partial(papers.keep, own, "B", Paper(**good))) == "same_person"
    assert code_of(partial(papers.set_pay, own, "B", MARCH, MonthPay(D(1)))) == "same_person"
    lock(company, MARCH)
    assert code_of(partial(papers.keep, company.ctx(), "A", Paper(**good))) == "pay_locked"
    assert code_of(partial(papers.set_pay, company.ctx(), "A", MARCH, MonthPay())) == "pay_locked"
    (kept,) = papers.papers(company.ctx(EMPLOYEE, "A"), "A").items
    assert kept.said == Paper(**good)
    for role, code, asked in (
        (EMPLOYEE, "B", papers.papers),
        (SUPERVISOR, "B", papers.pays),
    ):
        assert code_of(partial(asked, company.ctx(role, code), "A")) != ""


def test_no_month_is_locked_on_what_was_told_otherwise_since() -> None:
    company = make_company(POLICY, plugins=["fines"], staff=["OTHER"])
    hired(company, "A", GUANGZHOU)
    company.record("l", "A", at="2026-03-02")
    told(company, "A", paper(MARCH, "notice", "compensation", "1200"))
    step(company, MARCH, "cut-off")
    wage = Wage(date(2026, 1, 1), None, D(5000), loss_contract_basis=True, work_region=GUANGZHOU)
    changes_of: list[Callable[[], object]] = [
        lambda: told(company, "A", paper(MARCH, "notice", "compensation", "0")),
        lambda: papers.set_pay(company.ctx(), "A", MARCH, MonthPay(statutory=D(1))),
        lambda: papers.set_floor(
            company.ctx(), Floor(GUANGZHOU, date(2026, 1, 1), D(5900), None, "gross", "x")
        ),
        lambda: changes.pay(company.ctx(), "A", wage),
    ]
    for change in changes_of:
        step(company, MARCH, "reconcile")
        step(company, MARCH, "lock")
        change()
        assert code_of(partial(step, company, MARCH, "lock", FINANCE)) == "period_moved"
    step(company, MARCH, "reconcile")
    told(company, "A", paper("2026-04", "notice", "compensation", "5"))
    changes.pay(company.ctx(), "OTHER", wage)
    company.hire("NEW", day_wage=200)
    step(company, MARCH, "lock")
    assert step(company, MARCH, "lock", FINANCE).state == "locked"
