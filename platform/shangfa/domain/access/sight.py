"""Who sees whom, and what of it.

HR and auditors see all, finance everybody's money, supervisors their team of the day and
themselves, employees themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum, auto
from typing import Final

from shangfa.domain.access.roles import AUDITOR, EMPLOYEE, FINANCE, HR, SUPERVISOR


class Sight(Enum):
    """Whose things a role sees."""

    EVERYBODY = auto()
    TEAM = auto()
    """Oneself and those one supervised on the day in question."""
    SELF = auto()


_SIGHTS: Final = {
    HR: Sight.EVERYBODY,
    AUDITOR: Sight.EVERYBODY,
    FINANCE: Sight.EVERYBODY,
    SUPERVISOR: Sight.TEAM,
    EMPLOYEE: Sight.SELF,
}


def sight_of(role: str) -> Sight:
    """Return whose things a role sees; the least for a role not known here."""
    return _SIGHTS.get(role, Sight.SELF)


def sees_money_only(role: str) -> bool:
    """Tell whether a role sees amounts of money and nothing of what happened."""
    return role == FINANCE


def may_report(role: str, own: str | None, subject: str, supervisor: str | None) -> bool:
    """Tell whether somebody may say what a subject did who had this supervisor that day.

    A supervisor reports on his team and not on himself; an employee asks about himself.
    """
    sight = sight_of(role)
    if sight is Sight.TEAM:
        return own is not None and supervisor == own
    return sight is Sight.EVERYBODY or subject == own


def seen_codes(
    role: str, own: str | None, codes: Iterable[str], team: Collection[str]
) -> frozenset[str] | None:
    """Return whose part of a decision somebody sees, None for everybody's.

    `codes`: the subjects of the incident; `team`: whom he supervised then. What somebody
    bears for his team is his own.
    """
    if sight_of(role) is Sight.EVERYBODY:
        return None
    seen = {code for code in codes if code in team}
    return frozenset(seen | ({own} if own is not None else set()))
