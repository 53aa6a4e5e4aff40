"""Rules that are worded anew, and what stands alike."""

from __future__ import annotations

from datetime import date

from tests.making.policies import policy_from, version_from

from shangfa.domain.policies.policy import Policy
from shangfa.testing import Lines, MemoryTenant

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
