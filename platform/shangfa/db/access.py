"""Idempotency-Keys, API keys and actors in SQL.

Holding a key is a statement of its own. What the next statement reads is then fresh:
whoever held the key before has committed its answer, or stored nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

_HOLD: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
_READ: Final = "SELECT digest, status, body, etag FROM reply WHERE tenant_id = %s AND key = %s"
_READ_OPERATOR: Final = "SELECT digest, status, body, etag FROM operator_reply WHERE key = %s"
_REPLY: Final = ("id", "key", "digest", "status", "body", "etag", "created_at")
REPLY: Final = Table("reply", ("tenant_id", *_REPLY))
OPERATOR_REPLY: Final = Table("operator_reply", _REPLY)


class KeptReply(NamedTuple):
    """What a key remembers; `digest` is of the request."""

    digest: bytes
    status: int
    body: str
    etag: str | None


class PendingReply(NamedTuple):
    """Cursors whose results may still be on their way."""

    held: Cursor[TupleRow]
    kept: Cursor[TupleRow]


def hold_key(tx: Tx, key: str) -> PendingReply:
    """Try to hold a key until the transaction ends, and ask what it remembers."""
    held = tx.raw.execute(_HOLD, (f"{tx.tenant_id or 'operator'}/{key}",))
    if tx.tenant_id is None:
        return PendingReply(held, tx.raw.execute(_READ_OPERATOR, (key,)))
    return PendingReply(held, tx.raw.execute(_READ, (tx.tenant_id, key)))


def read_reply(pending: PendingReply) -> tuple[bool, KeptReply | None]:
    """Return whether nobody else holds the key, and what it remembers."""
    row = pending.held.fetchone()
    known = pending.kept.fetchone()
    kept = KeptReply(bytes(known[0]), *known[1:]) if known else None
    return bool(row and row[0]), kept


def keep_reply(
    tx: Tx, tenant_id: UUID | None, key: tuple[UUID, str, datetime], kept: KeptReply
) -> None:
    """Add the answer to a key (id, key, at), in the asker's own table."""
    row: tuple[Any, ...] = (*key[:2], *kept, key[2])
    if tenant_id is None:
        tx.writes.insert(OPERATOR_REPLY, [row])
    else:
        tx.writes.insert(REPLY, [(tenant_id, *row)])
