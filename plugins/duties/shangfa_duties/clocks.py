"""Clocks: an incident opens a task with a deadline, or ends it in time or late.

Who opens gives no `since`; who ends gives it, and `at` is when the answer came. With
`done: false` nothing came: that counts once the due day or moment has been reached.
Lateness costs a breach unless the policy names money instead, or nothing: then the
dates are judged and other parts of the clause say what follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from shangfa.sdk import (
    ONE,
    ZERO,
    Deadline,
    Due,
    Effect,
    Fact,
    Field,
    Finding,
    Incident,
    Limit,
    Names,
    Note,
    ParamsError,
    Part,
    Row,
    Start,
    fen,
    invalid_fact,
    is_after,
    missing_fact,
    moment_of,
    start_of,
)
from shangfa_duties.breaches import breach

_DUE = Note("「{0}」最迟 {1}", "{0}: due {1}")
_LATE = Note("期限为 {0}，逾期：记违规 {1} 次", "due {0}, late: {1} breach(es)")
_PAYS = Note("期限为 {0}，逾期：{1} 元", "due {0}, late: CNY {1}")

SINCE: Final = Fact("since", "moment", zh="起算的日期或时刻")
OPTIONAL_SINCE: Final = Fact(
    "since", "moment", required=False, zh="起算的日期或时刻（不填即开始计时）"
)
MONEY: Final = ("fine", "compensation")
"""The accounts that need a sum."""
DONE: Final = Fact("done", "bool", required=False, default=True, zh="是否已办")


_SUMS = Note(
    "违规或无后果时不写金额；罚款或赔偿须恰有 amount 与 fact 之一",
    "a breach or nothing takes no money; money takes exactly one of amount and fact",
)
_NOT_AFTER = Note("不晚于事件的时间", "a time not after the incident")


class Counted(Limit):
    """A limit counted from a fact instead of `at` or `since`."""

    base: Annotated[str | None, Names("fact")] = Field(
        default=None, description="a fact of type date or moment to count from"
    )


class Opening(Counted):
    """A task with a deadline; no consequence by itself."""

    step: str = Field(min_length=1, description="name of what must be done")


class Answer(Counted):
    """The end of a task that another incident or the world opened."""

    account: Literal["breach", "fine", "compensation", "nothing"] = Field(
        default="breach", description="what lateness costs"
    )
    amount: Decimal | None = Field(
        default=None, gt=0, description="CNY for each unit of the quantity; for money"
    )
    fact: Annotated[str | None, Names("fact")] = Field(
        default=None, description="a fact of type money instead of the amount"
    )

    def model_post_init(self, context: Any, /) -> None:
        """Refuse a breach or nothing with money, and money without exactly one sum.

        Raises:
            ParamsError: saying what is missing or too much.
        """
        super().model_post_init(context)
        sums = sum(value is not None for value in (self.amount, self.fact))
        if sums != (self.account in MONEY):
            raise ParamsError(((), _SUMS))


class Clock(Answer):
    """Both: opens without `since`, ends with it."""

    step: str = Field(min_length=1, description="name of what must be done")


def assess_deadline(part: Part[Opening], incident: Incident) -> Sequence[Deadline]:
    """Open the task, counted from `at` or from the base."""
    return [_open(part.params.step, part.params, incident)]


def _open(step: str, limit: Counted, incident: Incident) -> Deadline:
    end = limit.due(incident, limit.base)
    return Deadline(step, end, _DUE.of(step, end))


def assess_answer(part: Part[Answer], incident: Incident) -> Sequence[Finding]:
    """Judge the answer: nothing in time, the consequence when late."""
    return _end(part.params, incident)


def assess_clock(part: Part[Clock], incident: Incident) -> Sequence[Finding]:
    """Open without `since`, judge with it.

    Raises:
        RefusedError: `missing_fact` when nothing came but no start is given.
    """
    params = part.params
    if incident.facts["since"] is not None:
        return _end(params, incident)
    if not incident.facts["done"]:
        raise missing_fact(SINCE)
    return [_open(params.step, params, incident)]


def _end(params: Answer, incident: Incident) -> Sequence[Finding]:
    end = params.due(incident, params.base or "since")
    if incident.facts["since"] is not None:
        _check_order(start_of(incident, "since"), incident)
    return _cost(params, incident, end) if is_late(end, incident) else []


def _check_order(since: Start, incident: Incident) -> None:
    """Refuse an answer before its clock started."""
    backwards = since.day > incident.on
    if since.moment is not None and incident.at is not None:
        backwards = is_after(since.moment, incident.at, incident.calendar)
    if backwards:
        value = since.moment or since.day
        raise invalid_fact("since", value, _NOT_AFTER)


def is_late(end: Due, incident: Incident) -> bool:
    """Tell whether the answer, or its absence, came too late.

    An answer exactly at the limit is in time; absence at the limit is late.

    Raises:
        RefusedError: `invalid_fact` when a moment is due and only the day is known.
    """
    done = incident.facts["done"]
    if not isinstance(end, datetime):
        return incident.on > end if done else incident.on >= end
    if incident.at is None and not done:
        return incident.on >= end.date()
    at = moment_of(incident)
    if done:
        return is_after(at, end, incident.calendar)
    return not is_after(end, at, incident.calendar)


def _cost(params: Answer, incident: Incident, end: Due) -> Sequence[Effect]:
    if params.account == "nothing":
        return []
    if params.account == "breach":
        number = incident.quantity
        return [breach(number, _LATE.of(end, number))]
    total = fen(_sum(params, incident))
    return [Effect(params.account, "CNY", -total, _PAYS.of(end, total))]


def _sum(params: Answer, incident: Incident) -> Decimal:
    if params.fact is None:
        return (params.amount or ZERO) * incident.quantity
    amount = incident.facts[params.fact]
    if amount is None:
        raise missing_fact(Fact(params.fact, "money"))
    return Decimal(amount)


def rows_deadline(part: Part[Opening]) -> Iterable[Row]:
    """One row: no direction, the limit as the note."""
    yield Row("none", "", "", note=f"{part.params.step}: {part.params.text()}")


def rows_answer(part: Part[Answer]) -> Iterable[Row]:
    """One row: what lateness costs; from 0 and open when a fact decides."""
    params, note = part.params, f"later than {part.params.text()}"
    if params.account == "nothing":
        yield Row("none", "", "", note=note)
    elif params.account == "breach":
        yield Row("penalty", "breach", "clause", ONE, ONE, "times", note)
    elif params.amount is None:
        yield Row("penalty", params.account, "CNY", ZERO, None, "", note)
    else:
        amount = params.amount
        yield Row("penalty", params.account, "CNY", amount, amount, "times", note)
