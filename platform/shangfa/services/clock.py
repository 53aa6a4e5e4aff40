"""The only clock: services ask it for now, nothing below them does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7


def now() -> datetime:
    """Return the present moment, aware."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return the present local day."""
    return now().astimezone(zone).date()


def new_id() -> UUID:
    """Return a new UUIDv7."""
    return uuid7()
