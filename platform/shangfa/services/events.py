"""Say that something happened, in the transaction that makes it true."""

from __future__ import annotations

from datetime import datetime

from shangfa.db.exchange import events as sql
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import Event
from shangfa.services.clock import new_id
from shangfa.services.context import Context


def tell(tx: Tx, ctx: Context, at: datetime, *events: Event) -> None:
    """Add events by the asker to what is written at the end; they commit or vanish with it."""
    sql.add_events(tx, ctx.actor_id, at, [(new_id(), event) for event in events])
