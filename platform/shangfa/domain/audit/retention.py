"""How long what is kept about somebody who left is kept, and what holds it longer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from shangfa.domain.dates.days import add_months

Hold = Literal["hold", "case_open", "deadline_open", "correction_open"]
NAMELESS: Final = "已匿名"
"""What somebody is called when nothing says any more who he was."""
Unit = Literal["years", "months"]
LOGS: Final = 6
"""Months that logs are kept where no row of law says more."""
LONGEST: Final = 30
"""Years that a company may keep at most."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody who left and is not nameless yet.

    Attributes:
        left_on: his last day; `last_on`: that, or the last day anything was decided about him.
        region: where he worked last, "" when it is not known.
        holds: what keeps his things from going.
        agreed: HR agreed that he is made nameless.
    """

    id: UUID
    code: str
    left_on: date
    last_on: date
    region: str
    holds: tuple[Hold, ...]
    agreed: bool


@dataclass(frozen=True, slots=True)
class Least:
    """What the law wants: how long at least, and by which article; `term` in a unit known."""

    term: int
    law: str


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody who left, with the day from which his things may go; `years` they are kept."""

    gone: Gone
    years: int
    on: date

    def is_due(self, today: date) -> bool:
        """Tell whether they may go today."""
        return self.on <= today and not self.gone.holds


def strictest(found: Iterable[Least]) -> Least:
    """Return the longest of some; none at all wants nothing."""
    return max(found, key=lambda one: one.term, default=Least(0, ""))


def due_of(gone: Gone, years: int, least: Least) -> Due:
    """Return from when somebody's things may go: the company's years, or the law's if longer."""
    kept = max(years, least.term)
    return Due(gone, kept, add_months(gone.last_on, 12 * kept))
