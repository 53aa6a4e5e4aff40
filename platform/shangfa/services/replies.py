"""Answers: a status, a body that is already JSON, and what an Idempotency-Key remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from psycopg.errors import UniqueViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shangfa.db.session import operator_session, tenant_session
from shangfa.domain.faults import IDEMPOTENCY_KEY_REUSED, REQUEST_IN_PROGRESS, refused
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with.

    Attributes:
        kept: what an Idempotency-Key remembers instead of the body, when the body holds
            a secret that is shown once.
    """

    status: int
    body: bytes
    etag: str | None = None
    replayed: bool = False
    kept: bytes | None = None


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def to_json(value: Any) -> bytes:
    """Return JSON; decimals and ids as strings, times in RFC 3339."""
    return orjson.dumps(value, default=_plain)


def answer(status: int, value: Any, etag: str | None = None) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, to_json(value), etag)


def replay(stored: Any, digest: bytes) -> Answer | None:
    """Return the stored answer, None when the key is new.

    Raises:
        RefusedError: `request_in_progress`, `idempotency_key_reused`.
    """
    free, was, status, body = stored
    if was is not None:
        if bytes(was) != digest:
            raise refused(IDEMPOTENCY_KEY_REUSED, "")
        return Answer(status, body.encode(), replayed=True)
    if not free:
        raise refused(REQUEST_IN_PROGRESS, "")
    return None


_HOLD = "SELECT pg_try_advisory_xact_lock(hashtextextended(:lock, 0))"
_FIND = {
    True: "SELECT digest, status, body FROM reply WHERE tenant_id = :tenant AND key = :key",
    False: "SELECT digest, status, body FROM operator_reply WHERE key = :key",
}
_KEEP = {
    True: "INSERT INTO reply (tenant_id, id, key, digest, status, body, created_at)"
    " VALUES (:tenant, :id, :key, :digest, :status, :body, :at)",
    False: "INSERT INTO operator_reply (id, key, digest, status, body, created_at)"
    " VALUES (:id, :key, :digest, :status, :body, :at)",
}


def once(ctx: Context, work: Callable[[Session], Answer]) -> Answer:
    """Do `work` in one transaction, once for each Idempotency-Key.

    The answer is stored in the same transaction; a refusal stores nothing, so that the
    same key may be sent again with the same request. Who loses a race for a unique key
    tries once more, and finds what the winner stored.
    """
    try:
        return _once(ctx, work)
    except IntegrityError as error:
        if not isinstance(error.orig, UniqueViolation):
            raise
        return _once(ctx, work)


def _once(ctx: Context, work: Callable[[Session], Answer]) -> Answer:
    of_tenant = ctx.tenant_id is not None
    session_of = tenant_session(ctx.tenant_id) if ctx.tenant_id else operator_session()
    with session_of as session:
        if ctx.reply_key is None:
            return work(session)
        values = {"tenant": ctx.tenant_id, "key": ctx.reply_key}
        lock = f"{ctx.tenant_id or 'operator'}/{ctx.reply_key}"
        # Held first: what is read after it is fresh.
        free = session.scalar(text(_HOLD), {"lock": lock})
        found = session.execute(text(_FIND[of_tenant]), values).one_or_none()
        known = replay((free, *(found or (None, None, None))), ctx.digest)
        if known is not None:
            return known
        result = work(session)
        body = result.body if result.kept is None else result.kept
        kept = {"digest": ctx.digest, "status": result.status, "body": body.decode()}
        session.execute(text(_KEEP[of_tenant]), values | kept | {"id": new_id(), "at": now()})
        return result
