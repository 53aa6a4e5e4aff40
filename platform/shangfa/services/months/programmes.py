"""Programmes: which there are, and what one gives for a period that is over.

Evaluating again posts only the difference: nothing when nothing changed, adjustments
when facts arrived late or other inputs are handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from shangfa.db.months import evaluations as sql
from shangfa.db.months.evaluations import (
    EvaluationKey,
    EvaluationLine,
    EvaluationRecord,
    MemberOfDay,
    PostedBy,
)
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import sees_money_only
from shangfa.domain.account import MONEY
from shangfa.domain.faults import INVALID, NOT_FOUND, UNKNOWN_FIELD, PluginFailedError, refused
from shangfa.domain.incident import Subject
from shangfa.domain.ledger.posting import Line, Posting
from shangfa.domain.months.faults import PERIOD_OPEN, UNKNOWN_PROGRAMME
from shangfa.domain.months.period import period_named
from shangfa.domain.months.programme import evaluate as evaluate_programme
from shangfa.domain.people.person import Person
from shangfa.domain.policies.kinds import Period, PeriodFacts
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import Programme, Version
from shangfa.services.access.sight import hidden_codes
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.ledger.decision import (
    EffectView,
    PolicyRef,
    TraceView,
    effects_view,
    trace_line,
)
from shangfa.services.months.awards import Awards, award
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy import plugins
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact

EXAMPLES = {"month": "2026-03", "quarter": "2026Q1", "half_year": "2026H1", "year": "2026"}


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """A programme in force.

    Attributes:
        period: `month`, `quarter`, `half_year` or `year`.
        missing: parameters that the company must fill before it can be evaluated.
    """

    name: str
    policy: str
    title: str
    kind: str
    period: str
    inputs: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """A programme to evaluate.

    Attributes:
        period: `2026-03`, `2026Q1` or `2026`, not yet read.
        policy: its policy, needed when several have the programme.
        inputs: by name; those left out are taken from the last evaluation.
    """

    programme: str
    period: str
    policy: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a programme gives for a period, and what had to be posted for it this time."""

    programme: str
    policy: PolicyRef
    period: str
    effects: list[EffectView]
    posted: list[EffectView]
    trace: list[TraceView]


@dataclass(frozen=True, slots=True)
class Asked:
    """A programme for a period."""

    policy: Policy
    version: Version
    programme: Programme
    period: Period


def listing(ctx: Context) -> Listed[ProgrammeView]:
    """Return the programmes of the policies in force today, with the inputs they take."""
    ctx.need("programmes:read")
    tenant = reading(ctx, current)
    day = today(tenant.zone)
    return Listed(
        [
            _view(policy, programme)
            for policy in tenant.policies.values()
            if (version := policy.at(day))
            for programme in version.programmes
        ]
    )


def _view(policy: Policy, programme: Programme) -> ProgrammeView:
    kind = programme.kind
    return ProgrammeView(
        programme.name,
        policy.name,
        programme.rule.title,
        kind.name,
        kind.period(programme.rule),
        tuple(kind.inputs),
        programme.missing,
    )


def evaluate(ctx: Context, request: EvaluationRequest) -> Evaluated:
    """Evaluate a programme for a period and post the difference to what was posted before.

    Raises:
        RefusedError: `unknown_programme`, `period_open`, `incomplete_clause`, an input that
            cannot be used, `plugin_failed`.
    """
    ctx.need("programmes:evaluate")
    try:
        return transact(ctx, lambda tx: evaluate_in(tx, ctx, request))
    except PluginFailedError as error:
        plugins.failed(error.plugin)
        raise


def evaluate_in(tx: Tx, ctx: Context, request: EvaluationRequest) -> Evaluated:
    """Evaluate a programme in an open transaction.

    Raises:
        RefusedError: as `evaluate` does.
    """
    tenant = current(tx)
    asked = find(tenant, request)
    policy_id = tenant.policy_ids[asked.policy.name]
    key = EvaluationKey(policy_id, asked.programme.name, asked.period.name)
    sql.hold_evaluation(tx, key)
    inputs = _inputs(asked, sql.last_inputs(tx, key), request.inputs)
    standing = _standing(tx, tenant, asked, key, inputs)
    wanted = evaluate_programme(asked.programme, asked.version, standing)
    changed = difference(wanted, [Posting(*item) for item in sql.given_by(tx, key)])
    line = EvaluationLine(new_id(), key, inputs, ctx.actor_id, now())
    awards = Awards(line, asked.policy, asked.version.number, asked.period.last, wanted, changed)
    return _evaluated(asked, wanted, award(tx, ctx, tenant, awards))


def find(tenant: ReadyTenant, request: EvaluationRequest) -> Asked:
    """Return the programme in force on the period's last day.

    Raises:
        RefusedError: `unknown_programme`, `invalid` period, `period_open`.
    """
    period = period_named(request.period)
    if period.last >= today(tenant.zone):
        raise refused(PERIOD_OPEN, "/period", value=period.name, day=period.last)
    known: list[str] = []
    for policy in tenant.policies.values():
        version = policy.at(period.last)
        for programme in version.programmes if version else ():
            known.append(programme.name)
            if programme.name == request.programme and request.policy in {None, policy.name}:
                assert version is not None  # noqa: S101 - narrows for mypy
                _check_length(programme, period)
                return Asked(policy, version, programme, period)
    allowed = "、".join(known) or "—"
    raise refused(UNKNOWN_PROGRAMME, "/programme", value=request.programme, allowed=allowed)


def _check_length(programme: Programme, period: Period) -> None:
    kind = programme.kind.period(programme.rule)
    if kind != period.kind:
        why = f"{kind}: {EXAMPLES[kind]}"
        raise refused(INVALID, "/period", value=period.name, why=why)


def _inputs(asked: Asked, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs, those not handed in taken from the last evaluation.

    Raises:
        RefusedError: `unknown_field` for an input the programme does not read.
    """
    allowed = asked.programme.kind.inputs
    for name in given:
        if name not in allowed:
            listed = "、".join(allowed) or "—"
            raise refused(UNKNOWN_FIELD, f"/inputs/{name}", value=name, allowed=listed)
    return {**before, **given}


def _standing(
    tx: Tx, tenant: ReadyTenant, asked: Asked, key: EvaluationKey, inputs: Mapping[str, Any]
) -> PeriodFacts:
    """Return all that the programme may look at."""
    period, scope = asked.period, asked.version.scope
    people = {item.code: _person(item) for item in sql.everybody_on(tx, period.last)}
    by_day = asked.programme.kind.daily(asked.programme.rule)
    everybody = [
        person.on(period.last, tenant.renames)
        for person in people.values()
        if person.past.employed(period.last) or (by_day and _was_there(person, period))
    ]
    covered = tuple(item for item in everybody if not scope.excludes(item))
    totals = sql.period_totals(tx, key.policy_id, period.first, period.last)
    if not by_day:
        return PeriodFacts(period, covered, totals, inputs, tenant.calendar)
    daily = sql.daily_totals(tx, key.policy_id, period.first, period.last)

    def on(code: str, day: date) -> Subject | None:
        return people[code].on(day, tenant.renames) if code in people else None

    return PeriodFacts(period, covered, totals, inputs, tenant.calendar, daily, on)


def _was_there(person: Person, period: Period) -> bool:
    """Tell whether somebody belonged to the company on any day of a period."""
    return any(
        stint.first <= period.last and (stint.last is None or stint.last >= period.first)
        for stint in person.past.stints
    )


def _person(item: MemberOfDay) -> Person:
    return Person(item.code, item.kind, item.past, item.department, item.position)


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


def _evaluated(asked: Asked, wanted: Sequence[Posting], posted: Iterable[Posting]) -> Evaluated:
    lines = [Line(item.note, item.clause, item.subject) for item in wanted if item.note.zh]
    return Evaluated(
        asked.programme.name,
        {"name": asked.policy.name, "version": asked.version.number},
        asked.period.name,
        effects_view(wanted),
        effects_view(posted),
        [trace_line(line) for line in lines],
    )


@dataclass(frozen=True, slots=True)
class PastEvaluation:
    """An evaluation; `inputs` is None for who sees money only."""

    record: EvaluationRecord
    inputs: dict[str, Any] | None
    posted: Sequence[PostedBy]


def past(ctx: Context, programme: str, period: str | None, asked: Page) -> Listed[PastEvaluation]:
    """Return the evaluations of a programme, newest first.

    Raises:
        RefusedError: `not_found` for what no version calls so.
    """
    ctx.need("programmes:read")
    before = UUID(asked.cursor) if asked.cursor else None

    def work(tx: Tx) -> list[PastEvaluation]:
        versions = [it for policy in current(tx).policies.values() for it in policy.versions]
        if not any(item.name == programme for it in versions for item in it.programmes):
            raise refused(NOT_FOUND, "")
        records = sql.evaluations_before(tx, programme, period, before, asked.limit)
        posted: dict[UUID, list[PostedBy]] = {item.id: [] for item in records}
        for line in sql.posted_by(tx, list(posted)):
            posted[line.evaluation_id].append(line)
        hidden = hidden_codes(tx, ctx)
        return [_as_seen(ctx, item, posted[item.id], hidden) for item in records]

    return listed(asked, reading(ctx, work), lambda item: str(item.record.id))


def _as_seen(
    ctx: Context, record: EvaluationRecord, posted: Sequence[PostedBy], hidden: Collection[str]
) -> PastEvaluation:
    shown = [line for line in posted if line.subject not in hidden]
    if sees_money_only(ctx.role):
        return PastEvaluation(record, None, [line for line in shown if line.account in MONEY])
    return PastEvaluation(record, without(record.inputs, hidden), shown)


def without(value: Any, codes: Collection[str]) -> Any:
    """Return what was handed in without what names some people, however deep it stands."""
    if isinstance(value, Mapping):
        return {
            name: without(item, codes)
            for name, item in value.items()
            if name not in codes and not _is_one(item, codes)
        }
    if isinstance(value, list):
        return [without(item, codes) for item in value if not _is_one(item, codes)]
    return value


def _is_one(value: Any, codes: Collection[str]) -> bool:
    return isinstance(value, str) and value in codes
