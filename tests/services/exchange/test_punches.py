"""Clock punches on a real database: what the company's shifts and rules make of them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.making.house import Company
from tests.services.exchange.test_attendance import RULES, mapped
from tests.services.exchange.test_imports import faults, send
from tests.services.months.closing import lock

from shangfa.domain.exchange.attendance import Attendance
from shangfa.domain.exchange.shifts import read_shift
from shangfa.domain.faults import RefusedError
from shangfa.domain.people.past import Stint
from shangfa.domain.tenancy.attributes import Attribute
from shangfa.services.exchange import attendance
from shangfa.services.people import changes, names

SHIFTS = (read_shift("09:00-18:00", "早班", 5), read_shift("22:00-06:00", "夜班"))


def days(company: Company, code: str = "001") -> list[str]:
    history = company.standing(code)["history"]
    return sorted(f"{item['occurred_on'][5:]} {item['clause']}" for item in history)


LATE = """工号,姓名,打卡时间
001,张三,2026-03-02 09:06
001,张三,2026-03-02 18:01
001,张三,2026/3/3 9:30
001,张三,2026/3/3 9:30
001,张三,2026-03-03 18:00:30
001,张三,2026-03-04 11:00
001,张三,2026-03-05 10:20:59
001,张三,2026-03-05 18:00
001,张三,2026-03-06 09:05
001,张三,2026-03-06 18:00
002,李四,2026-03-02 08:58
002,李四,2026-03-02 08:59
002,李四,2026-03-03 17:59
002,李四,2026-03-04 18:00
002,李四,2026-03-05 18:03
002,李四,2026-03-06 18:00
"""


def test_three_lates_become_what_the_policy_says_and_a_dead_device_counts_for_nobody() -> None:
    company = mapped(shifts=SHIFTS, outages=frozenset({date(2026, 3, 4)}))
    run = send(company, "punches", LATE)
    assert (run.state, run.total, run.bad) == ("done", 16, 0)
    # late by 6, 30 and 80 minutes, at 2 yuan each; the third late is the third warning
    assert company.balances("001") == {"warning": 3, "minor_demerit": 1, "CNY": -232}
    # punched nothing when he came on the 3rd, 5th and 6th: three are one fine
    assert company.balances("002") == {"CNY": -20}
    assert days(company, "002") == ["03-06 f"]
    assert company.differences() == []
    again = send(company, "punches", LATE + "\n")
    assert {code for _, _, code in faults(company, again)} == {"duplicate"}


NIGHTS = """工号,打卡时间,班次
001,2026-03-06 22:10,夜班
001,2026-03-07 06:02,夜班
001,2026-03-08 00:20,22:00-06:00
001,2026-03-08 06:00,22:00-06:00
001,2026-03-31 22:00,夜班
001,2026-04-01 05:00,夜班
"""
TURNING = """工号,打卡时间
002,2026-03-09 22:00
002,2026-03-10 06:05
002,2026-03-10 08:50
002,2026-03-10 18:00
"""


def test_a_night_is_of_the_day_on_which_it_began() -> None:
    company = mapped(shifts=SHIFTS, shift_attribute="班次")
    assert send(company, "punches", NIGHTS).state == "done"
    assert days(company) == ["03-06 p", "03-06 w", "03-07 p", "03-07 w"]
    names.declare(company.ctx(), Attribute("班次", "text", "班次"))
    changes.set_attributes(company.ctx(), "002", date(2026, 3, 1), {"班次": "夜班"})
    changes.set_attributes(company.ctx(), "002", date(2026, 3, 10), {"班次": "早班"})
    assert send(company, "punches", TURNING).state == "done"
    assert days(company, "002") == []


def test_a_shift_is_not_told_by_an_attribute_that_nobody_can_have() -> None:
    """Misspelt, it would let everybody be late by the first shift."""
    company = mapped(shifts=SHIFTS)
    names.declare(company.ctx(), Attribute("班次", "text", "班次"))
    said = Attendance(RULES, shifts=SHIFTS, shift_attribute="班此")
    with pytest.raises(RefusedError) as refusal:
        attendance.put(company.ctx(), said, "*")
    assert refusal.value.code == "unknown_attribute"
    assert "班次" in str(refusal.value)


def test_a_day_off_beside_and_a_first_day_keep_no_punch_out() -> None:
    company = mapped(shifts=SHIFTS, shift_attribute="班次")
    names.declare(company.ctx(), Attribute("班次", "text", "班次"))
    for day, said in ((2, "早班"), (3, "休"), (4, "早班")):
        changes.set_attributes(company.ctx(), "001", date(2026, 3, day), {"班次": said})
    punches = "工号,打卡时间\n001,2026-03-02 09:08\n001,2026-03-02 18:00\n001,2026-03-04 08:59\n"
    run = send(company, "punches", punches + "001,2026-03-04 18:00\n")
    assert (run.state, run.bad) == ("done", 0)
    assert days(company) == ["03-02 p", "03-02 w"]
    off = send(company, "punches", "工号,打卡时间\n001,2026-03-03 09:00\n")
    assert faults(company, off) == [("2", "shift", "invalid")]


BAD = """工号,打卡时间,班次
001,2026-03-02 09:00,
009,2026-03-02 09:00,
001,2026-03-02,
001,09:00,
001,2026-03-03 09:00,中班
001,2026-02-03 09:00,
001,2026-03-04 18:00,
"""


def test_one_bad_punch_keeps_all_out_and_each_is_named() -> None:
    company = mapped(shifts=SHIFTS)
    lock(company, "2026-02")
    assert faults(company, send(company, "punches", BAD)) == [
        ("3", "subject", "unknown_subject"),
        ("4", "at", "invalid"),
        ("5", "at", "invalid"),
        ("6", "shift", "invalid"),
        ("7", "at", "month_locked"),
    ]
    changes.employ(company.ctx(), "001", Stint(date(2026, 3, 3)))
    early = "工号,打卡时间\n001,2026-03-04 09:00\n001,2026-03-02 09:10\n"
    assert faults(company, send(company, "punches", early)) == [("3", "subject", "not_employed")]
    assert company.balances("001") == {}
    bare = mapped()
    assert faults(bare, send(bare, "punches", LATE))[0] == ("2", "shift", "missing")
