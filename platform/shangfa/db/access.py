"""Idempotency-Keys, API keys and actors in SQL.

Holding a key is a statement of its own. What the next statement reads is then fresh:
whoever held the key before has committed its answer, or stored nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.pipe import Answer
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.access.roles import ActorKind

_HOLD: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
_READ: Final = "SELECT digest, status, body, etag FROM reply WHERE tenant_id = %s AND key = %s"
_READ_OPERATOR: Final = "SELECT digest, status, body, etag FROM operator_reply WHERE key = %s"
_REPLY: Final = ("id", "key", "digest", "status", "body", "etag", "created_at")
REPLY: Final = Table("reply", ("tenant_id", *_REPLY))
OPERATOR_REPLY: Final = Table("operator_reply", _REPLY)
ACTOR: Final = Table("actor", ("tenant_id", "id", "kind", "label", "created_at"))
KEY: Final = Table(
    "api_key",
    (
        *("tenant_id", "id", "digest", "role", "subject_id", "label", "created_at"),
        *("expires_at", "scopes", "addresses"),
    ),
)
KEY_USE: Final = Table(
    "key_use",
    ("tenant_id", "id", "used_at", "address"),
    "ON CONFLICT (tenant_id, id) DO UPDATE SET used_at = excluded.used_at,"
    " address = excluded.address",
)
OPERATOR_KEY: Final = Table(
    "operator_key",
    ("id", "digest", "label", "created_at", "expires_at", "scopes", "addresses"),
)


Held = Answer | Cursor[TupleRow]
"""Whether a key is held, perhaps still on its way."""


class KeptReply(NamedTuple):
    """What a key remembers; `digest` is of the request."""

    digest: bytes
    status: int
    body: str
    etag: str | None


def hold_key(tx: Tx, key: str) -> Held:
    """Try to hold a key until the transaction ends; what is read from now on is fresh."""
    return tx.ask(_HOLD, (f"{tx.tenant_id or 'operator'}/{key}",))


def is_free(held: Held) -> bool:
    """Tell whether nobody else held the key."""
    row = held.fetchone()
    return bool(row and row[0])


def kept_reply(tx: Tx, key: str) -> KeptReply | None:
    """Return what a key remembers, None when it is new."""
    if tx.tenant_id is None:
        row = tx.raw.execute(_READ_OPERATOR, (key,)).fetchone()
    else:
        row = tx.raw.execute(_READ, (tx.tenant_id, key)).fetchone()
    return KeptReply(*row) if row else None


def keep_reply(
    tx: Tx, tenant_id: UUID | None, key: tuple[UUID, str, datetime], kept: KeptReply
) -> None:
    """Add the answer to a key (id, key, at), in the asker's own table."""
    row: tuple[Any, ...] = (*key[:2], *kept, key[2])
    if tenant_id is None:
        tx.writes.insert(OPERATOR_REPLY, [row])
    else:
        tx.writes.insert(REPLY, [(tenant_id, *row)])


class KeyLine(NamedTuple):
    """A tenant's key to be written; `digest` is of its text, None is no limit."""

    id: UUID
    digest: bytes
    role: str
    subject_id: UUID | None
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    scopes: tuple[str, ...] | None = None
    addresses: tuple[str, ...] | None = None


class KeyRecord(NamedTuple):
    """A tenant's key as it is listed; `subject` is the code of whose it is."""

    id: UUID
    role: str
    subject: str | None
    label: str
    created_at: datetime
    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    scopes: list[str] | None = None
    addresses: list[str] | None = None
    last_used_at: datetime | None = None


class KeyOwner(NamedTuple):
    """Whom a key in force stands for; `status` is his tenant's, None is no limit."""

    key_id: UUID
    role: str
    subject_id: UUID | None
    subject: str | None
    status: str
    scopes: list[str] | None
    addresses: list[str] | None
    used_at: datetime | None
    expires_at: datetime | None
    per_minute: int | None
    key_per_minute: int | None


def add_actor(tx: Tx, actor_id: UUID, kind: ActorKind, label: str, at: datetime) -> None:
    """Add somebody who can act in the tenant."""
    tx.writes.insert(ACTOR, [(tx.tenant, actor_id, kind, label, at)])


def actor_of(tx: Tx, actor_id: UUID) -> tuple[str, str]:
    """Return (kind, label) of somebody who can act, ("", "") for one who is not known."""
    row = tx.raw.execute(
        "SELECT a.kind, a.label FROM actor a WHERE a.tenant_id = %s AND a.id = %s",
        (tx.tenant_id, actor_id),
    ).fetchone()
    return (row[0], row[1]) if row else ("", "")


def persons_of(tx: Tx, actor_ids: Collection[UUID]) -> set[UUID]:
    """Return the subjects whose keys or users some actors are."""
    rows = tx.raw.execute(
        "SELECT k.subject_id FROM api_key k"
        " WHERE k.tenant_id = %(tenant)s AND k.id = ANY(%(actors)s) AND k.subject_id IS NOT NULL"
        " UNION SELECT u.subject_id FROM tenant_user u"
        " WHERE u.tenant_id = %(tenant)s AND u.id = ANY(%(actors)s) AND u.subject_id IS NOT NULL",
        {"tenant": tx.tenant_id, "actors": list(actor_ids)},
    )
    return {row[0] for row in rows.fetchall()}


def person_of(tx: Tx, actor_id: UUID) -> tuple[str, UUID] | None:
    """Return the code and id of the subject whose key or user an actor is."""
    found = list(persons_of(tx, [actor_id]))
    row = tx.raw.execute(
        "SELECT s.code, s.id FROM subject s WHERE s.tenant_id = %s AND s.id = ANY(%s)",
        (tx.tenant_id, found),
    ).fetchone()
    return (row[0], row[1]) if row else None


def add_key(tx: Tx, line: KeyLine) -> None:
    """Add a tenant's key, and who acts with it."""
    add_actor(tx, line.id, "key", line.label, line.created_at)
    limits = [to_text(item) if item is not None else None for item in line[-2:]]
    tx.writes.insert(KEY, [(tx.tenant, *line[:-2], *limits)])


class OperatorKeyLine(NamedTuple):
    """A key of the operator to be written, as `KeyLine`."""

    id: UUID
    digest: bytes
    label: str
    created_at: datetime
    expires_at: datetime | None = None
    scopes: tuple[str, ...] | None = None
    addresses: tuple[str, ...] | None = None


class OperatorKey(NamedTuple):
    """A key of the operator that is in force; None is no limit."""

    id: UUID
    expires_at: datetime | None
    scopes: list[str] | None
    addresses: list[str] | None


def add_operator_key(tx: Tx, line: OperatorKeyLine) -> None:
    """Add a key of the operator."""
    limits = [to_text(item) if item is not None else None for item in line[-2:]]
    tx.writes.insert(OPERATOR_KEY, [(*line[:-2], *limits)])


def keys_of(tx: Tx) -> list[KeyRecord]:
    """Return the tenant's keys, oldest first."""
    rows = tx.raw.execute(
        """SELECT k.id, k.role, s.code, k.label, k.created_at, k.revoked_at, k.expires_at,
            k.scopes, k.addresses, u.used_at
        FROM api_key k
        LEFT JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = k.subject_id
        LEFT JOIN key_use u ON u.tenant_id = %(tenant)s AND u.id = k.id
        WHERE k.tenant_id = %(tenant)s ORDER BY k.id""",
        {"tenant": tx.tenant_id},
    )
    return [KeyRecord(*row) for row in rows.fetchall()]


def note_use(tx: Tx, key_id: UUID, at: datetime, address: str) -> None:
    """Write when and from where a key was used."""
    tx.writes.insert(KEY_USE, [(tx.tenant, key_id, at, address)])


def expire_key(tx: Tx, key_id: UUID, end: datetime, at: datetime) -> bool:
    """Let a key that is in force at a moment end at another or before; False without one."""
    done = tx.raw.execute(
        """UPDATE api_key SET expires_at = least(expires_at, %(end)s)
        WHERE tenant_id = %(tenant)s AND id = %(id)s AND revoked_at IS NULL
            AND (expires_at IS NULL OR expires_at > %(at)s)""",
        {"end": end, "at": at, "tenant": tx.tenant_id, "id": key_id},
    )
    return done.rowcount == 1


def owner_of_key(tx: Tx, digest: bytes, at: datetime) -> KeyOwner | None:
    """Return whom the tenant's key of this digest stands for, None when it is not in force."""
    row = tx.raw.execute(
        """SELECT k.id, k.role, k.subject_id, s.code, t.status, k.scopes, k.addresses, u.used_at,
            k.expires_at, t.per_minute, t.key_per_minute
        FROM api_key k
        JOIN tenant t ON t.id = k.tenant_id
        LEFT JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = k.subject_id
        LEFT JOIN key_use u ON u.tenant_id = %(tenant)s AND u.id = k.id
        WHERE k.tenant_id = %(tenant)s AND t.id = %(tenant)s AND k.digest = %(digest)s
            AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > %(at)s)""",
        {"tenant": tx.tenant_id, "digest": digest, "at": at},
    ).fetchone()
    return KeyOwner(*row) if row else None


def find_operator_key(tx: Tx, digest: bytes, at: datetime) -> OperatorKey | None:
    """Return the operator's key of this digest, None when it is not in force."""
    row = tx.raw.execute(
        """SELECT k.id, k.expires_at, k.scopes, k.addresses FROM operator_key k
        WHERE k.digest = %s AND k.revoked_at IS NULL
            AND (k.expires_at IS NULL OR k.expires_at > %s)""",
        (digest, at),
    ).fetchone()
    return OperatorKey(*row) if row else None


def revoke_key(tx: Tx, key_id: UUID, at: datetime) -> bool:
    """End a tenant's key; False when there is none in force."""
    done = tx.raw.execute(
        "UPDATE api_key SET revoked_at = %s WHERE tenant_id = %s AND id = %s"
        " AND revoked_at IS NULL",
        (at, tx.tenant_id, key_id),
    )
    return done.rowcount == 1


def revoke_by_digest(tx: Tx, digest: bytes, at: datetime) -> bool:
    """End the asker's own key of this digest; False when there is none in force."""
    if tx.tenant_id is None:
        done = tx.raw.execute(
            "UPDATE operator_key SET revoked_at = %s WHERE digest = %s AND revoked_at IS NULL",
            (at, digest),
        )
    else:
        done = tx.raw.execute(
            "UPDATE api_key SET revoked_at = %s WHERE tenant_id = %s AND digest = %s"
            " AND revoked_at IS NULL",
            (at, tx.tenant_id, digest),
        )
    return done.rowcount == 1


def take_allowance(tx: Tx, whose: UUID, most: int, parts: int) -> tuple[int, float]:
    """Take a part of what is left of this minute's requests; the clock is the database's.

    `whose` is the id of a key or user, or the tenant's own; `most` the requests in a minute; a
    part is one of `parts` of what is left, one at least.

    Returns:
        How many may be answered, 0 when none is left, and in how many seconds the minute ends.
    """
    tx.raw.execute("SET LOCAL synchronous_commit = off", prepare=False)
    values = {"tenant": tx.tenant, "id": whose, "most": most, "parts": parts}
    row = tx.raw.execute(
        """INSERT INTO allowance AS a (tenant_id, id, since, taken, given)
        VALUES (%(tenant)s, %(id)s, date_trunc('minute', now()), %(first)s, %(first)s)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            since = greatest(a.since, excluded.since),
            taken = CASE WHEN a.since < excluded.since THEN excluded.taken
                ELSE a.taken + least(greatest(1, (%(most)s - a.taken) / %(parts)s),
                    greatest(0, %(most)s - a.taken)) END,
            given = CASE WHEN a.since < excluded.since THEN excluded.given
                ELSE least(greatest(1, (%(most)s - a.taken) / %(parts)s),
                    greatest(0, %(most)s - a.taken)) END
        RETURNING given,
            extract(epoch FROM since + interval '1 minute' - now())::float8""",
        values | {"first": max(1, most // parts)},
    ).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def drop_replies(tx: Tx, before: datetime) -> int:
    """Forget what the asker's own keys answered before a moment; return how many."""
    if tx.tenant_id is None:
        done = tx.raw.execute("DELETE FROM operator_reply WHERE created_at < %s", (before,))
    else:
        done = tx.raw.execute(
            "DELETE FROM reply WHERE tenant_id = %s AND created_at < %s", (tx.tenant_id, before)
        )
    return done.rowcount
