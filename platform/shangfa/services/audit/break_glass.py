"""The operator looks into a company: only when its HR lets him, reading only, for a while.

Whatever he asks for stands in the company's audit log before it is answered.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from shangfa.db import break_glass as sql
from shangfa.db.break_glass import LookLine, LookRecord
from shangfa.db.tenancy import find_tenant
from shangfa.db.tx.transaction import Tx, begin
from shangfa.domain.access.faults import FORBIDDEN
from shangfa.domain.access.permissions import permissions_of
from shangfa.domain.access.roles import AUDITOR, OPERATOR
from shangfa.domain.audit.break_glass import State, state_of
from shangfa.domain.audit.entries import NoteKind
from shangfa.domain.audit.faults import BREAK_GLASS_CLOSED, BREAK_GLASS_READS, BREAK_GLASS_STATE
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.tenancy.tenants import enter_tenant
from shangfa.services.transaction import reading, transact

READS: Final = frozenset({"GET", "HEAD"})
MAY: Final = frozenset(name for name in permissions_of(AUDITOR) if name.endswith(":read"))
"""What he may: read what an auditor reads."""


def ask(ctx: Context, slug: str, reason: str, minutes: int) -> LookRecord:
    """Ask a company to let the operator look.

    Raises:
        RefusedError: `unknown_tenant`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> LookRecord:
        enter_tenant(tx, slug)
        line = LookLine(new_id(), ctx.actor_id, reason, minutes, now())
        sql.add_look(tx, line)
        tx.flush()
        note(tx, ctx, _noted("break_glass.asked", line.id, reason=reason, minutes=minutes))
        return _found(tx, line.id)

    return transact(ctx, work)


def _noted(kind: NoteKind, key: UUID, **data: object) -> Noted:
    return Noted(kind, about=key, data=data)


def _found(tx: Tx, key: UUID) -> LookRecord:
    found = sql.find_look(tx, key)
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def state(record: LookRecord) -> State:
    """Return how a request stands now."""
    return state_of(record.asked_at, record.until, record.ended_at, now())


def page(ctx: Context, asked: Page) -> Listed[LookRecord]:
    """Return the company's requests, newest first."""
    ctx.need("audit:read")
    before = UUID(asked.cursor) if asked.cursor else None

    def work(tx: Tx) -> list[LookRecord]:
        current(tx)
        return sql.looks(tx, before, asked.limit + 1)

    return listed(asked, reading(ctx, work), lambda item: str(item.id))


def approve(ctx: Context, key: UUID) -> LookRecord:
    """Let the operator look from now on, for as long as he asked.

    Raises:
        RefusedError: `not_found`, `break_glass_state`.
    """
    ctx.need("users:manage")
    ctx.need("audit:read")  # a company's own HR, never the operator

    def work(tx: Tx) -> LookRecord:
        current(tx)
        found = _held(tx, key, "asked")
        until = now() + timedelta(minutes=found.minutes)
        sql.approve_look(tx, key, ctx.actor_id, until)
        note(tx, ctx, _noted("break_glass.approved", key, until=until))
        return _found(tx, key)

    return transact(ctx, work)


def _held(tx: Tx, key: UUID, *allowed: State) -> LookRecord:
    """Return a request that stands in one of some ways."""
    found = _found(tx, key)
    if state(found) not in allowed:
        raise refused(BREAK_GLASS_STATE, "", state=state(found), allowed="/".join(allowed))
    return found


def end(ctx: Context, key: UUID) -> None:
    """End that the operator may look, or refuse it, at once.

    Raises:
        RefusedError: `not_found`, `break_glass_state`.
    """
    ctx.need("users:manage")
    ctx.need("audit:read")

    def work(tx: Tx) -> None:
        current(tx)
        _held(tx, key, "asked", "open")
        sql.end_look(tx, key, now())
        note(tx, ctx, _noted("break_glass.ended", key))

    transact(ctx, work)


def look(ctx: Context, slug: str, method: str, path: str) -> Context:
    """Return the operator's context inside a company, after noting there what he asks for.

    Raises:
        RefusedError: `forbidden` for anybody else, `break_glass_reads`, `break_glass_closed`,
            `suspended`.
    """
    if ctx.role != OPERATOR:
        raise refused(FORBIDDEN, "", role=ctx.role, allowed=OPERATOR)
    if method not in READS:
        raise refused(BREAK_GLASS_READS, "", value=method)
    with begin(None) as tx:
        tenant_id = find_tenant(tx, slug)
        if tenant_id is None:
            raise refused(BREAK_GLASS_CLOSED, "", value=slug)
        tx.enter(tenant_id)
        current(tx)
        key = sql.open_look(tx, ctx.actor_id, now())
        if key is None:
            raise refused(BREAK_GLASS_CLOSED, "", value=slug)
        note(tx, ctx, _noted("break_glass.used", key, path=path))
    return Context(AUDITOR, ctx.actor_id, tenant_id, scopes=MAY)
