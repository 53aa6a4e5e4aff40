"""Clocks that are past: what silence means happens once, at the moment it was due.

A case whose clock is past is moved under its lock, and the clock ends in the same transaction:
two workers, a crash and a second sweep do it once. What silence starts is counted from the
moment it began, not from when somebody looked, so that a late sweep ends where a prompt one does.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.deadlines import RunningClock, due_cases
from shangfa.db.cases.held import StoredCase, hold_by_id, hold_free, stored_cases
from shangfa.db.tenancy import tenant_state, working_tenants
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.cases.procedure import Clock
from shangfa.domain.faults import RefusedError
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.moves.effects import proposals
from shangfa.services.cases.moves.moving import Move, clock_of, move, propose
from shangfa.services.cases.moves.reminders import remind
from shangfa.services.clock import now
from shangfa.services.command import COMMAND, command_in
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact

log = logging.getLogger("shangfa.clocks")

TOGETHER: Final = 100
"""Cases that are moved in one transaction; nobody waits long for one of them."""
ACTIVE: Final = "active"
SECOND: Final = timedelta(seconds=1)
DAY_LENGTH: Final = len("2026-10-10")


def late(moment: datetime) -> datetime:
    """Return the moment before which a clock must have been due to be past: whole seconds."""
    return moment.replace(microsecond=0)


def past_at(clock: RunningClock) -> datetime:
    """Return the moment at which a clock is past: the end of its day, or its own moment."""
    return clock.due_at + SECOND if len(clock.due) == DAY_LENGTH else clock.due_at


def is_past(item: Handled, moment: datetime) -> bool:
    """Tell whether a case has a clock that is past and does something."""
    return _past(item, moment) is not None


def _past(item: Handled, moment: datetime) -> tuple[RunningClock, Clock] | None:
    if item.procedure is None:
        return None
    for running in item.clocks:
        clock = item.procedure.states[running.state].clock
        if running.paused_at is not None or running.due_at >= late(moment):
            continue
        if clock is not None and clock.takes is not None:
            return running, clock
    return None


def run_case(tenant_id: UUID, case_id: UUID) -> bool:
    """Let the clocks of one case do what they are due to do; False when none was."""

    def work(tx: Tx) -> bool:
        tenant = current(tx)
        case = hold_by_id(tx, case_id)
        return case is not None and _run(tx, tenant, case)

    return transact(command_in(tenant_id), work)


def _run(tx: Tx, tenant: ReadyTenant, case: StoredCase) -> bool:
    """Move a held case as often as silence does, each time from where it was due."""
    moment, moved = now(), False
    (item,) = load(tx, tenant, [case])
    while (found := _past(item, moment)) is not None:
        _take(tx, item, *found)
        tx.flush()
        moved = True
        (item,) = load(tx, tenant, stored_cases(tx, [case.id]))
    return moved


def _take(tx: Tx, item: Handled, running: RunningClock, clock: Clock) -> None:
    assert item.procedure is not None  # noqa: S101 - it has a clock
    assert clock.takes is not None  # noqa: S101 - it fires
    step = item.procedure.step(item.case.state, clock.takes)
    assert step is not None  # noqa: S101 - procedures are sound
    gathered = {**item.case.gathered, **known_facts(item, clock.facts)}
    data = {"silence": clock.silence, "due": clock.step}
    done = Move(step.name, step.to, past_at(running), data=data, gathered=gathered)
    doer = clock_of(item.tenant)
    move(tx, doer, item, done)
    if clock.facts:
        propose(tx, doer, item, proposals(tx, item, gathered, whole=False), done)


def known_facts(item: Handled, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return those facts that the incident's clause takes: a procedure serves many clauses."""
    version = item.version()
    clause = version.clauses.get(item.case.clause) if version is not None else None
    declared = clause.facts if clause is not None else {}
    return {name: value for name, value in facts.items() if name in declared}


def sweep() -> int:
    """Let every past clock of every tenant do what it is due to do; return how many cases moved.

    Of clocks that end soon those for whom they run are reminded.
    """
    tenants = reading(COMMAND, working_tenants)
    moved = 0
    for tenant_id, _ in tenants:
        moved += sweep_tenant(tenant_id)
        remind(tenant_id)
    return moved


def sweep_tenant(tenant_id: UUID) -> int:
    """Let the past clocks of one tenant do what they are due to do; return how many cases moved."""
    ctx = command_in(tenant_id)
    moved, given_up = 0, set[UUID]()
    while True:
        due = reading(ctx, lambda tx: _due(tx, TOGETHER + len(given_up)))
        wanted = [case_id for case_id in due if case_id not in given_up]
        if not wanted:
            return moved
        done = sweep_some(tenant_id, wanted)
        moved += len(done)
        given_up.update(set(wanted) - done)


def _due(tx: Tx, limit: int) -> list[UUID]:
    """Return cases with a past clock; those of a suspended tenant wait until it is resumed."""
    due = due_cases(tx, late(now()), limit)
    state = tenant_state(tx) if due else None
    return due if state is not None and state[1] == ACTIVE else []


def sweep_some(tenant_id: UUID, case_ids: Sequence[UUID]) -> set[UUID]:
    """Move some cases together; when one cannot be, each by itself. Return those that were."""

    def work(tx: Tx) -> set[UUID]:
        tenant = current(tx)
        return {case.id for case in hold_free(tx, case_ids) if _run(tx, tenant, case)}

    try:
        return transact(command_in(tenant_id), work, Kind.LARGE)
    except RefusedError:
        return set(_one_by_one(tenant_id, case_ids))


def _one_by_one(tenant_id: UUID, case_ids: Sequence[UUID]) -> Iterator[UUID]:
    for case_id in case_ids:
        try:
            if run_case(tenant_id, case_id):
                yield case_id
        except RefusedError as error:
            log.error("the clock of case %s cannot go on: %s", case_id, error)
