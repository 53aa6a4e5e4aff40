"""A subject's own history, as conditions ask for it: what came before a fact.

Facts are ordered by local day, then moment (a fact known only by its day comes first on it),
then id. What a report gave at once counts from its moment on; what followed from totals, was
chosen by a human or given by a programme counts from the next day on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, get_args

from shangfa.domain import text
from shangfa.domain.dates.days import EVER, add_months
from shangfa.domain.dates.windows import Terms, Window, window_of
from shangfa.domain.frozen import NOTHING
from shangfa.domain.money import ONE, ZERO
from shangfa.domain.policies.facts import Fact
from shangfa.domain.text import Note

REPORTED: Final = ""
"""Stands for the account of an entry that says only that a clause was reported."""


LONGEST: Final = 13
"""Months that a cycle of a subject's own takes at most, clamped days included."""


class Entry(NamedTuple):
    """Something in a subject's history.

    Attributes:
        at, order: the place of its fact within the day; None and "" for what counts from the
            next day on.
        account: `REPORTED` for the fact itself, whose unit is the clause.
        since, until: the first and the last day it is in force, None without such.
        of: the day of what it takes out of force, None for all else.
        facts: of a fact itself, as they were reported.
    """

    day: date
    clause: str
    account: str
    unit: str
    quantity: Decimal
    at: datetime | None = None
    order: str = ""
    since: date | None = None
    until: date | None = None
    of: date | None = None
    facts: Mapping[str, Any] = NOTHING

    def in_force(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or self.until >= day)


@dataclass(frozen=True, slots=True)
class History:
    """What came before a fact, for one of its subjects."""

    entries: tuple[Entry, ...] = ()


NOTHING_BEFORE: Final = History()


@dataclass(frozen=True, slots=True)
class Within:
    """A stretch of days that ends with the fact's: a window, or so many days or months back.

    Attributes:
        terms: the tenant's, for a window of named terms.
    """

    window: str = EVER
    days: int = 0
    months: int = 0
    terms: Terms | None = field(default=None, compare=False, repr=False)
    frame: Window = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "frame", window_of(self.window, self.terms))

    def holds(self, other: date, day: date, begun: date | None = None) -> bool:
        """Tell whether an earlier day lies in the stretch that ends with `day`.

        `begun`: the subject's date that the window begins with; without it nothing lies in one.
        """
        if self.days or self.months:
            return other > self._before(day)
        span = self.frame.bounds(day, begun)
        return span is not None and span[0] <= other <= span[1]

    def start(self, day: date) -> date:
        """Return a day before which nothing lies in the stretch, whoever it is asked of."""
        if self.days or self.months:
            return self._before(day)
        if self.frame.anchor:
            return Within(months=LONGEST).start(day)
        span = self.frame.bounds(day, None)
        return day if span is None else span[0]

    def _before(self, day: date) -> date:
        try:
            return add_months(day, -self.months) - timedelta(self.days)
        except (OverflowError, ValueError):
            return date.min

    def said(self) -> Note:
        """Say it."""
        if self.months:
            return Note("{0}个月内", "within {0} months", (self.months,))
        if self.days:
            return Note("{0}天内", "within {0} days", (self.days,))
        return Note(
            "{0}", "in {0}", (text.note(self.window) if self.frame.is_named else self.window,)
        )


ALWAYS: Final = Within()

What = Literal["nth", "sum", "days_since", "in_force"]
WHATS: Final[tuple[What, ...]] = get_args(What)
TYPES: Final[dict[What, str]] = {
    "nth": "int",
    "sum": "number",
    "days_since": "int",
    "in_force": "bool",
}
"""What is asked -> the type of the fact that answers."""
_SAID: Final[dict[What, Note]] = {
    "nth": Note("{0}（{1}）：第{2}次。", "{0} ({1}): time {2}."),
    "sum": Note("{0}（{1}）：此前合计 {2}。", "{0} ({1}): {2} before."),
    "days_since": Note("{0}（{1}）：距上次 {2} 天。", "{0} ({1}): {2} days since the last."),
    "in_force": Note("{0}（{1}）：是否有效：{2}。", "{0} ({1}): in force: {2}."),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A fact that history answers instead of the reporter.

    Attributes:
        name: what conditions and params call it.
        what: `nth` counts from 1 and includes the fact itself; `sum` is what was posted before,
            unsigned; `days_since` the last one, None when there was none.
        account, units: what is looked for; `REPORTED` for clauses.
        label: its title.
        same: facts whose value must have been the same; one that was not given never is.
    """

    name: str
    what: What
    account: str
    units: tuple[str, ...]
    within: Within = ALWAYS
    label: str = ""
    same: tuple[str, ...] = ()

    def fact(self) -> Fact:
        """Return the fact that conditions and params see."""
        return Fact(self.name, TYPES[self.what], required=False, zh=self.label)

    def answer(
        self,
        history: History,
        day: date,
        begun: date | None = None,
        facts: Mapping[str, Any] = NOTHING,
    ) -> Any:
        """Return the value of the fact on a day; `begun`: what its window begins with.

        `facts`: of the report itself, for what must have been the same.
        """
        found = [item for item in history.entries if self._asks_for(item, day, begun)]
        if self.same:
            found = [item for item in found if self._is_same(item.facts, facts)]
        if self.what == "days_since":
            last = _last_day(found)
            return None if last is None else Decimal((day - last).days)
        if self.what == "in_force":
            return _total(item for item in found if item.in_force(day)) > 0
        total = _total(found)
        return ONE + total if self.what == "nth" else abs(total)

    def _is_same(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
        pairs = [(before.get(name), now.get(name)) for name in self.same]
        return all(
            None not in pair and str(pair[0]).strip() == str(pair[1]).strip() for pair in pairs
        )

    def _asks_for(self, item: Entry, day: date, begun: date | None) -> bool:
        named = item.account == self.account and item.unit in self.units
        return named and item.day <= day and self.within.holds(item.of or item.day, day, begun)

    def said(self, value: Any) -> Note:
        """Say the answer."""
        words = {True: Note("是", "yes"), False: Note("否", "no"), None: Note("无", "none")}
        told = value if type(value) is Decimal else words[value]
        return _SAID[self.what].of(self.label or self.name, self.within.said(), told)


def _total(entries: Iterable[Entry]) -> Decimal:
    return sum((item.quantity for item in entries), ZERO)


def _last_day(entries: Iterable[Entry]) -> date | None:
    """Return the last day on which something is left when what was taken back is."""
    sums: dict[date, Decimal] = {}
    for item in entries:
        sums[item.day] = sums.get(item.day, ZERO) + item.quantity
    return max((day for day, total in sums.items() if total), default=None)
