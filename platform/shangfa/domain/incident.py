"""What is reported and what a clause kind sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, Protocol, get_args

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.frozen import NOTHING, FrozenDict, freeze

SubjectKind = Literal["employee", "team", "partner"]
SUBJECT_KINDS: Final[tuple[SubjectKind, ...]] = get_args(SubjectKind)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an incident concerns, as of the incident's day.

    Attributes:
        kind: one of `SUBJECT_KINDS`.
        department, position: None when not recorded.
        attributes: frozen, whatever was given.
        since: first day in the company, None when not recorded; a re-hire's own.
        employed: whether it belongs to the company that day; if not, nothing follows.
    """

    code: str
    kind: str = "employee"
    department: str | None = None
    position: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    since: date | None = None
    employed: bool = True

    def __post_init__(self) -> None:
        if type(self.attributes) is not FrozenDict:
            object.__setattr__(self, "attributes", freeze(self.attributes))


@dataclass(frozen=True, slots=True)
class Report:
    """An incident as it was reported.

    Attributes:
        subjects: in the order given.
        shares: percentages of responsibility in the same order, empty when not shared.
        at: local time of the tenant, or None when only the day is known.
        on: local day of the tenant.
        facts: as given, not yet read.
        policy: the policy's name when the reporter named it.
        unit: the unit of the quantity when the reporter named it.
        id: tells facts of one moment apart; orders them.
    """

    clause: str
    subjects: tuple[Subject, ...]
    on: date
    at: datetime | None = None
    quantity: Any = 1
    facts: Mapping[str, Any] = field(default_factory=dict)
    shares: tuple[Decimal, ...] = ()
    policy: str | None = None
    unit: str | None = None
    id: str = ""


class Incident(NamedTuple):
    """One subject's view of an incident: what a clause kind assesses.

    Attributes:
        on: local day of the tenant.
        at: local time without zone, None when only the day is known.
        quantity: in the clause's unit.
        facts: every declared fact, read and frozen; None for an optional one not given.
        calendar: the tenant's working days.
    """

    subject: Subject
    on: date
    at: datetime | None
    quantity: Decimal
    facts: Mapping[str, Any]
    calendar: Calendar


class People(Protocol):
    """Who reports to whom, in which position, and the dates people are known by."""

    def supervisor(self, subject: str, day: date) -> str | None:
        """Return the code of the direct supervisor on that day, None without one."""
        ...

    def position(self, subject: str, day: date) -> str | None:
        """Return what a subject's position is called on that day, None when not recorded."""
        ...

    def dated(self, subject: str, attribute: str, day: date) -> date | None:
        """Return a subject's date attribute as of a day, None when it is not known."""
        ...
