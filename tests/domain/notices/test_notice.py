"""What a notice tells of whom, and names that are masked."""

from datetime import date

import pytest

from shangfa.domain.notices.notice import (
    COMPOUND,
    Told,
    accounts_told,
    body_of,
    corrected_until,
    mask,
)
from shangfa.domain.text import Note


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳明", "欧阳*"),
        ("欧阳", "欧*"),
        (" 李雷雷 ", "李*"),
        ("Alice Smith", "A*"),
        ("王", "王*"),
    ],
)
def test_only_the_surname_is_left(name: str, masked: str) -> None:
    assert mask(name) == masked


def test_compound_surnames_have_two_characters() -> None:
    assert {len(name) for name in COMPOUND} == {2}


def effect(account: str, unit: str, quantity: str, cause: str = "clause") -> dict[str, str]:
    return {"account": account, "unit": unit, "quantity": quantity, "cause": cause}


EFFECTS = [
    effect("fine", "CNY", "-20.00"),
    effect("marks", "warning", "1"),
    effect("action", "training", "1"),
    effect("count", "late", "1"),
    effect("marks", "minor", "1", "reaction"),
]
"""The last two are bookkeeping, and what other decisions made of it."""


@pytest.mark.parametrize(
    ("kind", "named", "person", "department", "quantities"),
    [
        pytest.param("employee", False, "张*", None, [None] * 3, id="a person, without consent"),
        pytest.param("employee", True, "张三", "仓库", ["-20.00", "1", "1"], id="with it"),
        pytest.param("partner", False, "张三", None, ["-20.00", "1", "1"], id="a partner"),
    ],
)
def test_what_a_notice_says(
    kind: str,
    person: str,
    department: str | None,
    quantities: list[str | None],
    *,
    named: bool,
) -> None:
    titles = {"warning": Note("警告", "warning")}
    of = ("仓库", "员工奖惩办法", "迟到", date(2026, 3, 2))
    body = body_of(Told("张三", kind, *of, EFFECTS, titles, named))
    assert (body["person"], body["department"]) == (person, department)
    assert (body["policy_title"], body["clause_title"]) == ("员工奖惩办法", "迟到")
    assert body["decided_on"] == "2026-03-02"
    assert [item["title"] for item in body["effects"]] == ["罚款", "警告", "training"]
    assert [item.get("quantity") for item in body["effects"]] == quantities
    assert accounts_told(EFFECTS) == ["fine", "marks", "action"]


@pytest.mark.parametrize(
    ("until", "stands"),
    [
        pytest.param("2026-04-01", "2026-06-09", id="as long from today"),
        pytest.param("2026-12-31", "2027-03-10", id="long as what it corrects"),
    ],
)
def test_a_correction_stands_as_long_as_what_it_corrects(until: str, stands: str) -> None:
    published, today = date(2026, 3, 2), date(2026, 5, 10)
    found = corrected_until(published, date.fromisoformat(until), today)
    assert found.isoformat() == stands
