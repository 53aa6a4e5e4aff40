"""What a decision asks somebody to do after it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from shangfa.domain.access.roles import FINANCE, HR

OFFICES: Final = (HR, FINANCE)
"""Offices that may be asked; others are people."""


class Asked(NamedTuple):
    """Something to be done until a day, that day included."""

    what: str
    due_on: date


def after_dismissal(day: date) -> list[Asked]:
    """Return what HR has to do when a contract ends on a day (劳动合同法 50)."""
    return [
        Asked("出具解除劳动合同证明 / certificate of termination", day),
        Asked(
            "办理档案和社会保险关系转移 / transfer of files and insurance", day + timedelta(days=15)
        ),
    ]
