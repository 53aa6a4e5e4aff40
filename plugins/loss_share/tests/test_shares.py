"""Shares: to the fen, all of the money, never a share of the other sign."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shangfa.sdk import ZERO, apportion, fen

MONEY = st.decimals(-10_000, 0, places=2)
CENT = Decimal("0.01")


@st.composite
def shares(draw: st.DrawFn) -> tuple[Decimal, ...]:
    """Return percentages of four places that total 100."""
    cuts = draw(st.sets(st.integers(1, 999_999), max_size=8))
    edges = [0, *sorted(cuts), 1_000_000]
    sizes = [high - low for low, high in pairwise(edges)]
    return tuple(Decimal(size) / 10_000 for size in draw(st.permutations(sizes)))


@given(MONEY, shares(), st.sampled_from(["last", "largest_remainder"]))
def test_parts_add_up_to_the_whole(
    total: Decimal, percent: tuple[Decimal, ...], method: str
) -> None:
    parts = apportion(total, percent, method)
    assert sum(parts, ZERO) == total
    assert all(part == fen(part) and part <= 0 for part in parts)


@given(MONEY, shares())
def test_the_largest_remainder_is_never_a_fen_off(
    total: Decimal, percent: tuple[Decimal, ...]
) -> None:
    parts = apportion(total, percent, "largest_remainder")
    exact = [total * share / 100 for share in percent]
    assert all(abs(a - b) < CENT for a, b in zip(parts, exact, strict=True))


def test_small_money_among_many_keeps_its_sign() -> None:
    quarters = (Decimal(25),) * 4
    assert sorted(apportion(Decimal("-0.02"), quarters)) == [-CENT, -CENT, 0, 0]


def test_whole_yuan_leave_the_rest_to_the_company() -> None:
    thirds = (Decimal("33.3333"), Decimal("33.3333"), Decimal("33.3334"))
    parts = apportion(Decimal(-1000), thirds, "whole_yuan")
    assert [str(part) for part in parts] == ["-333", "-333", "-333"]
