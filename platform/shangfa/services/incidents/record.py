"""Record incidents.

Recording is two round trips: reads with locks on the people concerned, then all writes.
When something counted already lies later than the incident, the transaction starts over
with everybody locked whom the days since could touch, and works on full history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from shangfa.db import incidents as sql
from shangfa.db.incidents import Entry, Involved, Lock, Person, Writes
from shangfa.db.session import Raw, pipelined
from shangfa.domain.cases.faults import ALREADY_DECIDED
from shangfa.domain.faults import BUSY, DUPLICATE, PluginFailedError, refused
from shangfa.domain.incident import Report
from shangfa.domain.incidents.engine import Assessment, assess
from shangfa.domain.ledger.book import BackdatedError, Book
from shangfa.domain.ledger.posting import Posting
from shangfa.domain.money import amount_text
from shangfa.domain.policies.facts import to_decimal
from shangfa.domain.policies.policy import Policy, choose
from shangfa.services.access.visibility import visible_decision
from shangfa.services.clock import new_id, now
from shangfa.services.context import HR, SUPERVISOR, Context
from shangfa.services.incidents.body import Reported, read_report
from shangfa.services.ledger import tallies as totals
from shangfa.services.ledger.scene import Scene, full_book, look, quick_book, subjects_of
from shangfa.services.ledger.shown import decision_view
from shangfa.services.replies import Answer, replay, to_json
from shangfa.services.tenancy import plugins
from shangfa.services.tenancy.ready import LoadedTenant, StaleTenantError, loaded, reloaded

TRIES = 4
TAKEN = {
    "uq_incident_external_id": (DUPLICATE, "/external_id"),
    "uq_decision_tenant_id_incident_id_kind": (ALREADY_DECIDED, ""),
}
"""Unique key -> the refusal; any other is a race that is tried again."""
T = TypeVar("T")


def record(ctx: Context, body: Mapping[str, Any]) -> Answer:
    """Record an incident and answer what follows.

    `body`: the incident body of the HTTP contract, its shape checked.

    Raises:
        RefusedError: nothing was stored.
    """
    ctx.need(HR, SUPERVISOR)

    def attempt(tenant: LoadedTenant) -> Answer:
        try:
            return _record(ctx, tenant, body, backdated=False)
        except BackdatedError:
            return _record(ctx, tenant, body, backdated=True)

    try:
        return trying(ctx.tenant, attempt)
    except PluginFailedError as error:
        plugins.failed(error.plugin)
        raise


def trying(tenant_id: UUID, attempt: Callable[[LoadedTenant], T]) -> T:
    """Try again when the tenant changed meanwhile or the database asks for it."""
    tenant = loaded(tenant_id)
    for left in reversed(range(TRIES)):
        try:
            return attempt(tenant)
        except StaleTenantError:
            tenant = reloaded(tenant_id)
        except (DeadlockDetected, SerializationFailure):
            if not left:
                raise
        except UniqueViolation as error:
            if error.diag.constraint_name in TAKEN:
                kind, pointer = TAKEN[error.diag.constraint_name]
                raise refused(kind, pointer, value=pointer.strip("/")) from error
            if not left:
                raise
    raise refused(BUSY, "")


def _record(
    ctx: Context, tenant: LoadedTenant, body: Mapping[str, Any], *, backdated: bool
) -> Answer:
    reported = read_report(body, tenant.zone)
    lock = Lock.EVER if backdated else Lock.DAY if tenant.reacts else Lock.TENANT
    with pipelined(tenant.id) as raw:
        scene = look(raw, tenant, reported.codes, reported.on, (lock, ctx.reply_key))
        known = replay(scene.head.reply, ctx.digest)
        if known is not None:
            return known
        report = reported.report(subjects_of(ctx, scene, reported.codes), tenant.zone)
        policy = choose(tenant.policies, report)
        if backdated:
            book = full_book(raw, scene, policy, reported.codes)
        else:
            book = quick_book(scene, policy)
        result = assess(policy, report, scene, book, tenant.calendar)
        return _write(raw, ctx, scene, reported, (policy, report, book, result))


def _write(
    raw: Raw,
    ctx: Context,
    scene: Scene,
    reported: Reported,
    assessed: tuple[Policy, Report, Book, Assessment],
) -> Answer:
    policy, report, book, result = assessed
    tenant, body, at = scene.tenant, reported.body, now()
    incident_id, decision_id = new_id(), new_id()
    policy_id = tenant.policy_ids[policy.name]
    row = (
        tenant.id,
        incident_id,
        policy_id,
        tenant.version_ids[policy.name, result.version],
        result.clause,
        reported.at,
        reported.on,
        to_decimal(report.quantity),
        to_json(_kept_facts(report, reported)).decode(),
        body.get("note") or "",
        to_json(body.get("evidence") or []).decode(),
        body.get("external_id"),
        ctx.key_id,
        at,
    )
    writes = Writes()
    sql.write_incident(writes, row, _involved(scene, report))
    decision = decision_view(result, tenant.zone)
    decided = (
        tenant.id,
        decision_id,
        incident_id,
        "record",
        to_json(decision).decode(),
        "",
        ctx.key_id,
        at,
    )
    entries = ledger(result.postings, scene.people)
    moved = totals.moves(policy, book, scene.people)
    sql.write_decision(writes, decided, policy_id, entries, moved)
    shown = visible_decision(ctx, decision, frozenset(reported.codes))
    view = incident_view(incident_id, reported, report, at) | {
        "case": {"id": str(incident_id), "state": _state(result)},
        "decision": shown,
        **shown,
    }
    return answered(raw, ctx, writes, Answer(201, to_json(view)))


def _state(result: Assessment) -> str:
    return "choice_open" if result.choices else "effective"


def _kept_facts(report: Report, reported: Reported) -> dict[str, Any]:
    """Return the facts with what else decided, so that a replay is exact.

    `timed`: whether a local time was given; `attributes`: of each subject, undated elsewhere.
    """
    attributes = {subject.code: dict(subject.attributes) for subject in report.subjects}
    return {
        "given": dict(report.facts),
        "timed": reported.local is not None,
        "attributes": attributes,
    }


def answered(raw: Raw, ctx: Context, writes: Writes, answer: Answer) -> Answer:
    """Send the writes with the answer for the request's Idempotency-Key, and return it."""
    if ctx.reply_key:
        row = (ctx.tenant, new_id(), ctx.reply_key, ctx.digest, answer.status)
        sql.write_reply(writes, (*row, answer.body.decode(), now()))
    writes.send(raw)
    return answer


def _involved(scene: Scene, report: Report) -> list[Involved]:
    shares: Sequence[Decimal | None] = report.shares or [None] * len(report.subjects)
    return [
        Involved(new_id(), scene.people[subject.code].id, share, index)
        for index, (subject, share) in enumerate(zip(report.subjects, shares, strict=True))
    ]


def ledger(
    postings: Sequence[Posting], people: Mapping[str, Person], cause: str | None = None
) -> list[Entry]:
    """Return ledger entries, one per subject, account, unit, clause, cause and day."""
    sums: dict[tuple[Any, ...], Decimal] = {}
    for item in postings:
        key = (
            people[item.subject].id,
            item.account,
            item.unit,
            item.clause,
            cause or item.cause,
            item.day,
            item.joint,
        )
        sums[key] = sums.get(key, Decimal(0)) + item.quantity
    return [
        Entry(new_id(), key[0], key[1], key[2], quantity, *key[3:])
        for key, quantity in sums.items()
        if quantity
    ]


def incident_view(
    incident_id: UUID, reported: Reported, report: Report, recorded_at: Any
) -> dict[str, Any]:
    """Return what was reported, as the contract writes it."""
    codes = [subject.code for subject in report.subjects]
    body = reported.body
    return {
        "id": str(incident_id),
        "clause": report.clause,
        "subjects": dict(zip(codes, report.shares, strict=True)) if report.shares else codes,
        "occurred_at": reported.at,
        "occurred_on": reported.on,
        "quantity": amount_text("", to_decimal(report.quantity)),
        "facts": body.get("facts") or {},
        "note": body.get("note") or "",
        "evidence": body.get("evidence") or [],
        "external_id": body.get("external_id"),
        "recorded_at": recorded_at,
    }
