"""What is lifted before its time counts no longer from that day on; what it had brought stays."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from tests.making.house import Company, make_company

from shangfa.domain.faults import RefusedError
from shangfa.services.cases.acts import liftings
from shangfa.services.cases.acts.liftings import Wish

RULES = """
policy: terms
title: 有期限的处分
ladder: [warning, minor, merit]
lapses: {warning: {months: 12}, minor: {months: 24}}
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: g, title: 记功, kind: ladder.mark, params: {mark: merit}}
  - code: x
    title: 期限内再犯
    history: {bad: {ask: in_force, of: {rung: warning}}}
    when: {bad: true}
    kind: fines.fixed
    params: {amount: 100}
reactions:
  - {code: up, title: 折算, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: WINDOW, gives: minor}}
"""
OFFSET = "  - {code: off, kind: ladder.offset, params: {of: merit, cancels: [warning, minor]}}\n"


def company(window: str = "12 months", more: str = "") -> Company:
    plugins = ("demerit_ladder", "fines")
    return make_company(RULES.replace("WINDOW", window) + more, plugins=plugins, staff=("E",))


def lift(made: Company, incident: dict[str, Any], since: str, unit: str = "warning") -> Any:
    day = date.fromisoformat(since)
    said = Wish(UUID(incident["id"]), "E", "marks", unit, day, "学习考核合格")
    return liftings.lift(made.ctx(), said)


def withdraw(made: Company, incident: dict[str, Any]) -> Any:
    said = Wish(UUID(incident["id"]), "E", "marks", "warning", None, "误批", withdraw=True)
    return liftings.lift(made.ctx(), said)


def minors(made: Company) -> list[str]:
    """Return the days of the minors that stand."""
    assert made.differences() == []
    found = made.standing("E")["in_force"]
    return [item["day"] for item in found if item["unit"] == "minor"]


@pytest.mark.parametrize("window", ["12 months", "year", "ever"])
def test_it_counts_no_longer_from_that_day_on(window: str) -> None:
    made = company(window)
    first = made.record("w", "E", at="2026-01-10")
    made.record("w", "E", at="2026-02-10")
    done = lift(made, first, "2026-03-01")
    assert (done.adjustments.incidents, done.adjustments.items) == (2, [])
    made.record("w", "E", at="2026-04-10")
    assert minors(made) == []
    made.record("w", "E", at="2026-02-28")
    assert minors(made) == ["2026-02-28"], "on the days before it counts as it did"


def test_what_it_brought_stays_until_its_own_term_ends() -> None:
    made = company()
    first = made.record("w", "E", at="2026-01-10")
    for day in ("2026-02-10", "2026-03-10"):
        made.record("w", "E", at=day)
    lift(made, first, "2026-03-11")
    assert minors(made) == ["2026-03-10"]
    made.record("w", "E", at="2026-04-10")
    assert minors(made) == ["2026-03-10"], "nobody is punished twice for the same three"


def test_a_past_day_adjusts_what_came_after_it_and_withdrawing_brings_it_back() -> None:
    made = company()
    first = made.record("w", "E", at="2026-01-10")
    for day in ("2026-02-10", "2026-03-10"):
        made.record("w", "E", at=day)
    made.record("x", "E", at="2026-03-20")
    before = made.balances("E")
    done = lift(made, first, "2026-02-15")
    effects = [effect for item in done.adjustments.items for effect in item.effects]
    assert [(effect["unit"], effect["quantity"]) for effect in effects] == [("minor", "-1")]
    assert minors(made) == []
    done = withdraw(made, first)
    assert minors(made) == ["2026-03-10"]
    assert made.balances("E") == before
    acts = liftings.acts(made.ctx(), UUID(first["id"]))
    assert [act.lifted_on for act in acts] == [date(2026, 2, 15), None]


def test_conditions_ask_for_what_is_in_force() -> None:
    made = company()
    first = made.record("w", "E", at="2026-01-10")
    made.record("x", "E", at="2026-03-20")
    assert made.balances("E")["CNY"] == -100
    lift(made, first, "2026-03-20")
    assert made.balances("E").get("CNY", 0) == 0
    assert made.differences() == []
    made.record("x", "E", at="2026-03-19")
    assert made.balances("E")["CNY"] == -100


def test_the_record_says_until_when_and_of_which_incident() -> None:
    made = company()
    first = made.record("w", "E", at="2026-11-01")
    (mark,) = made.standing("E")["in_force"]
    assert (mark["until"], mark["incident"]) == ("2027-11-01", first["id"])
    lift(made, first, "2026-11-20")
    assert made.standing("E")["in_force"] == []
    assert made.balances("E")["warning"] == 1, "history keeps it"


def test_what_a_rule_gave_is_lifted_too() -> None:
    made = company()
    for day in ("2026-01-10", "2026-02-10"):
        made.record("w", "E", at=day)
    third = made.record("w", "E", at="2026-03-10")
    lift(made, third, "2026-04-01", unit="minor")
    assert minors(made) == []


GIVEN = """
policy: given
title: 折算的处分有期限
ladder: [warning, minor]
lapses: {minor: {months: 24}}
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: 小过, kind: ladder.mark, params: {mark: minor}}
  - code: x
    title: 期限内再犯
    history: {bad: {ask: in_force, of: {rung: minor}}}
    when: {bad: true}
    kind: fines.fixed
    params: {amount: 100}
reactions:
"""
ROLL_UP = """  - {code: up, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: year, gives: minor}}
"""
BOSS = "  - {code: boss, kind: ladder.supervisor, params: {}}\n"


@pytest.mark.parametrize("clause", ["w", "m"])
def test_what_has_a_term_among_marks_without_one_is_lifted_everywhere(clause: str) -> None:
    made = make_company(GIVEN + ROLL_UP, plugins=("demerit_ladder", "fines"), staff=("E",))
    days = ("2026-01-10", "2026-02-10", "2026-03-10")
    *_, last = [made.record(clause, "E", at=day) for day in (days if clause == "w" else days[2:])]
    lift(made, last, "2026-03-20", unit="minor")
    made.record("x", "E", at="2026-03-19")
    made.record("x", "E", at="2026-03-25")
    assert made.balances("E")["CNY"] == -100
    assert minors(made) == []


def test_what_a_superior_bears_is_lifted_for_conditions_too() -> None:
    rules = GIVEN.replace("[warning, minor]", "[warning, minor, major]")
    rules = rules.replace("mark: minor}}", "mark: major}}") + BOSS
    made = make_company(rules, plugins=("demerit_ladder", "fines"), staff=("M",))
    made.hire("E", supervisor="M")
    borne = made.record("m", "E", at="2026-03-10")
    said = Wish(UUID(borne["id"]), "M", "marks", "minor", date(2026, 3, 20), "已尽管理职责")
    liftings.lift(made.ctx(), said)
    made.record("x", "M", at="2026-03-25")
    assert made.balances("M").get("CNY", 0) == 0
    assert made.differences() == []


def test_what_is_reversed_takes_its_lifting_along() -> None:
    made = company()
    first = made.record("w", "E", at="2026-01-10")
    lift(made, first, "2026-02-01")
    made.reverse(first["id"])
    assert (made.balances("E"), made.differences()) == ({}, [])
    assert made.standing("E")["in_force"] == []


def test_what_a_merit_cancelled_and_what_was_lifted_are_not_taken_twice() -> None:
    made = company(more=OFFSET)
    first = made.record("w", "E", at="2026-01-10", quantity=2)
    made.record("g", "E", at="2026-02-10")
    lift(made, first, "2026-03-01")
    made.record("w", "E", at="2026-04-10", quantity=2)
    assert minors(made) == []
    made.record("w", "E", at="2026-05-10")
    assert minors(made) == ["2026-05-10"]
    made.record("g", "E", at="2026-03-10")
    assert made.differences() == []


@pytest.mark.parametrize(
    ("since", "unit", "code"),
    [
        pytest.param("2026-01-10", "warning", "not_liftable", id="on its own day"),
        pytest.param("2026-01-11", "minor", "not_liftable", id="what the incident did not give"),
        pytest.param("2099-01-01", "warning", "invalid", id="a day to come"),
    ],
)
def test_what_cannot_be_lifted(since: str, unit: str, code: str) -> None:
    made = company()
    first = made.record("w", "E", at="2026-01-10")
    with pytest.raises(RefusedError) as refusal:
        lift(made, first, since, unit)
    assert refusal.value.faults[0].code == code
    assert liftings.acts(made.ctx(), UUID(first["id"])) == []


def test_what_is_over_cannot_be_lifted_and_a_dry_run_keeps_nothing() -> None:
    made = company()
    old = made.record("w", "E", at="2025-01-10")
    with pytest.raises(RefusedError):
        lift(made, old, "2026-01-11")
    new = made.record("w", "E", at="2026-01-11")
    said = Wish(UUID(new["id"]), "E", "marks", "warning", None, "试算")
    liftings.lift(made.ctx(), said, dry_run=True)
    assert liftings.acts(made.ctx(), UUID(new["id"])) == []
    with pytest.raises(RefusedError) as refusal:
        liftings.lift(made.ctx(subject="E"), said)
    assert refusal.value.faults[0].code == "same_person"


@pytest.mark.parametrize("window", ["90 days", "year"])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_what_is_in_force_is_what_the_facts_that_are_left_bring(
    window: str, order: tuple[int, ...]
) -> None:
    """Whichever cause is reversed, and whichever of them the rule's mark stood at."""
    days = ("2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05")
    for gone in range(len(days)):
        made = company(window)
        ids = {at: made.record("w", "E", at=days[at])["id"] for at in order}
        assert minors(made) == [days[2]]
        left = [at for at in range(len(days)) if at != gone]
        made.reverse(ids[gone])
        assert minors(made) == [days[left[2]]]
        made.reverse(ids[left[0]])
        assert minors(made) == []
        made.reverse(ids[left[1]])
        made.reverse(ids[left[2]])
        assert made.standing("E")["in_force"] == []
