"""A policy of marks, and what a book of it holds."""

from datetime import date
from typing import Any

from tests.making.policies import policy_from

from shangfa.domain.policies.policy import Policy
from shangfa.testing import Lines, MemoryTenant

MARKS = """
policy: marks
title: marks
ladder: [warning, minor, major]
clauses:
  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: m, kind: ladder.mark, params: {mark: minor}}
  - {code: out, title: out, kind: ladder.action, params: {action: dismissal}}
reactions:
  - {code: up, title: 折算, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: WINDOW, gives: minor, joint: JOINT}}
  - {code: over, kind: ladder.roll_up,
     params: {of: minor, every: 2, within: ever, gives: major}}
  - {code: boss, kind: ladder.supervisor, params: {converted: CONVERTED}}
"""


def marks(window: str = "month", *, joint: bool = True, converted: bool = True) -> Policy:
    text = MARKS.replace("WINDOW", window).replace("JOINT", str(joint).lower())
    return policy_from(text.replace("CONVERTED", str(converted).lower()))


def recorded(policy: Policy, *days: str, clause: str = "w", **more: Any) -> MemoryTenant:
    tenant = MemoryTenant(policy, **more)
    for day in days:
        tenant.record(clause, at=date.fromisoformat(day))
    return tenant


def two_levels() -> Lines:
    return Lines().add("E", "M").add("M", "D")
