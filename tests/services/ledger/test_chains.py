"""Superiors of several levels, or in a position, bear what a report is given."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from tests.making.house import Company, code_of, make_company

from shangfa.domain.people.renames import Rename
from shangfa.services.people import changes, names
from shangfa.services.people.lines import Line

CHAIN = """
policy: chain
title: 逐级连带
ladder: [warning, minor_demerit, major_demerit]
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: 小过, kind: ladder.mark, params: {mark: minor_demerit}}
  - {code: b, title: 大过, kind: ladder.mark, params: {mark: major_demerit}}
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 100.01}}
  - code: n
    title: 第二次起加罚
    history: {nth: {ask: nth, within: year}}
    kind: fines.nth
    params: {by: nth, amount: 100, percents: [50, 151]}
reactions:
  - {code: up, kind: ladder.roll_up, params: {of: warning, every: 2, within: year,
     gives: minor_demerit}}
  - {code: one, kind: ladder.supervisor, params: {}}
  - {code: two, kind: ladder.supervisor, params: {level: 2, lower: 2, converted: false}}
  - {code: head, kind: ladder.supervisor, params: {superior: 站长, gives: warning,
     least: major_demerit}}
  - {code: half, kind: fines.supervisor, params: {percent: 33.33, least: 100}}
  - {code: third, kind: fines.supervisor, params: {level: 3, percent: 10}}
"""
DAY = "2026-03-02"


@pytest.fixture
def company() -> Company:
    """E reports to M, M to N, N to D; D heads the station."""
    made = make_company(CHAIN, plugins=("demerit_ladder", "fines"))
    made.hire("D", position="站长")
    made.hire("N", supervisor="D", position="队长")
    made.hire("M", supervisor="N")
    made.hire("E", supervisor="M")
    made.hire("X", position="站长")
    return made


def borne(company: Company, *codes: str) -> dict[str, dict[str, Decimal]]:
    found = {code: company.balances(code) for code in codes or ("E", "M", "N", "D", "X")}
    return {code: balances for code, balances in found.items() if balances}


@pytest.mark.parametrize(
    ("clause", "quantity", "wanted"),
    [
        pytest.param("w", 1, {"E": {"warning": 1}}, id="nothing under the lowest rung"),
        pytest.param("m", 1, {"E": {"minor_demerit": 1}, "M": {"warning": 1}}, id="one level"),
        pytest.param(
            "b",
            1,
            {
                "E": {"major_demerit": 1},
                "M": {"minor_demerit": 1},
                "N": {"warning": 1},
                "D": {"warning": 1},
            },
            id="two levels and the head",
        ),
        pytest.param(
            "w", 2, {"E": {"warning": 2, "minor_demerit": 1}, "M": {"warning": 1}}, id="rolled up"
        ),
        pytest.param(
            "f",
            1,
            {"E": {"CNY": "-100.01"}, "M": {"CNY": "-33.33"}, "D": {"CNY": "-10.00"}},
            id="percentages to the fen",
        ),
        pytest.param(
            "n", 1, {"E": {"CNY": -50}, "D": {"CNY": -5}}, id="too little for one of them"
        ),
    ],
)
def test_who_bears_what(
    company: Company, clause: str, quantity: int, wanted: dict[str, dict[str, str]]
) -> None:
    done = company.record(clause, "E", at=DAY, quantity=quantity)
    amounts = {who: {u: Decimal(q) for u, q in own.items()} for who, own in wanted.items()}
    assert borne(company) == amounts
    assert company.differences() == []
    company.reverse(done["id"])
    assert borne(company) == {}
    assert company.differences() == []


@pytest.mark.parametrize(
    ("change", "heads"),
    [
        pytest.param(lambda c: move(c, "M", "X", "2026-03-01"), "X", id="the boss changes line"),
        pytest.param(lambda c: move(c, "N", "X", "2026-03-01"), "X", id="the boss's boss does"),
        pytest.param(lambda c: move(c, "N", "X", "2026-03-03"), "D", id="a day later"),
        pytest.param(lambda c: move(c, "D", None, "2026-03-01"), "", id="a position is lost"),
    ],
)
def test_lines_further_up_are_late_truth(
    company: Company, change: Callable[[Company], object], heads: str
) -> None:
    company.record("f", "E", at=DAY)
    company.record("b", "E", at=DAY)
    change(company)
    found = borne(company, "D", "X")
    assert [code for code, own in found.items() if own.get("warning")] == list(heads)
    assert company.differences() == []


def move(company: Company, code: str, boss: str | None, since: str) -> None:
    changes.assign(company.ctx(), code, Line(date.fromisoformat(since), supervisor=boss))


def test_a_renamed_position_is_the_same_one(company: Company) -> None:
    names.rename(company.ctx(), Rename("position", "站长", "场站经理", date(2026, 3, 10)))
    for day in ("2026-03-09", "2026-03-10"):
        company.record("b", "E", at=day)
    assert company.balances("D")["warning"] == 2
    assert company.differences() == []


def test_a_chain_that_loops_on_a_day_is_refused(company: Company) -> None:
    for boss in ("E", "M", "N"):
        again = partial(company.move, "D", boss, "2026-06-01")
        assert code_of(again) == "supervisor_loop"
    company.move("E", None, "2026-05-01")
    company.move("D", "E", "2026-06-01")
    assert code_of(partial(company.move, "E", "M", "2026-07-01")) == "supervisor_loop"
    assert company.differences() == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param("{level: 0}", "invalid", id="none"),
        pytest.param("{level: 21}", "invalid", id="too many"),
        pytest.param("{level: 2, superior: 站长}", "invalid", id="both"),
        pytest.param("{gives: minor}", "unknown_rung", id="a misspelt rung"),
        pytest.param("{least: minor}", "unknown_rung", id="a misspelt rung to begin with"),
    ],
)
def test_what_is_refused(params: str, code: str) -> None:
    text = CHAIN.replace("level: 2, lower: 2, converted: false", params[1:-1])
    assert code_of(lambda: make_company(text, plugins=("demerit_ladder", "fines"))) == code


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_incidents_moves_and_reversals_is_as_it_is_now(seed: int) -> None:
    chance = random.Random(seed)
    company = make_company(CHAIN, plugins=("demerit_ladder", "fines"))
    for code in ("D", "N", "M", "E"):
        company.hire(code, position=chance.choice(["站长", "队长", None]))
    done: list[str] = []
    for _ in range(24):
        day = str(date(2026, 3, 1) + timedelta(chance.randrange(20)))
        step = chance.random()
        if step < 0.3:
            lower, boss = chance.sample(["E", "M", "N", "D"], 2)
            code_of(partial(company.move, lower, boss, day))
        elif step < 0.8 or not done:
            clause = chance.choice(["w", "m", "b", "f", "n"])
            who = chance.sample(["E", "M", "N"], chance.randint(1, 2))
            done.append(company.record(clause, *who, at=day)["id"])
        else:
            company.reverse(done.pop(chance.randrange(len(done))))
    assert company.differences() == []
    for incident in done:
        company.reverse(incident)
    assert borne(company, "E", "M", "N", "D") == {}
