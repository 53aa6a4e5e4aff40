"""Everybody with all that is dated, to be asked of any day; what happened, as it is assessed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from shangfa.db import facts
from shangfa.db import people as sql
from shangfa.db.facts import Direct, Happened
from shangfa.db.people import DatedLine, PersonOfDay, WholePast
from shangfa.db.tx.transaction import Tx
from shangfa.domain.dates.moments import localised
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.chronicle import MORNING
from shangfa.domain.people.lines import read_date
from shangfa.domain.people.person import Person
from shangfa.domain.people.renames import Rename
from shangfa.domain.policies.facts import to_decimal

_DAY = timedelta(1)
T = TypeVar("T")


@dataclass(slots=True)
class _Life:
    """One subject between the days on which anything of it changes."""

    past: WholePast
    lines: list[DatedLine]
    starts: list[date]
    spells: dict[int, Subject] = field(default_factory=dict)

    def line(self, day: date) -> DatedLine | None:
        found = None
        for item in self.lines:
            if item.since > day:
                break
            found = item
        return found


@dataclass(slots=True)
class Cast:
    """Subjects by code; it answers who supervises whom."""

    renames: Sequence[Rename] = ()
    lives: dict[str, _Life] = field(default_factory=dict)
    codes: dict[UUID, str] = field(default_factory=dict)

    def add(self, pasts: Iterable[WholePast], lines: Iterable[DatedLine]) -> None:
        """Add subjects; `lines` of them, oldest first."""
        for item in pasts:
            self.codes[item.id] = item.code
            self.lives[item.code] = _Life(item, [], [])
        for line in lines:
            self.lives[line.code].lines.append(line)

    def subject(self, code: str, day: date) -> Subject:
        """Return a subject as of a day."""
        life = self.lives[code]
        if not life.starts:
            life.starts = self._starts(life)
        spell = bisect_right(life.starts, day)
        found = life.spells.get(spell)
        if found is None:
            line = life.line(day)
            place = (line.department, line.position) if line else ()
            found = Person(code, life.past.kind, life.past.past, *place).on(day, self.renames)
            life.spells[spell] = found
        return found

    def _starts(self, life: _Life) -> list[date]:
        past = life.past.past
        days = {date.min, *(line.since for line in life.lines)}
        days |= {value.since for value in past.values} | {item.since for item in self.renames}
        days |= {stint.first for stint in past.stints}
        ends = [stint.last for stint in past.stints if stint.last not in {None, date.max}]
        return sorted(days | {last + _DAY for last in ends if last is not None})

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return who supervises on that day."""
        life = self.lives.get(subject)
        line = life.line(day) if life else None
        return line.supervisor if line else None

    def position(self, subject: str, day: date) -> str | None:
        """Return what a position is called on that day."""
        return self.subject(subject, day).position if subject in self.lives else None

    def dated(self, subject: str, attribute: str, day: date) -> date | None:
        """Return a date attribute as of a day, None when it is not known."""
        life = self.lives.get(subject)
        return read_date(life.past.past.attributes(day).get(attribute)) if life else None

    def people(self) -> dict[str, PersonOfDay]:
        """Return everybody's ids, as totals are written with."""
        return {
            code: PersonOfDay(life.past.id, code, life.past.kind, {}, None, None, None)
            for code, life in self.lives.items()
        }

    def report(
        self, item: Happened, policy: str, zone: ZoneInfo, varied: Mapping[str, Any] | None = None
    ) -> Report:
        """Return an incident as it is assessed, its subjects as of its day.

        `varied`: what an appeal put in its place.
        """
        day = item.occurred_on
        said: Mapping[str, Any] = varied or {"facts": {**item.facts["given"], **item.gathered}}
        given = said["facts"]
        if given:
            given = {name: localised(value, zone) for name, value in given.items()}
        return Report(
            said.get("clause", item.clause),
            tuple(self.subject(self.codes[part.subject], day) for part in item.parts),
            day,
            local_moment(item, zone),
            to_decimal(said["quantity"]) if "quantity" in said else item.quantity,
            given,
            tuple(part.share for part in item.parts if part.share is not None),
            policy,
            id=str(item.id),
        )


def local_moment(item: Happened, zone: ZoneInfo) -> datetime | None:
    """Return the local moment of an incident, None when only its day is known."""
    if not item.facts["timed"]:
        return None
    return item.occurred_at.astimezone(zone).replace(tzinfo=None)


def in_order(
    happened: Iterable[Happened], decided: Iterable[Direct], zone: ZoneInfo
) -> Iterator[Happened | Direct]:
    """Yield facts in the order of the law: by local day, then moment, then id.

    What a human or a programme decided on a day comes behind what happened on it. `happened`:
    by day.
    """
    days = (
        (day, sorted(incidents, key=lambda item: _moment(item, zone)))
        for day, incidents in groupby(happened, lambda item: item.occurred_on)
    )
    for _, facts_of_day in by_day(days, decided):
        yield from facts_of_day


def by_day(
    days: Iterable[tuple[date, Sequence[T]]], decided: Iterable[Direct]
) -> Iterator[tuple[date, Sequence[T | Direct]]]:
    """Yield each day with what happened and then what was decided on it."""
    waiting: dict[date, list[Direct]] = {}
    for item in decided:
        if item.posting is not None:
            waiting.setdefault(item.posting[6], []).append(item)
    left = sorted(waiting, reverse=True)
    for day, incidents in days:
        while left and left[-1] < day:
            before = left.pop()
            yield before, waiting[before]
        yield day, incidents
    for day in reversed(left):
        yield day, waiting[day]


def _moment(item: Happened, zone: ZoneInfo) -> tuple[datetime, str]:
    return local_moment(item, zone) or MORNING, str(item.id)


def everybody(tx: Tx, renames: Sequence[Rename]) -> Cast:
    """Return the tenant's subjects."""
    cast = Cast(renames)
    cast.add(sql.pasts(tx), sql.reporting_lines(tx))
    return cast


def those_around(tx: Tx, codes: Iterable[str], renames: Sequence[Rename]) -> Cast:
    """Return subjects and all who were ever above them."""
    cast, missing = Cast(renames), set(codes)
    while missing:
        lines = sql.reporting_lines(tx, sorted(missing))
        cast.add(sql.pasts(tx, sorted(missing)), lines)
        missing = {line.supervisor for line in lines if line.supervisor} - cast.lives.keys()
    return cast


def named_in(tx: Tx, incidents: Iterable[Happened], renames: Sequence[Rename]) -> Cast:
    """Return the subjects of incidents."""
    ids = {part.subject for item in incidents for part in item.parts}
    return those_named(tx, sorted(facts.codes_of(tx, ids).values()), renames)


def those_named(tx: Tx, codes: Sequence[str], renames: Sequence[Rename]) -> Cast:
    """Return subjects by themselves."""
    cast = Cast(renames)
    cast.add(sql.pasts(tx, codes), sql.reporting_lines(tx, codes))
    return cast
