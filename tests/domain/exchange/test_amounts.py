"""Quantities and days as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shangfa.domain.exchange.amounts import read_amount, read_when


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *[(text, None) for text in ("", "-", "—", " / ", "无")],
        *[("3次", "3"), ("0.5天", "0.5"), ("１２", "12"), ("-5", "-5"), ("20元", "20")],
        *[("1小时20分", "80"), ("26:30", "1590"), ("26:30:00", "1590"), ("45分钟", "45")],
    ],
)
def test_an_amount(text: str, amount: str | None) -> None:
    assert read_amount(text) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    "text", ["1,000", "1，000", "三次", "1e3", "1小时80分", "5%", "0x5", "1 2"]
)
def test_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_amount(text)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        *[("2026/3/2", "2026-03-02"), ("2026年3月2日", "2026-03-02"), ("2026.03.2", "2026-03-02")],
        *[("2026-03-02 9:05", "2026-03-02T09:05"), ("2026-03-02T9:05:30", "2026-03-02T09:05:30")],
        *[("2026/2/30", "2026/2/30"), ("46082", "46082"), ("3月2日", "3月2日")],
    ],
)
def test_a_day(text: str, when: str) -> None:
    assert read_when(text) == when
