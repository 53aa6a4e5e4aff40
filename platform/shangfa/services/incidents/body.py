"""Read a reported incident: who, when, how much; the tenant's local time decides the day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shangfa.domain.faults import INVALID, refused
from shangfa.domain.incident import Report, Subject
from shangfa.domain.incidents.faults import FUTURE_INCIDENT
from shangfa.domain.incidents.shares import read_shares
from shangfa.services.clock import now

_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")


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
        raise refused(INVALID, "/subjects", value="subject + subjects", why="one of the two")
    given = body["subjects"] if body.get("subjects") is not None else body.get("subject")
    codes, shares = read_shares(given)
    at, local = read_moment(body["occurred_at"], zone)
    on = at.astimezone(zone).date()
    if past and at > now():
        raise refused(FUTURE_INCIDENT, "/occurred_at", value=body["occurred_at"])
    return Reported(body, codes, shares, at, on, local)


def read_moment(value: Any, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """Return (aware moment, local time); the local time is None for a bare day.

    A time without offset is the tenant's local time.

    Raises:
        RefusedError: `invalid`.
    """
    try:
        if not isinstance(value, str):
            raise ValueError("not a text")
        timed = "T" in value or " " in value
        moment = datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        local, at = aware.astimezone(zone), aware.astimezone(UTC)
    except (ValueError, OverflowError):
        why = "RFC 3339: 2026-03-02T10:00:00+08:00 | 2026-03-02"
        raise refused(INVALID, "/occurred_at", value=value, why=why) from None
    if local.date().year < 1900:  # noqa: PLR2004 - a slip of the pen, no history
        raise refused(INVALID, "/occurred_at", value=value, why="1900 or later")
    return at, local.replace(tzinfo=None) if timed else None


def localised(value: Any, zone: ZoneInfo) -> Any:
    """Return a text that is an RFC 3339 time with offset as the tenant's local time."""
    if isinstance(value, str) and _OFFSET.fullmatch(value):
        with suppress(ValueError, OverflowError):  # the clause says what is wrong with it
            moment = datetime.fromisoformat(value).astimezone(zone)
            return moment.replace(tzinfo=None).isoformat()
    return value
