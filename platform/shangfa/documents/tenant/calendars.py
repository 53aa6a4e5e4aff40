"""Calendars by name: China's official days off and make-up days, and variants of them.

Source of the official days: the yearly notices of the State Council's General Office, those in
`workdays.csv` and those an operator loaded. A year without one is an error, not a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, tzinfo
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from shangfa.documents.faults import sentence
from shangfa.documents.tenant.workdays import YearOfDays, shipped
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.text import Note

_KNOWN = Note("可用的日历：{0}", "known calendars are {0}")


class CalendarDoc(BaseModel):
    """A tenant's variant of a built-in calendar.

    Attributes:
        years: those that `off` and `worked` make complete.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    based_on: str = "CN"
    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    years: tuple[int, ...] = ()


@cache
def official(loaded: tuple[YearOfDays, ...] = ()) -> Calendar:
    """Return the official calendar of China, `CN`; a year loaded stands for the one shipped."""
    years = {item.year: item for item in (*shipped(), *loaded)}
    off = frozenset(day for item in years.values() for day in item.off)
    worked = frozenset(day for item in years.values() for day in item.worked)
    return Calendar("CN", frozenset(years), off, worked)


def _builtin(loaded: Iterable[YearOfDays]) -> dict[str, Calendar]:
    china = official(tuple(loaded))
    return {
        "CN": china,
        "CN-2026-official": china,
        "none": Calendar("none"),
        "CN-2026-oct8": china.varied("CN-2026-oct8", off=[date(2026, 10, 8)]),
    }


def calendar(
    name: str,
    own: Mapping[str, Any] | None = None,
    zone: tzinfo | None = None,
    loaded: Iterable[YearOfDays] = (),
) -> Calendar:
    """Return a calendar by name.

    Args:
        name: a built-in name or a key of `own`.
        own: the tenant's variants by name, as `CalendarDoc` or not yet read.
        zone: the tenant's, for times that run over a change of the clocks.
        loaded: years an operator loaded, besides those that come with the product.

    Raises:
        RefusedError: `invalid` for an unknown name, or a variant that cannot be read.
    """
    return replace(_named(name, own, loaded), zone=zone)


def _named(name: str, own: Mapping[str, Any] | None, loaded: Iterable[YearOfDays]) -> Calendar:
    known = _builtin(loaded)
    if own and name in own:
        doc = _read(name, own[name])
        base = _named(doc.based_on, None, loaded)
        return base.varied(name, off=doc.off, worked=doc.worked, years=doc.years)
    if name not in known:
        allowed = "、".join([*known, *(own or {})])
        raise refused(INVALID, "/calendar", value=name, why=_KNOWN.of(allowed))
    return known[name]


def _read(name: str, variant: Any) -> CalendarDoc:
    try:
        return CalendarDoc.model_validate(variant)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        pointer = "/".join(map(str, ("/calendars", name, *found["loc"])))
        raise refused(INVALID, pointer, value=name, why=sentence(found)) from None
