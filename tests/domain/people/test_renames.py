"""What a department is called on a day, and what a scope of old names means later."""

from __future__ import annotations

from datetime import date

import pytest

from shangfa.domain.people.renames import (
    Rename,
    name_on,
    with_earlier_names,
    with_later_names,
)

RENAMES = [
    Rename("department", "客服部", "客户服务部", date(2026, 1, 1)),
    Rename("position", "客服部", "客服", date(2026, 1, 1)),
    Rename("department", "客户服务部", "体验中心", date(2026, 3, 1)),
]


@pytest.mark.parametrize(
    ("name", "day", "found"),
    [
        ("客服部", date(2025, 12, 31), "客服部"),
        ("客服部", date(2026, 1, 1), "客户服务部"),
        ("客服部", date(2026, 3, 1), "体验中心"),
        ("客户服务部", date(2026, 3, 1), "体验中心"),
        ("仓库", date(2026, 3, 1), "仓库"),
        (None, date(2026, 3, 1), None),
    ],
)
def test_what_it_is_called_on_a_day(name: str | None, day: date, found: str | None) -> None:
    assert name_on(RENAMES, "department", name, day) == found


def test_all_names_of_one_thing() -> None:
    chain = ["客服部", "客户服务部", "体验中心"]
    assert with_later_names(RENAMES, "department", ["仓库", "客服部"]) == ["仓库", *chain]
    assert with_later_names(RENAMES, "department", ["体验中心"]) == ["体验中心"]
    assert with_earlier_names(RENAMES, "department", "体验中心") == chain[::-1]
    assert with_earlier_names(RENAMES, "position", "客服") == ["客服", "客服部"]
    assert with_earlier_names(RENAMES, "department", "客服部") == ["客服部"]
