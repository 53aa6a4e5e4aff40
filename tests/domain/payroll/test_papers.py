"""What payroll is told: which paper is for which money, and which minimum wage holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shangfa.domain.faults import RefusedError
from shangfa.domain.payroll.papers import NO_FLOORS, Floor, Paper, check_paper, floors_of

DAY = date(2026, 3, 10)


def paper(kind: str, money: str, told_on: date = DAY) -> Paper:
    return Paper("2026-03", kind, money, Decimal(100), told_on, "摔坏的杯子")


@pytest.mark.parametrize(
    ("kind", "money"),
    [
        *[("notice", "compensation"), ("notice", "cost"), ("notice", "refund")],
        *[("consent", "fine"), ("consent", "donation")],
    ],
)
def test_a_paper_fits_its_money(kind: str, money: str) -> None:
    check_paper(paper(kind, money), DAY)
    other = "consent" if kind == "notice" else "notice"
    with pytest.raises(RefusedError) as said:
        check_paper(paper(other, money), DAY)
    (fault,) = said.value.faults
    assert (fault.code, fault.pointer) == ("wrong_paper", "/money")
    assert ("compensation" in str(fault.values["allowed"])) is (other == "notice")


def test_a_paper_was_given_and_is_not_to_be_given() -> None:
    check_paper(paper("notice", "cost", date(2026, 3, 9)), DAY)
    with pytest.raises(RefusedError) as said:
        check_paper(paper("notice", "cost", date(2026, 3, 11)), DAY)
    (fault,) = said.value.faults
    assert (fault.code, fault.pointer) == ("told_ahead", "/told_on")
    assert fault.values == {"value": date(2026, 3, 11), "allowed": DAY}


def floor(region: str, since: date, monthly: int) -> Floor:
    return Floor(region, since, Decimal(monthly), None, "gross", "通知")


FLOORS = floors_of(
    [
        floor("440000", date(2025, 1, 1), 1900),
        floor("440300", date(2025, 3, 1), 2520),
        floor("440300", date(2026, 3, 31), 2700),
        floor("440305", date(2026, 6, 1), 2900),
        floor("深圳仓库", date(2025, 1, 1), 2600),
        floor("100000", date(2025, 1, 1), 1),
    ]
)


@pytest.mark.parametrize(
    ("region", "month", "monthly"),
    [
        pytest.param("440300", date(2026, 2, 1), 2520, id="a city"),
        pytest.param("440300", date(2026, 3, 1), 2700, id="on the last day holds for the month"),
        pytest.param("440305", date(2026, 5, 1), 2700, id="a district before its own: the city's"),
        pytest.param("440305", date(2026, 6, 1), 2900, id="a district's own"),
        pytest.param("440100", date(2026, 3, 1), 1900, id="a city without: the province's"),
        pytest.param("440300", date(2025, 2, 1), 1900, id="a city before its own"),
        pytest.param("440300", date(2024, 12, 1), None, id="before all"),
        pytest.param("深圳仓库", date(2026, 3, 1), 2600, id="a place of the company's own"),
        pytest.param("10", date(2026, 3, 1), None, id="no code is no province"),
        pytest.param("310000", date(2026, 3, 1), None, id="another province"),
    ],
)
def test_the_smallest_place_that_says_something(
    region: str, month: date, monthly: int | None
) -> None:
    found = FLOORS.of(region, month)
    assert (found.monthly if found else None) == monthly
    assert NO_FLOORS.of(region, month) is None
