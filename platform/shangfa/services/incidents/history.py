"""Read incidents back, each as the asker may see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from shangfa.db import cases
from shangfa.db import incidents as sql
from shangfa.db.cases import DecisionRecord
from shangfa.db.cases.held import stored_cases
from shangfa.db.incidents import Filters, IncidentRecord, Involved, Seen
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import sees_money_only
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.dates.moments import beginning
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.services.audit.notes import note_reading
from shangfa.services.cases.choices import Chosen
from shangfa.services.cases.handled import last_bodies, load
from shangfa.services.cases.shown import briefs, is_approver, seen_by
from shangfa.services.context import Context
from shangfa.services.incidents.shown import CaseView, IncidentView, as_seen
from shangfa.services.ledger.decision import sum_effects, together
from shangfa.services.pages import MOST, Listed, Page, key_at, listed
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading


def read(ctx: Context, incident_id: UUID) -> IncidentView:
    """Return an incident with its decisions.

    Raises:
        RefusedError: `not_found`, also for one the asker may not see.
    """
    ctx.need("incidents:read")

    def work(tx: Tx) -> IncidentView:
        for view in _read(tx, ctx, incident_id):
            note_reading(tx, ctx, "incident.read", *view.subjects, about=view.case.id)
            return view
        raise refused(NOT_FOUND, "")

    return reading(ctx, work)


def page(ctx: Context, asked: Page, filters: Filters) -> Listed[IncidentView]:
    """Return incidents, newest recorded first."""
    ctx.need("incidents:read")
    if filters.external_id is not None and sees_money_only(ctx.role):
        return Listed([])  # who may not read it may not find by it
    found = reading(ctx, lambda tx: _find(tx, ctx, filters, asked.limit + 1))
    return listed(asked, found, lambda view: str(view.id))


def every(ctx: Context, filters: Filters) -> Iterator[list[IncidentView]]:
    """Yield all incidents in pages, newest recorded first, each page as of its own moment."""
    cursor: str | None = ""
    while cursor is not None:
        before = UUID(key_at(cursor)) if cursor else None
        found = page(ctx, Page(MOST), replace(filters, before=before))
        cursor = found.next_cursor
        yield found.items


def _read(tx: Tx, ctx: Context, incident_id: UUID) -> list[IncidentView]:
    filters = Filters(id=incident_id)
    found = _find(tx, ctx, filters, 1)
    if found or ctx.subject_id is None:
        return found
    whole = Seen(reader=ctx.subject_id)
    ids = [item.case_id for item in sql.find_incidents(tx, whole, filters, 1)]
    items = load(tx, current(tx), stored_cases(tx, ids)) if ids else []
    decides = any(is_approver(ctx, item) for item in items)
    return _find(tx, ctx, filters, 1, whole) if decides else []


def _find(
    tx: Tx, ctx: Context, filters: Filters, limit: int, whole: Seen | None = None
) -> list[IncidentView]:
    """Return incidents as the asker sees them; `whole`: as one who decides them."""
    tenant = current(tx)
    since = filters.recorded_since
    begun = since and beginning(since, tenant.zone, "/recorded_since")
    wanted = replace(filters, recorded_since=begun)
    records = sql.find_incidents(tx, whole or seen_by(ctx), wanted, limit)
    involved: dict[UUID, list[Involved]] = {}
    for part in sql.involved_in(tx, [item.id for item in records], ctx.subject_id):
        mine = part._replace(mine=part.mine or whole is not None)
        involved.setdefault(part.incident_id, []).append(mine)
    decisions: dict[UUID, list[DecisionRecord]] = {}
    for line in cases.decisions_of(tx, [item.case_id for item in records]):
        decisions.setdefault(line.case_id, []).append(line)
    moved = [item.case_id for item in records if item.procedure != IMMEDIATE]
    shown = briefs(ctx, load(tx, tenant, stored_cases(tx, moved))) if moved else {}
    views = [_view(ctx, item, involved[item.id], decisions[item.case_id]) for item in records]
    return [replace(view, case=replace(view.case, shown=shown.get(view.case.id))) for view in views]


def _view(
    ctx: Context,
    item: IncidentRecord,
    parts: Sequence[Involved],
    decisions: Sequence[DecisionRecord],
) -> IncidentView:
    last = last_bodies(decisions)
    sanctions = [last[part.subject] for part in parts if part.subject in last]
    given = [part.share for part in parts]
    shares: list[Decimal] = [share for share in given if share is not None]
    view = IncidentView(
        item.id,
        CaseView(item.case_id, item.state, item.procedure),
        item.clause,
        tuple(part.subject for part in parts),
        tuple(shares),
        item.occurred_at,
        item.occurred_on,
        item.quantity,
        item.facts.get("given", {}),
        item.note,
        tuple(item.evidence),
        item.external_id,
        item.recorded_at,
        max((part.reversed_at for part in parts if part.reversed_at), default=None),
        together(sanctions),
        _chosen(item.id, _choices(decisions)),
    )
    mine = frozenset(part.subject for part in parts if part.mine or item.handled)
    return as_seen(ctx, view, mine, own_only=item.handled is False)


def _choices(decisions: Sequence[DecisionRecord]) -> list[DecisionRecord]:
    """Return the last choice of each subject, unless it is to be made again."""
    found: dict[str, DecisionRecord] = {}
    for line in decisions:
        if line.kind == "choice":
            found[line.subject] = line
        elif line.kind == "adjustment" and "choices" in line.body:
            found.pop(line.subject, None)
    return list(found.values())


def _chosen(incident_id: UUID, choices: Sequence[DecisionRecord]) -> Chosen | None:
    if not choices:
        return None
    effects = sum_effects(effect for line in choices for effect in line.body["effects"])
    trace = [said for line in choices for said in line.body["trace"]]
    return Chosen(incident_id, choices[0].decided_at, effects, trace, choices[0].reason)
