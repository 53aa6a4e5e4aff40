"""Rules that are worded anew, and what stands alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.making.policies import kinds_of, policy_from, version_from

from shangfa.domain.policies.policy import Policy
from shangfa.sdk import Effect, Params, ReactionKind, Watch
from shangfa.testing import Lines, MemoryTenant, make_clause, make_policy, make_reactions

ONE = Decimal(1)
UP = """
policy: up
title: up
effective_from: SINCE
ladder: [warning, minor, major]
clauses:
  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: m, kind: ladder.mark, params: {mark: minor}}
reactions:
  - {code: up, kind: ladder.roll_up, params: {of: OF, every: 2, within: year, gives: major}}
"""


def test_a_rule_that_looks_at_another_mark_counts_that_one_from_its_day_on() -> None:
    versions = [
        version_from(UP.replace("SINCE", since).replace("OF", of))
        for since, of in (("2026-01-01", "warning"), ("2026-04-01", "minor"))
    ]
    company = MemoryTenant(Policy("policy", versions))
    for clause, day in (("w", "2026-03-01"), ("m", "2026-03-02"), ("w", "2026-04-02")):
        company.record(clause, at=date.fromisoformat(day))
        assert company.balance("E", "marks", "major") == 0
    company.record("m", at=date(2026, 4, 3))
    assert company.balance("E", "marks", "major") == 1


TWICE = """
policy: twice
title: twice
clauses:
  - code: x
    title: x
    parts:
      - {kind: fines.fixed, params: {amount: 10}}
      - {kind: fines.fixed, params: {amount: 20}}
reactions:
  - {code: boss, kind: fines.supervisor, params: {percent: 50}}
"""


def test_two_lines_that_stand_alike_are_answered_as_their_sum() -> None:
    lines = Lines()
    lines.add("E", "M", date(2000, 1, 1))
    company = MemoryTenant(policy_from(TWICE), lines)
    done = company.record("x")
    assert [company.balance(who, "fine", "CNY") for who in "EM"] == [-30, -15]
    answered = [item for item in company.ledger if item.subject == "M"]
    assert [item.quantity for item in answered] == [-15]
    company.reverse(done)
    assert company.balances() == {}


RUN = """
policy: run
title: run
effective_from: SINCE
ladder: [warning, minor, major]
clauses:
  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: m, kind: ladder.mark, params: {mark: minor}}
  - {code: c, title: c, kind: ladder.count, params: {counter: warning}}
reactions:
  - RULE
"""
SINCE = ("2026-01-01", "2026-04-01")


def worded(*rules: str) -> MemoryTenant:
    """A company whose rule is worded anew in April."""
    versions = [
        version_from(RUN.replace("SINCE", since).replace("RULE", f"{{code: r, {rule}}}"))
        for since, rule in zip(SINCE, rules, strict=True)
    ]
    return MemoryTenant(Policy("policy", versions))


def recorded(company: MemoryTenant, *incidents: tuple[str, str]) -> MemoryTenant:
    for clause, day in incidents:
        company.record(clause, at=date.fromisoformat(day))
    return company


def test_a_row_that_is_worded_anew_takes_back_nothing_it_gave() -> None:
    of = "of: warning, broken_by: [minor], watched: marks, gives: talk"
    rule = f"kind: ladder.run, params: {{{of}, times: TIMES}}"
    company = worded(rule.replace("TIMES", "2"), rule.replace("TIMES", "3"))
    recorded(company, ("w", "2026-03-01"), ("w", "2026-03-02"))
    assert company.balance("E", "action", "talk") == 1
    recorded(company, ("m", "2026-04-01"), ("w", "2026-04-02"), ("w", "2026-04-03"))
    assert company.balance("E", "action", "talk") == 1
    recorded(company, ("w", "2026-04-04"))
    assert company.balance("E", "action", "talk") == 2


def test_a_counter_is_not_the_rung_that_was_called_like_it() -> None:
    """In April the ladder has no warnings any more; what is called so is only counted."""
    rule = "kind: ladder.roll_up, params: {of: warning, every: 2, within: year, gives: major}"
    texts = [RUN.replace("SINCE", since).replace("RULE", f"{{code: r, {rule}}}") for since in SINCE]
    mark = "  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}\n"
    texts[1] = texts[1].replace("[warning, ", "[").replace(mark, "")
    company = MemoryTenant(Policy("policy", [version_from(text) for text in texts]))
    recorded(company, ("w", "2026-03-01"), ("c", "2026-03-02"))
    assert company.balance("E", "marks", "major") == 0
    recorded(company, ("c", "2026-04-03"))
    assert company.balance("E", "marks", "major") == 1


class Net(Params):
    """Which letters are counted together."""

    letters: str


NET: ReactionKind[Net] = ReactionKind(
    "x.net",
    Net,
    lambda rule: [
        Watch("points", "net", "year", weights=tuple((item, ONE) for item in rule.params.letters))
    ],
    lambda rule, unit, total: [Effect("action", "talk", total // 2)] if total > 1 else [],
    lambda rule: [("action", "talk")],
    lambda rule: (),
)


def test_a_net_that_is_worded_anew_leaves_out_what_it_does_not_name() -> None:
    """A and B count together at first, from April on A and C."""
    points = kinds_of("letter_points").clause_kinds["points.fixed"]
    clauses = [
        make_clause(points, points.params(letter=letter, points=1), code=letter) for letter in "ABC"
    ]
    versions = [
        make_policy(clauses, make_reactions(NET, Net(letters=letters))).versions[0]
        for letters in ("AB", "AC")
    ]
    versions[1].effective_from = date.fromisoformat(SINCE[1])
    company = MemoryTenant(Policy("policy", versions))
    recorded(company, ("B", "2026-03-01"), ("A", "2026-04-02"))
    assert company.balance("E", "action", "talk") == 0
    recorded(company, ("C", "2026-04-03"))
    assert company.balance("E", "action", "talk") == 1
