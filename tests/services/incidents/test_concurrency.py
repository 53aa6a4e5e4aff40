"""Many clients at the same moment: totals come out as if they had come one after another."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Thread
from typing import Any

import pytest
from tests.making.house import (
    MARKS,
    Company,
    at_once,
    code_of,
    load_company,
    make_company,
    owning,
    serving,
    wait_for_waiting,
)

pytestmark = pytest.mark.slow
CLIENTS = 100
WARNING = "警告-职业道德-2"
REPORT = {
    "warning": Decimal(100),
    "minor_demerit": Decimal(33),
    "major_demerit": Decimal(11),
    "dismissal": Decimal(1),
    "escalation_option": Decimal(1),
}
"""100 warnings of one month: 33 sets of three, 11 sets of three of those, one dismissal;
the second time under the same cause opens one escalation."""
BOSS = {
    "warning": Decimal(33),
    "minor_demerit": Decimal(11 + 11),
    "major_demerit": Decimal(1 + 7),
    "dismissal": Decimal(1),
}
"""One rung less for each of the report's marks (33, 11, 1), and what these make of
themselves: 33 warnings make 11 minor demerits, 22 of those 7 major ones, 8 a dismissal."""


@pytest.fixture(scope="module", autouse=True)
def _many_connections(_database: None, app_url: str) -> Iterator[None]:
    """Far more than a worker has, so that clients meet in the database and not before it."""
    with serving(
        app_url,
        pool_size="90",
        statement_timeout_ms="90000",
        lock_timeout_ms="90000",
        request_seconds="120",
    ):
        yield


@pytest.mark.parametrize(
    "days",
    [
        pytest.param([17], id="all on one day"),
        pytest.param(range(1, 32), id="on any day of the month, most of them back-dated"),
        pytest.param([1, 31], id="on its first and its last day"),
    ],
)
def test_a_hundred_clients_warn_one_employee_in_one_month(days: list[int]) -> None:
    company = load_company("youyou")
    dates = random.Random(1).choices(days, k=CLIENTS)
    at_once(partial(company.record, WARNING, "Y004", at=f"2026-03-{day:02}") for day in dates)
    assert company.balances("Y004") == REPORT
    assert company.balances("Y003") == BOSS
    assert company.balances("Y002") == {}
    assert company.differences() == []


def test_a_hundred_clients_warn_on_both_sides_of_the_end_of_a_month() -> None:
    company = make_company(MARKS, staff=["E"])
    dates = ["2026-03-31", "2026-04-01"] * (CLIENTS // 2)
    at_once(partial(company.record, "w", "E", at=day) for day in dates)
    assert company.balances("E") == {"warning": 100, "minor_demerit": 16 + 16}
    assert company.differences() == []


@pytest.mark.parametrize(
    "dates",
    [
        pytest.param(["2026-03-02"], id="on one day"),
        pytest.param(["2026-03-02", "2026-03-20", "2026-03-11"], id="some back-dated"),
    ],
)
def test_two_subjects_named_in_opposite_order_do_not_lock_each_other_out(dates: list[str]) -> None:
    company = make_company(MARKS, staff=["M", "A", "B"])
    company.hire("C", supervisor="A")
    pairs = [("A", "B"), ("B", "A"), ("C", "A"), ("A", "C")]
    at_once(
        partial(company.record, "w", *pairs[i % 4], at=dates[i % len(dates)]) for i in range(32)
    )
    assert company.balances("B")["warning"] == 16
    assert company.differences() == []


def test_reports_who_change_places_under_two_supervisors_do_not_deadlock() -> None:
    company = make_company(MARKS, staff=["M1", "M2"])
    for code, first, second in (("A", "M1", "M2"), ("B", "M2", "M1"), ("C", "M1", "M2")):
        company.hire(code, supervisor=first, since=date(2026, 1, 1))
        company.move(code, second, "2026-03-16")
    chance = random.Random(2)
    reports = [(chance.choice("ABC"), chance.randrange(1, 32)) for _ in range(60)]
    at_once(partial(company.record, "m", who, at=f"2026-03-{day:02}") for who, day in reports)
    assert sum(company.balances(code)["minor_demerit"] for code in "ABC") == 60
    assert company.differences() == []


def test_recording_and_reversing_at_once() -> None:
    company = make_company(MARKS, staff=["M"])
    company.hire("E", supervisor="M")
    first = [company.record("w", "E", at=f"2026-03-{day:02}")["id"] for day in range(1, 25)]
    calls = [partial(company.reverse, item) for item in first]
    calls += [partial(company.record, "w", "E", at=f"2026-03-{day:02}") for day in range(1, 25)]
    random.Random(3).shuffle(calls)
    at_once(calls)
    assert company.balances("E") == {"warning": 24, "minor_demerit": 8}
    assert company.balances("M") == {"warning": 8, "minor_demerit": 2}
    assert company.differences() == []


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"device_fault": False}, id="an incident that posted something"),
        pytest.param({"device_fault": True}, id="an incident that posted nothing"),
    ],
)
def test_of_many_who_reverse_an_incident_one_does(facts: dict[str, bool]) -> None:
    company = load_company("youyou")
    found = company.record("警告-出勤-2", "Y004", facts=facts)["id"]
    codes = at_once([partial(code_of, partial(company.reverse, found))] * 12)
    assert sorted(codes) == ["", *["already_reversed"] * 11]
    assert company.differences() == []


NEWER = MARKS.replace("every: 3", "every: 1") + "effective_from: 2026-03-01\n"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda company: company.publish(NEWER), id="a version of that day"),
        pytest.param(lambda company: company.move("E", "M2", "2026-03-01"), id="a reporting line"),
    ],
)
def test_what_changes_while_an_incident_is_recorded_decides_it_anew(
    owner_url: str, change: Callable[[Company], Any]
) -> None:
    company = make_company(MARKS, staff=["M1", "M2"])
    company.hire("E", supervisor="M1")
    done: list[str] = []
    recording = Thread(target=lambda: company.record("m", "E"))
    changing = Thread(target=lambda: done.append(code_of(partial(change, company))))
    with held(owner_url, company, "E"):
        recording.start()
        wait_for_waiting(owner_url)
        changing.start()
        changing.join(0.3)
    recording.join()
    changing.join()
    assert done == [""]
    assert company.differences() == []


def test_an_incident_waits_for_the_reporting_line_that_is_being_changed(owner_url: str) -> None:
    company = make_company(MARKS, staff=["M1", "M2"])
    company.hire("E", supervisor="M1")
    changing = Thread(target=lambda: company.move("E", "M2", "2026-03-01"))
    recording = Thread(target=lambda: company.record("m", "E"))
    with held(owner_url, company, "E"):
        changing.start()
        wait_for_waiting(owner_url)
        recording.start()
        recording.join(0.3)
    changing.join()
    recording.join()
    assert (company.balances("M1"), company.balances("M2")) == ({}, {"warning": 1})
    assert company.differences() == []


@contextmanager
def held(owner_url: str, company: Company, code: str) -> Iterator[None]:
    """Keep everybody from locking a subject meanwhile."""
    with owning(owner_url) as connection, connection.transaction():
        connection.execute(
            "SELECT FROM subject WHERE tenant_id = %s AND code = %s FOR UPDATE", [company.id, code]
        )
        yield
