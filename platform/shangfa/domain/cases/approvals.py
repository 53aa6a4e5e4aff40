"""Who approves what: rules by rung, amount and department; and who stands in for whom, when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from shangfa.domain.access.roles import HR, SUPERVISOR
from shangfa.domain.incident import Subject

UnderAppeal = Literal["counts", "waits"]
UNDER_APPEAL: Final[tuple[str, ...]] = get_args(UnderAppeal)
"""Whether what is appealed against counts until the appeal is answered."""
COUNTS: Final = "counts"
WAITS: Final = "waits"
GRADE: Final = "grade"
"""The attribute of subjects that rules by grade look at."""
DEFAULT_ROLES: Final = (HR, SUPERVISOR)
"""Who approves where a company has said nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the matrix; it applies when all that it says holds.

    Attributes:
        level: the rung, or one above it on the policy's ladder; None for any.
        amount: CNY, this much or more, whichever way it goes; None for any.
        department: of one whom the case concerns; None for any.
        role, person: who approves; one of the two.
        grade: the attribute `grade` of one whom the case concerns; None for any.
    """

    level: str | None = None
    amount: Decimal | None = None
    department: str | None = None
    role: str | None = None
    person: str | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Delegate:
    """Somebody who stands in for another, both days included."""

    person: str
    stands_in: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Stakes:
    """What is at stake in a case.

    Attributes:
        rungs: those given, each with its place on the ladder, lowest first.
        amount: CNY, unsigned.
        departments, grades: of those whom it concerns.
    """

    rungs: Collection[str] = ()
    ladder: Sequence[str] = ()
    amount: Decimal = Decimal(0)
    departments: Collection[str | None] = ()
    grades: Collection[str | None] = ()


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who may approve: roles, and people by their codes."""

    roles: tuple[str, ...] = DEFAULT_ROLES
    people: frozenset[str] = frozenset()

    def said(self) -> list[str]:
        """Return them as an answer names them."""
        return [*self.roles, *sorted(self.people)]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A company's approvals; the first rule that applies decides.

    Attributes:
        under_appeal: whether what is appealed against counts meanwhile.
    """

    rules: tuple[Rule, ...] = ()
    delegates: tuple[Delegate, ...] = ()
    under_appeal: str = COUNTS

    def approvers(self, stakes: Stakes, day: date) -> Approvers:
        """Return who may approve what is at stake, on a day."""
        rule = next((rule for rule in self.rules if _applies(rule, stakes)), None)
        if rule is None:
            return Approvers()
        if rule.person is None:
            return Approvers((rule.role or HR,))
        return Approvers((), frozenset({rule.person, *self.stand_ins(rule.person, day)}))

    def stand_ins(self, person: str, day: date) -> list[str]:
        """Return who stands in for somebody on a day."""
        return [
            item.stands_in
            for item in self.delegates
            if item.person == person and item.since <= day <= item.until
        ]

    def names(self, person: str, day: date) -> bool:
        """Tell whether somebody is named, or stands in for one who is."""
        named = {rule.person for rule in self.rules if rule.person is not None}
        return any(person == one or person in self.stand_ins(one, day) for one in named)


def _applies(rule: Rule, stakes: Stakes) -> bool:
    if rule.level is not None and not _reached(rule.level, stakes):
        return False
    if rule.amount is not None and stakes.amount < rule.amount:
        return False
    if rule.grade is not None and rule.grade not in stakes.grades:
        return False
    return rule.department is None or rule.department in stakes.departments


def _reached(level: str, stakes: Stakes) -> bool:
    places = {rung: place for place, rung in enumerate(stakes.ladder)}
    if level not in places:
        return level in stakes.rungs
    return any(places.get(rung, -1) >= places[level] for rung in stakes.rungs)


def stakes_of(
    effects: Sequence[Mapping[str, Any]],
    ladder: Sequence[str],
    whom: Collection[Subject],
    most: Decimal = Decimal(0),
) -> Stakes:
    """Return what is at stake in effects as they are shown.

    `whom`: those whom the case concerns, as they were then; `most`: what choices may add, CNY.
    """
    money = sum((abs(Decimal(e["quantity"])) for e in effects if e["unit"] == "CNY"), most)
    rungs = {e["unit"] for e in effects if e["account"] == "marks"}
    rungs |= {e["unit"] for e in effects if e["account"] == "action"}
    departments = {one.department for one in whom}
    grades = {None if (grade := one.attributes.get(GRADE)) is None else str(grade) for one in whom}
    return Stakes(frozenset(rungs), ladder, money, departments, grades)
