"""Reactions that would feed themselves are found, and only those; memory and numbers end."""

import pytest
from tests.making.policies import policy_from

from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import REMEMBERED, circles

LADDER = """
policy: p
title: 甲
effective_from: 2026-01-01
ladder: [a, b, c, d]
clauses: [{code: w, title: 乙, kind: ladder.mark, params: {mark: a}}]
reactions:
"""
ROLL = """  - code: r{0}
    title: 丙
    kind: ladder.roll_up
    params: {{of: {1}, every: 3, within: year, gives: {2}}}
"""


def policy(*ways: str) -> Policy:
    rolls = (ROLL.format(number, *way) for number, way in enumerate(ways))
    return policy_from(LADDER + "".join(rolls))


@pytest.mark.parametrize(
    "ways",
    [
        pytest.param(["ab", "bc"], id="a chain"),
        pytest.param(["ab", "bc", "bc", "cd"], id="two ways to one mark"),
    ],
)
def test_ways_that_meet_are_no_circle(ways: list[str]) -> None:
    assert circles(policy(*ways).versions[0].reactions) == ()


def test_any_number_of_totals_is_told_apart() -> None:
    """Only the first few thousand are remembered."""
    (version,) = policy("ab").versions
    for number in range(REMEMBERED + 2):
        assert version.watching_in("count", f"c{number}", "year") == ()
    assert len(version.watching_in("marks", "a", "year")) == 1


def test_a_number_too_long_to_be_written_is_refused() -> None:
    with pytest.raises(ValueError, match="number"):
        to_decimal(10**5000)
