"""Two agree that a company is erased: the operator asks, its HR confirms with the export in hand.

Erasing itself is done by the owner of the schema: `services.running.erasing`.
"""

from __future__ import annotations

from shangfa.db.keeping import agreed as sql
from shangfa.db.tx.transaction import Tx
from shangfa.domain.audit.entries import NoteKind
from shangfa.domain.audit.erasure import Erasure, State
from shangfa.domain.audit.faults import ERASURE_EXPORT, ERASURE_STATE
from shangfa.domain.faults import NOT_FOUND, RefusedError, refused
from shangfa.services.audit.notes import Noted, note
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.tenancy.ready import current
from shangfa.services.tenancy.tenants import enter_tenant
from shangfa.services.transaction import reading, transact


def ask(ctx: Context, slug: str, reason: str) -> Erasure:
    """Ask a company to let itself be erased; the reason stands in its audit log alone.

    Raises:
        RefusedError: `unknown_tenant`; `erasure_state` when one was asked for already.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> Erasure:
        tenant_id = enter_tenant(tx, slug)
        known = sql.hold_erasure(tx)
        if known is not None and known.state != "withdrawn":
            raise refused(ERASURE_STATE, "", state=known.state, allowed="withdrawn")
        said = Erasure(new_id(), tenant_id, slug, now())
        sql.add_erasure(tx, said)
        note(tx, ctx, Noted("erasure.asked", about=said.id, data={"reason": reason}))
        return said

    return transact(ctx, work, taken={"uq_erasure_open": _open()})


def _open() -> RefusedError:
    return refused(ERASURE_STATE, "", state="asked", allowed="withdrawn")


def read(ctx: Context, slug: str) -> Erasure:
    """Return the newest erasure of a company, also when the company is gone.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("tenants:manage")

    def work(tx: Tx) -> Erasure | None:
        return sql.newest_erasure(tx, slug)

    return _found(reading(ctx, work))


def _found(found: Erasure | None) -> Erasure:
    if found is None:
        raise refused(NOT_FOUND, "")
    return found


def confirm(ctx: Context, manifest: str) -> Erasure:
    """Agree that the company is erased; `manifest` proves that its export is there.

    Raises:
        RefusedError: `not_found`, `erasure_state`, `erasure_export`.
    """
    ctx.need("erasure:confirm")

    def work(tx: Tx) -> Erasure:
        found = _held(tx, "asked")
        if not sql.exported_since(tx, manifest, found.asked_at):
            raise refused(ERASURE_EXPORT, "/manifest", value=manifest)
        sql.confirm_erasure(tx, found.id, manifest, now())
        return _noted(tx, ctx, "erasure.confirmed", found)

    return transact(ctx, work)


def withdraw(ctx: Context) -> Erasure:
    """Refuse the erasure, or take the agreement back as long as nothing was erased.

    Raises:
        RefusedError: `not_found`, `erasure_state`.
    """
    ctx.need("erasure:confirm")

    def work(tx: Tx) -> Erasure:
        found = _held(tx, "asked", "confirmed")
        sql.withdraw_erasure(tx, found.id, now())
        return _noted(tx, ctx, "erasure.withdrawn", found)

    return transact(ctx, work)


def _held(tx: Tx, *allowed: State) -> Erasure:
    current(tx)
    found = _found(sql.hold_erasure(tx))
    if found.state not in allowed:
        raise refused(ERASURE_STATE, "", state=found.state, allowed="/".join(allowed))
    return found


def _noted(tx: Tx, ctx: Context, kind: NoteKind, found: Erasure) -> Erasure:
    note(tx, ctx, Noted(kind, about=found.id))
    return _found(sql.newest_erasure(tx))
