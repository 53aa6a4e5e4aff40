"""Rules that look back, lapse, offset or count rows, on a real database."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.making.house import Company, make_company

from shangfa.domain.dates.days import add_months
from shangfa.services.clock import now
from shangfa.services.months import passing
from shangfa.services.people import changes
from shangfa.services.people.changes import SubjectChange

PLUGINS = ("demerit_ladder", "letter_points")
RULES = """
policy: rules
title: 规则
ladder: [warning, minor_demerit, merit]
lapses:
  warning: {months: 2}
attributes: {licensed: date}
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: g, title: 记功, kind: ladder.mark, params: {mark: merit}}
  - {code: p, title: 扣分, kind: points.fixed, params: {letter: C, points: -1}}
  - {code: q, title: 加分, kind: points.fixed, params: {letter: C, points: 2}}
  - {code: b, title: 酌情扣分, kind: points.choice, params: {letter: C, min: -10, max: -5}}
  - {code: n, title: 计数, kind: ladder.count}
reactions:
  - {code: up, kind: ladder.roll_up, params: {of: warning, every: 3, within: 40 days,
     gives: minor_demerit}}
  - {code: off, kind: ladder.offset, params: {of: merit, cancels: [minor_demerit]}}
  - {code: train, kind: points.threshold, params: {letters: {C: -1}, at: 12,
     within: year since licensed, gives: training}}
  - {code: row, kind: ladder.in_row, params: {of: [n], periods: 2, at_most: 0, gives: thanks}}
  - {code: boss, kind: ladder.supervisor, params: {}}
"""


def company() -> Company:
    made = make_company(RULES, plugins=PLUGINS, staff=["M"])
    made.hire("E", supervisor="M")
    licensed = SubjectChange(attributes={"licensed": "2020-02-15"}, since=date(2020, 2, 15))
    changes.change(made.ctx(), "E", licensed, "*")
    return made


def stands(made: Company, code: str = "E") -> dict[str, Any]:
    return {item["unit"]: item["quantity"] for item in made.standing(code)["balances"]}


def test_a_window_rolls_over_the_ends_of_months_and_reports_may_be_late() -> None:
    made = company()
    made.record("w", "E", at="2026-02-01")
    made.record("w", "E", at="2026-03-02")
    middle = made.record("w", "E", at="2026-02-20")["id"]
    assert stands(made)["minor_demerit"] == "1"
    made.reverse(middle)
    assert "minor_demerit" not in stands(made)
    assert made.differences() == []


def test_twelve_points_of_a_licence_year_are_reached_once_and_not_taken_back() -> None:
    made = company()
    made.record("p", "E", at="2026-02-14", quantity=11)
    made.record("p", "E", at="2026-02-15", quantity=11)
    assert "training" not in stands(made)
    made.record("p", "E", at="2026-03-02T09:00")
    made.record("q", "E", at="2026-03-02T10:00", quantity=3)
    assert stands(made)["training"] == "1"
    made.record("q", "E", at="2026-03-02T08:00")
    assert "training" not in stands(made)
    assert made.differences() == []


def test_a_record_tells_until_when_and_near_counts_what_is_in_force() -> None:
    made = company()
    today = now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    gone, last = add_months(today - timedelta(1), -2), today - timedelta(20)
    made.record("w", "E", at=str(gone - timedelta(3)))
    made.record("w", "E", at=str(last))
    (mark,) = made.standing("E")["in_force"]
    assert (mark["day"], mark["until"]) == (str(last), str(add_months(last, 2)))
    assert stands(made)["warning"] == "2"


def test_what_time_brings_is_told_before_the_nightly_job_has_posted_it() -> None:
    """The rule comes into force after the fact, so that nothing was posted with it."""
    without = "\n".join(line for line in RULES.splitlines() if "code: row" not in line)
    made = make_company(without, plugins=PLUGINS, staff=["E"])
    today = now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    first = add_months(today.replace(day=1), -3)
    made.record("n", "E", at=str(first))
    made.publish(f"{RULES}effective_from: {first + timedelta(1)}\n")
    before = stands(made)
    assert before["thanks"] == "1"
    assert passing.settle(made.id) == 1
    assert passing.settle(made.id) == 0
    assert stands(made) == before
    made.record("n", "E", at=str(add_months(first, 2)))
    assert made.differences() == []
    assert "thanks" not in stands(made)


@pytest.mark.parametrize("seed", [pytest.param(seed, id=f"story {seed}") for seed in range(3)])
def test_any_story_ends_in_what_its_facts_give(seed: int) -> None:
    chance = random.Random(seed)
    made = company()
    alive: list[str] = []
    for _ in range(20):
        if alive and chance.random() < 0.25:
            made.reverse(alive.pop(chance.randrange(len(alive))))
            continue
        day = f"2026-0{chance.randrange(1, 3)}-{chance.randrange(1, 29):02}"
        time = chance.choice(["", "T09:00", "T10:00"])
        clause, size = chance.choice("wgpqn"), chance.randrange(1, 5)
        who = chance.choice(["E", "M"])
        alive.append(made.record(clause, who, at=day + time, quantity=size)["id"])
    passing.settle(made.id)
    assert made.differences() == []
    for incident in alive:
        made.reverse(incident)
    passing.settle(made.id)
    assert (stands(made), stands(made, "M")) == ({}, {})
    assert made.differences() == []
