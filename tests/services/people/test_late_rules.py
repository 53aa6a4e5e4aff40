"""Late truth under rules that look back, lapse, ask for history or last, and in locked months."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.making.house import Company, make_company
from tests.services.months.closing import booked, lock

from shangfa.domain.people.past import Stint
from shangfa.domain.people.renames import Rename
from shangfa.services.people import changes, names
from shangfa.services.people.lines import Line

PLUGINS = ("demerit_ladder", "fines", "letter_points")
FIRST = date(2026, 1, 5)
RULES = """
policy: rules
title: 规则
attributes: {regular: bool, licensed: date}
ladder: [warning, minor_demerit, merit]
lapses:
  warning: {months: 2}
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: g, title: 记功, kind: ladder.mark, params: {mark: merit}}
  - code: r
    title: 转正后警告
    when: {subject.regular: true}
    kind: ladder.mark
    params: {mark: warning}
  - code: x
    title: 第二次起罚款
    history: {nth: {ask: nth, within: quarter}}
    parts:
      - {when: {nth: 1, subject.regular: true}, kind: ladder.mark, params: {mark: warning}}
      - {when: {nth: {from: 2}}, kind: fines.fixed, params: {amount: 20}}
  - code: y
    title: 有小过者加罚
    history: {bad: {ask: in_force, of: {rung: minor_demerit}}}
    when: {bad: true}
    kind: fines.fixed
    params: {amount: 100}
  - code: q
    title: 有警告者罚款
    history: {warned: {ask: in_force, of: {rung: warning}}}
    when: {warned: true}
    kind: fines.fixed
    params: {amount: 50}
  - code: s
    title: 停运
    parts:
      - when: {subject.regular: true}
        kind: ladder.action
        params: {action: suspension, months: 3}
      - when: {subject.regular: false}
        kind: ladder.action
        params: {action: suspension, months: 1}
  - {code: p, title: 扣分, kind: points.fixed, params: {letter: C, points: -5}}
reactions:
  - {code: up, kind: ladder.roll_up, params: {of: warning, every: 3, within: 40 days,
     gives: minor_demerit}}
  - {code: off, kind: ladder.offset, params: {of: merit, cancels: [minor_demerit]}}
  - {code: train, kind: points.threshold, params: {letters: {C: -1}, at: 12,
     within: year since licensed, gives: training}}
  - {code: boss, kind: ladder.supervisor, params: {}}
"""
GROWING = """
policy: rules
title: 规则
ladder: [warning, minor_demerit]
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
reactions:
  - {code: up, kind: ladder.roll_up, params: {of: warning, every: 3, within: month,
     gives: minor_demerit}}
  - {code: boss, kind: ladder.supervisor, params: {}}
"""


@pytest.fixture
def company() -> Company:
    made = make_company(RULES, plugins=PLUGINS, staff=("M", "N"))
    for code in ("E", "F"):
        made.hire(code, supervisor="M", attributes={"regular": False, "licensed": "2020-02-15"})
    return made


def regular(company: Company, since: str, code: str = "E", *, value: bool = True) -> None:
    day = date.fromisoformat(since)
    changes.set_attributes(company.ctx(), code, day, {"regular": value})


def test_a_late_attribute_reaches_what_rolls_over_the_ends_of_months(company: Company) -> None:
    for day in ("2026-02-20", "2026-03-02", "2026-03-20"):
        company.record("r", "E", at=day)
    assert company.balances("E") == {}
    regular(company, "2026-02-01")
    assert company.balances("E") == {"warning": 3, "minor_demerit": 1}
    regular(company, "2026-03-01", value=False)
    assert company.balances("E") == {"warning": 1}
    assert company.differences() == []


def test_facts_after_the_changed_days_that_ask_are_assessed_again(company: Company) -> None:
    for day in ("2026-02-20", "2026-02-21", "2026-02-22"):
        company.record("r", "E", at=day)
    company.record("y", "E", at="2026-06-02")
    regular(company, "2026-02-01")
    assert company.balances("E") == {"warning": 3, "minor_demerit": 1, "CNY": -100}
    regular(company, "2026-03-01", value=False)
    assert company.balances("E")["CNY"] == -100
    regular(company, "2026-02-01", value=False)
    assert company.balances("E") == {}
    assert company.differences() == []


def test_what_a_supervisor_bears_late_is_his_own_history_too(company: Company) -> None:
    for day in ("2026-02-20", "2026-02-21", "2026-02-22"):
        company.record("r", "E", at=day)
    company.record("q", "M", at="2026-03-02")
    assert company.balances("M") == {}
    regular(company, "2026-02-01")
    assert company.balances("M") == {"warning": 1, "CNY": -50}
    assert company.differences() == []


def test_the_window_begins_where_the_attribute_says_now(company: Company) -> None:
    for day in ("2026-02-10", "2026-02-14", "2026-02-20"):
        company.record("p", "E", at=day)
    assert "training" not in company.balances("E")
    changes.set_attributes(company.ctx(), "E", date(2026, 1, 1), {"licensed": "2020-01-15"})
    assert company.balances("E")["training"] == 1
    assert company.differences() == []


def test_an_action_lasts_as_long_as_is_known_now(company: Company) -> None:
    company.record("s", "E", at="2026-11-20")
    regular(company, "2026-11-01")
    [item] = company.standing("E")["lasting"]
    assert (item["from"], item["until"]) == ("2026-11-20", "2027-02-19")
    assert company.differences() == []


def test_what_was_adjusted_twice_is_taken_back_once(company: Company) -> None:
    first = company.record("x", "E", at="2026-02-01")
    company.record("x", "E", at="2026-02-03")
    regular(company, "2026-01-01")
    company.reverse(first["id"])
    assert company.balances("E") == {"warning": 1}
    assert company.differences() == []


def test_what_lies_in_a_locked_month_is_booked_in_the_first_open_one(company: Company) -> None:
    company.record("x", "E", at="2026-01-10")
    company.record("x", "E", at="2026-01-12")
    lock(company, "2026-01")
    changes.employ(company.ctx(), "E", Stint(date(2020, 1, 1), date(2026, 1, 11)))
    assert [(day, month, int(fine)) for day, month, fine in booked(company)] == [
        ("2026-01-12", "2026-01", -20),
        ("2026-01-12", "2026-02", 20),
    ]
    assert company.differences() == []


def test_a_version_that_looks_back_finds_lines_that_had_no_places() -> None:
    company = make_company(GROWING, plugins=PLUGINS, staff=("M",))
    company.hire("E", supervisor="M")
    between = company.record("w", "E", at="2026-02-03")
    for day in ("2026-02-01", "2026-02-02", "2026-02-04", "2026-02-06"):
        company.record("w", "E", at=day)
    company.reverse(between["id"])
    stricter = GROWING.replace("every: 3", "every: 2").replace("month", "20 days")
    company.publish(stricter + "effective_from: 2026-01-01\n")
    assert company.balances("E") == {"warning": 4, "minor_demerit": 2}
    assert company.differences() == []
    company.record("w", "E", at="2026-01-31")
    assert company.differences() == []


CHANGES: list[Callable[[Company, random.Random, date], object]] = [
    lambda company, dice, day: regular(
        company, str(day), dice.choice("EF"), value=dice.random() < 0.5
    ),
    lambda company, dice, day: changes.set_attributes(
        company.ctx(), "E", day, {"licensed": str(day - timedelta(dice.randrange(400)))}
    ),
    lambda company, dice, day: changes.assign(
        company.ctx(), dice.choice("EF"), Line(day, supervisor=dice.choice(("M", "N", None)))
    ),
    lambda company, dice, day: changes.employ(
        company.ctx(), "F", Stint(date(2020, 1, 1), day + timedelta(60))
    ),
]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_learned_late_the_facts_give_the_same(company: Company, seed: int) -> None:
    dice = random.Random(seed)
    recorded: list[str] = []
    for _ in range(30):
        day = FIRST + timedelta(dice.randrange(150))
        kind = dice.random()
        if kind < 0.25:
            dice.choice(CHANGES)(company, dice, day)
            assert company.differences() == []
        elif kind < 0.35 and recorded:
            company.reverse(recorded.pop(dice.randrange(len(recorded))))
        elif kind < 0.4:
            mild = RULES.replace("every: 3", f"every: {dice.choice((2, 3, 4))}")
            company.publish(f"{mild}effective_from: {day}\n")
            assert company.differences() == []
        else:
            clause = dice.choice(("w", "w", "r", "x", "x", "y", "q", "s", "p", "g"))
            code, time = dice.choice("E" * 3 + "M"), dice.choice(("", "T09:00", "T21:30"))
            recorded.append(company.record(clause, code, at=f"{day}{time}")["id"])
    assert company.differences() == []


def test_a_rename_reaches_the_places_of_rules_that_look_back(company: Company) -> None:
    company.hire("D", department="运营", attributes={"regular": True})
    for day in ("2026-02-20", "2026-03-02", "2026-03-20"):
        company.record("r", "D", at=day)
    names.rename(company.ctx(), Rename("department", "运营", "营运", date(2026, 1, 1)))
    assert company.balances("D") == {"warning": 3, "minor_demerit": 1}
    assert company.differences() == []
