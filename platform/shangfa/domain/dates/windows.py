"""The windows a policy may count within, each written as a few words.

`day week month quarter half_year year ever`; `month from 26`, `week from sunday`,
`year from 04-01` with a start of their own; `year since hired_on` from a date of each
subject; `90 days` or `3 months` back from each entry, that day included; `terms school`
for the tenant's named terms. Days are local dates; both ends belong to a window.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from shangfa.domain.dates.days import EVER, SPANS, WEEKDAYS, add_months, month_end
from shangfa.domain.near import nearest
from shangfa.domain.text import Note

Span = tuple[date, date]
"""First and last day."""
MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
MOST_DAYS: Final = 3_660
MOST_MONTHS: Final = 120
_YEAR: Final = 12
_WEEK: Final = 7
_START: Final = re.compile(r"(month|quarter|half_year|year|week) from (\S+)")
_SINCE: Final = re.compile(r"(month|quarter|half_year|year) since (\S+)")
_BACK: Final = re.compile(r"([0-9]{1,5}) (day|month)s?")
_TERMS: Final = re.compile(r"terms (\S+)")
_MONTH_DAY: Final = re.compile(r"([0-9]{2})-([0-9]{2})")
_DAY: Final = re.compile(r"([0-9]{1,2})")
_CLAMPED: Final = timedelta(days=3)
"""A cycle's last day may come so much sooner in a shorter month."""
_LEAP: Final = date(2000, 1, 1)
"""A year with every day of a year, to count cycles from."""

_ALLOWED: Final = Note(
    "窗口「{0}」不可用；可写 day week month quarter half_year year ever、month from 26、"
    "year from 04-01、week from sunday、year since <日期属性>、90 days、3 months 或 "
    "terms <学期表>；每个窗口都要有终点。相近的有：{1}",
    "“{0}” is no window; write day week month quarter half_year year ever, month from 26, "
    "year from 04-01, week from sunday, year since <date attribute>, 90 days, 3 months or "
    "terms <list>; every window has an end. Near: {1}",
)
_NO_TERMS: Final = Note(
    "租户日历中没有名为 {0} 的学期表；相近的有：{1}",
    "the tenant's calendar lists no terms called {0}; near: {1}",
)


class Term(NamedTuple):
    """A named stretch of days."""

    name: str
    first: date
    last: date


class WindowError(ValueError):
    """What is written is no window; `why` says what is allowed."""

    def __init__(self, why: Note) -> None:
        super().__init__(why.text("en"))
        self.why = why


class Back(NamedTuple):
    """So far back from each entry: days or months."""

    days: int
    months: int

    def first(self, day: date) -> date:
        """Return the first day that still counts on `day`."""
        if self.days:
            return _earlier(day, self.days - 1)
        before = _months_on(day, -self.months)
        return before if before == date.min else _earlier(before, -1)


Bounds = Callable[[date, date | None], Span | None]


@dataclass(frozen=True, slots=True)
class Window:
    """A way to cut days into spans.

    Attributes:
        text: as it is written.
        span: (day, the subject's anchor) -> the name of the span it lies in, None in none.
        bounds: the same -> its first and last day.
        anchor: the attribute of the subject that it begins with, "" without one.
        back: how far it looks back from each entry; None when its spans stand still.
    """

    text: str
    span: Callable[[date, date | None], str | None] = field(compare=False, repr=False)
    bounds: Bounds = field(compare=False, repr=False)
    anchor: str = field(default="", compare=False)
    back: Back | None = field(default=None, compare=False)

    @property
    def is_named(self) -> bool:
        """Whether its spans have names of their own, not those of their first and last day."""
        return self.text in SPANS

    def names(self, span: str, day: date) -> bool:
        """Tell whether a span that holds a day is one of its own, whoever it is anchored at."""
        if not self.anchor:
            return self.span(day, None) == span
        first, _, last = span.partition("..")
        if not last:
            return False
        begun = date.fromisoformat(first)
        bounds = self.bounds(begun, begun)
        return bounds is not None and abs(bounds[1] - date.fromisoformat(last)) <= _CLAMPED


Terms = Mapping[str, Sequence[Term]]


def window_of(text: str, terms: Terms | None = None) -> Window:
    """Return a window by what is written.

    Raises:
        WindowError: saying what is allowed and what is near.
    """
    found = _TERMS.fullmatch(text)
    if found and terms is None:
        return _bounded(text, lambda day, anchor: None)
    if found:
        return _by_terms(text, found[1], terms or {})
    return _plain(text)


@lru_cache(maxsize=1_000)
def _plain(text: str) -> Window:
    if text in SPANS:
        name = SPANS[text]
        return Window(text, lambda day, _: name(day), _calendar(text))
    for pattern, read in ((_START, _started), (_SINCE, _anchored), (_BACK, _rolling)):
        found = pattern.fullmatch(text)
        window = read(text, found[1], found[2]) if found else None
        if window is not None:
            return window
    near = nearest(text, [*SPANS, "month from 26", "year from 04-01", "week from sunday"])
    raise WindowError(_ALLOWED.of(text, "、".join(near) or "—"))


def _bounded(text: str, bounds: Bounds, anchor: str = "", back: Back | None = None) -> Window:
    def name(day: date, begun: date | None) -> str | None:
        span = bounds(day, begun)
        return None if span is None else f"{span[0]}..{span[1]}"

    return Window(text, name, bounds, anchor, back)


def _calendar(word: str) -> Bounds:
    if word == EVER:
        return lambda day, _: (date.min, date.max)
    if word == "day":
        return lambda day, _: (day, day)
    if word == "week":
        return lambda day, _: _week(day, 0)
    return _monthly(MONTHS[word], _LEAP)


def _monthly(months: int, origin: date) -> Bounds:
    return lambda day, _: _cycle(day, origin, months)


def _cycle(day: date, origin: date, months: int) -> Span:
    """Return the cycle of so many months, counted from `origin`, that a day lies in.

    A cycle begins on the origin's day of the month, or on the last day of a shorter one.
    """
    passed = (day.year - origin.year) * _YEAR + day.month - origin.month
    number = passed // months
    if _months_on(origin, number * months) > day:
        number -= 1
    following = _months_on(origin, (number + 1) * months)
    last = following if following == date.max else _earlier(following, 1)
    return _months_on(origin, number * months), last


def _months_on(day: date, months: int) -> date:
    """Return the day so many months on, kept within the calendar."""
    try:
        return add_months(day, months)
    except ValueError:
        return date.max if months > 0 else date.min


def _earlier(day: date, days: int) -> date:
    try:
        return day - timedelta(days)
    except OverflowError:
        return date.min if days > 0 else date.max


def _week(day: date, first: int) -> Span:
    begun = _earlier(day, (day.weekday() - first) % _WEEK)
    return begun, _earlier(begun, 1 - _WEEK)


def _started(text: str, word: str, start: str) -> Window | None:
    if word == "week":
        if start not in WEEKDAYS:
            return None
        first = WEEKDAYS.index(start)
        return _bounded(text, lambda day, _: _week(day, first))
    found = (_DAY if word == "month" else _MONTH_DAY).fullmatch(start)
    month, of_month = map(int, ("1", *found.groups())[-2:]) if found else (0, 0)
    if not 1 <= month <= _YEAR or not 1 <= of_month <= month_end(_LEAP.year, month).day:
        return None
    return _bounded(text, _monthly(MONTHS[word], _LEAP.replace(month=month, day=of_month)))


def _anchored(text: str, word: str, attribute: str) -> Window:
    months = MONTHS[word]

    def bounds(day: date, begun: date | None) -> Span | None:
        return None if begun is None else _cycle(day, begun, months)

    return _bounded(text, bounds, attribute)


def _rolling(text: str, number: str, unit: str) -> Window | None:
    size = int(number)
    if not 1 <= size <= (MOST_DAYS if unit == "day" else MOST_MONTHS):
        return None
    back = Back(size, 0) if unit == "day" else Back(0, size)
    return _bounded(text, lambda day, _: (back.first(day), day), back=back)


def _by_terms(text: str, name: str, terms: Terms) -> Window:
    listed = terms.get(name)
    if listed is None:
        raise WindowError(_NO_TERMS.of(name, "、".join(nearest(name, list(terms))) or "—"))
    spans = sorted((term.first, term.last) for term in listed)

    def bounds(day: date, _: date | None) -> Span | None:
        return next((span for span in spans if span[0] <= day <= span[1]), None)

    return _bounded(text, bounds)


def cut(window: Window, before: date) -> Window:
    """Return the part of a window's span that lies before a day inside it."""

    def name(day: date, begun: date | None) -> str | None:
        if day >= before or (whole := window.span(day, begun)) is None:
            return None
        return f"{whole}<{before}" if window.span(before, begun) == whole else None

    return Window(f"{window.text}<{before}", name, window.bounds, window.anchor)
