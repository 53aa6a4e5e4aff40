"""The first of a thousand incidents of one employee is taken back within a second, correctly."""

from __future__ import annotations

from decimal import Decimal
from time import monotonic

import pytest
from tests.making.house import MARKS, make_company
from tests.making.patience import limit

MANY = 1_000


@pytest.mark.slow
def test_the_first_of_a_thousand_is_reversed_within_a_second() -> None:
    company = make_company(MARKS, staff=["M"])
    company.hire("E", supervisor="M")
    first = company.record("w", "E", at="2026-03-01")["id"]
    for number in range(1, MANY):
        company.record("w", "E", at=f"2026-03-{1 + number * 28 // MANY:02}")
    before = company.balances("E")
    assert before["warning"] == MANY
    assert before["minor_demerit"] == MANY // 3
    began = monotonic()
    company.reverse(first)
    assert monotonic() - began < limit(1)
    after = company.balances("E")
    assert after["warning"] == MANY - 1
    assert after["minor_demerit"] == Decimal((MANY - 1) // 3)
    for _ in range(2):
        company.record("w", "E", at="2026-03-31")
    assert company.balances("E")["minor_demerit"] == Decimal((MANY + 1) // 3)
    assert company.differences() == []
