"""The days on which a company works: the official ones, and its own besides.

A company sets its own days for days to come, or whole years of which nothing was known: what was
decided by a day that is over stands, so nothing behind it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from shangfa.db import tenancy as sql
from shangfa.db.tenancy import TenantRecord
from shangfa.db.tx.transaction import Tx
from shangfa.documents.source import ENCODING, decoded
from shangfa.documents.tenant.calendars import CalendarDoc, calendar
from shangfa.documents.tenant.workdays import YearOfDays, years_of
from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.dates.moments import YEARS
from shangfa.domain.faults import INVALID, NOT_A_DOCUMENT, Fault, RefusedError
from shangfa.domain.text import Note
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.tenancy.years import loaded_years
from shangfa.services.transaction import reading, transact

OWN: Final = "company"
"""What a company's calendar is called that had only an official one."""
_OVER: Final = Note(
    "今日（{0}）及以前的工作日已据以决定，不能再改；请只改以后的日子",
    "days up to today ({0}) have been decided by and stay; change later days only",
)
_BOTH: Final = Note("同一天不能既放假又上班", "a day is either off or worked")
_OTHER: Final = Note("年份须在{0}至{1}之间", "a year of {0}..{1} is expected").of(
    YEARS.start, YEARS.stop - 1
)


@dataclass(frozen=True, slots=True)
class OwnDays:
    """What a company sets besides the official days.

    Attributes:
        off: weekdays on which it closes.
        worked: weekend days or holidays on which it works.
        years: those that these days make complete, though nothing official is known of them.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def with_years(self, years: list[YearOfDays]) -> OwnDays:
        """Return these days with whole years in the place of what they said of them."""
        named = frozenset(item.year for item in years)
        off = {day for item in years for day in item.off}
        worked = {day for item in years for day in item.worked}
        return OwnDays(
            frozenset(off | {day for day in self.off if day.year not in named}),
            frozenset(worked | {day for day in self.worked if day.year not in named}),
            self.years | named,
        )


@dataclass(frozen=True, slots=True)
class CompanyCalendar:
    """The calendar in force, and what of it is the company's own."""

    revision: int
    calendar: Calendar
    based_on: str
    own: OwnDays = field(default_factory=OwnDays)


def read(ctx: Context) -> CompanyCalendar:
    """Return the days by which the company counts."""
    ctx.need("calendar:read")
    return reading(ctx, lambda tx: _shown(current(tx), _record(tx)))


def put(ctx: Context, own: OwnDays, if_match: str | None) -> CompanyCalendar:
    """Set the company's own days, all of them; in force in all workers with the next request.

    Raises:
        RefusedError: `precondition_required`, `stale_version`; `invalid` for a day that is not
            to come and would be counted otherwise, for one both off and worked, for a year.
    """
    ctx.need("calendar:write")
    check(own)

    def work(tx: Tx) -> CompanyCalendar:
        sql.hold_tenant(tx)
        tenant, record = current(tx), _record(tx)
        check_match(if_match, tenant.revision)
        name, variants = _with(record, own)
        made = calendar(name, variants, tenant.zone, loaded_years(tx))
        present = today(tenant.zone)
        faults = list(_behind(tenant.calendar, made, present, own))
        if faults:
            raise RefusedError(*faults)
        sql.set_calendar(tx, name, variants)
        note(tx, ctx, Noted("calendar.set", data=_noted(own)))
        return CompanyCalendar(tenant.revision + 1, made, variants[name]["based_on"], own)

    return transact(ctx, work)


def check(own: OwnDays) -> None:
    """Let days pass of which none is said twice.

    Raises:
        RefusedError: `invalid`.
    """
    faults = [
        Fault(INVALID, "/worked", {"value": day.isoformat(), "why": _BOTH})
        for day in sorted(own.off & own.worked)
    ]
    faults += [
        Fault(INVALID, "/years", {"value": year, "why": _OTHER})
        for year in sorted(own.years)
        if year not in YEARS
    ]
    if faults:
        raise RefusedError(*faults)


def years_in(data: bytes, name: str) -> list[YearOfDays]:
    """Return the years in a file as `shangfa calendar load` takes it.

    Raises:
        RefusedError: `not_a_document`; `invalid`, every fault with its line.
    """
    try:
        text = decoded(data).replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise RefusedError(Fault(NOT_A_DOCUMENT, "/file", {"why": ENCODING}, name)) from None
    return years_of(text, name)


def _record(tx: Tx) -> TenantRecord:
    found = sql.tenant_record(tx)
    assert found is not None  # noqa: S101 - the transaction is the tenant's
    return found


def _variant(record: TenantRecord) -> CalendarDoc:
    """Return what is the company's own of its calendar."""
    known = record.calendar_days.get(record.calendar)
    return CalendarDoc(based_on=record.calendar) if known is None else CalendarDoc(**known)


def _shown(tenant: ReadyTenant, record: TenantRecord) -> CompanyCalendar:
    doc = _variant(record)
    own = OwnDays(frozenset(doc.off), frozenset(doc.worked), frozenset(doc.years))
    return CompanyCalendar(tenant.revision, tenant.calendar, doc.based_on, own)


def _with(record: TenantRecord, own: OwnDays) -> tuple[str, dict[str, Any]]:
    """Return the name of the company's calendar and its variants, with other days of its own."""
    variants = dict(record.calendar_days)
    name = record.calendar
    if name not in variants:
        name = next(f"{OWN}{end}" for end in _ends() if f"{OWN}{end}" not in variants)
    days = {
        "off": tuple(sorted(own.off)),
        "worked": tuple(sorted(own.worked)),
        "years": tuple(sorted(own.years)),
    }
    variants[name] = _variant(record).model_copy(update=days).model_dump(mode="json")
    return name, variants


def _ends() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in range(2, 1_000))


def _behind(old: Calendar, new: Calendar, present: date, own: OwnDays) -> Iterator[Fault]:
    """Yield a fault for each day up to the present that would be counted otherwise."""
    for year in sorted(old.years):
        day = date(year, 1, 1)
        while day <= present and day.year == year:
            if year not in new.years or old.is_working_day(day) != new.is_working_day(day):
                place = "/worked" if day in own.worked else "/off"
                values = {"value": day.isoformat(), "why": _OVER.of(present)}
                yield Fault(INVALID, place, values)
            day += timedelta(days=1)


def _noted(own: OwnDays) -> dict[str, Any]:
    return {
        "off": [day.isoformat() for day in sorted(own.off)],
        "worked": [day.isoformat() for day in sorted(own.worked)],
        "years": sorted(own.years),
    }
