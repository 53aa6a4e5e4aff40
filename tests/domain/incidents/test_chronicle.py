"""What a clause asks of a subject's history: a function of the facts, not of their recording."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.making.policies import faults_in, policy_from

from shangfa.domain.dates.windows import Term
from shangfa.domain.history import Ask, Entry, History, Within
from shangfa.testing import MemoryTenant, make_subject

HEAD = """
policy: p
title: P
ladder: [warning, minor]
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: c, title: 计数, kind: ladder.count, params: {counter: late}}
"""
ROLL = """
reactions:
  - {code: r, kind: ladder.roll_up, params: {of: warning, every: 2, within: year, gives: minor}}
"""


def clause(history: str, when: str, amount: int = 10, code: str = "x") -> str:
    return f"""
  - code: {code}
    title: 条款
    history: {{{history}}}
    when: {{{when}}}
    kind: fines.fixed
    params: {{amount: {amount}, per: incident}}
"""


def tenant(*clauses: str, rules: str = ROLL) -> MemoryTenant:
    return MemoryTenant(policy_from(HEAD + "".join(clauses) + rules))


def fines(tenant: MemoryTenant) -> dict[str, str]:
    found = tenant.balances()
    return {
        f"{day:%m-%d}": str(value)
        for (_, name, _, day, _), value in found.items()
        if name == "fine"
    }


def at(text: str) -> date | datetime:
    moment = datetime.fromisoformat(text)
    return moment if "T" in text else moment.date()


NTH = "nth: {ask: nth, within: month}"


@pytest.mark.parametrize(
    ("history", "when", "earlier", "now", "meets"),
    [
        ("n: {ask: nth}", "n: 1", [], "2026-03-31", True),
        ("n: {ask: nth, within: month}", "n: 2", ["2026-02-28"], "2026-03-31", False),
        ("n: {ask: nth, within: month}", "n: 2", ["2026-03-01"], "2026-03-31", True),
        ("n: {ask: nth, within: {days: 30}}", "n: 2", ["2026-03-02"], "2026-03-31", True),
        ("n: {ask: nth, within: {days: 30}}", "n: 2", ["2026-03-01"], "2026-03-31", False),
        ("n: {ask: nth, within: {months: 1}}", "n: 2", ["2026-03-01"], "2026-03-31", True),
        ("n: {ask: nth, within: {months: 1}}", "n: 2", ["2026-02-28"], "2026-03-31", False),
        ("n: {ask: nth, within: day}", "n: 2", ["2026-03-31"], "2026-03-31T08:00", True),
        ("n: {ask: nth}", "n: 1", ["2026-03-31T09:00"], "2026-03-31T08:00", True),
        ("n: {ask: nth}", "n: 2", ["2026-03-31T08:00"], "2026-03-31T08:00", True),
        ("n: {ask: nth}", "n: 1", ["2026-04-01"], "2026-03-31", True),
        ("g: {ask: days_since}", "g: null", [], "2026-03-31", True),
        ("g: {ask: days_since}", "g: {to: 30}", [], "2026-03-31", False),
        ("g: {ask: days_since}", "g: {to: 30}", ["2026-03-01"], "2026-03-31", True),
        ("g: {ask: days_since}", "g: {to: 29}", ["2026-03-01"], "2026-03-31", False),
        ("g: {ask: days_since}", "g: 0", ["2026-03-31"], "2026-03-31T08:00", True),
    ],
)
def test_what_came_before_under_the_same_clause(
    history: str, when: str, earlier: list[str], now: str, *, meets: bool
) -> None:
    own = tenant(clause(history, when))
    for day in earlier:
        own.record("x", at=at(day))
    found = own.record("x", at=at(now))
    assert bool([item for item in found.postings if item.account == "fine"]) is meets


def test_a_quantity_in_times_counts_as_often() -> None:
    own = tenant(clause("n: {ask: nth}", "n: 4"))
    own.record("x", at=date(2026, 3, 1), quantity=3)
    assert own.record("x", at=date(2026, 3, 2)).postings


@pytest.mark.parametrize(
    ("of", "ask", "when"),
    [
        ("{counter: late}", "nth", "3"),
        ("{clause: c}", "nth", "3"),
        ("{rung: warning}", "sum", "0"),
        ("{rung: warning}", "in_force", "false"),
    ],
)
def test_other_things_may_be_asked_for(of: str, ask: str, when: str) -> None:
    own = tenant(clause(f"n: {{ask: {ask}, of: {of}}}", f"n: {when}"))
    own.record("c", at=date(2026, 3, 1), quantity=2)
    assert own.record("x", at=date(2026, 3, 2)).postings


def test_what_is_rolled_up_counts_from_the_next_day_on() -> None:
    own = tenant(clause("n: {ask: in_force, of: {rung: minor}}", "n: true"))
    own.record("w", at=at("2026-03-02T08:00"), quantity=2)
    own.record("x", at=at("2026-03-02T09:00"))
    own.record("x", at=date(2026, 3, 3))
    assert fines(own) == {"03-03": "-10.00"}


def test_money_may_be_asked_for() -> None:
    fine = "  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 15}}\n"
    asked = "  - {code: x, title: t, history: {s: {ask: sum, of: {money: fine}, within: year}}, "
    asked += "when: {s: {from: 30}}, kind: ladder.mark, params: {mark: minor}}\n"
    own = tenant(fine, asked)
    own.record("f", at=date(2026, 3, 1))
    assert own.record("x", at=date(2026, 3, 2)).postings == []
    own.record("f", at=date(2026, 2, 1))
    assert own.balance("E", "marks", "minor") == 1


def test_the_answer_stands_in_the_trace() -> None:
    own = tenant(clause("nth: {ask: nth, within: year, zh: 本年第几次}", "nth: {from: 2}"))
    own.record("x")
    said = [line.note for line in own.record("x", at=date(2026, 3, 3)).trace]
    assert "本年第几次（当年）：第2次。" in [note.text("zh") for note in said]


def test_a_late_fact_and_a_reversal_change_what_comes_after() -> None:
    own = tenant(clause(NTH, "nth: {from: 2}"))
    first = own.record("x", at=date(2026, 3, 10))
    assert fines(own) == {}
    second = own.record("x", at=date(2026, 3, 1))
    assert fines(own) == {"03-10": "-10.00"}
    own.reverse(second)
    assert fines(own) == {}
    own.record("x", at=date(2026, 3, 20))
    assert fines(own) == {"03-20": "-10.00"}
    own.reverse(first)
    assert fines(own) == {}


AGAIN = """
  - code: x
    title: 第二次起警告
    history: {nth: {ask: nth, within: year}}
    when: {nth: {from: 2}}
    kind: ladder.mark
    params: {mark: warning}
"""


def test_what_changes_is_followed_by_reactions() -> None:
    """A warning too many becomes none, and the minor demerit it made goes with it."""
    own = tenant(clause("bad: {ask: in_force, of: {rung: minor}}", "bad: true", 50, "z"), AGAIN)
    first = own.record("x", at=date(2026, 3, 1))
    own.record("x", at=date(2026, 3, 2))
    own.record("x", at=date(2026, 3, 3))
    own.record("z", at=date(2026, 3, 4))
    assert (own.balance("E", "marks", "minor"), fines(own)) == (1, {"03-04": "-50.00"})
    own.reverse(first)
    assert (own.balance("E", "marks", "minor"), fines(own)) == (0, {})
    own.record("x", at=date(2026, 2, 1))
    assert (own.balance("E", "marks", "minor"), fines(own)) == (1, {"03-04": "-50.00"})


DAYS = [f"2026-03-{day:02}" for day in (1, 2, 3, 4)] + ["2026-03-02T08:00", "2026-04-01"]
LAW = (
    clause(
        "nth: {ask: nth, within: month}, gap: {ask: days_since}", "nth: {from: 2}, gap: {to: 2}", 7
    )
    + clause("warned: {ask: in_force, of: {rung: minor}}", "warned: true", 100, "y")
    + clause("n: {ask: nth, of: {counter: late}, within: {days: 3}}", "n: {from: 3}", 1000, "z")
)


@pytest.mark.law
@given(st.data())
def test_the_order_of_recording_makes_no_difference(data: Any) -> None:
    """Facts of one moment count by their ids, so each moment has one."""
    codes = st.dictionaries(st.sampled_from(DAYS), st.sampled_from("wcxyz"), min_size=2)
    facts = [(code, day) for day, code in data.draw(codes).items()]
    straight, mixed = tenant(LAW), tenant(LAW)
    for code, day in sorted(facts, key=lambda item: (item[1][:10], item[1])):
        straight.record(code, at=at(day))
    shuffled = data.draw(st.permutations(facts))
    extra = data.draw(st.sampled_from(DAYS))
    gone = mixed.record("x", at=at(extra)) if extra not in {day for _, day in facts} else None
    for code, day in shuffled:
        mixed.record(code, at=at(day))
    if gone is not None:
        mixed.reverse(gone)
    assert mixed.balances() == straight.balances()


@pytest.mark.parametrize(
    ("within", "day", "start"),
    [
        (Within(), date(2026, 3, 31), date.min),
        (Within("month"), date(2026, 3, 31), date(2026, 3, 1)),
        (Within("quarter"), date(2026, 3, 31), date(2026, 1, 1)),
        (Within("year"), date(2026, 3, 31), date(2026, 1, 1)),
        (Within("day"), date(2026, 3, 31), date(2026, 3, 31)),
        (Within(days=90), date(2026, 3, 31), date(2025, 12, 31)),
        (Within(months=1), date(2026, 3, 31), date(2026, 2, 28)),
        (Within(days=400), date(1, 1, 2), date.min),
    ],
)
def test_where_a_stretch_of_days_begins(within: Within, day: date, start: date) -> None:
    assert within.start(day) == start
    assert within.holds(day, day)


TERMS = {"school": (Term("a", date(2026, 1, 1), date(2026, 2, 1)),)}
HIRED = date(2020, 5, 10)


@pytest.mark.parametrize(
    ("within", "other", "day", "inside"),
    [
        (Within("month from 26"), "2026-03-26", "2026-04-25", True),
        (Within("month from 26"), "2026-03-25", "2026-04-25", False),
        (Within("year since hired"), "2026-05-10", "2027-05-09", True),
        (Within("year since hired"), "2026-05-09", "2027-05-09", False),
        (Within("90 days"), "2026-01-01", "2026-03-31", True),
        (Within("90 days"), "2025-12-31", "2026-03-31", False),
        (Within("terms school", terms=TERMS), "2026-01-01", "2026-02-01", True),
        (Within("terms school", terms=TERMS), "2026-02-01", "2026-02-02", False),
        (Within("week from sunday"), "2026-03-07", "2026-03-08", False),
    ],
)
def test_history_is_asked_within_any_window(
    within: Within, other: str, day: str, *, inside: bool
) -> None:
    last, before = date.fromisoformat(day), date.fromisoformat(other)
    assert within.holds(before, last, HIRED) is inside
    assert not inside or within.start(last) <= before


def test_a_window_of_ones_own_is_read_of_the_fact_s_day() -> None:
    text = clause("nth: {ask: nth, within: year since hired}", "nth: 2")
    own = MemoryTenant(policy_from(HEAD + text + ROLL + "attributes: {hired: date}\n"))
    who = make_subject("E", hired="2020-05-10")
    for day in ("2026-05-09", "2026-05-10", "2027-05-09"):
        own.record("x", who, at=date.fromisoformat(day))
    assert fines(own) == {"05-09": "-10.00"}
    nobody = MemoryTenant(policy_from(HEAD + text + ROLL + "attributes: {hired: date}\n"))
    for day in ("2026-05-10", "2026-05-11"):
        nobody.record("x", at=date.fromisoformat(day))
    assert fines(nobody) == {}


WRONG = [
    {"body": clause("nth: {ask: nth, within: year since hird}", "nth: 2")},
    {"body": clause("nth: {ask: nth, within: year since grade}", "nth: 2")},
    {"rules": ROLL.replace("within: year", "within: year since hird")},
    {"rules": ROLL.replace("within: year", "within: month since grade")},
    {"top": "lapses: {warning: {until: year since hird}}\n"},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_a_window_begins_with_is_a_date_of_subjects(wrong: dict[str, str]) -> None:
    top = wrong.get("top", "") + "attributes: {hired: date, grade: text}\n"
    use = clause("", "subject.hired: {from: 2020-01-01}, subject.grade: a", code="u")
    text = top + HEAD + use + wrong.get("body", "") + wrong.get("rules", ROLL)
    (fault,) = faults_in(text)
    assert (fault.code, fault.values["near"]) == ("unknown_attribute", "hired")


def test_a_mark_that_has_lapsed_is_in_force_no_longer() -> None:
    ask = Ask("m", "in_force", "marks", ("warning",))
    mark = Entry(date(2026, 1, 1), "w", "marks", "warning", Decimal(1), until=date(2026, 3, 1))
    before = History((mark,))
    assert ask.answer(before, date(2026, 3, 1)) is True
    assert ask.answer(before, date(2026, 3, 2)) is False


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        (clause("n: {ask: nth, of: {clause: xx}}", "n: 2"), 9, "unknown_clause"),
        (clause("n: {ask: nth, of: {counter: latte}}", "n: 2"), 9, "unknown_counter"),
        (clause("n: {ask: in_force, of: {rung: minr}}", "n: true"), 9, "unknown_counter"),
        (clause("n: {ask: in_force, of: {rung: warning, counter: late}}", "n: true"), 9, "invalid"),
        (clause("n: {ask: nth}", "n: many"), 10, "invalid"),
        (clause("time: {ask: nth}", "quantity: 1"), 9, "invalid"),
    ],
)
def test_a_question_that_nothing_answers_is_refused(text: str, place: int, code: str) -> None:
    (fault,) = faults_in(HEAD + text + ROLL)
    assert (fault.place, fault.code) == (f"policy.yaml:{place + 2}", code)


def test_a_condition_on_its_own_consequence_is_refused() -> None:
    own = "  - {code: x, title: t, history: {m: {ask: in_force, of: {rung: %s}}}, "
    own += "when: {m: false}, kind: ladder.mark, params: {mark: warning}}\n"
    assert [item.code for item in faults_in(HEAD + own % "warning")] == ["circular_condition"]
    (fault,) = faults_in(HEAD + own % "minor" + ROLL)
    assert fault.values["value"] == "warning → minor"


def test_the_reporter_cannot_answer_instead() -> None:
    own = tenant(clause(NTH, "nth: {from: 2}"))
    with pytest.raises(Exception, match="unknown_fact"):
        own.record("x", facts={"nth": 3})


def test_what_others_did_at_once_is_not_ones_own_history() -> None:
    own = tenant(clause("n: {ask: nth}", "n: 2"))
    own.record("x", "E", "F", at=date(2026, 3, 1))
    own.record("x", "E", at=date(2026, 3, 2))
    own.record("x", "G", at=date(2026, 3, 3))
    assert fines(own) == {"03-02": "-10.00"}


def test_a_quantity_that_is_no_number_of_times_counts_once() -> None:
    minutes = """
  - code: x
    title: 条款
    quantity: {unit: minutes}
    history: {n: {ask: nth}}
    when: {n: 2}
    kind: fines.fixed
    params: {amount: 10, per: incident}
"""
    own = tenant(minutes)
    own.record("x", at=date(2026, 3, 1), quantity=30)
    own.record("x", at=date(2026, 3, 2), quantity=30)
    assert fines(own) == {"03-02": "-10.00"}


OFFSET = "  - {code: off, kind: ladder.offset, params: {of: minor, cancels: [warning]}}\n"
BEARS = "  - {code: boss, kind: fines.supervisor, params: {percent: 50}}\n"


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(ROLL, id="totals are enough"),
        pytest.param(ROLL + OFFSET, id="lines keep their places"),
        pytest.param(ROLL + BEARS, id="each line is answered by itself"),
    ],
)
def test_what_becomes_known_late_changes_what_came_after(rules: str) -> None:
    own = tenant(clause("n: {ask: nth, of: {clause: c}}", "n: 2"), rules=rules)
    own.record("x", at=date(2026, 3, 3))
    assert fines(own) == {}
    late = own.record("c", at=date(2026, 3, 1))
    assert fines(own) == {"03-03": "-10.00"}
    own.reverse(late)
    assert fines(own) == {}
