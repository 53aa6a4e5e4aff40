"""What somebody was on a day: dated attributes, first and last days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from shangfa.domain.dates.days import month_end
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.people.faults import EMPLOYMENT_OVERLAP, LAST_BEFORE_FIRST, NOT_EMPLOYED

OPEN: Final = "…"


class Stint(NamedTuple):
    """From which to which day somebody belongs to the company; without a last day he still does."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether a day lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        return f"{self.first}–{self.last or OPEN}"


class Value(NamedTuple):
    """What an attribute is from a day on; None when it ended."""

    since: date
    name: str
    value: Any


class Past(NamedTuple):
    """All that is dated of a subject but its reporting lines.

    Attributes:
        base: its attributes before the first dated value of each.
        values: by day.
        stints: by day; without any the subject always belongs to the company.
    """

    base: Mapping[str, Any] = {}
    values: Sequence[Value] = ()
    stints: Sequence[Stint] = ()

    def attributes(self, day: date) -> Mapping[str, Any]:
        """Return the attributes of a day, those that ended left out."""
        if not self.values:
            return self.base
        found = dict(self.base)
        for item in self.values:
            if item.since <= day:
                found[item.name] = item.value
        return {name: value for name, value in found.items() if value is not None}

    def stint(self, day: date) -> Stint | None:
        """Return the stint a day lies in."""
        return next((item for item in self.stints if item.covers(day)), None)

    def employed(self, day: date) -> bool:
        """Tell whether the subject belonged to the company on a day."""
        return not self.stints or self.stint(day) is not None


def not_employed(code: str, past: Past, day: date, pointer: str) -> RefusedError:
    """Return the refusal of a day on which somebody did not belong to the company."""
    spans = "、".join(map(str, past.stints))
    return refused(NOT_EMPLOYED, pointer, value=code, day=day, spans=spans)


def check_stint(new: Stint, others: Sequence[Stint]) -> None:
    """Let a stint pass that ends after it began and leaves the others alone.

    Raises:
        RefusedError: `last_before_first`, `employment_overlap`.
    """
    if new.last is not None and new.last < new.first:
        raise refused(LAST_BEFORE_FIRST, "/last_day", first=new.first, last=new.last)
    end = new.last or date.max
    for other in others:
        if (
            other.first != new.first
            and other.first <= end
            and (other.last or date.max) >= new.first
        ):
            raise refused(EMPLOYMENT_OVERLAP, "/first_day", first=new.first, other=str(other))


def months_between(since: date, day: date) -> int:
    """Return how many months are complete on a day; one begun on the 31st ends with its month."""
    months = (day.year - since.year) * 12 + day.month - since.month
    return months if day.day >= min(since.day, month_end(day.year, day.month).day) else months - 1
