"""Cases read back, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shangfa.db.cases.found import FIRST, NEVER, CaseFilters, Place, find_cases, waiting_cases
from shangfa.db.cases.held import stored_cases
from shangfa.db.incidents import Seen
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.permissions import may
from shangfa.domain.access.roles import ROLES
from shangfa.domain.cases.inputs import form_of, inputs_of
from shangfa.domain.cases.parties import Asker
from shangfa.domain.cases.procedure import ROLE_PARTIES, Input, Procedure
from shangfa.domain.dates.moments import beginning
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.services.audit.notes import note_reading
from shangfa.services.cases.approvals import matrix_in_force
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.shown import CaseShown, may_see, seen_by, show
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.pages import Listed, Page, cursor_at, listed
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading

AT_ONCE: Final = 100
"""Cases that are looked through together for somebody's tasks."""
LOOKED_THROUGH: Final = 2_000
"""Cases that are looked through for one page of tasks at most; the next page goes on there."""


def read(ctx: Context, case_id: UUID) -> CaseShown:
    """Return a case.

    Raises:
        RefusedError: `not_found`, also for one the asker may not see.
    """
    ctx.need("cases:read")
    return reading(ctx, lambda tx: _read(tx, ctx, case_id))


def _read(tx: Tx, ctx: Context, case_id: UUID) -> CaseShown:
    tenant = current(tx)
    for item in load(tx, tenant, stored_cases(tx, [case_id])):
        if may_see(ctx, item):
            shown = show(ctx, item)
            note_reading(tx, ctx, "case.read", *shown.parts, about=case_id)
            return shown
    raise refused(NOT_FOUND, "")


def readable(ctx: Context, ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of some cases that the asker may read."""
    if not ctx.may("cases:read"):
        return frozenset()

    def work(tx: Tx) -> frozenset[UUID]:
        items = load(tx, current(tx), stored_cases(tx, sorted(ids)))
        return frozenset(item.case.id for item in items if may_see(ctx, item))

    return reading(ctx, work) if ids else frozenset()


@dataclass(frozen=True, slots=True)
class Doable:
    """A step that somebody may take now, where it leads, with what he may hand in, by name."""

    step: str
    to: str
    inputs: Mapping[str, Input]


@dataclass(frozen=True, slots=True)
class Opened:
    """A case, the steps that the asker himself may take in it, and the states it has ahead."""

    case: CaseShown
    doable: Sequence[Doable]
    ahead: tuple[str, ...]


def opened(ctx: Context, case_id: UUID) -> Opened:
    """Return a case as it is opened by who may do something in it.

    Raises:
        RefusedError: `not_found`, also for one the asker may not see.
    """
    ctx.need("cases:read")

    def work(tx: Tx) -> Opened:
        for item in load(tx, current(tx), stored_cases(tx, [case_id])):
            if may_see(ctx, item):
                shown = show(ctx, item)
                note_reading(tx, ctx, "case.read", *shown.parts, about=case_id)
                ahead = item.procedure.ahead(item.case.state) if item.procedure else ()
                return Opened(shown, _doable(ctx, item), ahead)
        raise refused(NOT_FOUND, "")

    return reading(ctx, work)


def _doable(ctx: Context, item: Handled) -> list[Doable]:
    if item.procedure is None or not may(ctx.role, "cases:step"):
        return []
    asker = Asker(ctx.role, ctx.actor_id, ctx.subject)
    steps = [step for step in item.procedure.steps_from(item.case.state) if step.of_people]
    return [
        Doable(step.name, step.to, inputs_of(step, *item.more_inputs(step)))
        for step in steps
        if item.parties.may(asker, step)
    ]


def page(ctx: Context, asked: Page, filters: CaseFilters) -> Listed[CaseShown]:
    """Return cases, newest first."""
    ctx.need("cases:read")

    def work(tx: Tx) -> list[CaseShown]:
        tenant = current(tx)
        due = filters.due_before and beginning(filters.due_before, tenant.zone, "/due_before")
        wanted = replace(filters, due_before=due)
        ids = find_cases(tx, seen_by(ctx), wanted, asked.limit + 1)
        found = {item.case.id: item for item in load(tx, tenant, stored_cases(tx, ids))}
        return [show(ctx, found[case_id]) for case_id in ids]

    return listed(asked, reading(ctx, work), lambda view: str(view.id))


def procedures(ctx: Context) -> Listed[tuple[Procedure, bool]]:
    """Return the procedures that a policy may name, each with whether it is the company's own."""
    ctx.need("procedures:read")
    tenant = reading(ctx, current)
    own = {item.name for item in tenant.own_procedures.values()}
    return Listed([(item, name in own) for name, item in tenant.procedures.items()])


@dataclass(frozen=True, slots=True)
class Task:
    """A step that waits for somebody, with the form of what is handed in.

    Attributes:
        due_at: None when nothing runs out.
        place: where its case stands in the list.
    """

    case: CaseShown
    step: str
    due_at: datetime | None
    form: Mapping[str, Any]
    place: Place


def tasks(ctx: Context, limit: int, after: Place | None) -> Listed[Task]:
    """Return what waits for the asker, soonest due first; `limit` counts cases."""
    ctx.need("tasks:read")
    return reading(ctx, lambda tx: _tasks(tx, ctx, limit, after or FIRST))


def _tasks(tx: Tx, ctx: Context, limit: int, after: Place) -> Listed[Task]:
    tenant = current(tx)
    named = ctx.subject is not None and matrix_in_force(tx).names(ctx.subject, today(tenant.zone))
    states = _states(tenant, ctx, named=named)
    seen = Seen(reader=ctx.subject_id) if named else replace(seen_by(ctx), money=False)
    found: list[Task] = []
    cases, looked, more = 0, 0, bool(states)
    while more and cases < limit and looked < LOOKED_THROUGH:
        places = waiting_cases(tx, seen, states, after, AT_ONCE)
        more = len(places) == AT_ONCE
        for place, item in _handled(tx, tenant, places):
            looked, after = looked + 1, place
            mine = list(_waiting(ctx, item, place))
            cases += bool(mine)
            found += mine
            if cases == limit:
                more = True
                break
    return Listed(found, _cursor(after) if more else None)


def _handled(tx: Tx, tenant: ReadyTenant, places: list[Place]) -> Iterator[tuple[Place, Handled]]:
    ids = [place.case_id for place in places]
    found = {item.case.id: item for item in load(tx, tenant, stored_cases(tx, ids))}
    for place in places:
        yield place, found[place.case_id]


def _states(tenant: ReadyTenant, ctx: Context, *, named: bool) -> list[tuple[str, str]]:
    """Return the (procedure, state) in which something may wait for the asker."""
    procedures = [*tenant.procedures.values(), *tenant.own_procedures.values()]
    return sorted({pair for item in procedures for pair in _pairs(item, ctx, named=named)})


def _pairs(procedure: Procedure, ctx: Context, *, named: bool) -> Iterator[tuple[str, str]]:
    for step in procedure.steps:
        if any(_could_be(party, ctx, named=named) for party in step.waits_for):
            yield procedure.name, step.start


def _could_be(party: str, ctx: Context, *, named: bool) -> bool:
    if party in ROLE_PARTIES:
        return ctx.role == party
    if party in {"subject", "leader"}:
        return ctx.subject is not None
    return named or ctx.role in ROLES


def _waiting(ctx: Context, item: Handled, place: Place) -> Iterator[Task]:
    if item.procedure is None or not may_see(ctx, item):
        return
    asker = Asker(ctx.role, ctx.actor_id, ctx.subject)
    due = None if place.due_at == NEVER else place.due_at.astimezone(item.tenant.zone)
    for step in item.procedure.steps_from(item.case.state):
        if item.parties.waits_for(asker, step):
            form = form_of(inputs_of(step, *item.more_inputs(step)), ctx.role)
            yield Task(show(ctx, item), step.name, due, form, place)


def _cursor(place: Place) -> str:
    return cursor_at(f"{place.due_at.isoformat()}|{place.case_id}")


def read_place(text: str) -> Place:
    """Return the place in the list of tasks that a cursor means.

    Raises:
        ValueError: it means none.
    """
    due, _, case_id = text.partition("|")
    moment = datetime.fromisoformat(due)
    if moment.tzinfo is None:
        raise ValueError(text)
    return Place(moment, UUID(case_id))
