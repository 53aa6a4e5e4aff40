"""What somebody may know of himself."""

from __future__ import annotations

from dataclasses import dataclass

from shangfa.db import access as sql
from shangfa.db import users as users_sql
from shangfa.db.tenancy import tenant_record
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.permissions import permissions_of
from shangfa.services.context import Context
from shangfa.services.transaction import reading


@dataclass(frozen=True, slots=True)
class Myself:
    """Whoever asks: his company's slug, how he is named by what he does, his login."""

    ctx: Context
    tenant: str | None
    kind: str
    name: str
    login: str | None
    permissions: tuple[str, ...]


def myself(ctx: Context) -> Myself:
    """Return who asks and what he may do."""
    ctx.need("self:read")
    return reading(ctx, lambda tx: _myself(tx, ctx))


def _myself(tx: Tx, ctx: Context) -> Myself:
    may = permissions_of(ctx.role)
    if ctx.tenant_id is None:
        return Myself(ctx, None, "key", "operator", None, may)
    record, user = tenant_record(tx), users_sql.find_user(tx, ctx.actor_id)
    kind, name = sql.actor_of(tx, ctx.actor_id)
    slug, login = record.slug if record else None, user.login if user else None
    return Myself(ctx, slug, kind, name, login, may)
