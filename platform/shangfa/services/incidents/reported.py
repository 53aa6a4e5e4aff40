"""A reported incident: who, when, how much; the tenant's local time decides the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shangfa.domain.dates.moments import localised, read_moment
from shangfa.domain.faults import refused
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.faults import FUTURE_INCIDENT
from shangfa.services.clock import now


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """An incident as somebody reports it.

    Attributes:
        codes: the subjects, in the order given.
        shares: percentages of responsibility in the same order, empty when not shared.
        occurred_at: RFC 3339, a local time or a local day, not yet read.
        quantity, unit, facts: as given, not yet read.
        procedure: the one asked for, None for the policy's or the clause's.
        draft: leave the case with its author.
        handlers: who alone sees its case; empty when it is not confidential.
    """

    codes: tuple[str, ...]
    clause: str
    occurred_at: str
    shares: tuple[Decimal, ...] = ()
    policy: str | None = None
    quantity: Any = 1
    unit: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    evidence: tuple[str, ...] = ()
    external_id: str | None = None
    procedure: str | None = None
    draft: bool = False
    handlers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with its times read.

    Attributes:
        at: aware; the local day's beginning when only a day was given.
        local: local time without zone, None when only a day was given.
    """

    said: IncidentReport
    at: datetime
    on: date
    local: datetime | None

    def report(self, subjects: tuple[Subject, ...], zone: ZoneInfo) -> Report:
        """Return what the engine assesses."""
        said = self.said
        facts = {name: localised(value, zone) for name, value in said.facts.items()}
        return Report(
            said.clause,
            subjects,
            self.on,
            self.local,
            said.quantity,
            facts,
            said.shares,
            said.policy,
            said.unit,
        )


def read_report(said: IncidentReport, zone: ZoneInfo, *, past: bool = True) -> Reported:
    """Read a report's times.

    `past`: refuse what has not happened yet.

    Raises:
        RefusedError: `invalid`, `future_incident`.
    """
    at, local = read_moment(said.occurred_at, zone)
    if past and at > now():
        raise refused(FUTURE_INCIDENT, "/occurred_at", value=said.occurred_at)
    return Reported(said, at, at.astimezone(zone).date(), local)
