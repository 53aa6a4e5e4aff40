"""Record incidents.

Recording is two round trips: reads with locks on the people concerned, then all writes.
When something counted already lies later than the incident, the transaction starts over
with everybody locked whom the days since could touch, and works on full history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from shangfa.db import cases
from shangfa.db import incidents as sql
from shangfa.db.cases import CaseLine, DeadlineLine, DecisionLine, StepLine
from shangfa.db.incidents import IncidentLine, InvolvedLine
from shangfa.db.people import Lock
from shangfa.db.tx.conflicts import TAKEN, constraint_of, driver_error
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.access.roles import PERSONAL
from shangfa.domain.cases.faults import UNKNOWN_PROCEDURE
from shangfa.domain.cases.procedure import Procedure
from shangfa.domain.cases.states import IMMEDIATE
from shangfa.domain.exchange.events import decision_effective, incident_recorded
from shangfa.domain.faults import DUPLICATE, INVALID, PluginFailedError, refused
from shangfa.domain.incident import Report
from shangfa.domain.incidents.engine import Assessment
from shangfa.domain.ledger.book import BackdatedError, Book
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.policy import Policy, choose
from shangfa.services.access.sight import check_not_own
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.incidents import propose
from shangfa.services.incidents.reported import IncidentReport, Reported, read_report
from shangfa.services.incidents.shown import CaseView, IncidentView, as_seen
from shangfa.services.ledger.anew.chronicles import NONE, explain, fact_of, judge, let_in
from shangfa.services.ledger.decision import due_at, subject_view, whole_view
from shangfa.services.ledger.posting import Batch, move, post
from shangfa.services.ledger.scene import Scene, full_book, look, quick_book, subjects_of
from shangfa.services.tenancy import plugins
from shangfa.services.tenancy.ready import ReadyTenant, ready
from shangfa.services.transaction import transact

EXTERNAL_ID: Final = "uq_incident_external_id"


def record(ctx: Context, said: IncidentReport) -> IncidentView:
    """Record an incident and return it with what follows.

    Raises:
        RefusedError: nothing was stored.
    """
    ctx.need("incidents:record")
    taken = {EXTERNAL_ID: refused(DUPLICATE, "/external_id", value=said.external_id)}

    def attempt(*, backdated: bool) -> IncidentView:
        return transact(
            ctx,
            lambda tx: _record(tx, ctx, ready(ctx.tenant), said, backdated=backdated),
            Kind.BUSY,
            taken,
        )

    try:
        try:
            return attempt(backdated=False)
        except BackdatedError:
            return attempt(backdated=True)
    except PluginFailedError as error:
        plugins.failed(error.plugin)
        raise


def record_in(tx: Tx, ctx: Context, said: IncidentReport) -> IncidentView:
    """Record an incident in an open transaction, after all that it recorded before.

    Raises:
        RefusedError: nothing was added.
        StartOverError: the tenant changed since it was made ready.
    """
    tenant = ready(ctx.tenant)
    try:
        view = _record(tx, ctx, tenant, said, backdated=False)
    except BackdatedError:
        view = _record(tx, ctx, tenant, said, backdated=True)
    tx.flush()
    return view


def record_unless_taken(
    tx: Tx, ctx: Context, said: IncidentReport, field: str = "external_id"
) -> IncidentView:
    """Record an incident in an open transaction, with a way back around it.

    `field`: what a refused external id is said of.

    Raises:
        RefusedError: as `record_in`; `duplicate` external id.
    """
    try:
        view = record_in(tx, ctx, said)
        tx.pipe.settle()  # what is taken is said here, not by what is asked next
        return view
    except TAKEN as error:
        inner = driver_error(error)
        if inner is None or constraint_of(inner) != EXTERNAL_ID:
            raise
        raise refused(DUPLICATE, f"/{field}", value=said.external_id) from None


def _record(
    tx: Tx, ctx: Context, tenant: ReadyTenant, said: IncidentReport, *, backdated: bool
) -> IncidentView:
    reported = read_report(said, tenant.zone)
    lock = Lock.EVER if backdated else Lock.DAY if tenant.reacts else Lock.TENANT
    scene = look(tx, tenant, said.codes, reported.on, lock)
    identity = new_id()
    told = reported.report(subjects_of(ctx, scene, said.codes, reported.on), tenant.zone)
    report = replace(told, id=str(identity))
    policy = choose(tenant.policies, report)
    book = (
        full_book(tx, scene, policy, said.codes, report.on)
        if backdated
        else quick_book(scene, policy)
    )
    name = propose.procedure_of(policy, report, said.procedure)
    if name != IMMEDIATE or said.draft or said.handlers:
        return _propose(
            tx, ctx, scene, (reported, report, policy, book), tenant.procedures.get(name)
        )
    check_not_own(ctx, said.codes, "record")
    result, chronicle = judge(tx, scene, policy, report, book)
    changes = NONE
    if chronicle is not None:
        changes = let_in(tx, scene, book, chronicle, fact_of(identity, report, result))
        explain(result, changes)
    view = view_of(identity, reported, report, (result, tenant))
    write(tx, ctx, scene, view, (reported, report, result))
    changes.write(tx, ctx, scene, view.recorded_at)
    move(tx, policy, tenant.policy_ids[policy.name], book, scene.people)
    return as_seen(ctx, view, frozenset(said.codes))


def _propose(
    tx: Tx,
    ctx: Context,
    scene: Scene,
    asked: tuple[Reported, Report, Policy, Book],
    procedure: Procedure | None,
) -> IncidentView:
    """Record it with a case that begins; nothing is posted."""
    reported, report, policy, book = asked
    propose.check_draft(procedure, draft=reported.said.draft)
    if procedure is None and reported.said.handlers:
        raise refused(INVALID, "/handlers", value=IMMEDIATE, why=propose.NEEDS_PROCEDURE)
    if procedure is None:
        raise refused(UNKNOWN_PROCEDURE, "/procedure", value=reported.said.procedure, allowed="—")
    result = propose.assessed(tx, scene, (policy, report, book), procedure)
    view = view_of(UUID(report.id), reported, report, (result, scene.tenant))
    line = _line(ctx, scene, view, (reported, report, result))
    sql.add_incident(tx, line, _involved(scene, report, None))
    opening = propose.Opening(procedure, reported.said.draft, result, reported.said.handlers)
    shown = propose.open_case(tx, ctx, scene, view, opening)
    case = CaseView(shown.id, shown.state, shown.procedure, shown)
    view = replace(view, case=case)
    return as_seen(ctx, view, frozenset(reported.said.codes))


def view_of(
    identity: UUID,
    reported: Reported,
    report: Report,
    decided: tuple[Assessment, ReadyTenant],
) -> IncidentView:
    """Return an incident with what follows, under a case of its own."""
    said, (result, tenant) = reported.said, decided
    state = "choice_open" if result.choices else "effective"
    return IncidentView(
        identity,
        CaseView(new_id(), state, IMMEDIATE),
        result.clause,
        said.codes,
        said.shares,
        reported.at,
        reported.on,
        to_decimal(report.quantity),
        said.facts,
        said.note,
        said.evidence,
        said.external_id,
        now(),
        None,
        whole_view(result, tenant.zone),
    )


def write(
    tx: Tx,
    ctx: Context,
    scene: Scene,
    view: IncidentView,
    assessed: tuple[Reported, Report, Assessment],
) -> None:
    """Write an incident, its case, and what was decided at once."""
    line = _line(ctx, scene, view, assessed)
    sql.add_incident(tx, line, _involved(scene, assessed[1], view.recorded_at))
    _open_case(tx, ctx, view)
    _decide(tx, ctx, scene, view, assessed[2])


def _line(
    ctx: Context,
    scene: Scene,
    view: IncidentView,
    assessed: tuple[Reported, Report, Assessment],
) -> IncidentLine:
    reported, report, result = assessed
    tenant = scene.tenant
    return IncidentLine(
        view.id,
        tenant.policy_ids[result.policy],
        tenant.version_ids[result.policy, result.version],
        view.clause,
        view.occurred_at,
        view.occurred_on,
        to_decimal(report.quantity),
        _kept_facts(reported),
        reported.said.note,
        reported.said.evidence,
        reported.said.external_id,
        scope_of(ctx, confidential=bool(reported.said.handlers)),
        ctx.actor_id,
        view.recorded_at,
    )


def scope_of(ctx: Context, *, confidential: bool = False) -> str:
    """Return within what an external id is taken: what its sender sees, or he alone."""
    if confidential:
        return ctx.subject or str(ctx.actor_id)
    return (ctx.subject or "") if ctx.role in PERSONAL else ""


def _open_case(tx: Tx, ctx: Context, view: IncidentView) -> None:
    case = view.case
    step = StepLine(new_id(), case.id, 1, "record", case.state, "", ctx.actor_id, view.recorded_at)
    cases.open_case(tx, CaseLine(case.id, view.id, case.procedure, case.state), step)


def _decide(tx: Tx, ctx: Context, scene: Scene, view: IncidentView, result: Assessment) -> None:
    """Write each subject's decision, post it, keep its deadlines, and tell it."""
    tenant, at, case_id = scene.tenant, view.recorded_at, view.case.id
    policy_id = tenant.policy_ids[result.policy]
    lines: list[DecisionLine] = []
    for item in result.decisions:
        body = (
            view.decision if len(result.decisions) == 1 else subject_view(result, item, tenant.zone)
        )
        who = scene.people[item.subject].id
        lines.append(
            DecisionLine(new_id(), case_id, None, who, "sanction", body, "", ctx.actor_id, at)
        )
    cases.add_decisions(tx, lines)
    decided = list(zip(lines, result.decisions, strict=True))
    post(tx, scene, [Batch(line.id, policy_id, at, item.postings) for line, item in decided])
    cases.add_deadlines(tx, _deadlines(scene, case_id, result))
    origin = {"incident": view.id, "case": case_id}
    tell(
        tx,
        ctx,
        at,
        incident_recorded(view.id, case_id, view.clause, view.occurred_on, view.subjects),
        *(
            decision_effective(line.id, item.subject, origin, line.body["effects"])
            for line, item in decided
        ),
    )


def _deadlines(scene: Scene, case_id: UUID, result: Assessment) -> list[DeadlineLine]:
    return [
        DeadlineLine(
            new_id(),
            case_id,
            scene.people[item.subject].id,
            item.clause,
            item.deadline.step,
            item.deadline.due.isoformat(),
            due_at(item.deadline.due, scene.tenant.zone),
        )
        for item in result.deadlines
    ]


def _kept_facts(reported: Reported) -> dict[str, Any]:
    """Return the facts with what else decided, so that a recomputation is exact.

    `timed`: whether a local time was given.
    """
    return {"given": reported.said.facts, "timed": reported.local is not None}


def _involved(scene: Scene, report: Report, at: datetime | None) -> list[InvolvedLine]:
    shares: Sequence[Decimal | None] = report.shares or [None] * len(report.subjects)
    return [
        InvolvedLine(new_id(), scene.people[subject.code].id, share, index, at)
        for index, (subject, share) in enumerate(zip(report.subjects, shares, strict=True))
    ]
