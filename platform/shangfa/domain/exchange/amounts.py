"""Quantities and days as people write them in tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from shangfa.domain.dates.days import read_day
from shangfa.domain.policies.facts import to_decimal

TIMES: Final = "times"
MINUTES: Final = "minutes"
DAYS: Final = "days"
NOTHING: Final = frozenset({"", "-", "–", "—", "/", "无"})
"""What people write where there is nothing."""
_COUNTED: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(?:次|天|小时|分钟|分|件|个|元|点)?")
_TIME: Final = re.compile(r"([0-9]+)小时([0-5]?[0-9])分钟?")
_CLOCK: Final = re.compile(r"([0-9]+):([0-5][0-9])(?::00)?")
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T](.+))?")
_MEASURES: Final[Mapping[str, re.Pattern[str]]] = {
    TIMES: re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)次?"),
    MINUTES: re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(?:分钟?)?"),
    DAYS: re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)天?"),
}
_HOURS: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:个)?小时")
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


def read_measure(text: str, unit: str) -> Decimal:
    """Return how many times, minutes or days a cell says; 0 for nothing.

    A length may be said in hours: `2小时` is 120 minutes. Of another unit nothing is guessed.

    Raises:
        ValueError: anything else.
    """
    text = plain(text)
    if text in NOTHING:
        return Decimal(0)
    found = _MEASURES[unit].fullmatch(text)
    if found:
        return to_decimal(found[1])
    hours = _HOURS.fullmatch(text)
    if unit == MINUTES and hours:
        return to_decimal(hours[1]) * HOUR
    if unit == MINUTES and (_TIME.fullmatch(text) or _CLOCK.fullmatch(text)):
        return read_amount(text) or Decimal(0)
    raise ValueError(text)


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
