"""Working days from a table of days off and make-up days; local times of one zone.

A calendar knows only the years it has data for. Weekends are off unless made up
by work; holidays are off. Sources of the days: the State Council's yearly notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from shangfa.domain.dates.windows import Term
from shangfa.domain.faults import CALENDAR_MISSING, refused

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days off and the weekend days worked of some years.

    Attributes:
        name: what policies and tenants call it.
        years: the years it holds data for.
        off: weekdays on which nobody works.
        worked: weekend days on which people work.
        zone: whose clocks local times are read from; None for clocks that never change.
        terms: named terms by the name of their list.
    """

    name: str
    years: frozenset[int] = frozenset()
    off: frozenset[date] = field(default=frozenset(), repr=False)
    worked: frozenset[date] = field(default=frozenset(), repr=False)
    zone: tzinfo | None = None
    terms: Mapping[str, tuple[Term, ...]] = field(default_factory=dict, repr=False, hash=False)

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on `day`.

        Raises:
            RefusedError: `calendar_missing` when the year has no data.
        """
        if day.year not in self.years:
            raise refused(CALENDAR_MISSING, calendar=self.name, year=day.year)
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def add_working_days(self, day: date, count: int, *, first_counts: bool = False) -> date:
        """Return the `count`-th working day from `day`, which itself counts only if asked."""
        current = day if first_counts else day + timedelta(days=1)
        left = count
        while True:
            left -= self.is_working_day(current)
            if left <= 0:
                return current
            current += timedelta(days=1)

    def later(self, moment: datetime, by: timedelta) -> datetime:
        """Return the local time `by` after a local moment, whatever the clocks did between."""
        moved = self.instant(moment) + by
        return moved if self.zone is None else moved.astimezone(self.zone).replace(tzinfo=None)

    def instant(self, moment: datetime) -> datetime:
        """Return a local moment in UTC, to be compared or added to; as it is without a zone."""
        return moment if self.zone is None else moment.replace(tzinfo=self.zone).astimezone(UTC)

    def varied(
        self,
        name: str,
        *,
        off: Iterable[date] = (),
        worked: Iterable[date] = (),
        years: Iterable[int] = (),
        terms: Mapping[str, tuple[Term, ...]] | None = None,
    ) -> Calendar:
        """Return this calendar under another name with some days set differently.

        `years` names the years that `off` and `worked` make complete; a single day
        of an unknown year does not make that year known.
        """
        more_off, more_worked = frozenset(off), frozenset(worked)
        return Calendar(
            name,
            self.years | frozenset(years),
            (self.off | more_off) - more_worked,
            (self.worked | more_worked) - more_off,
            self.zone,
            self.terms if terms is None else terms,
        )
