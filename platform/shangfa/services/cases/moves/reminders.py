"""Reminders: those for whom a clock runs are told once that it ends soon."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from shangfa.db.cases.deadlines import RunningClock
from shangfa.db.cases.held import hold_free
from shangfa.db.notifications.digests import note_reminded, soon_due
from shangfa.db.tenancy import tenant_state
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.notifications.notification import DAY_BEFORE, SHORTLY_BEFORE
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.moves.telling import Told, reminded, send
from shangfa.services.clock import now
from shangfa.services.command import command_in
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

TOGETHER: Final = 100
BEFORE: Final = (DAY_BEFORE, SHORTLY_BEFORE)
ACTIVE: Final = "active"


def remind(tenant_id: UUID) -> int:
    """Remind of a tenant's clocks that end soon; return of how many cases.

    A case that somebody holds at this moment is left for the next round.
    """
    ctx = command_in(tenant_id)
    due = reading(ctx, _due)
    return transact(ctx, lambda tx: _remind(tx, due), Kind.LARGE) if due else 0


def _due(tx: Tx) -> list[UUID]:
    due = soon_due(tx, now(), BEFORE, TOGETHER)
    state = tenant_state(tx) if due else None
    return due if state is not None and state[1] == ACTIVE else []


def _remind(tx: Tx, case_ids: list[UUID]) -> int:
    tenant, at = current(tx), now()
    held = hold_free(tx, case_ids)
    for item in load(tx, tenant, held):
        if note_reminded(tx, item.case.id, at):
            told = [one for clock in item.clocks for one in _told(item, clock)]
            send(tx, item, told, at)
    return len(held)


def _told(item: Handled, clock: RunningClock) -> list[Told]:
    step = item.procedure.step(clock.state, clock.step) if item.procedure else None
    if step is None:
        return []
    due_at: datetime = clock.due_at
    return [Told(whom, "reminder", step.name, due_at) for whom in reminded(item, step)]
