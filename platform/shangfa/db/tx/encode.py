"""Values as JSON: decimals and ids as strings, times in RFC 3339."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return dict(value)


def to_json(value: Any) -> bytes:
    """Return JSON."""
    return orjson.dumps(value, default=_plain)


def to_text(value: Any) -> str:
    """Return JSON as a text, as a column takes it."""
    return orjson.dumps(value, default=_plain).decode()
