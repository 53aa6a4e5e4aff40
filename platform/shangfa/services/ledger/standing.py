"""Where a subject stands: balances, totals with their windows, the next step, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shangfa.db.models import (
    DecisionRow,
    IncidentRow,
    IncidentSubjectRow,
    LedgerEntryRow,
    PolicyRow,
    SubjectRow,
    TallyRow,
)
from shangfa.db.session import tenant_session
from shangfa.domain.account import MONEY
from shangfa.domain.faults import OUT_OF_RANGE, refused
from shangfa.domain.ledger.book import Total
from shangfa.domain.money import amount_text
from shangfa.services.clock import today
from shangfa.services.context import AUDITOR, FINANCE, HR, SUPERVISOR, Context
from shangfa.services.ledger import tallies as totals
from shangfa.services.pages import Page, page_of
from shangfa.services.people.subjects import check_sees, find, seen_ids
from shangfa.services.replies import Answer, answer
from shangfa.services.tenancy.ready import LoadedTenant, current

HISTORY = 50


def record(ctx: Context, code: str) -> Answer:
    """Return a subject's record.

    Raises:
        RefusedError: `not_found`, also for somebody the asker may not see.
    """
    with tenant_session(ctx.tenant) as session:
        tenant = current(session, ctx.tenant)
        row = find(session, code)
        check_sees(session, ctx, row, today(tenant.zone))
        view: dict[str, Any] = {
            "subject": {"code": row.code, "kind": row.kind, "name": row.name},
            "balances": _balances(session, row, money_only=ctx.role == FINANCE),
        }
        if ctx.role != FINANCE:
            view["tallies"] = _tallies(session, tenant, row)
            view["history"] = _history(session, row)
            view["deadlines"] = _deadlines(session, row, today(tenant.zone))
        return answer(200, view)


def _balances(session: Session, row: SubjectRow, *, money_only: bool) -> list[dict[str, Any]]:
    entry = LedgerEntryRow
    query = (
        select(PolicyRow.name, entry.account, entry.unit, func.sum(entry.quantity))
        .join(
            PolicyRow, (PolicyRow.tenant_id == entry.tenant_id) & (PolicyRow.id == entry.policy_id)
        )
        .where(entry.subject_id == row.id, entry.account != "count")
        .group_by(PolicyRow.name, entry.account, entry.unit)
        .order_by(PolicyRow.name, entry.account, entry.unit)
    )
    if money_only:
        query = query.where(entry.account.in_(MONEY))
    return [
        {"policy": policy, "account": account, "unit": unit, "quantity": amount_text(unit, total)}
        for policy, account, unit, total in session.execute(query)
        if total
    ]


def _tallies(session: Session, tenant: LoadedTenant, row: SubjectRow) -> list[dict[str, Any]]:
    spans = totals.spans_of(today(tenant.zone))
    rows = session.execute(
        _tally_query().where(TallyRow.subject_id == row.id, TallyRow.span.in_(spans))
    )
    return [_tally_view(tenant, tally, code) for tally, code in rows if tally.total]


def _tally_query() -> Any:
    return (
        select(TallyRow, SubjectRow.code)
        .join(
            SubjectRow,
            (SubjectRow.tenant_id == TallyRow.tenant_id) & (SubjectRow.id == TallyRow.subject_id),
        )
        .order_by(SubjectRow.code, TallyRow.account, TallyRow.unit, TallyRow.span)
    )


def _tally_view(tenant: LoadedTenant, tally: TallyRow, code: str) -> dict[str, Any]:
    name = tenant.policy_name(tally.policy_id)
    counter = (code, tally.account, tally.unit)
    total = Total(tally.total, tally.own, tally.last_day)
    steps = totals.next_steps(tenant.policies[name], counter, tally.span, total)
    return {
        "policy": name,
        "account": tally.account,
        "unit": tally.unit,
        "window": tally.span,
        "total": amount_text("", tally.total),
        "next": [_step_view(step) for step in steps],
    }


def _step_view(step: totals.NextStep) -> dict[str, Any]:
    return {
        "gap": amount_text("", step.gap),
        "clause": step.code,
        "title": step.title,
        "gives": [
            {"account": account, "unit": unit, "quantity": amount_text(unit, quantity)}
            for account, unit, quantity in step.gives
            if account != "count"
        ],
    }


def _decided(row: SubjectRow) -> Any:
    own = (
        select(IncidentSubjectRow.incident_id)
        .where(IncidentSubjectRow.subject_id == row.id)
        .union(
            select(DecisionRow.incident_id)
            .join(
                LedgerEntryRow,
                (LedgerEntryRow.tenant_id == DecisionRow.tenant_id)
                & (LedgerEntryRow.decision_id == DecisionRow.id),
            )
            .where(LedgerEntryRow.subject_id == row.id)
        )
    )
    return (
        select(DecisionRow, IncidentRow)
        .join(
            IncidentRow,
            (IncidentRow.tenant_id == DecisionRow.tenant_id)
            & (IncidentRow.id == DecisionRow.incident_id),
        )
        .where(DecisionRow.incident_id.in_(own))
        .order_by(DecisionRow.id.desc())
        .limit(HISTORY)
    )


def _history(session: Session, row: SubjectRow) -> list[dict[str, Any]]:
    return [
        {
            "incident": incident.id,
            "clause": incident.clause,
            "occurred_on": incident.occurred_on,
            "kind": decision.kind,
            "effects": _own(decision.body.get("effects", ()), row.code),
            "trace": _own(decision.body.get("trace", ()), row.code),
        }
        for decision, incident in session.execute(_decided(row))
    ]


def _own(items: Sequence[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    return [item for item in items if item.get("subject", code) == code]


def _deadlines(session: Session, row: SubjectRow, day: date) -> list[dict[str, Any]]:
    decisions = list(session.execute(_decided(row)))
    undone = {incident.id for decision, incident in decisions if decision.kind == "reversal"}
    return [
        item | {"incident": incident.id}
        for decision, incident in decisions
        if incident.id not in undone
        for item in _own(decision.body.get("deadlines", ()), row.code)
        if item["due"] >= day.isoformat()
    ]


def near(ctx: Context, gap: int, asked: Page) -> Answer:
    """Return who is at most `gap` steps away from what, in the windows of today.

    Raises:
        RefusedError: `forbidden`, `out_of_range`.
    """
    ctx.need(HR, AUDITOR, SUPERVISOR)
    if not 1 <= gap <= totals.FARTHEST:
        raise refused(OUT_OF_RANGE, "/gap", value=gap, allowed=f"1..{totals.FARTHEST}")
    with tenant_session(ctx.tenant) as session:
        tenant = current(session, ctx.tenant)
        day = today(tenant.zone)
        query = (
            select(TallyRow, SubjectRow.code)
            .join(
                SubjectRow,
                (SubjectRow.tenant_id == TallyRow.tenant_id)
                & (SubjectRow.id == TallyRow.subject_id),
            )
            .where(TallyRow.span.in_(totals.spans_of(day)), TallyRow.gap <= Decimal(gap))
            .order_by(TallyRow.id)
            .limit(asked.limit + 1)
        )
        allowed = seen_ids(session, ctx, day)
        if allowed is not None:
            query = query.where(TallyRow.subject_id.in_(allowed))
        if asked.cursor:
            query = query.where(TallyRow.id > asked.cursor)
        rows = session.execute(query).all()
        return answer(
            200,
            page_of(
                asked,
                rows,
                lambda item: str(item[0].id),
                lambda item: {"subject": item[1]} | _tally_view(tenant, item[0], item[1]),
            ),
        )
