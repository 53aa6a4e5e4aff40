"""Evaluate programmes for a period that is over: post what they give, once.

Evaluating again posts only the difference: nothing when nothing changed, adjustments
when facts arrived late or other inputs are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from shangfa.db import evaluations as sql
from shangfa.db.incidents import Entry, Lock, Person, Writes, write_decision
from shangfa.db.replies import read_reply
from shangfa.db.session import Raw, pipelined, tenant_session
from shangfa.domain.faults import INVALID, UNKNOWN_FIELD, refused
from shangfa.domain.incident import Subject
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.ledger.reactions import react
from shangfa.domain.months.faults import PERIOD_OPEN, UNKNOWN_PROGRAMME
from shangfa.domain.months.programme import evaluate as evaluate_programme
from shangfa.domain.months.programme import period_named
from shangfa.domain.policies.kinds import Period, PeriodFacts
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Programme, Version
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import AUDITOR, FINANCE, HR, Context
from shangfa.services.incidents.record import answered, trying
from shangfa.services.ledger import tallies as totals
from shangfa.services.ledger.scene import Scene, full_book, look
from shangfa.services.ledger.shown import effect_view, trace_line
from shangfa.services.replies import Answer, answer, replay, to_json
from shangfa.services.tenancy.ready import LoadedTenant, current


def listing(ctx: Context) -> Answer:
    """Return the programmes of the policies in force today, with the inputs they take."""
    ctx.need(HR, AUDITOR, FINANCE)
    tenant = _current(ctx)
    items = [
        {
            "name": programme.name,
            "policy": policy.name,
            "title": programme.rule.title,
            "kind": programme.kind.name,
            "period": programme.kind.period(programme.rule),
            "inputs": programme.kind.inputs,
            "missing": programme.missing,
        }
        for policy in tenant.policies.values()
        for programme in _programmes(policy, tenant)
    ]
    return answer(200, {"items": items, "next_cursor": None})


def _programmes(policy: Policy, tenant: LoadedTenant) -> Sequence[Programme]:
    version = policy.at(today(tenant.zone))
    return version.programmes if version else ()


def evaluate(ctx: Context, name: str, body: Mapping[str, Any]) -> Answer:
    """Evaluate a programme for a period and post the difference to what was posted before.

    `body`: `period` (`2026-03`, `2026Q1` or `2026`), `inputs` by name (those left out are
        taken from the last evaluation), `policy` when several have the programme.

    Raises:
        RefusedError: `unknown_programme`, `period_open`, `incomplete_clause`, an input that
            cannot be used, `plugin_failed`.
    """
    ctx.need(HR)
    _current(ctx)
    return trying(ctx.tenant, lambda tenant: _evaluate(ctx, tenant, name, body))


def _current(ctx: Context) -> LoadedTenant:
    """Return the tenant as it is now, though another worker may have changed it."""
    with tenant_session(ctx.tenant) as session:
        return current(session, ctx.tenant)


@dataclass(frozen=True, slots=True)
class Asked:
    """A programme for a period."""

    policy: Policy
    version: Version
    programme: Programme
    period: Period


def find(tenant: LoadedTenant, name: str, body: Mapping[str, Any]) -> Asked:
    """Return the programme in force on the period's last day.

    Raises:
        RefusedError: `unknown_programme`, `invalid` period, `period_open`.
    """
    period = period_named(body["period"])
    if period.last >= today(tenant.zone):
        raise refused(PERIOD_OPEN, "/period", value=period.name, day=period.last)
    known: list[str] = []
    for policy in tenant.policies.values():
        version = policy.at(period.last)
        for programme in version.programmes if version else ():
            known.append(programme.name)
            if programme.name == name and body.get("policy", policy.name) == policy.name:
                assert version is not None  # noqa: S101 - narrows for mypy
                _check_length(programme, period)
                return Asked(policy, version, programme, period)
    raise refused(UNKNOWN_PROGRAMME, "/programme", value=name, allowed="、".join(known) or "—")


def _check_length(programme: Programme, period: Period) -> None:
    kind = programme.kind.period(programme.rule)
    if kind != period.kind:
        example = {"month": "2026-03", "quarter": "2026Q1", "year": "2026"}[kind]
        raise refused(INVALID, "/period", value=period.name, why=f"{kind}: {example}")


def _evaluate(ctx: Context, tenant: LoadedTenant, name: str, body: Mapping[str, Any]) -> Answer:
    asked = find(tenant, name, body)
    policy_id = tenant.policy_ids[asked.policy.name]
    with pipelined(tenant.id) as raw:
        known = replay(read_reply(raw, tenant.id, ctx.reply_key), ctx.digest)
        if known is not None:
            return known
        key = sql.EvaluationKey(tenant.id, policy_id, name, asked.period.name)
        sql.lock(raw, key)
        inputs = _inputs(asked, sql.last_inputs(raw, key), body)
        wanted = evaluate_programme(
            asked.programme, asked.version, _standing(raw, tenant, asked, inputs, policy_id)
        )
        changed = difference(wanted, sql.posted(raw, key))
        scene, following, tallies = _follow(raw, tenant, asked, changed)
        writes = _writes(ctx, key, inputs, (changed, following, tallies, scene))
        return answered(raw, ctx, writes, _answer(asked, wanted, [*changed, *following]))


def _inputs(asked: Asked, before: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs, those not handed in taken from the last evaluation.

    Raises:
        RefusedError: `unknown_field` for an input the programme does not read.
    """
    given = body.get("inputs") or {}
    allowed = asked.programme.kind.inputs
    for name in given:
        if name not in allowed:
            listed = "、".join(allowed) or "—"
            raise refused(UNKNOWN_FIELD, f"/inputs/{name}", value=name, allowed=listed)
    return {**before, **given}


def _standing(
    raw: Raw, tenant: LoadedTenant, asked: Asked, inputs: Mapping[str, Any], policy_id: UUID
) -> PeriodFacts:
    subjects = tuple(
        subject
        for subject in sql.subjects(raw, tenant.id, asked.period.last)
        if not _outside(asked.version, subject)
    )
    sums = sql.period_totals(raw, tenant.id, policy_id, asked.period)
    return PeriodFacts(asked.period, subjects, sums, inputs, tenant.calendar)


def _outside(version: Version, subject: Subject) -> bool:
    return bool(version.scope.excludes(subject))


def difference(wanted: Iterable[Posting], posted: Iterable[Posting]) -> list[Posting]:
    """Return what to post so that `posted` becomes `wanted`.

    Before anything is posted it is `wanted` itself; afterwards the sums by subject,
    account, unit and clause are adjusted.
    """
    before = list(posted)
    if not before:
        return [item for item in wanted if item.quantity]
    sums: dict[tuple[str, str, str, str], Posting] = {}
    for sign, items in ((1, wanted), (-1, before)):
        for item in items:
            key = (item.subject, item.account, item.unit, item.clause)
            was = sums[key].quantity if key in sums else Decimal(0)
            sums[key] = item._replace(quantity=was + sign * item.quantity, cause="adjustment")
    return [item for item in sums.values() if item.quantity]


def _follow(
    raw: Raw, tenant: LoadedTenant, asked: Asked, changed: Sequence[Posting]
) -> tuple[Scene, list[Posting], list[Any]]:
    """Return the people, what the policy's reactions post, and the tallies they move."""
    codes = sorted({item.subject for item in changed})
    scene = look(raw, tenant, codes, asked.period.last, (Lock.EVER, None))
    if not tenant.reacts:
        return scene, [], []
    book = full_book(raw, scene, asked.policy, codes)
    trace: list[Line] = []
    following = react(asked.policy, scene, book, changed, trace)
    return scene, following, totals.moves(asked.policy, book, scene.people)


def _writes(
    ctx: Context,
    key: sql.EvaluationKey,
    inputs: Mapping[str, Any],
    done: tuple[Sequence[Posting], Sequence[Posting], Sequence[Any], Scene],
) -> Writes:
    changed, following, tallies, scene = done
    writes = Writes()
    evaluation_id, decision_id, at = new_id(), new_id(), now()
    row = (*key, to_json(inputs).decode(), ctx.key_id, at)
    sql.add(writes, evaluation_id, row)
    postings = [*changed, *following]
    body = {"effects": [effect_view(item) for item in postings if item.account != "count"]}
    decision = (key.tenant_id, decision_id, None, "evaluation", to_json(body).decode(), "")
    entries = [_entry(item, scene.people) for item in postings]
    decided = (*decision, ctx.key_id, at, evaluation_id)
    write_decision(writes, decided, key.policy_id, entries, tallies)
    return writes


def _entry(item: Posting, people: Mapping[str, Person]) -> Entry:
    return Entry(
        new_id(),
        people[item.subject].id,
        item.account,
        item.unit,
        item.quantity,
        item.clause,
        item.cause,
        item.day,
        item.joint,
    )


def _answer(asked: Asked, wanted: Sequence[Posting], posted: Sequence[Posting]) -> Answer:
    view = {
        "programme": asked.programme.name,
        "policy": {"name": asked.policy.name, "version": asked.version.number},
        "period": asked.period.name,
        "effects": [effect_view(item) for item in wanted if item.account != "count"],
        "posted": [effect_view(item) for item in posted if item.account != "count"],
        "trace": [
            trace_line(Line(item.note, item.clause, item.subject))
            for item in wanted
            if item.note.zh
        ],
    }
    return answer(200, view)
