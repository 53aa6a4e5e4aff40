"""A tenant in memory: several policies, postings from outside, sums alone."""

from datetime import date
from decimal import Decimal

from tests.making.policies import version_from

from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.memory import Balance, Memory
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.people.lines import Lines
from shangfa.domain.policies.policy import Policy
from shangfa.testing import DAY, WEEKDAYS

TEXT = """
policy: {}
title: P
ladder: [warning, minor]
clauses:
  - {{code: '{}', title: t, kind: ladder.mark, params: {{mark: warning}}}}
reactions:
  - code: up
    kind: ladder.roll_up
    params: {{of: warning, every: 2, within: month, gives: minor}}
  - {{code: boss, kind: ladder.supervisor}}
"""
POLICIES = {name: Policy(name, [version_from(TEXT.format(name, name))]) for name in ("a", "b")}
WARNING = Posting("E", "marks", "warning", Decimal(1), "a", "clause", DAY)


def memory(**more: object) -> Memory:
    return Memory(POLICIES, WEEKDAYS, Lines().add("E", "M"), **more)  # type: ignore[arg-type]


def report(clause: str, **more: object) -> Report:
    return Report(clause, (Subject("E"),), DAY, **more)  # type: ignore[arg-type]


def test_an_incident_falls_under_the_policy_that_has_its_clause() -> None:
    tenant = memory()
    assert [tenant.record(report(code)).policy for code in "aab"] == ["a", "a", "b"]
    marks = {(key.policy, key.subject, key.unit): value for key, value in tenant.balances().items()}
    assert marks == {
        ("a", "E", "warning"): 2,
        ("a", "E", "minor"): 1,
        ("a", "M", "warning"): 1,
        ("b", "E", "warning"): 1,
    }
    assert set(tenant.ledgers or {}) == {"a", "b"}


def test_what_was_decided_elsewhere_is_followed_as_a_fact() -> None:
    tenant = memory()
    tenant.record(report("a"))
    posted = tenant.follow("a", WARNING)
    assert [(item.subject, item.unit) for item in posted] == [
        ("E", "warning"),
        ("E", "minor"),
        ("M", "warning"),
    ]


def test_an_incident_is_undone_with_all_that_followed() -> None:
    tenant = memory()
    first = tenant.record(report("a"))
    tenant.record(report("a"))
    tenant.reverse(first)
    left = Balance("a", "E", "marks", "warning", "a", DAY, joint=False)
    assert tenant.balances() == {left: 1}


def test_a_long_history_may_keep_its_sums_alone() -> None:
    tenant = memory(ledgers=None)
    tenant.record(report("a"))
    assert tenant.ledgers is None
    assert list(tenant.balances().values()) == [1]


def test_the_supervisor_is_who_the_lines_say() -> None:
    assert memory().supervisor("E", date(2026, 3, 2)) == "M"
