"""Subjects: employees, teams and partners, their dated reporting lines and wages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from shangfa.db.models import AssignmentRow, SubjectRow, WageRow
from shangfa.db.session import tenant_session
from shangfa.domain.faults import DUPLICATE, NO_CHANGE, NOT_FOUND, refused
from shangfa.domain.incidents.faults import INCIDENTS_EXIST
from shangfa.domain.people.faults import SUPERVISOR_LOOP, UNKNOWN_SUBJECT
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import AUDITOR, FINANCE, HR, SUPERVISOR, Context
from shangfa.services.pages import Page, page_of
from shangfa.services.replies import Answer, answer, once
from shangfa.services.tenancy.ready import current
from shangfa.services.tenancy.tenants import check_match, hold

SEES_WAGES = (HR, FINANCE)


def create(ctx: Context, body: Mapping[str, Any]) -> Answer:
    """Register a subject, with its first assignment and wage when given.

    Raises:
        RefusedError: `duplicate`, `unknown_subject` (the supervisor), `supervisor_loop`.
    """
    ctx.need(HR)

    def work(session: Session) -> Answer:
        current(session, ctx.tenant)
        row = add(session, ctx.tenant, body)
        return answer(201, _whole(session, row, ctx), etag(row))

    return once(ctx, work)


def add(session: Session, tenant_id: UUID, body: Mapping[str, Any]) -> SubjectRow:
    """Add a subject in an open transaction."""
    if session.scalar(select(SubjectRow.id).where(SubjectRow.code == body["code"])):
        raise refused(DUPLICATE, "/code", value=body["code"])
    row = SubjectRow(
        tenant_id=tenant_id,
        id=new_id(),
        code=body["code"],
        kind=body.get("kind", "employee"),
        name=body["name"],
        attributes=dict(body.get("attributes") or {}),
        revision=1,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    since = body.get("since") or date(2000, 1, 1)
    if any(body.get(name) for name in ("department", "position", "supervisor")):
        assign(session, row, since, body)
    if body.get("day_wage") is not None:
        pay(session, row, since, body["day_wage"])
    return row


def etag(row: SubjectRow) -> str:
    """Return a subject's ETag."""
    return f'"{row.revision}"'


def find(session: Session, code: str, *, lock: bool = False) -> SubjectRow:
    """Return a subject by its code.

    Raises:
        RefusedError: `not_found`.
    """
    query = select(SubjectRow).where(SubjectRow.code == code)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise refused(NOT_FOUND, "")
    return row


def assign(session: Session, row: SubjectRow, since: date, body: Mapping[str, Any]) -> None:
    """Set department, position and supervisor from a day on, in an open transaction.

    Raises:
        RefusedError: `unknown_subject`, `supervisor_loop`, `incidents_exist`.
    """
    boss = None
    if body.get("supervisor"):
        boss = session.scalar(select(SubjectRow).where(SubjectRow.code == body["supervisor"]))
        if boss is None:
            raise refused(UNKNOWN_SUBJECT, "/supervisor", value=body["supervisor"])
    _check_past(session, row, since)
    values = {
        "supervisor_id": boss.id if boss else None,
        "department": body.get("department"),
        "position": body.get("position"),
    }
    key = {"tenant_id": row.tenant_id, "subject_id": row.id, "effective_from": since}
    statement = insert(AssignmentRow).values(id=new_id(), **key, **values)
    names = ["tenant_id", "subject_id", "effective_from"]
    session.execute(statement.on_conflict_do_update(index_elements=names, set_=values))
    if boss is not None:
        _check_loop(session, row, since)


_DECIDED = """
    SELECT min(day) FROM (
        SELECT i.occurred_on AS day, i.id AS incident_id
        FROM incident_subject x
        JOIN incident i ON i.tenant_id = x.tenant_id AND i.id = x.incident_id
        WHERE x.subject_id = :subject AND i.occurred_on >= :since
        UNION ALL
        SELECT e.day, d.incident_id
        FROM ledger_entry e
        JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
        WHERE e.subject_id = :subject AND e.day >= :since) later
    WHERE NOT EXISTS (SELECT FROM decision d
        WHERE d.incident_id = later.incident_id AND d.kind = 'reversal')"""


def _check_past(session: Session, row: SubjectRow, since: date) -> None:
    """Refuse when a decision that stands rests on who the subject was since that day."""
    later = session.scalar(text(_DECIDED), {"subject": row.id, "since": since})
    if later is not None:
        raise refused(INCIDENTS_EXIST, "/since", day=later)


def _check_loop(session: Session, row: SubjectRow, since: date) -> None:
    """Walk up from the subject on the day and on every later day a line changes."""
    days = {since} | set(
        session.scalars(
            select(AssignmentRow.effective_from)
            .where(AssignmentRow.effective_from > since)
            .distinct()
        )
    )
    for day in sorted(days):
        chain = [row.code]
        boss = _boss(session, row.id, day)
        while boss is not None:
            chain.append(boss.code)
            if boss.id == row.id:
                raise refused(
                    SUPERVISOR_LOOP, "/supervisor", value=row.code, chain=" → ".join(chain)
                )
            boss = _boss(session, boss.id, day)


def _boss(session: Session, subject_id: UUID, day: date) -> SubjectRow | None:
    line = session.scalar(_as_of(subject_id, day))
    if line is None or line.supervisor_id is None:
        return None
    return session.scalar(select(SubjectRow).where(SubjectRow.id == line.supervisor_id))


def _as_of(subject_id: UUID, day: date) -> Select[AssignmentRow]:
    return (
        select(AssignmentRow)
        .where(AssignmentRow.subject_id == subject_id, AssignmentRow.effective_from <= day)
        .order_by(AssignmentRow.effective_from.desc())
        .limit(1)
    )


def pay(session: Session, row: SubjectRow, since: date, day_wage: Decimal) -> None:
    """Set what a working day is worth from a day on, CNY, in an open transaction."""
    key = {"tenant_id": row.tenant_id, "subject_id": row.id, "effective_from": since}
    statement = insert(WageRow).values(id=new_id(), day_wage=day_wage, **key)
    names = ["tenant_id", "subject_id", "effective_from"]
    session.execute(
        statement.on_conflict_do_update(index_elements=names, set_={"day_wage": day_wage})
    )


def add_assignment(ctx: Context, code: str, body: Mapping[str, Any]) -> Answer:
    """Set department, position and supervisor from a day on."""
    ctx.need(HR)
    return _changing(ctx, code, lambda session, row: assign(session, row, body["since"], body))


def add_wage(ctx: Context, code: str, body: Mapping[str, Any]) -> Answer:
    """Set what a working day is worth from a day on."""
    ctx.need(*SEES_WAGES)
    return _changing(
        ctx, code, lambda session, row: pay(session, row, body["since"], body["day_wage"])
    )


def change(ctx: Context, code: str, body: Mapping[str, Any], if_match: str | None) -> Answer:
    """Change a subject's name or attributes.

    Raises:
        RefusedError: `not_found`, `precondition_required`, `stale_version`, `no_change`.
    """
    ctx.need(HR)

    def work(_: Session, row: SubjectRow) -> None:
        check_match(if_match, etag(row))
        if not body:
            raise refused(NO_CHANGE, "")
        row.name = body.get("name", row.name)
        row.attributes = dict(body.get("attributes", row.attributes))

    return _changing(ctx, code, work)


def _changing(ctx: Context, code: str, change_row: Any) -> Answer:
    def work(session: Session) -> Answer:
        hold(session, ctx.tenant)
        current(session, ctx.tenant)
        row = find(session, code, lock=True)
        change_row(session, row)
        row.revision += 1
        session.flush()
        return answer(200, _whole(session, row, ctx), etag(row))

    return once(ctx, work)


def read(ctx: Context, code: str) -> Answer:
    """Return a subject with its assignments, and its wages to who may see them.

    Raises:
        RefusedError: `not_found`, also for somebody the asker may not see.
    """
    with tenant_session(ctx.tenant) as session:
        tenant = current(session, ctx.tenant)
        row = find(session, code)
        check_sees(session, ctx, row, today(tenant.zone))
        return answer(200, _whole(session, row, ctx), etag(row))


def check_sees(session: Session, ctx: Context, row: SubjectRow, day: date) -> None:
    """Let pass who may see this subject on that day.

    Raises:
        RefusedError: `not_found`, as if there were no such subject.
    """
    if ctx.role in {HR, AUDITOR, FINANCE} or row.id == ctx.subject_id:
        return
    if ctx.role == SUPERVISOR:
        boss = _boss(session, row.id, day)
        if boss is not None and boss.id == ctx.subject_id:
            return
    raise refused(NOT_FOUND, "")


def page(ctx: Context, asked: Page, kind: str | None = None) -> Answer:
    """Return the subjects the asker may see, by code."""
    with tenant_session(ctx.tenant) as session:
        tenant = current(session, ctx.tenant)
        query = select(SubjectRow).order_by(SubjectRow.code).limit(asked.limit + 1)
        if asked.cursor:
            query = query.where(SubjectRow.code > asked.cursor)
        if kind:
            query = query.where(SubjectRow.kind == kind)
        allowed = seen_ids(session, ctx, today(tenant.zone))
        if allowed is not None:
            query = query.where(SubjectRow.id.in_(allowed))
        rows = session.scalars(query).all()
        return answer(200, page_of(asked, rows, lambda row: row.code, _view))


def seen_ids(session: Session, ctx: Context, day: date) -> set[UUID] | None:
    """Return whom a supervisor or employee may see on a day; None for everybody."""
    if ctx.role in {HR, AUDITOR, FINANCE}:
        return None
    own = {ctx.subject_id} if ctx.subject_id else set()
    return own | (set(reports(session, ctx, day)) if ctx.role == SUPERVISOR else set())


def reports(session: Session, ctx: Context, day: date) -> Iterable[UUID]:
    """Return the ids of those who report to the asker on a day."""
    latest = (
        select(AssignmentRow.subject_id, AssignmentRow.supervisor_id)
        .where(AssignmentRow.effective_from <= day)
        .ext(distinct_on(AssignmentRow.subject_id))
        .order_by(AssignmentRow.subject_id, AssignmentRow.effective_from.desc())
        .subquery()
    )
    return session.scalars(
        select(latest.c.subject_id).where(latest.c.supervisor_id == ctx.subject_id)
    )


def _view(row: SubjectRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "name": row.name,
        "attributes": row.attributes,
        "created_at": row.created_at,
    }


def _whole(session: Session, row: SubjectRow, ctx: Context) -> dict[str, Any]:
    lines = session.execute(
        select(AssignmentRow, SubjectRow.code)
        .outerjoin(
            SubjectRow,
            (SubjectRow.tenant_id == AssignmentRow.tenant_id)
            & (SubjectRow.id == AssignmentRow.supervisor_id),
        )
        .where(AssignmentRow.subject_id == row.id)
        .order_by(AssignmentRow.effective_from)
    ).all()
    view = _view(row) | {"assignments": [_line(line, boss) for line, boss in lines]}
    if ctx.role in SEES_WAGES or row.id == ctx.subject_id:
        view["wages"] = _wages(session, row)
    return view


def _line(line: AssignmentRow, boss: str | None) -> dict[str, Any]:
    return {
        "since": line.effective_from,
        "department": line.department,
        "position": line.position,
        "supervisor": boss,
    }


def _wages(session: Session, row: SubjectRow) -> list[dict[str, Any]]:
    wages = session.scalars(
        select(WageRow).where(WageRow.subject_id == row.id).order_by(WageRow.effective_from)
    )
    return [{"since": wage.effective_from, "day_wage": wage.day_wage} for wage in wages]
