"""Read incidents back, each as the asker may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from shangfa.db.models import (
    AssignmentRow,
    DecisionRow,
    IncidentRow,
    IncidentSubjectRow,
    PolicyRow,
    SubjectRow,
)
from shangfa.db.session import tenant_session
from shangfa.domain.faults import NOT_FOUND, refused
from shangfa.domain.money import amount_text
from shangfa.services.access.visibility import visible_incident
from shangfa.services.context import EMPLOYEE, SUPERVISOR, TENANT_ROLES, Context
from shangfa.services.pages import Page, page_of
from shangfa.services.replies import Answer, answer
from shangfa.services.tenancy.ready import current


def read(ctx: Context, incident_id: UUID) -> Answer:
    """Return an incident with its decisions.

    Raises:
        RefusedError: `not_found`, also for one the asker may not see.
    """
    ctx.need(*TENANT_ROLES)
    with tenant_session(ctx.tenant) as session:
        current(session, ctx.tenant)
        rows = session.scalars(_visible(ctx).where(IncidentRow.id == incident_id)).all()
        views = _views(session, ctx, rows)
        if not views:
            raise refused(NOT_FOUND, "")
        return answer(200, views[0])


def page(ctx: Context, asked: Page, filters: Mapping[str, Any]) -> Answer:
    """Return incidents, newest recorded first.

    `filters`: `subject`, `clause`, `policy`, `since`, `until` (local days), each optional.
    """
    ctx.need(*TENANT_ROLES)
    with tenant_session(ctx.tenant) as session:
        current(session, ctx.tenant)
        query = _filtered(_visible(ctx), filters)
        if asked.cursor:
            query = query.where(IncidentRow.id < asked.cursor)
        rows = session.scalars(query.order_by(IncidentRow.id.desc()).limit(asked.limit + 1)).all()
        views = _views(session, ctx, rows)
        return answer(200, page_of(asked, views, lambda view: str(view["id"]), lambda view: view))


def _filtered(query: Select[IncidentRow], filters: Mapping[str, Any]) -> Select[IncidentRow]:
    if filters.get("clause"):
        query = query.where(IncidentRow.clause == filters["clause"])
    if filters.get("since"):
        query = query.where(IncidentRow.occurred_on >= filters["since"])
    if filters.get("until"):
        query = query.where(IncidentRow.occurred_on <= filters["until"])
    if filters.get("policy"):
        named = select(PolicyRow.id).where(PolicyRow.name == filters["policy"])
        query = query.where(IncidentRow.policy_id.in_(named))
    if filters.get("subject"):
        query = query.where(_involves(SubjectRow.code == filters["subject"]))
    return query


def _involves(condition: Any) -> Any:
    return exists().where(
        IncidentSubjectRow.tenant_id == IncidentRow.tenant_id,
        IncidentSubjectRow.incident_id == IncidentRow.id,
        SubjectRow.tenant_id == IncidentSubjectRow.tenant_id,
        SubjectRow.id == IncidentSubjectRow.subject_id,
        condition,
    )


def _visible(ctx: Context) -> Select[IncidentRow]:
    """Return the incidents the asker may see at all."""
    query = select(IncidentRow)
    if ctx.role not in {EMPLOYEE, SUPERVISOR}:
        return query
    own = SubjectRow.id == ctx.subject_id
    if ctx.role == EMPLOYEE:
        return query.where(_involves(own))
    return query.where(_involves(or_(own, _supervised(ctx, SubjectRow.id))))


def _supervised(ctx: Context, subject_id: Any) -> Any:
    """Tell whether the asker supervised a subject on the incident's day."""
    line, later = aliased(AssignmentRow), aliased(AssignmentRow)
    newer = exists().where(
        later.tenant_id == line.tenant_id,
        later.subject_id == line.subject_id,
        later.effective_from > line.effective_from,
        later.effective_from <= IncidentRow.occurred_on,
    )
    # Only the nearest query is taken from by itself; the incident is two or three away.
    newer = newer.correlate(line, IncidentRow)
    supervised = exists().where(
        and_(
            line.tenant_id == IncidentRow.tenant_id,
            line.subject_id == subject_id,
            line.effective_from <= IncidentRow.occurred_on,
            line.supervisor_id == ctx.subject_id,
            ~newer,
        )
    )
    return supervised.correlate(IncidentRow, SubjectRow)


def _views(session: Session, ctx: Context, rows: Sequence[IncidentRow]) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    people = _people(session, ids)
    mine = _reports(session, ctx, ids) if ctx.role == SUPERVISOR else {}
    decisions = _decisions(session, ids)
    policies = dict(session.execute(select(PolicyRow.id, PolicyRow.name)).all())
    return [
        visible_incident(
            ctx,
            _view(row, people[row.id], decisions[row.id]) | {"policy": policies[row.policy_id]},
            frozenset(mine.get(row.id, ())),
        )
        for row in rows
    ]


def _view(
    row: IncidentRow,
    people: Sequence[tuple[str, Any]],
    decisions: Mapping[str, DecisionRow],
) -> dict[str, Any]:
    shared = any(share is not None for _, share in people)
    record, reversal = decisions["record"], decisions.get("reversal")
    choice_open = bool(record.body.get("choices")) and "choice" not in decisions
    view: dict[str, Any] = {
        "id": row.id,
        "clause": row.clause,
        "subjects": dict(people) if shared else [code for code, _ in people],
        "occurred_at": row.occurred_at,
        "occurred_on": row.occurred_on,
        "quantity": amount_text("", row.quantity),
        "facts": row.facts.get("given", {}),
        "note": row.note,
        "evidence": row.evidence,
        "external_id": row.external_id,
        "recorded_at": row.recorded_at,
        "case": {"id": row.id, "state": "choice_open" if choice_open else "effective"},
        "decision": record.body,
    }
    if "choice" in decisions:
        view["settled"] = decisions["choice"].body
    if reversal is not None:
        view["case"] = {"id": row.id, "state": "reversed"}
        view["reversed_at"] = reversal.decided_at
    return view


def _people(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[tuple[str, Any]]]:
    found: dict[UUID, list[tuple[str, Any]]] = {}
    lines = session.execute(
        select(IncidentSubjectRow.incident_id, SubjectRow.code, IncidentSubjectRow.share)
        .join(
            SubjectRow,
            (SubjectRow.tenant_id == IncidentSubjectRow.tenant_id)
            & (SubjectRow.id == IncidentSubjectRow.subject_id),
        )
        .where(IncidentSubjectRow.incident_id.in_(ids))
        .order_by(IncidentSubjectRow.incident_id, IncidentSubjectRow.position)
    )
    for incident_id, code, share in lines:
        found.setdefault(incident_id, []).append((code, share))
    return found


def _reports(session: Session, ctx: Context, ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    lines = session.execute(
        select(IncidentRow.id, func.array_agg(SubjectRow.code))
        .join(
            IncidentSubjectRow,
            (IncidentSubjectRow.tenant_id == IncidentRow.tenant_id)
            & (IncidentSubjectRow.incident_id == IncidentRow.id),
        )
        .join(
            SubjectRow,
            (SubjectRow.tenant_id == IncidentSubjectRow.tenant_id)
            & (SubjectRow.id == IncidentSubjectRow.subject_id),
        )
        .where(IncidentRow.id.in_(ids), _supervised(ctx, SubjectRow.id))
        .group_by(IncidentRow.id)
    )
    for incident_id, codes in lines:
        found[incident_id] = list(codes)
    return found


def _decisions(session: Session, ids: Iterable[UUID]) -> dict[UUID, dict[str, DecisionRow]]:
    found: dict[UUID, dict[str, DecisionRow]] = {}
    for row in session.scalars(select(DecisionRow).where(DecisionRow.incident_id.in_(ids))):
        if row.incident_id is not None:
            found.setdefault(row.incident_id, {})[row.kind] = row
    return found
