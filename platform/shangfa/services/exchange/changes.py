"""The changes feed: every committed event of a tenant once, in an order that loses none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shangfa.db.exchange import events as sql
from shangfa.db.exchange.events import Change
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import INVALID, OUT_OF_RANGE, refused
from shangfa.services.context import Context
from shangfa.services.pages import FROM_BEFORE, cursor_at, key_at
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading

MOST: Final = 500
"""Changes of one answer; fewer than get their numbers in one go."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Some changes, and the cursor to ask for those after them."""

    items: list[Change]
    next_cursor: str


def changes(ctx: Context, since: str | None, limit: int) -> Changes:
    """Return what happened after a cursor, oldest first; from the beginning without one.

    Raises:
        RefusedError: `out_of_range` limit, `invalid` cursor.
    """
    ctx.need("changes:read")
    if not 1 <= limit <= MOST:
        raise refused(OUT_OF_RANGE, "/limit", value=limit, allowed=f"1..{MOST}")
    seq = _place(ctx.tenant, since) if since else 0

    def work(tx: Tx) -> list[Change]:
        current(tx)
        sql.number_events(tx)
        return sql.changes_since(tx, seq, limit, ctx.subject_id)

    items = reading(ctx, work)
    last = items[-1].seq if items else seq
    return Changes(items, _cursor(ctx.tenant, last))


def _cursor(tenant_id: UUID, seq: int) -> str:
    return cursor_at(f"{seq}.{_check(tenant_id, seq)}")


def _check(tenant_id: UUID, seq: int) -> str:
    """Return what tells a cursor of this tenant from a guess or another tenant's."""
    return hashlib.sha256(f"{tenant_id}/{seq}".encode()).hexdigest()[:12]


def _place(tenant_id: UUID, cursor: str) -> int:
    number, _, check = key_at(cursor, "/since").partition(".")
    if not (number.isascii() and number.isdigit()) or check != _check(tenant_id, int(number)):
        raise refused(INVALID, "/since", value=cursor, why=FROM_BEFORE)
    return int(number)
