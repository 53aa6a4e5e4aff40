"""Quantities and days as people write them in tables."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from shangfa.domain.dates.days import read_day
from shangfa.domain.policies.facts import to_decimal

NOTHING: Final = frozenset({"", "-", "–", "—", "/", "无"})
"""What people write where there is nothing."""
_COUNTED: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(?:次|天|小时|分钟|分|件|个|元|点)?")
_TIME: Final = re.compile(r"([0-9]+)小时([0-5]?[0-9])分钟?")
_CLOCK: Final = re.compile(r"([0-9]+):([0-5][0-9])(?::00)?")
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T](.+))?")
HOUR: Final = 60


def plain(text: str) -> str:
    """Return a text with digits and signs of full width as we write them."""
    return unicodedata.normalize("NFKC", text).strip()


def read_amount(text: str) -> Decimal | None:
    """Return a number; None for nothing.

    `3次` and `0.5天` are numbers of what stands behind them; `1小时20分` and `26:30` are minutes.

    Raises:
        ValueError: anything else, also with marks of thousands.
    """
    text = plain(text)
    if text in NOTHING:
        return None
    time = _TIME.fullmatch(text) or _CLOCK.fullmatch(text)
    if time:
        return Decimal(int(time[1]) * HOUR + int(time[2]))
    counted = _COUNTED.fullmatch(text)
    if counted is None:
        raise ValueError(text)
    return to_decimal(counted[1])


def read_when(text: str) -> str:
    """Return a day or a time as the API takes it: `2026/3/2 9:05` is `2026-03-02T09:05`.

    What is written otherwise stays as it is, for who reads it strictly.
    """
    found = _DAY.fullmatch(plain(text))
    if found is None:
        return text.strip()
    year, month, day, time = found.groups()
    written = f"{year}-{int(month):02}-{int(day):02}"
    try:
        read_day(written)
    except ValueError:
        return text.strip()
    if time is None:
        return written
    return f"{written}T{time.zfill(5) if time.count(':') == 1 else time.zfill(8)}"
