"""A tenant in memory: several policies, postings from outside, sums alone."""

from datetime import date, timedelta
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


ASKED = """
policy: asked
title: P
ladder: [warning]
clauses:
  - {code: w, title: t, kind: ladder.mark, params: {mark: warning}}
  - code: x
    title: t
    history: {had: {ask: sum, of: {rung: warning}}}
    when: {had: {from: 1}}
    kind: fines.fixed
    params: {amount: 10}
"""


def test_what_was_decided_elsewhere_changes_what_came_after_it() -> None:
    tenant = Memory({"asked": Policy("asked", [version_from(ASKED)])}, WEEKDAYS, Lines())
    later = Report("x", (Subject("E"),), DAY + timedelta(1))
    assert tenant.record(later).postings == []
    chosen = Posting("E", "marks", "warning", Decimal(1), "w", "choice", DAY)
    found = tenant.follow("asked", chosen)
    assert [(item.account, item.quantity) for item in found] == [("marks", 1), ("fine", -10)]
    taken_back = tenant.follow("asked", chosen._replace(quantity=Decimal(-1)))
    assert [(item.account, item.quantity) for item in taken_back] == [("marks", -1), ("fine", 10)]
