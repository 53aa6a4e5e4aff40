"""Who reports to whom since when."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from shangfa.domain.dates.days import read_day

_since = itemgetter(0)


@dataclass(slots=True)
class Lines:
    """Dated reporting lines.

    Attributes:
        known: subject -> (first day, supervisor or None), in the order of days.
        attributes: subject -> its attributes, the same on every day.
        positions: subject -> what its position is called, the same on every day.
    """

    known: dict[str, list[tuple[date, str | None]]] = field(default_factory=dict)
    attributes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)

    def add(self, subject: str, supervisor: str | None, since: date = date.min) -> Lines:
        """Let a subject report to a supervisor, or to nobody, from a day on.

        A second line of the same day takes the place of the first.
        """
        lines = self.known.setdefault(subject, [])
        place = bisect_left(lines, since, key=_since)
        end = bisect_right(lines, since, key=_since)
        lines[place:end] = [(since, supervisor)]
        return self

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return the supervisor of that day, None without one."""
        lines = self.known.get(subject, ())
        place = bisect_right(lines, day, key=_since)
        return lines[place - 1][1] if place else None

    def position(self, subject: str, day: date) -> str | None:
        """Return what a subject's position is called, None when not recorded."""
        del day
        return self.positions.get(subject)

    def dated(self, subject: str, attribute: str, day: date) -> date | None:
        """Return a subject's date attribute, None when it is not known."""
        del day
        return read_date(self.attributes.get(subject, {}).get(attribute))


def read_date(value: Any) -> date | None:
    """Return an attribute as a date, None when it is none."""
    if isinstance(value, date):
        return value
    try:
        return read_day(value)
    except (TypeError, ValueError):
        return None
