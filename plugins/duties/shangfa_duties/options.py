"""Options: the policy names several measures and leaves the choice to a human."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from shangfa.sdk import ONE, ZERO, Choice, Field, Incident, Note, Params, Part, Row

_DECIDE = Note("可选「{0}」；须由指定的人选定一项", "{0} is an option; a named human takes one")


class OneOf(Params):
    """Measures of which a named human takes exactly one."""

    options: tuple[str, ...] = Field(min_length=2, description="units of the account")
    account: Literal["action", "marks"] = "action"


def assess_one_of(part: Part[OneOf], incident: Incident) -> Sequence[Choice]:
    """Ask for each option, 0 or 1; the part's code binds them together."""
    del incident
    account, group = part.params.account, part.code
    return [
        Choice(account, option, ZERO, ONE, _DECIDE.of(part.ladder.title(option)), group)
        for option in part.params.options
    ]


def rows_one_of(part: Part[OneOf]) -> Iterable[Row]:
    """One row for each option, 0 to 1."""
    for option in part.params.options:
        yield Row("penalty", part.params.account, option, ZERO, ONE, "", "one of")
