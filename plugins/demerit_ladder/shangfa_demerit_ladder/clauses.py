"""Clause kinds: a mark, an action for a named human, a count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ONE,
    ClauseKind,
    Direction,
    Effect,
    Fact,
    FactName,
    Field,
    Incident,
    Limit,
    Measure,
    Note,
    Params,
    ParamsError,
    Part,
    Row,
    RungName,
    add_months,
    hookimpl,
    invalid_fact,
    missing_fact,
)

_MARK = Note("记「{0}」{1} 次", "{1} × {0}")
_ACTION = Note("「{0}」须由指定的人决定或办理", "{0}: a named human must decide or do this")
_LASTS = Note("「{0}」自{1}起至{2}止", "{0}: from {1} until {2}")
_BEGINS = Note("「{0}」自{1}起", "{0}: from {1} on")
_ONE_LENGTH = Note("months 与 days 只取其一", "months or days, not both")

SAME = "same:{}:{}"
"""Counter of one cause: the mark and the clause, with the item of the code when given."""


def times(per: str, incident: Incident) -> Decimal:
    """Return how often the consequence applies."""
    return incident.quantity if per == "quantity" else ONE


_NOT_NEGATIVE = Note("不小于 0 的数", "a number of 0 or more")


class Mark(Params):
    """One mark for each unit of the quantity, or one for the incident."""

    mark: RungName = Field(description="a rung of the policy's ladder")
    per: Literal["quantity", "incident"] = "quantity"
    cause: Literal["clause"] | FactName | None = Field(
        default=None,
        description="counts repeats: `clause`, or the fact that tells causes of a clause apart",
    )


def assess_mark(part: Part[Mark], incident: Incident) -> Sequence[Effect]:
    """Give the mark, and count its cause when repeats matter."""
    params = part.params
    number = times(params.per, incident)
    title = part.ladder.title(params.mark)
    effects = [Effect("marks", params.mark, number, _MARK.of(title, number))]
    if params.cause is not None:
        effects.append(Effect("count", SAME.format(params.mark, _cause(part, incident)), number))
    return effects


def _cause(part: Part[Mark], incident: Incident) -> str:
    if part.params.cause in {None, "clause"}:
        return part.clause
    return f"{part.clause}#{incident.facts[part.params.cause or '']}"


def counters_mark(part: Part[Mark]) -> Iterable[str]:
    """Causes are counted apart."""
    return [] if part.params.cause is None else [SAME.format(part.params.mark, "*")]


def rows_mark(part: Part[Mark]) -> Iterable[Row]:
    """One row: one mark."""
    direction: Direction = "reward" if _is_reward(part.params.mark) else "penalty"
    per = "times" if part.params.per == "quantity" else ""
    yield Row(direction, "marks", part.params.mark, ONE, ONE, per)


_REWARDS = ("praise", "merit", "commendation", "pay_rise", "promotion")


def _is_reward(mark: str) -> bool:
    return any(mark.endswith(word) for word in _REWARDS) and not mark.endswith("demerit")


class Action(Params):
    """Something a named human must decide or do; never automatic."""

    action: str = Field(min_length=1)
    per: Literal["quantity", "incident"] = "incident"
    reward: bool = Field(default=False, description="whether the catalogue calls it a reward")
    begins: Limit | None = Field(default=None, description="when it begins; at once if none")
    months: int | None = Field(default=None, ge=1, le=1_200, description="so many months it lasts")
    days: int | None = Field(default=None, ge=1, le=36_600, description="so many days it lasts")

    def model_post_init(self, context: Any, /) -> None:
        """Refuse two lengths.

        Raises:
            ParamsError: both months and days.
        """
        del context
        if self.months is not None and self.days is not None:
            raise ParamsError((("days",), _ONE_LENGTH))

    def lasts(self) -> bool:
        """Tell whether it has a first day: then it is another on every day."""
        return not (self.begins is None and self.months is None and self.days is None)

    def term(self, incident: Incident) -> tuple[date | None, date | None]:
        """Return its first and last day; None when it does not last, or has no end."""
        if not self.lasts():
            return None, None
        start = incident.on if self.begins is None else _day(self.begins.due(incident))
        if self.months is None and self.days is None:
            return start, None
        end = add_months(start, self.months or 0) + timedelta(self.days or 0)
        return start, end - timedelta(1)


def _day(due: date | datetime) -> date:
    return due.date() if isinstance(due, datetime) else due


def assess_action(part: Part[Action], incident: Incident) -> Sequence[Effect]:
    """Ask for the action, with its term when it has one."""
    params = part.params
    title = part.ladder.title(params.action)
    since, until = params.term(incident)
    note = _ACTION.of(title)
    if since is not None:
        note = (_LASTS if until else _BEGINS).of(title, since, until)
    number = times(params.per, incident)
    return [Effect("action", params.action, number, note, "", since, until)]


def rows_action(part: Part[Action]) -> Iterable[Row]:
    """One row: one action."""
    direction: Direction = "reward" if part.params.reward else "penalty"
    yield Row(direction, "action", part.params.action, ONE, ONE)


class Count(Params):
    """A count that reactions watch; no consequence by itself."""

    counter: str | None = Field(default=None, description="its name; the clause's code if none")
    by: FactName | None = Field(default=None, description="a numeric fact; the quantity if none")
    per: Literal["quantity", "incident"] = Field(
        default="quantity", description="incident: one, whatever the quantity measures"
    )
    unit: str = Field(default="times", description="the unit of the quantity")
    least: Decimal = Field(default=ONE, ge=0)


def assess_count(part: Part[Count], incident: Incident) -> Sequence[Effect]:
    """Add the quantity, or the fact, to the counter."""
    params = part.params
    number = times(params.per, incident) if params.by is None else _number(params.by, incident)
    return [Effect("count", params.counter or part.clause, number)] if number else []


def counters_count(part: Part[Count]) -> Iterable[str]:
    """One counter: the one named, or the clause."""
    return [part.params.counter or part.clause]


def _number(name: str, incident: Incident) -> Decimal:
    """Return a fact that is a number of 0 or more.

    Raises:
        RefusedError: it was not given, or is something else.
    """
    number = incident.facts[name]
    if number is None:
        raise missing_fact(Fact(name, "number"))
    if not isinstance(number, Decimal) or number < 0:
        raise invalid_fact(name, number, _NOT_NEGATIVE)
    return number


def measure_count(params: Count) -> Measure:
    """Count in the unit named; whole numbers only for times and days."""
    return Measure(params.unit, params.least, whole=params.unit in {"times", "days"})


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind(
            "ladder.mark",
            Mark,
            assess_mark,
            rows_mark,
            counters=counters_mark,
            impartial=lambda _: True,
        ),
        ClauseKind(
            "ladder.action",
            Action,
            assess_action,
            rows_action,
            impartial=lambda params: not params.lasts(),
        ),
        ClauseKind(
            "ladder.count",
            Count,
            assess_count,
            lambda part: (),
            measure=measure_count,
            counters=counters_count,
            impartial=lambda _: True,
        ),
    ]
