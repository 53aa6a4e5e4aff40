"""Awards for an event: a named human decides what is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from shangfa.sdk import ONE, Effect, Field, Incident, Note, Params, Part, Row

_AWARD = Note(
    "「{0}」{1} 次，奖励内容由指定的人决定", "{1} × {0}: a named human decides what is given"
)


class EventAward(Params):
    """An award or a nomination, to a person or a team."""

    action: str = Field(default="award", min_length=1, description="`award`, `nomination`, …")
    per: Literal["quantity", "incident"] = "incident"


def assess_award(part: Part[EventAward], incident: Incident) -> Sequence[Effect]:
    """Ask for the award; the clause's condition says when it is earned."""
    params = part.params
    number = incident.quantity if params.per == "quantity" else ONE
    note = _AWARD.of(part.ladder.title(params.action), number)
    return [Effect("action", params.action, number, note)]


def rows_award(part: Part[EventAward]) -> Iterable[Row]:
    """One row: one award."""
    per = "times" if part.params.per == "quantity" else ""
    yield Row("reward", "action", part.params.action, ONE, ONE, per)
