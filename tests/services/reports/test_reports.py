"""Each report asked of a real company, and its files."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook
from tests.making.house import ROOT, Company, code_of, make_company
from tests.services.funds.purses import open_fund, spend
from tests.services.months.closing import lock

from shangfa.db.reports.queries import _STATEMENTS
from shangfa.domain.access.roles import AUDITOR, EMPLOYEE, FINANCE, HR
from shangfa.domain.faults import RefusedError
from shangfa.domain.people.past import Stint
from shangfa.domain.reports.catalogue import MONEY, REPORTS
from shangfa.services.audit import restrictions
from shangfa.services.clock import today
from shangfa.services.people import changes
from shangfa.services.people.lines import Wage
from shangfa.services.reports import reports
from shangfa.services.reports.counted import COUNTED
from shangfa.services.reports.reports import Asking

RULES = """
policy: rules
title: 奖惩办法
effective_from: 2000-01-01
procedures: [default]
ladder: [warning]
clauses:
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
  - {code: r, title: 奖金, kind: fines.fixed, params: {amount: 30, account: reward}}
  - {code: l, title: 赔偿, kind: fines.loss, params: {fact: loss, account: compensation},
     facts: {loss: {type: money, zh: 损失}}}
  - {code: d, title: 限期, kind: duties.deadline, params: {step: reply, working_days: 3}}
"""


@pytest.fixture(scope="module")
def company(_database: Any) -> Company:
    made = make_company(RULES, plugins=["fines", "duties"], regions=["湖南"], staff=["=B"])
    made.hire("A", department="客服部")
    made.hire("C", department="客服部")
    told = Wage(date(2026, 1, 1), None, month_wage=Decimal(6000), work_region="440300")
    told = told._replace(loss_contract_basis=True)
    changes.pay(made.ctx(), "A", told)
    for day in range(2, 8):
        made.record("f", "A", at=f"2026-03-{day:02}")
    gone = made.record("f", "C", at="2026-03-05")
    made.reverse(gone["id"])
    made.record("r", "C", at="2026-03-06")
    made.record("l", "A", at="2026-03-09", facts={"loss": "3000"})
    made.record("d", "A", at="2026-03-10")
    made.record("f", "=B", at="2026-03-11", procedure="default")
    lock(made, "2026-03")
    made.record("r", "A", at="2026-04-01")
    return made


def rows(company: Company, name: str, role: str = HR, **asked: Any) -> list[tuple[Any, ...]]:
    return reports.read(company.ctx(role), name, asking(name, **asked)).rows


def asking(name: str, **asked: Any) -> Asking:
    """Return what may be asked of a report: in March 2026, unless it is said otherwise."""
    said = {"month": "2026-03", "year": 2026, **asked}
    return Asking(**{key: value for key, value in said.items() if key in REPORTS[name].asks})


def said(found: list[tuple[Any, ...]], *columns: int) -> list[list[str]]:
    return [[str(row[column]) for column in columns] for row in found]


def test_what_a_month_took_and_why(company: Company) -> None:
    assert said(rows(company, "deductions"), 1, 3, 4, 6, 7, 8, 9) == [
        ["A", "compensation", "-3000.00", "0.00", "-3000.00", "0.00", "notice_missing"],
        ["A", "fine", "-120.00", "0.00", "0.00", "-120.00", "fine_not_allowed"],
        ["C", "fine", "0.00", "0.00", "0.00", "0.00", "full"],
        ["C", "reward", "30.00", "30.00", "0.00", "0.00", "full"],
    ]
    assert said(rows(company, "deductions", subject="A"), 1) == [["A"], ["A"]]
    assert said(rows(company, "outstanding", FINANCE), 1, 7) == [["A", "-3000.00"]]
    assert said(rows(company, "capped"), 1, 3) == [["A", "compensation"], ["A", "fine"]]
    assert said(rows(company, "converted"), 1, 8) == [["A", "-120.00"]]
    assert "深圳" in rows(company, "converted")[0][10]


def test_what_each_month_left_to_be_recovered(company: Company) -> None:
    left = [["2026-03", "locked", "compensation", "1", "0.00", "-3000.00", "0.00", "0.00"]]
    assert said(rows(company, "recoveries", FINANCE), 0, 1, 2, 3, 4, 5, 6, 7) == left
    assert said(rows(company, "recoveries"), 8) == [["-3000.00"]]
    assert rows(company, "recoveries", year=2025) == []


def test_which_slips_a_rule_cut(company: Company) -> None:
    found = said(rows(company, "cut-slips"), 3, 4, 6, 7, 9, 10)
    fines = [
        [f"2026-03-{day:02}", "A", "f", "fine", "-20.00", "fine_not_allowed"] for day in range(2, 8)
    ]
    loss = ["2026-03-09", "A", "l", "compensation", "-3000.00", "notice_missing"]
    assert found == [loss, *fines]
    assert rows(company, "cut-slips", subject="C") == []


def test_what_was_lost_whose_it_is_and_what_came_back(company: Company) -> None:
    columns = (0, 1, 2, 3, 5, 6, 8, 9, 10, 12)
    assert said(rows(company, "losses", FINANCE), *columns) == [
        [
            *("2026-03", "locked", "2026-04-08", "A", "客服部", "1"),
            *("-3000.00", "0.00", "-3000.00", "notice_missing"),
        ]
    ]
    assert said(rows(company, "loss-cases"), 0, 2, 3, 4, 5, 7, 8) == [
        ["2026-03", "2026-03-09", "l", "3000", "A", "None", "-3000.00"]
    ]
    for name in ("losses", "loss-cases"):
        assert rows(company, name, subject="C") == rows(company, name, month="2026-02") == []


def test_whose_money_a_place_touches(company: Company) -> None:
    for region in ("440300", "440000"):
        found = said(rows(company, "places", region=region), 0, 2, 3, 4)
        assert found == [
            ["A", "440300", "compensation", "-3000.00"],
            ["A", "440300", "fine", "-120.00"],
        ]
    assert rows(company, "places", region="430000") == []


def test_what_was_booked_since_the_last_lock(company: Company) -> None:
    assert said(rows(company, "changed"), 0, 1, 3, 4) == [["2026-04", "reward", "1", "30.00"]]


def test_few_decisions_show_no_amounts(company: Company) -> None:
    found = said(rows(company, "usual"), 0, 1, 3, 4, 5, 6)
    assert ["f", "客服部", "7", "20.00", "20.00", "20.00"] in found
    assert ["l", "客服部", "1", "None", "None", "None"] in found


def test_who_records_what_is_reversed_and_who_is_forgotten(company: Company) -> None:
    (recorder,) = rows(company, "recorders")
    assert recorder[1:] == (12, Decimal(100))
    assert said(rows(company, "reversals"), 0, 1, 2, 3) == [["f", "8", "1", "12.5"]]
    assert said(rows(company, "unrecognised"), 0) == [["=B"]]
    assert said(rows(company, "unrecognised", year=2025), 0) == [["=B"], ["A"], ["C"]]


def test_what_waits_and_what_is_late(company: Company) -> None:
    (case,) = rows(company, "waiting")
    assert case[1:6] == ("=B", "=B", "f", "default", "defence")
    assert ["A", "reply"] in said(rows(company, "overdue"), 0, 3)
    assert "A" not in [row[0] for row in rows(company, "due", days=0)]


POINTS = """
policy: points
title: 积分办法
clauses:
  - {code: p, title: 加分, kind: points.fixed, params: {letter: B, points: 2}}
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
"""


def test_places_by_points_and_what_funds_were_spent_on() -> None:
    made = make_company(POINTS, plugins=["fines", "letter_points"], staff=["A", "B", "C"])
    for code in "BAAC":
        made.record("p", code, at="2026-03-02")
    made.record("p", "B", at="2026-04-02")
    assert said(rows(made, "ranking"), 0, 1, 4) == [
        ["1", "A", "4"],
        ["2", "B", "2"],
        ["2", "C", "2"],
    ]
    open_fund(made)
    made.record("f", "A", at="2026-03-02")
    lock(made, "2026-03")
    spend(made, "5")
    assert said(rows(made, "spending", FINANCE), 0, 3, 4, 6, 7, 8) == [
        ["kf", "5.00", "小额奖励", "hr", "finance", "15.00"]
    ]


TERMS = """
policy: terms
title: 处分办法
effective_from: 2000-01-01
lapses: {warning: {days: 9}, merit: {months: 6}}
ladder: [warning, merit]
procedures: [default]
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: 记功, kind: ladder.mark, params: {mark: merit}}
  - {code: x, title: 表扬, kind: fines.fixed, params: {amount: 5, account: reward}}
  - {code: u, title: 缺勤, kind: fines.wage, params: {days: 1}}
  - code: late
    title: 投诉逾期
    quantity: {unit: days, least: 0}
    parts:
      - {kind: duties.deadline, params: {step: reply, days: 2}}
      - {kind: fines.per_unit, params: {amount: 50, unit: days}}
"""


@pytest.fixture(scope="module")
def terms(_database: Any) -> Company:
    """A company whose marks lapse, with complaints that are to be answered."""
    plugins = ["fines", "duties", "demerit_ladder"]
    return make_company(TERMS, plugins=plugins, staff=["A", "B", "C", "D", "E"])


def before_today(days: int) -> str:
    return (today(ZoneInfo("Asia/Shanghai")) - timedelta(days)).isoformat()


def test_which_marks_lapse_soon(terms: Company) -> None:
    for days in (0, 3, 9, 10):
        terms.record("w", "A", at=before_today(days))
    terms.reverse(terms.record("w", "B", at=before_today(0))["id"])
    terms.record("m", "B", at=before_today(0))
    assert said(rows(terms, "lapsing"), 0, 2, 4, 5, 6, 7, 8, 9) == [
        ["A", "terms", "warning", "1", "w", before_today(9), before_today(0), "0"],
        ["A", "terms", "warning", "1", "w", before_today(3), before_today(-6), "6"],
        ["A", "terms", "warning", "1", "w", before_today(0), before_today(-9), "9"],
    ]
    assert said(rows(terms, "lapsing", days=6), 9) == [["0"], ["6"]]
    assert said(rows(terms, "lapsing", days=200), 0, 4)[3:] == [["B", "merit"]]


def test_what_is_overdue_and_what_each_day_costs(terms: Company) -> None:
    at = f"{before_today(6)}T09:00:00+08:00"
    late = terms.record("late", "A", at=at, quantity=0)
    terms.record("late", "A", at=f"{before_today(0)}T00:00:00+08:00", quantity=0)
    (row,) = rows(terms, "complaints")
    assert [str(item) for item in row[1:6]] == ["A", "A", "late", "投诉逾期", "effective"]
    assert (row[7], row[8]) == (3, "50 CNY")
    assert str(row[0]) == late["case"]["id"]


def test_who_qualifies_whoever_was_absent(terms: Company) -> None:
    terms.hire("P", attributes={"regular": False})
    terms.hire("L")
    changes.employ(terms.ctx(), "L", Stint(date(2026, 1, 1), date(2026, 3, 30)))
    for code in "ABCDEPL":
        terms.record("x", code, at="2026-03-02")
    terms.record("x", "B", at="2026-03-03")
    terms.record("m", "B", at="2026-03-04")
    terms.record("u", "A", at="2026-03-05")
    terms.record("w", "C", at="2026-03-06")
    terms.reverse(terms.record("w", "D", at="2026-03-06")["id"])
    terms.record("late", "E", at="2026-03-06", quantity=1)
    assert said(rows(terms, "deserving"), 0, 3, 4) == [
        ["B", "3", "2026-03-04"],
        ["A", "1", "2026-03-02"],
        ["D", "1", "2026-03-02"],
    ]
    assert rows(terms, "deserving", month="2026-02") == []


def test_no_report_names_who_is_restricted() -> None:
    plugins = ["fines", "duties", "demerit_ladder"]
    company = make_company(TERMS, plugins=plugins, staff=["ZED"])
    company.record("w", "ZED", at=before_today(3))
    company.record("x", "ZED", at="2026-03-02")
    company.record("m", "ZED", at="2026-03-04")
    at = f"{before_today(6)}T09:00:00+08:00"
    company.record("late", "ZED", at=at, quantity=0)

    def naming() -> set[str]:
        return {name for name in REPORTS if "ZED" in str(rows(company, name))}

    assert {"lapsing", "deserving", "unread"} <= naming()
    restrictions.restrict(company.ctx(), "ZED", "restriction", "本人提出异议")
    assert naming() == set()


def test_each_report_has_its_columns_and_readers(company: Company) -> None:
    for name, report in REPORTS.items():
        for role in (HR, AUDITOR, FINANCE):
            if role in report.roles:
                found = reports.read(company.ctx(role), name, asking(name))
                assert all(len(row) == len(report.columns) for row in found.rows), name
            else:
                asked = partial(reports.read, company.ctx(role), name, Asking())
                assert code_of(asked) == "forbidden"
    listed = [item.name for item in reports.listing(company.ctx(FINANCE)).items]
    assert listed == [name for name, item in REPORTS.items() if item.roles == MONEY]
    assert code_of(lambda: reports.listing(company.ctx(EMPLOYEE))) == "forbidden"
    assert code_of(lambda: reports.read(company.ctx(), "nothing", Asking())) == "not_found"
    assert code_of(lambda: rows(company, "capped", month="2026-13")) == "invalid"


@pytest.mark.parametrize("page", ["reports.md", "reports.zh.md"])
def test_the_page_of_questions_names_each_report(page: str) -> None:
    text = (ROOT / "docs" / "howto" / page).read_text()
    said = dict(re.findall(r"`([a-z-]+)(?:\?([^`]*))?`", text))
    assert {*REPORTS} <= {*said}
    for name, asks in said.items():
        if name in REPORTS:
            assert {part.partition("=")[0] for part in asks.split("&") if part} <= {
                *REPORTS[name].asks
            }, name


def test_files_have_the_same_rows_and_no_formula(company: Company) -> None:
    asked = asking("unrecognised")
    with reports.written(company.ctx(), "unrecognised", "csv", asked) as file:
        table = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))
    with reports.written(company.ctx(), "unrecognised", "xlsx", asked) as file:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0)
    assert table == sheet.to_python() == [["工号", "姓名"], ["'=B", "'=B"]]
    for name in REPORTS:
        for form in ("csv", "xlsx"):
            reports.written(company.ctx(), name, form, asking(name)).close()


EACH: dict[str, Any] = {
    "month": "2026-03",
    "year": 2026,
    "subject": "A",
    "region": "440000",
    "days": 7,
    "policy": "house",
    "step": "reply",
    "gap": 2,
    "case": UUID(int=1),
}
USED = {"year": "first", "days": "until"}
"""What a statement calls what is asked, where it has another name."""


def test_a_report_refuses_by_name_what_it_is_not_asked(company: Company) -> None:
    assert set(EACH) == {item.name for item in fields(Asking)}
    for name, report in REPORTS.items():
        for key, value in EACH.items():
            asked = partial(reports.read, company.ctx(), name, Asking(**{key: value}))
            if key in report.asks:
                asked()
                assert name in COUNTED or f"%({USED.get(key, key)})s" in _STATEMENTS[name], name
                continue
            with pytest.raises(RefusedError) as error:
                asked()
            assert [(item.code, item.pointer) for item in error.value.faults] == [
                ("unknown_field", f"/{key}")
            ], name


def test_nobody_reads_another_companys(company: Company) -> None:
    other = make_company(RULES, plugins=["fines", "duties"])
    for name in REPORTS:
        assert rows(other, name, region="440000") == []
    assert rows(company, "deductions")
