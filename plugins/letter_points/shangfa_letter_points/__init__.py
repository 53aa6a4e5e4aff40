"""Letter points: `-C1` takes one C point, `A1` gives one A point.

Each letter is a unit of its own; a threshold may net several, each times its weight.
Source: 001_648d08a12260468c.txt, the two schemes of 乐富隆 (L180, L182).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from shangfa.sdk import (
    ZERO,
    AccountName,
    Choice,
    ClauseKind,
    Direction,
    Effect,
    Field,
    Incident,
    Note,
    Params,
    ParamsError,
    Part,
    ProgrammeKind,
    ReactionKind,
    Row,
    Rule,
    Watch,
    Window,
    hookimpl,
)
from shangfa_letter_points.caps import CAP
from shangfa_letter_points.closing import PROGRAMMES
from shangfa_letter_points.superiors import BORNE
from shangfa_letter_points.units import (
    PerUnit,
    assess_per_unit,
    measure_per_unit,
    rows_per_unit,
)

_POINTS = Note("记 {0}{1} × {2} = {0}{3} 点", "{0}{1} × {2} = {0}{3} points")

_ONE_WAY = Note(
    "下限 {0} 小于 0 时是扣点，上限须给出且不大于 0",
    "min {0} lies under 0, a deduction: give a max of 0 or less",
)
_ONE_OF = Note("gives 与 amount 恰取其一", "exactly one of gives and amount is expected")
_NOTHING = Note(
    "权重不能为 0，否则什么也不会记", "a weight of 0 counts nothing; leave the letter out"
)
_THRESHOLD = Note("{0} 净值每满 {1}：{2}。", "Every {1} of the net of {0}: {2}.")
_ONCE = Note("{0} 净值满 {1}：{2}，限一次。", "{1} of the net of {0}: {2}, once.")
_MAX_UNDER_MIN = Note("上限 {0} 小于下限 {1}", "max {0} lies under min {1}")


class Points(Params):
    """Points of one letter, positive to give, negative to take."""

    letter: str = Field(min_length=1, max_length=8)
    points: Decimal = Field(description="signed points for each unit of the quantity")
    per: Literal["quantity", "incident"] = "quantity"


def assess_points(part: Part[Points], incident: Incident) -> Sequence[Effect]:
    """Give or take the points, once for each unit of the quantity or once in all."""
    params = part.params
    times = incident.quantity if params.per == "quantity" else Decimal(1)
    total = params.points * times
    note = _POINTS.of(params.letter, params.points, times, total)
    return [Effect("points", params.letter, total, note)]


def rows_points(part: Part[Points]) -> Iterable[Row]:
    """One row: the points of one unit."""
    params = part.params
    size = abs(params.points)
    per = "times" if params.per == "quantity" else ""
    yield Row(_direction(params.points), "points", params.letter, size, size, per)


class OpenPoints(Params):
    """Points of one letter within limits that a named human sets."""

    letter: str = Field(min_length=1, max_length=8)
    min: Decimal = Field(description="under 0, with `max`, for a choice of a deduction")
    max: Decimal | None = Field(default=None, description="empty when open")

    def model_post_init(self, context: Any, /) -> None:
        """Refuse limits that leave nothing.

        Raises:
            ParamsError: `min` over `max`.
        """
        del context
        if self.max is not None and self.max < self.min:
            raise ParamsError((("max",), _MAX_UNDER_MIN.of(self.max, self.min)))
        if self.min < 0 and (self.max is None or self.max > 0):
            raise ParamsError((("max",), _ONE_WAY.of(self.min)))


def assess_choice(part: Part[OpenPoints], incident: Incident) -> Sequence[Choice]:
    """Ask for the points."""
    del incident
    params = part.params
    if params.min < 0:
        least, most = -(params.max or ZERO), -params.min
        return [Choice("points", params.letter, least, most, deducts=True)]
    return [Choice("points", params.letter, params.min, params.max)]


def rows_choice(part: Part[OpenPoints]) -> Iterable[Row]:
    """One row: the limits."""
    params = part.params
    if params.min < 0:
        yield Row("penalty", "points", params.letter, -(params.max or ZERO), -params.min)
    else:
        yield Row("reward", "points", params.letter, params.min, params.max)


class FromNth(Params):
    """Points for every count from the nth on, none before."""

    of: str = Field(description="the counter, as posted by a counting clause")
    nth: int = Field(ge=1)
    letter: str = Field(min_length=1, max_length=8)
    points: Decimal
    within: Window = "ever"


def watch_counter(rule: Rule[FromNth]) -> Sequence[Watch]:
    """Watch the counter in its window."""
    return [Watch("count", rule.params.of, rule.params.within)]


def derive_from_nth(rule: Rule[FromNth], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give the points for each count from the nth on."""
    del unit
    params = rule.params
    beyond = max(ZERO, total - (params.nth - 1))
    return [Effect("points", params.letter, params.points * beyond)] if beyond else []


def rows_from_nth(rule: Rule[FromNth]) -> Iterable[Row]:
    """One row: the points of one count."""
    params = rule.params
    size = abs(params.points)
    yield Row(_direction(params.points), "points", params.letter, size, size, "times")


def note_from_nth(rule: Rule[FromNth]) -> Note:
    """Say from which time on."""
    params = rule.params
    signed = f"{params.letter}{params.points}"
    return Note("自第{}次起每次记{}点。", "From time {} on, {} each.", (params.nth, signed))


class Threshold(Params):
    """What a net of letters brings each time it reaches a size within a window.

    A merit later never takes back what was reached; in the next window the net begins anew,
    and in `ever` what is left over stays on the account.
    """

    letters: Mapping[str, Decimal] = Field(
        min_length=1,
        max_length=20,
        description="letter -> weight; -1 counts points that are taken as a number",
    )
    at: Decimal = Field(gt=0, description="the size of the net")
    every: bool = Field(default=True, description="again for each further one; else once")
    within: Window
    gives: str | None = Field(default=None, min_length=1, description="a rung or an action")
    amount: Decimal | None = Field(default=None, gt=0, description="CNY instead")
    account: Literal["reward", "fine"] = "reward"

    def model_post_init(self, context: Any, /) -> None:
        """Refuse what can post nothing.

        Raises:
            ParamsError: neither or both consequences, or a weight of nothing.
        """
        del context
        if (self.gives is None) == (self.amount is None):
            raise ParamsError(((), _ONE_OF))
        faults = [(("letters", name), _NOTHING) for name, size in self.letters.items() if not size]
        if faults:
            raise ParamsError(*faults)

    def name(self) -> str:
        """Return the net in a few letters, such as `A-2C`."""
        return "".join(f"{size:+}{letter}" for letter, size in self.letters.items())


def watch_threshold(rule: Rule[Threshold]) -> Sequence[Watch]:
    """Watch the net of the letters."""
    params = rule.params
    weights = tuple(params.letters.items())
    return [Watch("points", params.name(), params.within, weights=weights)]


def derive_threshold(rule: Rule[Threshold], unit: str, total: Decimal) -> Sequence[Effect]:
    """Give one for every full size, or one in all."""
    del unit
    params = rule.params
    times = total // params.at if total > 0 else ZERO
    times = times if params.every else min(times, Decimal(1))
    if not times:
        return []
    account, unit, size = _gift(rule)
    return [Effect(account, unit, size * times)]


def _gift(rule: Rule[Threshold]) -> tuple[AccountName, str, Decimal]:
    params = rule.params
    if params.gives is not None:
        return rule.ladder.account(params.gives), params.gives, Decimal(1)
    size = params.amount or ZERO
    return params.account, "CNY", size if params.account == "reward" else -size


def rows_threshold(rule: Rule[Threshold]) -> Iterable[Row]:
    """One row: what one size brings."""
    params = rule.params
    account, unit, size = _gift(rule)
    direction: Direction = "reward" if account == "reward" else "penalty"
    note = f"at {params.at} of {params.name()} within {params.within}"
    yield Row(direction, account, unit, abs(size), abs(size), "", note)


def note_threshold(rule: Rule[Threshold]) -> Note:
    """Say what brings what."""
    params = rule.params
    gift: Any = f"{params.account} {params.amount}"
    if params.gives is not None:
        gift = rule.ladder.title(params.gives)
    return (_THRESHOLD if params.every else _ONCE).of(params.name(), params.at, gift)


def _direction(points: Decimal) -> Direction:
    return "reward" if points > 0 else "penalty"


@hookimpl
def register_clause_kinds() -> list[ClauseKind[Any]]:
    return [
        ClauseKind("points.fixed", Points, assess_points, rows_points, impartial=lambda _: True),
        ClauseKind(
            "points.choice", OpenPoints, assess_choice, rows_choice, impartial=lambda _: True
        ),
        ClauseKind(
            "points.per_unit",
            PerUnit,
            assess_per_unit,
            rows_per_unit,
            measure=measure_per_unit,
            impartial=lambda _: True,
        ),
    ]


@hookimpl
def register_reactions() -> list[ReactionKind[Any]]:
    return [
        ReactionKind(
            "points.from_nth",
            FromNth,
            watch_counter,
            derive_from_nth,
            lambda rule: [("points", rule.params.letter)],
            rows_from_nth,
            note_from_nth,
        ),
        ReactionKind(
            "points.threshold",
            Threshold,
            watch_threshold,
            derive_threshold,
            lambda rule: [_gift(rule)[:2]],
            rows_threshold,
            note_threshold,
        ),
        BORNE,
        CAP,
    ]


@hookimpl
def register_programmes() -> list[ProgrammeKind[Any]]:
    return PROGRAMMES
