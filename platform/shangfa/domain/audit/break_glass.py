"""When the operator may look into a company: asked with a reason, approved there, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, get_args

LONGEST: Final = 120
"""Minutes."""
WAITS: Final = timedelta(days=1)
"""For which a request may be approved."""

State = Literal["asked", "open", "ended"]
STATES: Final[tuple[str, ...]] = get_args(State)


def state_of(
    asked_at: datetime, until: datetime | None, ended_at: datetime | None, at: datetime
) -> State:
    """Return how a request stands at a moment; one that nobody approved in time has ended."""
    last = until if until is not None else asked_at + WAITS
    if ended_at is not None or last <= at:
        return "ended"
    return "asked" if until is None else "open"
