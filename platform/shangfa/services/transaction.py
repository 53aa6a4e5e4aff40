"""The one way a service works: one transaction, once for each Idempotency-Key.

The answer is kept in the same transaction; a refusal keeps nothing, so that the same key
may be sent again with the same request. What goes away by trying again is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, cast
from uuid import UUID

from shangfa.db import access as sql
from shangfa.db.tx.conflicts import AGAIN, TAKEN, constraint_of, driver_error
from shangfa.db.tx.transaction import Kind, Tx, begin
from shangfa.domain.faults import (
    BUSY,
    IDEMPOTENCY_KEY_REUSED,
    REQUEST_IN_PROGRESS,
    RefusedError,
    refused,
)
from shangfa.outside.sealing import FIELDS, seal, unseal
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.replies import RememberedError, Reply

TRIES: Final = 4
T = TypeVar("T")


class StartOverError(Exception):
    """What the work began with has changed meanwhile; `renew` and begin again."""

    def __init__(self, renew: Callable[[], object]) -> None:
        super().__init__("start over")
        self.renew = renew


class _OnlyTriedError(Exception):
    """The work was a dry run: what it returned is the answer, and nothing of it is kept."""

    def __init__(self, result: object) -> None:
        super().__init__("only tried")
        self.result = result


@dataclass(frozen=True, slots=True)
class _Held:
    """A key that this request tries to hold; whether it does is read with the first result."""

    key: str
    digest: bytes
    held: sql.Held
    tenant_id: UUID | None


def transact(
    ctx: Context,
    work: Callable[[Tx], T],
    kind: Kind = Kind.PLAIN,
    taken: Mapping[str, RefusedError] | None = None,
) -> T:
    """Do `work` in one transaction and return what it returns.

    `taken`: unique key -> the refusal it means; a race for any other is tried again.

    Raises:
        RememberedError: the same request was answered before.
        RefusedError: `request_in_progress`, `idempotency_key_reused`, `busy`.
    """
    for _ in range(TRIES):
        try:
            return _once(ctx, work, kind)
        except StartOverError as stale:
            stale.renew()
        except Exception as error:
            _check_worth_another(error, taken or {})
    raise refused(BUSY, "")


def attempt(ctx: Context, work: Callable[[Tx], T], kind: Kind = Kind.PLAIN, *, dry_run: bool) -> T:
    """Do `work` as `transact` does; a dry run answers what it would return and keeps nothing."""
    if not dry_run:
        return transact(ctx, work, kind)

    def tried(tx: Tx) -> T:
        result = work(tx)
        tx.flush()
        raise _OnlyTriedError(result)

    try:
        return transact(ctx, tried, kind)
    except _OnlyTriedError as done:
        return cast("T", done.result)


def _check_worth_another(error: Exception, taken: Mapping[str, RefusedError]) -> None:
    """Return when the same work may succeed the next time, else raise what it means."""
    inner = driver_error(error)
    if isinstance(inner, TAKEN):
        meant = taken.get(constraint_of(inner))
        if meant is not None:
            raise meant from error
    elif not isinstance(inner, AGAIN):
        raise error


def _once(ctx: Context, work: Callable[[Tx], T], kind: Kind) -> T:
    with begin(ctx.tenant_id, kind) as tx:
        tx.kept_out = _is_kept_out(ctx)
        if ctx.reply_key is not None:
            tx.mark = _Held(
                ctx.reply_key, ctx.digest, sql.hold_key(tx, ctx.reply_key), ctx.tenant_id
            )
            if kind is not Kind.BUSY:
                check_remembered(tx, sql.kept_reply(tx, ctx.reply_key))
        result = work(tx)
        _keep(tx, ctx, result)
        return result


def key_of(tx: Tx) -> str:
    """Return the key that pipelined work has to ask for, "" when there is none."""
    return tx.mark.key if tx.mark is not None else ""


def check_remembered(tx: Tx, known: sql.KeptReply | None) -> None:
    """Let a request pass whose key is new; `known` is what the key remembers.

    Raises:
        RememberedError: it was answered before.
        RefusedError: `request_in_progress`, `idempotency_key_reused`.
    """
    held, tx.mark = tx.mark, None
    if held is None:
        return
    free = sql.is_free(held.held)
    if known is not None:
        if known.digest != held.digest:
            raise refused(IDEMPOTENCY_KEY_REUSED, "")
        body = unseal(held.tenant_id, known.body) if held.tenant_id else known.body
        raise RememberedError(Reply(known.status, body.encode(), known.etag))
    if not free:
        raise refused(REQUEST_IN_PROGRESS, "")


def _keep(tx: Tx, ctx: Context, result: object) -> None:
    if tx.mark is not None:
        raise RuntimeError("the work never asked what its key remembers")
    if ctx.render is None:
        return
    reply = ctx.render(result)
    if ctx.reply_key is not None:
        if ctx.tenant_id is None and tx.tenant_id is not None:
            tx.leave()
        body = reply.body.decode()
        if ctx.tenant_id is not None and any(f'"{name}"' in body for name in FIELDS):
            body = seal(ctx.tenant_id, body)
        kept = sql.KeptReply(ctx.digest, reply.status, body, reply.etag)
        sql.keep_reply(tx, ctx.tenant_id, (new_id(), ctx.reply_key, now()), kept)


def reading(ctx: Context, work: Callable[[Tx], T], tenant_id: UUID | None = None) -> T:
    """Do work that only reads, in one transaction of the asker's tenant."""
    with begin(tenant_id or ctx.tenant_id) as tx:
        tx.kept_out = _is_kept_out(ctx)
        return work(tx)


def _is_kept_out(ctx: Context) -> bool:
    return ctx.tenant_id is not None and not ctx.may("restricted:read")
