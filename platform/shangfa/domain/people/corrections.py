"""Correction of what is kept about somebody: asked by him, decided by HR, once."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, get_args

from shangfa.domain.faults import MISSING, refused
from shangfa.domain.people.faults import CORRECTION_DECIDED, OWN_CORRECTION

State = Literal["asked", "accepted", "declined"]
STATES: Final[tuple[str, ...]] = get_args(State)
MOST_OPEN: Final = 20
"""So many of somebody's wait to be decided at a time."""


class Decided(NamedTuple):
    """What becomes of it; `effect` says what was changed, None when nothing was."""

    state: State
    reason: str
    effect: str | None


def check_decision(state: str, subject: str, decider: str | None, said: Decided) -> None:
    """Let a decision pass: the first, by somebody else, with its effect when it is accepted.

    Raises:
        RefusedError: `correction_decided`, `own_correction`, `missing` effect.
    """
    if decider == subject:
        raise refused(OWN_CORRECTION, "")
    if state != "asked":
        raise refused(CORRECTION_DECIDED, "", state=state)
    if said.state == "accepted" and not said.effect:
        raise refused(MISSING, "/effect", value="effect")
