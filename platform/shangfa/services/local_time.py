"""Moments as they are sent, made the tenant's local time."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shangfa.domain.faults import INVALID, refused

_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")


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
