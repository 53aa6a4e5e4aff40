"""Idempotency-Keys in SQL: held by one request at a time, then looked at.

Holding is a statement of its own. What the next statement reads is then fresh: whoever
held the key before has committed its answer, or stored nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.session import Raw

_HOLD: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
_READ: Final = "SELECT digest, status, body FROM reply WHERE tenant_id = %s AND key = %s"


class Reply(NamedTuple):
    """Whether nobody else holds the key, and what it remembers."""

    free: bool = True
    digest: bytes | None = None
    status: int | None = None
    body: str | None = None


def hold_key(raw: Raw, tenant_id: UUID, key: str | None) -> Cursor[TupleRow] | None:
    """Queue the try to hold a key until the transaction ends, None without a key."""
    return raw.execute(_HOLD, (f"{tenant_id}/{key}",)) if key else None


def read_reply(raw: Raw, tenant_id: UUID, key: str | None) -> Reply:
    """Hold a key if nobody else does, and return what it remembers."""
    held = hold_key(raw, tenant_id, key)
    if held is None:
        return Reply()
    found = raw.execute(_READ, (tenant_id, key))
    return Reply(is_free(held), *(found.fetchone() or ()))


def is_free(held: Cursor[TupleRow] | None) -> bool:
    """Return whether the key is held by this request; also when there is none."""
    row = held.fetchone() if held else None
    return row is None or bool(row[0])
