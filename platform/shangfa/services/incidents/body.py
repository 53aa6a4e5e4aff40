"""Read a reported incident: who, when, how much; the tenant's local time decides the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shangfa.domain.faults import INVALID, refused
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.faults import FUTURE_INCIDENT
from shangfa.domain.incidents.shares import read_shares
from shangfa.domain.moments import localised, read_moment
from shangfa.domain.text import Note
from shangfa.services.clock import now

EITHER = Note("两者只写其一", "write one of the two")


@dataclass(frozen=True, slots=True)
class Reported:
    """An incident as sent, with its times read.

    Attributes:
        at: aware; the local day's beginning when only a day was given.
        local: local time without zone, None when only a day was given.
    """

    body: Mapping[str, Any]
    codes: tuple[str, ...]
    shares: tuple[Decimal, ...]
    at: datetime
    on: date
    local: datetime | None

    def report(self, subjects: tuple[Subject, ...], zone: ZoneInfo) -> Report:
        """Return what the engine assesses."""
        body = self.body
        facts = {name: localised(value, zone) for name, value in (body.get("facts") or {}).items()}
        return Report(
            body["clause"],
            subjects,
            self.on,
            self.local,
            body.get("quantity", 1),
            facts,
            self.shares,
            body.get("policy"),
            body.get("unit"),
        )


def read_report(body: Mapping[str, Any], zone: ZoneInfo, *, past: bool = True) -> Reported:
    """Read subjects, shares and times.

    `body`: the incident body of the HTTP contract.
    `past`: refuse what has not happened yet.

    Raises:
        RefusedError: `no_subjects`, `invalid`, `future_incident`, shares' codes.
    """
    if body.get("subject") is not None and body.get("subjects") is not None:
        raise refused(INVALID, "/subjects", value="subject + subjects", why=EITHER)
    given = body["subjects"] if body.get("subjects") is not None else body.get("subject")
    codes, shares = read_shares(given)
    at, local = read_moment(body["occurred_at"], zone)
    on = at.astimezone(zone).date()
    if past and at > now():
        raise refused(FUTURE_INCIDENT, "/occurred_at", value=body["occurred_at"])
    return Reported(body, codes, shares, at, on, local)
