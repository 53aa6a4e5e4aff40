"""What a merit cancelled: a window that does not hold it does not miss it either."""

from __future__ import annotations

from datetime import date

import pytest
from tests.making.policies import policy_from

from shangfa.testing import MemoryTenant

OFFSET = """
policy: offset
title: offset
ladder: [warning, minor, merit]
attributes: {licensed: date}
clauses:
  - {code: w, title: w, kind: ladder.mark, params: {mark: warning}}
  - {code: g, title: g, kind: ladder.mark, params: {mark: merit}}
  - code: x
    title: x
    history: {had: {ask: sum, of: {rung: warning}, within: 40 days}}
    kind: fines.fixed
    params: {amount: 10}
    when: {had: 0}
reactions:
  - {code: up, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: WINDOW, gives: minor}}
  - {code: off, kind: ladder.offset, params: {of: merit, cancels: [warning]}}
"""


@pytest.mark.parametrize("window", ["40 days", "month", "year"])
def test_what_was_cancelled_is_not_missed_in_a_window_that_does_not_hold_it(window: str) -> None:
    policy = policy_from(OFFSET.replace("WINDOW", window))
    tenant = MemoryTenant(policy)
    tenant.record("w", at=date(2025, 12, 20))
    tenant.record("g", at=date(2026, 1, 20))
    for day in (28, 29, 30):
        tenant.record("w", at=date(2026, 1, day))
    assert tenant.balance("E", "marks", "minor") == 1


def test_what_was_cancelled_long_ago_is_not_asked_for() -> None:
    tenant = MemoryTenant(policy_from(OFFSET.replace("WINDOW", "ever")))
    tenant.record("w", at=date(2025, 12, 20))
    tenant.record("g", at=date(2026, 1, 20))
    tenant.record("x", at=date(2026, 2, 10))
    assert tenant.balance("E", "fine", "CNY") == -10
