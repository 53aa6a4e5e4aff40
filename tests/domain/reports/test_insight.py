"""Insight: figures by hand, and nobody found in them by subtracting."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.reports.catalogue import FEWEST
from shangfa.domain.reports.insight import (
    REST,
    Cited,
    Part,
    balance,
    clauses,
    grouped,
    reversals,
    trends,
)

HEADS = {"客服部": 40, "后厨": 8, "前台": 3, "财务室": 2}
MONTHS = ["2026-02", "2026-03"]
PARTS = [
    Part("2026-02", "客服部", good=False, times=3),
    Part("2026-03", "客服部", good=False, times=5),
    Part("2026-03", "客服部", good=True, times=4),
    Part("2026-03", "前台", good=False, times=1),
    Part("2026-03", "财务室", good=False, times=1),
]


def test_small_departments_are_shown_together() -> None:
    assert grouped(HEADS) == {"客服部": "客服部", "后厨": "后厨", "前台": REST, "财务室": REST}


def test_sanctions_per_hundred_people() -> None:
    assert trends(PARTS, HEADS, MONTHS).rows == [
        ("2026-02", "客服部", 40, 3, Decimal("7.5")),
        ("2026-03", "客服部", 40, 5, Decimal("12.5")),
        ("2026-02", "后厨", 8, 0, Decimal("0.0")),
        ("2026-03", "后厨", 8, 0, Decimal("0.0")),
        ("2026-02", REST, 5, 0, Decimal("0.0")),
        ("2026-03", REST, 5, 2, Decimal("40.0")),
    ]


def test_rewards_beside_sanctions() -> None:
    assert balance(PARTS, HEADS, MONTHS).rows == [
        ("2026-02", 0, 3, Decimal("0.0")),
        ("2026-03", 4, 7, Decimal("0.6")),
    ]
    assert balance([PARTS[2]], HEADS, MONTHS).rows[1] == ("2026-03", 4, 0, None)
    assert balance(PARTS, {"前台": 3}, MONTHS).rows == []


def test_clauses_of_few_people_are_left_out() -> None:
    cited = [
        *(Cited("一-1", 9, 5, 3), Cited("一-2", 12, 4, 2)),
        *(Cited("一-3", 20, 6, 0), Cited("一-4", 9, 9, 1)),
    ]
    assert clauses(cited).rows == [("一-3", 20, 6), ("一-1", 9, 5), ("一-4", 9, 9)]
    assert reversals(cited).rows == [
        ("一-1", 9, 3, Decimal("33.3")),
        ("一-4", 9, 1, Decimal("11.1")),
    ]


@given(st.dictionaries(st.text("甲乙丙丁戊己", min_size=1, max_size=3), st.integers(0, 12)))
def test_no_group_and_nothing_left_over_is_of_few(heads: dict[str, int]) -> None:
    shown: dict[str, int] = {}
    groups = grouped(heads)
    for name, group in groups.items():
        shown[group] = shown.get(group, 0) + heads[name]
    assert all(size >= FEWEST for size in shown.values())
    hidden = sum(size for name, size in heads.items() if name not in groups)
    assert hidden == 0 or not shown or hidden >= FEWEST
