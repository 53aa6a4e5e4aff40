"""Breaches: a duty not kept, recorded without an amount; and duties kept too seldom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from shangfa.sdk import (
    ONE,
    Effect,
    FactName,
    Field,
    Incident,
    Note,
    Params,
    Part,
    Row,
    invalid_fact,
)

_BREACH = Note("记违规 {0} 次", "{0} breach(es) recorded")
_SELDOM = Note(
    "本期自 {0} 起，最近一次为 {1}：记违规 {2} 次",
    "the period began on {0}, last done {1}: {2} breach(es)",
)

_NOT_AFTER = Note("不晚于事件的日期", "a day not after the incident")


class Breach(Params):
    """One breach for each unit of the quantity, or one for the incident."""

    per: Literal["quantity", "incident"] = "quantity"
    counter: str | None = Field(
        default=None, min_length=1, description="also counted here, for reactions"
    )


def breach(number: Decimal, note: Note | None = None) -> Effect:
    """Return the effect of so many breaches."""
    return Effect("breach", "clause", number, note or _BREACH.of(number))


def assess_breach(part: Part[Breach], incident: Incident) -> Sequence[Effect]:
    """Record the breach; nothing for a quantity of 0."""
    params = part.params
    number = incident.quantity if params.per == "quantity" else ONE
    if not number:
        return []
    counted = [] if params.counter is None else [Effect("count", params.counter, number)]
    return [breach(number), *counted]


def counters_breach(part: Part[Breach]) -> Iterable[str]:
    """The counter that is named."""
    return filter(None, [part.params.counter])


def rows_breach(part: Part[Breach]) -> Iterable[Row]:
    """One row: one breach."""
    per = "times" if part.params.per == "quantity" else ""
    yield Row("penalty", "breach", "clause", ONE, ONE, per)


class Regular(Params):
    """Something to be done at least once in every calendar period."""

    last: FactName = Field(description="a fact of type date: when it was last done")
    every: Literal["week", "half_month", "month"] = Field(
        description="weeks start on Monday, half months on the 1st and the 16th"
    )


_STARTS: Final[dict[str, Callable[[date], date]]] = {
    "week": lambda day: day - timedelta(days=day.weekday()),
    "half_month": lambda day: day.replace(day=1 if day.day < 16 else 16),  # noqa: PLR2004
    "month": lambda day: day.replace(day=1),
}
"""Period -> its first local day, from any of its days."""


def assess_regular(part: Part[Regular], incident: Incident) -> Sequence[Effect]:
    """Record a breach when the last time lies before the period `at` falls in.

    Without a last time it was never done, which is a breach.

    Raises:
        RefusedError: `invalid_fact` for a last time after the incident.
    """
    params = part.params
    last = _day(incident.facts[params.last])
    if last is not None and last > incident.on:
        raise invalid_fact(params.last, last, _NOT_AFTER)
    start = _STARTS[params.every](incident.on)
    if last is not None and last >= start:
        return []
    number = incident.quantity
    return [breach(number, _SELDOM.of(start, last or "—", number))]


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def rows_regular(part: Part[Regular]) -> Iterable[Row]:
    """One row: one breach."""
    note = f"not once in a {part.params.every}"
    yield Row("penalty", "breach", "clause", ONE, ONE, "times", note)
