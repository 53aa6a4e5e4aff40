"""Tables of attendance on a real database: what the company's mapping makes of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.making.house import Company, make_company
from tests.making.office import HOUSE, PLUGINS
from tests.services.exchange.test_imports import faults, send
from tests.services.months.closing import lock

from shangfa.db.exchange.imports import RunRecord
from shangfa.domain.exchange.attendance import Attendance, AttendanceRule
from shangfa.domain.faults import RefusedError
from shangfa.services.exchange import attendance, imports
from shangfa.services.exchange.imports import Sent
from shangfa.services.people import subjects

RULES = (
    AttendanceRule("late", "w"),
    AttendanceRule("late_minutes", "p", take="quantity"),
    AttendanceRule("missed_in", "f", every=3),
)


def mapped(*rules: AttendanceRule, **more: object) -> Company:
    company = make_company(HOUSE, plugins=PLUGINS, staff=["M"])
    company.hire("001", supervisor="M", day_wage=200)
    company.hire("002", supervisor="M")
    attendance.put(company.ctx(), Attendance(rules or RULES, **more), "*")  # type: ignore[arg-type]
    return company


def whole_month(company: Company, body: str, month: str = "2026-03") -> RunRecord:
    sent = Sent("attendance", "text/csv", body.encode("gb18030"), {}, dry_run=False, month=month)
    return imports.read(company.ctx(), imports.send(company.ctx(), sent).file_id)


MONTH = """考勤月报,,,,,
工号,姓名,迟到次数,迟到时长（分钟）,上班缺卡次数,病假
001,张三,3次,1小时20分,2,3天
002,李四,-,,3,0.5天
"""


def test_three_lates_become_what_the_policy_says() -> None:
    company = mapped()
    run = whole_month(company, MONTH)
    assert (run.state, run.good) == ("done", 2)
    assert company.balances("001") == {"warning": 3, "minor_demerit": 1, "CNY": -160}
    assert company.balances("002") == {"CNY": -20}
    assert company.differences() == []


DAYS = """工号,日期,打卡时间,班次,迟到,上班缺卡次数
001,2026-03-02,,,,1
001,2026-03-03,,,1次,1
001,2026-03-04,,,,1
001,2026-03-05,,,,1
001,,2026-03-07 00:20,22:00-06:00,1,
"""


def test_what_a_dead_device_missed_counts_for_nobody_and_nights_are_of_their_shift() -> None:
    company = mapped(outages=frozenset({date(2026, 3, 4)}))
    assert send(company, "attendance", DAYS).state == "done"
    days = [date.fromisoformat(item["occurred_on"]) for item in company.standing("001")["history"]]
    assert sorted(days) == [date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 6)]
    assert company.balances("001") == {"warning": 2, "CNY": -20}


BAD = """工号,日期,月份,迟到,迟到时长,上班缺卡次数
001,2026-03-02,,1次,,
009,2026-03-02,,-,,
001,,,1,,
001,2026-03-03,,0.5天,,
001,2026-03-04,,,1天,
001,,2026-03,,,2
001,2026-02-03,,1,,
001,2026-03-02,,1,7分钟,
001,03-05,,1,,
001,2026-03-06,,-1,,
"""


def test_one_bad_row_keeps_all_out_and_each_is_named() -> None:
    company = mapped(outages=frozenset({date(2026, 3, 4)}))
    lock(company, "2026-02")
    run = send(company, "attendance", BAD)
    assert (run.state, run.good, run.bad) == ("refused", 1, 9)
    assert faults(company, run) == [
        ("3", "subject", "unknown_subject"),
        ("4", "day", "missing"),
        ("5", "late", "invalid"),
        ("6", "late_minutes", "invalid"),
        ("7", "missed_in", "invalid"),
        ("8", "day", "month_locked"),
        ("9", "late", "duplicate"),
        ("10", "day", "invalid"),
        ("11", "late", "invalid"),
    ]
    assert company.balances("001") == {}


def test_what_is_in_already_comes_in_no_second_time() -> None:
    company = mapped()
    first = whole_month(company, MONTH)
    with pytest.raises(RefusedError) as caught:
        whole_month(company, MONTH)
    assert (caught.value.code, caught.value.faults[0].values["value"]) == (
        "already_imported",
        str(first.file_id),
    )
    again = whole_month(company, MONTH + "\n")
    assert [code for _, _, code in faults(company, again)] == ["duplicate", "duplicate"]
    assert company.balances("002") == {"CNY": -20}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"clause": "late-x"}, ("unknown_clause", "/rules/1/clause")),
        ({"clause": "w", "policy": "hous"}, ("unknown_policy", "/rules/1/policy")),
        ({"clause": "late-x", "policy": "house"}, ("unknown_clause", "/rules/1/clause")),
        ({"clause": "later", "policy": "house"}, None),
        ({"clause": "later"}, None),
    ],
)
def test_a_rule_names_a_clause_that_there_is_or_will_be(
    said: dict[str, Any], found: tuple[str, str] | None
) -> None:
    company = make_company(HOUSE, plugins=PLUGINS, staff=["001"])
    company.publish(HOUSE.replace("2000-01-01", "2099-01-01").replace("code: w,", "code: later,"))
    mapping = Attendance((AttendanceRule("late", "w"), AttendanceRule("early", **said)))
    if found is None:
        assert attendance.put(company.ctx(), mapping, "*").revision == 1
        return
    with pytest.raises(RefusedError) as caught:
        attendance.put(company.ctx(), mapping, "*")
    assert [(fault.code, fault.pointer) for fault in caught.value.faults] == [found]


def test_a_company_names_its_own_headers_and_says_first_what_becomes_of_them() -> None:
    company = mapped(headers={"员工": "subject", "班前未到": "late", "餐补": "-"})
    assert send(company, "attendance", "员工,日期,班前未到,餐补\n001,2026-03-02,1,20\n").bad == 0
    assert company.balances("001") == {"warning": 1}
    bare = make_company(HOUSE, plugins=PLUGINS, staff=["001"])
    run = send(bare, "attendance", "工号,日期,迟到\n001,2026-03-02,1\n")
    assert faults(bare, run) == [("2", "", "attendance_unmapped")]


WAGES = """工号,姓名,生效日期,月薪,日薪,基数,合同约定赔偿,工作地
001,张三,2026-03-01,6000.00,,800,是,440300
002,李四,2026年3月1日,,210.5,,,
"""
BAD_WAGES = """subject,since,month_wage,day_wage,base_unit,loss_contract_basis,work_region
001,2026-03-01,6000,200,,,
001,2026-03-02,,,,,
001,2026-03-03,6000.005,,,,
001,2026-03-04,6000,,,也许,
001,2026-03-05,6000,,,,亚特兰蒂斯
001,2026-03-06,6000,,0,,
001,2026-03-07,1000000000000,,,,
"""


def test_wages_of_months_come_with_all_that_belongs_to_them() -> None:
    company = mapped()
    assert send(company, "wages", WAGES).state == "done"
    one, two = (subjects.wages(company.ctx(), code).items[-1] for code in ("001", "002"))
    assert (one.month_wage, one.base_unit, one.loss_contract_basis) == (6000, 800, True)
    assert (one.day_wage, one.work_region) == (None, "440300")
    assert (str(two.day_wage), two.month_wage, two.work_region) == ("210.50", None, None)
    run = send(company, "wages", BAD_WAGES)
    assert faults(company, run) == [
        ("2", "month_wage", "invalid"),
        ("3", "month_wage", "missing"),
        ("4", "month_wage", "invalid"),
        ("5", "loss_contract_basis", "invalid"),
        ("6", "work_region", "invalid"),
        ("7", "base_unit", "invalid"),
        ("8", "month_wage", "invalid"),
    ]
