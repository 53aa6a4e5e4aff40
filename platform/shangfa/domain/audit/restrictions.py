"""What is kept about somebody, and may not be worked with, or may not go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

Kind = Literal["restriction", "hold"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Restriction:
    """One that stands or stood; `subject` is a code.

    Attributes:
        kind: `restriction`: read by HR and himself alone, in no report; `hold`: nothing of
            it is made nameless.
    """

    id: UUID
    subject: str
    kind: Kind
    reason: str
    set_at: datetime
    lifted_at: datetime | None
    lifted_reason: str | None
