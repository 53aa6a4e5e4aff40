"""Calendars by name: China's official days off and make-up days, and variants of them.

Source of the official days: the package chinesecalendar, which holds the yearly notices
of the State Council's General Office. A year it does not know is an error, not a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from chinese_calendar import constants

from shangfa.domain.calendar import Calendar
from shangfa.domain.errors import refused


@cache
def official() -> Calendar:
    """Return the official calendar of China, `CN`, for every year that is known."""
    off = frozenset(day for day in constants.holidays)
    worked = frozenset(day for day in constants.workdays)
    return Calendar("CN", frozenset(day.year for day in off), off, worked)


def _builtin() -> dict[str, Calendar]:
    china = official()
    return {
        "CN": china,
        "CN-2026-official": china,
        "CN-2026-oct8": china.varied("CN-2026-oct8", off=[date(2026, 10, 8)]),
    }


def calendar(name: str, own: Mapping[str, Any] | None = None) -> Calendar:
    """Return a calendar by name.

    Args:
        name: a built-in name or a key of `own`.
        own: the tenant's variants: name -> {based_on, off, worked, years}.

    Raises:
        RefusedError: `invalid` for an unknown name.
    """
    known = _builtin()
    variant = (own or {}).get(name)
    if variant is not None:
        base = calendar(variant.get("based_on", "CN"), {})
        return base.varied(
            name,
            off=_days(variant, "off"),
            worked=_days(variant, "worked"),
            years=variant.get("years", ()),
        )
    if name not in known:
        allowed = "、".join([*known, *(own or {})])
        raise refused("invalid", "/calendar", value=name, why=f"known calendars: {allowed}")
    return known[name]


def _days(variant: Mapping[str, Any], key: str) -> list[date]:
    return [
        day if isinstance(day, date) else date.fromisoformat(day) for day in variant.get(key, ())
    ]
