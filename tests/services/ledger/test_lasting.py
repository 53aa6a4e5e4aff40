"""An action that lasts: shown while it does, ended by itself, asked for by conditions."""

from __future__ import annotations

import pytest
from tests.making.house import Company, make_company

POLICY = """
policy: lasting
title: 期限
clauses:
  - code: s
    title: 停运
    kind: ladder.action
    params: {action: suspension, months: 3}
  - code: n
    title: 次月绩效系数
    kind: ladder.action
    params: {action: half_pay_ratio, begins: {day_of_month: 1, month_offset: 1}, months: 1}
  - code: d
    title: 停运期内违章
    history: {stopped: {ask: in_force, of: {action: suspension}}}
    when: {stopped: true}
    kind: fines.fixed
    params: {amount: 200}
"""


@pytest.fixture
def company() -> Company:
    return make_company(POLICY, staff=("E",))


def terms(company: Company) -> list[tuple[str, str, str]]:
    found = company.standing("E")["lasting"]
    return [(item["unit"], item["from"], item["until"]) for item in found]


def test_it_is_shown_while_it_lasts(company: Company) -> None:
    answered = company.record("s", "E", at="2026-11-20")
    assert answered["decision"]["effects"][0]["from"] == "2026-11-20"
    assert answered["decision"]["effects"][0]["until"] == "2027-02-19"
    company.record("n", "E", at="2026-11-15")
    company.record("s", "E", at="2020-01-31")
    assert terms(company) == [
        ("half_pay_ratio", "2026-12-01", "2026-12-31"),
        ("suspension", "2026-11-20", "2027-02-19"),
    ]


def test_what_is_reversed_lasts_no_longer(company: Company) -> None:
    done = company.record("s", "E", at="2026-11-20")
    company.reverse(done["id"])
    assert terms(company) == []


def test_a_condition_asks_whether_it_lasts(company: Company) -> None:
    company.record("s", "E", at="2026-01-10")
    company.record("d", "E", at="2026-04-09")
    company.record("d", "E", at="2026-04-10")
    assert company.balances("E")["CNY"] == -200
    assert company.differences() == []


TERMS = """
policy: terms
title: 期限内不得评优
ladder: [merit, demerit]
lapses: {demerit: {months: 6}}
clauses:
  - {code: m, title: 记过, kind: ladder.mark, params: {mark: demerit}}
  - {code: g, title: 记功, kind: ladder.mark, params: {mark: merit}}
  - code: x
    title: 期限内再犯
    history: {bad: {ask: in_force, of: {rung: demerit}}}
    when: {bad: true}
    kind: fines.fixed
    params: {amount: 100}
reactions:
  - {code: o, kind: ladder.offset, params: {of: merit, cancels: [demerit]}}
"""


@pytest.mark.parametrize(
    ("given", "day", "fined"),
    [
        pytest.param("m 2026-01-15", "2026-07-15", True, id="the last day"),
        pytest.param("m 2026-01-15", "2026-07-16", False, id="the day after"),
        pytest.param("m 2026-01-15, m 2026-03-01", "2026-07-16", True, id="a later one"),
        pytest.param("m 2026-01-15, g 2026-02-01", "2026-03-01", False, id="cancelled"),
        pytest.param(
            "m 2026-01-15, g 2026-02-01, m 2026-05-01", "2026-08-01", True, id="one cancelled"
        ),
        pytest.param(
            "m 2026-01-15, m 2026-05-01, g 2026-06-01", "2026-07-10", True, id="the older one"
        ),
    ],
)
def test_a_condition_asks_for_marks_within_their_term(given: str, day: str, *, fined: bool) -> None:
    """In whatever order they become known."""
    for is_late in (False, True):
        company = make_company(TERMS, staff=("E",))
        facts = [(*item.split(), "E") for item in given.split(", ")]
        for clause, on, who in [("x", day, "E"), *facts] if is_late else [*facts, ("x", day, "E")]:
            company.record(clause, who, at=on)
        assert company.balances("E").get("CNY", 0) == (-100 if fined else 0)
        assert company.differences() == []


def test_an_action_that_a_rule_gives_is_in_force_until_its_term_is_over() -> None:
    company = make_company(
        """
policy: worn
title: 记满停运
lapses: {suspension: {months: 3}}
clauses:
  - {code: x, title: 违章, kind: ladder.count}
reactions:
  - {code: r, kind: ladder.roll_up, params: {of: x, every: 2, within: year, gives: suspension}}
""",
        staff=["E"],
    )
    for day in ("2026-01-05", "2026-01-06"):
        company.record("x", "E", at=day)
    assert company.standing("E")["in_force"] == []
    for day in ("2026-10-05", "2026-10-06"):
        company.record("x", "E", at=day)
    (found,) = company.standing("E")["in_force"]
    assert (found["account"], found["unit"], found["until"]) == (
        "action",
        "suspension",
        "2027-01-06",
    )
    assert company.differences() == []
