"""Calendars by name: China's official days off and make-up days, and variants of them.

Source of the official days: the yearly notices of the State Council's General Office, those in
`workdays.csv` and those an operator loaded. A year without one is an error, not a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, tzinfo
from functools import cache
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from shangfa.documents.faults import sentence
from shangfa.documents.tenant.workdays import YearOfDays, shipped
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.windows import Term
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.policies.kinds import ParamsError
from shangfa.domain.text import Note

_KNOWN = Note("可用的日历：{0}", "known calendars are {0}")


class TermDoc(BaseModel):
    """A named stretch of days; both ends belong to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    first: date
    last: date


_OVERLAP = Note(
    "学期「{0}」与「{1}」重叠，或终点早于起点；各段须依次排列、互不重叠",
    "the terms “{0}” and “{1}” overlap, or one ends before it begins; "
    "each begins after the last has ended",
)


def _in_order(listed: dict[str, tuple[TermDoc, ...]]) -> dict[str, tuple[TermDoc, ...]]:
    for terms in listed.values():
        ordered = sorted(terms, key=lambda term: term.first)
        for one, other in pairwise(ordered):
            if one.last >= other.first:
                raise ParamsError(((), _OVERLAP.of(one.name, other.name)))
        for term in ordered:
            if term.last < term.first:
                raise ParamsError(((), _OVERLAP.of(term.name, term.name)))
    return listed


class CalendarDoc(BaseModel):
    """A tenant's variant of a built-in calendar.

    Attributes:
        years: those that `off` and `worked` make complete.
        terms: lists of named terms, such as those of a school; a gap belongs to none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    based_on: str = "CN"
    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    years: tuple[int, ...] = ()
    terms: Annotated[dict[str, tuple[TermDoc, ...]], AfterValidator(_in_order)] = {}

    def listed(self) -> dict[str, tuple[Term, ...]]:
        """Return the terms by the name of their list."""
        return {
            name: tuple(Term(term.name, term.first, term.last) for term in terms)
            for name, terms in self.terms.items()
        }


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
        days = {"off": doc.off, "worked": doc.worked}
        return base.varied(name, **days, years=doc.years, terms=doc.listed())
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
