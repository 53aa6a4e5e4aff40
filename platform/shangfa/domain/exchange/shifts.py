"""Shifts, and what the punches of one tell: who came late, left early, or punched only once.

Times are local and know no zone. What is punched before the middle of the pause between two
shifts belongs to the one before, so a night belongs to the day on which it began.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from shangfa.domain.exchange.amounts import plain

APART: Final = timedelta(minutes=30)
"""Punches nearer to each other than this are one: whoever punches twice came or left once."""
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
_TIME: Final = "([01]?[0-9]|2[0-4]):([0-5][0-9])"
_SHIFT: Final = re.compile(f"{_TIME}[-–—~至]+(?:次日)?{_TIME}")


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift; one that ends before it starts ends on the next day.

    Attributes:
        start, end: after midnight.
        grace: minutes of coming late or leaving early that count for nothing.
    """

    name: str
    start: timedelta
    end: timedelta
    grace: int = 0

    @property
    def length(self) -> timedelta:
        """How long it is: a day when it ends as it starts."""
        return (self.end - self.start) % DAY or DAY

    def day_of(self, at: datetime) -> date:
        """Return the day on which the shift of a punch began."""
        return (at - self.start + (DAY - self.length) / 2).date()

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return when the shift of a day starts and ends."""
        start = datetime.combine(day, time.min) + self.start
        return start, start + self.length

    def distance(self, day: date, at: datetime) -> timedelta:
        """Return how far a moment is from the nearer end of the shift of a day."""
        return min(abs(at - end) for end in self.bounds(day))


def read_shift(text: str, name: str = "", grace: int = 0) -> Shift:
    """Return a shift as people write it: `22:00-06:00`.

    Raises:
        ValueError: it is none.
    """
    found = _SHIFT.fullmatch("".join(plain(text).split()))
    if found is None:
        raise ValueError(text)
    first, last = (timedelta(hours=int(found[n]), minutes=int(found[n + 1])) for n in (1, 3))
    return Shift(name, first, last, grace)


def clock_text(after_midnight: timedelta) -> str:
    """Return a time after midnight as people write it: `06:00`."""
    hours, minutes = divmod(after_midnight // MINUTE, 60)
    return f"{hours:02}:{minutes:02}"


def judge(punches: Sequence[datetime], day: date, shift: Shift) -> Mapping[str, Decimal]:
    """Return column -> number of what the punches of a shift tell, without what is nothing.

    `punches`: one at least. The first is when somebody came, the last when he left; of a single
    one the nearer end of the shift says which, and the other is missed.
    """
    start, end = shift.bounds(day)
    first, last = min(punches), max(punches)
    found: dict[str, int] = {}
    came = left = True
    if last - first < APART:
        came = abs(first - start) <= abs(last - end)
        left = not came
        found["missed"] = found["missed_out" if came else "missed_in"] = 1
    late, early = (first - start) // MINUTE if came else 0, (end - last) // MINUTE if left else 0
    for name, minutes in (("late", late), ("early", early)):
        if minutes > shift.grace:
            found |= {name: 1, f"{name}_minutes": minutes}
    return {name: Decimal(number) for name, number in found.items()}
