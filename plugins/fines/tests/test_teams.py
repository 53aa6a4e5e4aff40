"""What a team earned, handed to its members to the fen."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.making.policies import policy_from

from shangfa.domain.months.programme import World, close_period
from shangfa.testing import MemoryTenant, make_subject
from shangfa_fines.teams import split

POLICY = """
policy: p
title: P
clauses: [{code: a, title: 优胜班组, kind: fines.fixed, params: {amount: 100, account: reward}}]
programmes: [{name: teams, kind: fines.team, params: {by: %s}}]
"""
STAFF = (make_subject("T", "team"), *(make_subject(code) for code in "ABC"))


def handed(by: str, members: Any) -> dict[str, str]:
    own = MemoryTenant(policy_from(POLICY % by, ("fines",)))
    own.record("a", STAFF[0], at=date(2026, 3, 5))
    world = World(STAFF, own.ledger, own.calendar)
    found = close_period(own.policy, "2026-03", world, {"members": members})
    return {item.subject: str(item.quantity) for item in found}


@pytest.mark.parametrize(
    ("by", "members", "parts"),
    [
        ("equal", ["A", "B", "C"], {"A": "33.34", "B": "33.33", "C": "33.33"}),
        ("weights", {"A": 2, "B": 1}, {"A": "66.67", "B": "33.33"}),
        ("days", {"A": 21, "B": 10, "C": 0}, {"A": "67.74", "B": "32.26"}),
    ],
)
def test_members_get_their_parts(by: str, members: Any, parts: dict[str, str]) -> None:
    assert handed(by, {"T": members}) == parts


@pytest.mark.parametrize(
    "members",
    [{}, {"T": []}, {"T": ["Z"]}, {"A": ["B"]}, {"T": {"A": 1}}],
    ids=["nobody", "none", "a stranger", "no team", "weights"],
)
def test_what_cannot_be_handed_on_is_refused(members: Any) -> None:
    with pytest.raises(Exception, match="invalid"):
        handed("equal", members)


@given(
    st.integers(-100_000, 100_000),
    st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any),
)
def test_the_parts_add_up_to_the_whole(fen: int, weights: list[int]) -> None:
    total = Decimal(fen) / 100
    parts = split(total, [Decimal(weight) for weight in weights])
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < Decimal("0.01")
