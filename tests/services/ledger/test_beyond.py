"""The edges of tables and totals: beyond the last row, at one moment, below nothing."""

from __future__ import annotations

from tests.making.house import DAY, make_company

TABLE = """
policy: table
title: 累进罚款办法
clauses:
  - code: n
    title: 迟到
    history: {nth: {ask: nth, within: month}}
    kind: fines.nth
    params: {by: nth, amount: 10, percents: [100, 200]}
"""
SCORE = """
policy: score
title: 分数办法
ladder: [warning]
clauses:
  - {code: m, title: 扣分, kind: points.fixed, params: {letter: S, points: -40}}
reactions:
  - {code: under, title: 扣满一百分, kind: points.threshold,
     params: {letters: {S: -1}, at: 100, every: false, within: year, gives: warning}}
"""
PLUGINS = ("fines", "letter_points", "demerit_ladder")


def fines(*moments: str) -> list[str]:
    made = make_company(TABLE, plugins=PLUGINS, staff=["E"])
    for moment in moments:
        made.record("n", "E", at=moment)
    assert made.differences() == []
    entries = made.standing("E")["balances"]
    return [item["quantity"] for item in entries if item["unit"] == "CNY"]


def test_beyond_the_table_its_last_row_holds_on() -> None:
    assert fines(*(f"2026-03-{day:02}" for day in (2, 3))) == ["-30.00"]
    assert fines(*(f"2026-03-{day:02}" for day in (2, 3, 4, 5))) == ["-70.00"]


def test_what_happens_at_one_moment_counts_in_the_order_it_was_recorded() -> None:
    moment = f"{DAY}T09:00"
    made = make_company(TABLE, plugins=PLUGINS, staff=["E"])
    told = [made.record("n", "E", at=moment)["decision"]["effects"] for _ in range(3)]
    assert [effects[0]["quantity"] for effects in told] == ["-10.00", "-20.00", "-20.00"]
    assert made.differences() == []


def test_a_total_that_passes_its_end_brings_what_it_brings_once() -> None:
    made = make_company(SCORE, plugins=PLUGINS, staff=["E"])
    brought = []
    for day in range(2, 7):
        effects = made.record("m", "E", at=f"2026-03-{day:02}")["decision"]["effects"]
        brought.append([item["unit"] for item in effects if item["unit"] != "S"])
    assert brought == [[], [], ["warning"], [], []]
    assert made.differences() == []
