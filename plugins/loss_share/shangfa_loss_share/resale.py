"""A window in which goods may be resold, and what is lost within it or after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from shangfa.sdk import (
    ZERO,
    Deadline,
    Effect,
    Fact,
    Field,
    Incident,
    Note,
    Params,
    ParamsError,
    Part,
    Row,
    add_months,
    fen,
    invalid_fact,
    missing_fact,
)

_DUE = Note("「{0}」最迟 {1}", "{0}: due {1}")
_GAP = Note(
    "转售期至 {0}，已售：甲级价 {1} 元 − 售价 {2} 元 = {3} 元",
    "sold by {0}: grade-A price CNY {1} − CNY {2} = CNY {3}",
)
_LOSS = Note(
    "转售期至 {0}，期内未售：按实际损失 {1} 元",
    "not sold by {0}: the actual loss, CNY {1}",
)
_NOT_AFTER = Note("不晚于售出或结算之日", "a day not after the sale or the settlement")
_EITHER = Note("恰须 months 与 days 之一", "exactly one of months and days is needed")

SINCE: Final = Fact("since", "date", zh="转售期起算日")
GRADE_A: Final = Fact(
    "grade_a_price", "money", required=False, least=ZERO, zh="甲级售价（期内售出时必填）"
)
RESALE: Final = Fact(
    "resale_price", "money", required=False, least=ZERO, zh="转售所得（未售出不填）"
)
LOSS: Final = Fact("loss", "money", required=False, least=ZERO, zh="实际损失（期内未售出时必填）")
FACTS: Final = (SINCE, GRADE_A, RESALE, LOSS)


class Window(Params):
    """How long the goods may be resold: calendar months or days after the first day."""

    months: int | None = Field(
        default=None, ge=1, le=120, description="same day of a later month, or its last day"
    )
    days: int | None = Field(default=None, ge=1, le=3_660, description="calendar days")

    def model_post_init(self, context: Any, /) -> None:
        """Refuse anything but one of the two.

        Raises:
            ParamsError: neither or both are given.
        """
        del context
        if (self.months is None) == (self.days is None):
            raise ParamsError(((), _EITHER))

    def last(self, first: date) -> date:
        """Return the last day of the window that starts on `first`."""
        if self.months is not None:
            return add_months(first, self.months)
        return first + timedelta(days=self.days or 0)


class Opening(Params):
    """The ruling that opens the window: a deadline, no consequence by itself."""

    step: str = Field(min_length=1, description="name of what must be done")
    window: Window = Window(months=1)


class Resale(Params):
    """What is lost on the goods, as one of two bands of a clause.

    `in_time` answers a sale within the window: the grade-A price less the price got.
    `late` answers goods not sold in it: the actual loss.
    """

    sold: Literal["in_time", "late"]
    window: Window = Window(months=1)


def assess_opening(part: Part[Opening], incident: Incident) -> Sequence[Deadline]:
    """Open the window on the day of the incident."""
    params = part.params
    last = params.window.last(incident.on)
    return [Deadline(params.step, last, _DUE.of(params.step, last))]


def assess_resale(part: Part[Resale], incident: Incident) -> Sequence[Effect]:
    """Charge the loss of this band; nothing when the other band applies or nothing is lost.

    Raises:
        RefusedError: `invalid_fact` for a sale before the window opened; `missing_fact`
            for a sale in time without the grade-A price, or any other without the loss.
    """
    since: date = incident.facts["since"]
    if since > incident.on:
        raise invalid_fact("since", since, _NOT_AFTER)
    last = part.params.window.last(since)
    if sold_by(last, incident) != (part.params.sold == "in_time"):
        return []
    lost, note = _gap(last, incident) if part.params.sold == "in_time" else _loss(last, incident)
    return [Effect("compensation", "CNY", -lost, note)] if lost > 0 else []


def sold_by(last: date, incident: Incident) -> bool:
    """Tell whether the goods were sold within the window, its last day included."""
    return incident.facts["resale_price"] is not None and incident.on <= last


def _gap(last: date, incident: Incident) -> tuple[Decimal, Note]:
    price, got = _given(GRADE_A, incident), _given(RESALE, incident)
    lost = fen(price - got)
    return lost, _GAP.of(last, price, got, lost)


def _loss(last: date, incident: Incident) -> tuple[Decimal, Note]:
    lost = fen(_given(LOSS, incident))
    return lost, _LOSS.of(last, lost)


def _given(fact: Fact, incident: Incident) -> Decimal:
    value = incident.facts[fact.name]
    if value is None:
        raise missing_fact(fact)
    return Decimal(value)


def rows_opening(part: Part[Opening]) -> Iterable[Row]:
    """One row: no direction, the window as the note."""
    yield Row("none", "", "", note=f"{part.params.step}: {_text(part.params.window)}")


def rows_resale(part: Part[Resale]) -> Iterable[Row]:
    """One row: open, because the facts decide."""
    window = _text(part.params.window)
    notes = {
        "in_time": f"grade_a_price - resale_price, sold within {window}",
        "late": f"loss, not sold within {window}",
    }
    yield Row("penalty", "compensation", "CNY", ZERO, None, "", notes[part.params.sold])


def _text(window: Window) -> str:
    return f"{window.months} month(s)" if window.months is not None else f"{window.days} days"
