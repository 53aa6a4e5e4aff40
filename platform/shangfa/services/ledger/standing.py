"""Where a subject stands: balances, totals with their windows, the next step, history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from typing import Final, TypeVar, cast
from uuid import UUID

from shangfa.db import cases
from shangfa.db import ledger as sql
from shangfa.db.cases import HistoryRecord
from shangfa.db.cases.held import hidden_clauses, hidden_from
from shangfa.db.history.facts import lasting_of
from shangfa.db.ledger import Balance, Near, StandingTally
from shangfa.db.people import SubjectRecord, find_subject
from shangfa.db.people.restrictions import Whom
from shangfa.db.tx.transaction import Tx
from shangfa.domain.access.sight import sees_money_only
from shangfa.domain.account import ACCOUNTS, MONEY
from shangfa.domain.faults import OUT_OF_RANGE, refused
from shangfa.domain.ledger.book import Total
from shangfa.domain.money import ZERO
from shangfa.domain.months.bills import BillStanding
from shangfa.domain.people.lines import read_date
from shangfa.domain.people.past import Past
from shangfa.domain.policies.policy import Policy
from shangfa.domain.policies.version import FARTHEST, NextStep
from shangfa.services.access.sight import find_seen, seen_by
from shangfa.services.audit.notes import note_reading
from shangfa.services.clock import today
from shangfa.services.context import Context
from shangfa.services.ledger import tallies
from shangfa.services.ledger.bills import bills_of
from shangfa.services.ledger.decision import DeadlineView, EffectView, TraceView
from shangfa.services.ledger.in_force import Mark, marks_of, pending, recounted
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading

HISTORY: Final = 50
"""How many decisions a record shows, the newest."""
SHOWN: Final = sorted(set(ACCOUNTS) - {"count"})
UNNAMED: Final = "—"
NOBODY: Final = UUID(int=0)
"""Before every id."""
AT_ONCE: Final = 1_000
"""Totals that are looked at together."""
Part = TypeVar("Part", EffectView, TraceView)


@dataclass(frozen=True, slots=True)
class Who:
    """The subject of a record."""

    code: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class TallyView:
    """A total in a window that runs, with the nearest changes it would bring."""

    id: UUID
    subject: str
    name: str
    policy: str
    account: str
    unit: str
    window: str
    total: Total
    next: tuple[NextStep, ...]


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """A decision, as far as it concerns one subject.

    Attributes:
        incident, case, clause, occurred_on: None for what a programme gave.
        programme, period, evaluation: None for what followed from an incident.
    """

    incident: UUID | None
    case: UUID | None
    clause: str | None
    occurred_on: date | None
    programme: str | None
    period: str | None
    evaluation: UUID | None
    kind: str
    decided_at: datetime
    reason: str
    effects: tuple[EffectView, ...]
    trace: tuple[TraceView, ...]


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A deadline that is not over, with the incident it comes from."""

    incident: UUID
    case: UUID
    deadline: DeadlineView


@dataclass(frozen=True, slots=True)
class LastingEffect:
    """An action that lasts, or will, with the incident it comes from."""

    incident: UUID
    effect: EffectView


@dataclass(slots=True)
class Doings:
    """What of a record is not money: what finance does not see.

    Attributes:
        lasting: actions that are not over.
    """

    tallies: list[TallyView]
    history: list[HistoryItem]
    deadlines: list[OpenDeadline]
    in_force: list[Mark]
    lasting: list[LastingEffect]


@dataclass(frozen=True, slots=True)
class Record:
    """Where a subject stands; `doings` is None for who sees money only.

    Attributes:
        statements: those that were published to a partner, by month.
    """

    subject: Who
    balances: list[Balance]
    statements: list[BillStanding]
    doings: Doings | None


def record(ctx: Context, code: str) -> Record:
    """Return a subject's record.

    Raises:
        RefusedError: `not_found`, also for somebody the asker may not see.
    """
    ctx.need("subjects:read")
    return reading(ctx, lambda tx: _record(tx, ctx, code))


def _record(tx: Tx, ctx: Context, code: str) -> Record:
    tenant = current(tx)
    day = today(tenant.zone)
    subject = find_seen(tx, ctx, code, day)
    note_reading(tx, ctx, "record.read", code)
    who = Who(subject.code, subject.kind, subject.name)
    bills = bills_of(tx, subject)
    if sees_money_only(ctx.role):
        return Record(who, sql.balances_of(tx, subject.id, sorted(MONEY)), bills, None)
    marks = marks_of(tx, tenant, code, subject.past, day)
    doings = _open_to(tx, ctx, _doings(tx, tenant, subject, (day, marks)))
    if not subject.past.employed(day):
        doings.tallies = [replace(item, next=()) for item in doings.tallies]
    return Record(who, _balances(tx, tenant, subject), bills, doings)


def _open_to(tx: Tx, ctx: Context, doings: Doings) -> Doings:
    """Leave out what comes from cases that are not the asker's to know."""
    incidents = {item.incident for item in doings.history if item.incident is not None}
    incidents |= {item.incident for item in doings.deadlines}
    incidents |= {item.incident for item in doings.lasting}
    hidden = hidden_from(tx, ctx.subject_id, incidents) if incidents else set()
    if hidden:
        doings.history = [item for item in doings.history if item.incident not in hidden]
        doings.deadlines = [item for item in doings.deadlines if item.incident not in hidden]
        doings.lasting = [item for item in doings.lasting if item.incident not in hidden]
    doings.tallies = _unnamed(tx, ctx, doings.tallies)
    return doings


def _unnamed(tx: Tx, ctx: Context, views: list[TallyView]) -> list[TallyView]:
    """Leave out of counters the names of clauses of cases that are not the asker's to know."""
    hidden = hidden_clauses(tx, ctx.subject_id, {view.subject for view in views})

    def is_hidden(view: TallyView) -> bool:
        names = (view.unit, view.unit.rpartition(":")[2])
        return view.account == "count" and any((view.subject, name) in hidden for name in names)

    return [replace(view, unit=UNNAMED) if is_hidden(view) else view for view in views]


def _balances(tx: Tx, tenant: ReadyTenant, subject: SubjectRecord) -> list[Balance]:
    """Return the balances with what follows by time and is not posted yet."""
    found = {item[:3]: item.quantity for item in sql.balances_of(tx, subject.id, SHOWN)}
    for policy, postings in pending(tx, tenant, subject.code).items():
        for item in postings:
            if item.subject == subject.code and item.account in SHOWN:
                key = (policy, item.account, item.unit)
                found[key] = found.get(key, ZERO) + item.quantity
    return [Balance(*key, found[key]) for key in sorted(found) if found[key]]


def _doings(
    tx: Tx, tenant: ReadyTenant, subject: SubjectRecord, now: tuple[date, list[Mark]]
) -> Doings:
    subject_id, code, (day, marks) = subject.id, subject.code, now
    found = sql.tallies_of(tx, subject_id, tallies.spans_of(tenant.policies.values(), day))
    lines = [_in_force(tenant, line, marks, subject.past) for line in _told(tenant, found)]
    history = cases.history_of(tx, subject_id, HISTORY)
    return Doings(
        [_tally(tenant, line) for line in lines if line.total],
        [_history(item, code) for item in history],
        _deadlines(tx, tenant, (subject_id, code), day),
        marks,
        _lasting(tx, code, day),
    )


def _told(tenant: ReadyTenant, lines: Iterable[StandingTally]) -> list[StandingTally]:
    """Leave out the totals of a policy that is stopped: nobody can say how they stand."""
    return [line for line in lines if tenant.policy_name(line.policy_id) in tenant.policies]


def _in_force(
    tenant: ReadyTenant, line: StandingTally, marks: list[Mark], past: Past
) -> StandingTally:
    policy = tenant.policies[tenant.policy_name(line.policy_id)]
    attributes = past.attributes(line.last_day)
    return recounted(policy, line, marks, lambda name: read_date(attributes.get(name)))


def _lasting(tx: Tx, code: str, day: date) -> list[LastingEffect]:
    """Return the actions that last on a day or begin later; they end by themselves."""
    found = lasting_of(tx, [code], date.min)
    return [
        LastingEffect(item.incident_id, cast("EffectView", item.effect))
        for item in found
        if item.effect.get("until", "9999") >= day.isoformat()
    ]


def _tally(tenant: ReadyTenant, line: StandingTally) -> TallyView:
    policy = tenant.policies[tenant.policy_name(line.policy_id)]
    total = Total(line.total, line.own, line.last_day)
    return TallyView(
        line.id,
        line.subject,
        line.name,
        policy.name,
        line.account,
        line.unit,
        line.span,
        total,
        tuple(next_of(policy, line)),
    )


def _history(item: HistoryRecord, code: str) -> HistoryItem:
    return HistoryItem(
        item.incident_id,
        item.case_id,
        item.clause,
        item.occurred_on,
        item.programme,
        item.period,
        item.evaluation_id,
        item.kind,
        item.decided_at,
        item.reason,
        _own(cast("Sequence[EffectView]", item.body["effects"]), code),
        _own(cast("Sequence[TraceView]", item.body.get("trace", ())), code),
    )


def _own(items: Sequence[Part], code: str) -> tuple[Part, ...]:
    """Return what concerns the subject, and what is about all."""
    return tuple(item for item in items if item.get("subject", code) == code)


def _deadlines(
    tx: Tx, tenant: ReadyTenant, subject: tuple[UUID, str], day: date
) -> list[OpenDeadline]:
    """Return the deadlines of today and later, soonest first."""
    subject_id, code = subject
    since = datetime.combine(day, time.min, tenant.zone)
    return [
        OpenDeadline(
            item.incident_id,
            item.case_id,
            {
                "subject": code,
                "step": item.step,
                "due_at": item.due_at.astimezone(tenant.zone).isoformat(),
                "due": item.due,
                "clause": item.clause,
            },
        )
        for item in cases.open_deadlines(tx, subject_id, since)
    ]


def near(ctx: Context, gap: int, asked: Page) -> Listed[TallyView]:
    """Return who is at most `gap` steps away from what, in the windows of today.

    Raises:
        RefusedError: `forbidden`, `out_of_range`.
    """
    ctx.need("near:read")
    if not 1 <= gap <= FARTHEST:
        raise refused(OUT_OF_RANGE, "/gap", value=gap, allowed=f"1..{FARTHEST}")
    found = reading(ctx, lambda tx: _near(tx, ctx, gap, asked))
    return listed(asked, found, lambda view: str(view.id))


def _near(tx: Tx, ctx: Context, gap: int, asked: Page) -> list[TallyView]:
    tenant = current(tx)
    day = today(tenant.zone)
    after = UUID(asked.cursor) if asked.cursor else NOBODY
    found = near_now(tx, tenant, gap, (seen_by(tx, ctx, day), day, after))
    return _unnamed(tx, ctx, [_tally(tenant, line) for line in islice(found, asked.limit + 1)])


def near_now(
    tx: Tx, tenant: ReadyTenant, gap: int, of: tuple[Whom, date, UUID]
) -> Iterator[StandingTally]:
    """Yield the totals, as they are in force, that are at most so far away from a next step.

    `of`: of whom, on which day, after which id. How far a total is whose marks lapse is counted
    anew; how far others are is stored.
    """
    whom, day, after = of
    spans = tallies.spans_of(tenant.policies.values(), day)
    lapsing = sorted({unit for policy in tenant.policies.values() for unit in policy.lapses})
    while True:
        wanted = Near(spans, gap, after, AT_ONCE, whom, day, lapsing)
        lines = sql.near_tallies(tx, wanted)
        told = [_now(tx, tenant, line, day) for line in _told(tenant, lines)]
        yield from (
            line for line in told if line.unit not in lapsing or _is_near(tenant, line, gap)
        )
        if len(lines) < AT_ONCE:
            return
        after = lines[-1].id


def _is_near(tenant: ReadyTenant, line: StandingTally, gap: int) -> bool:
    policy = tenant.policies[tenant.policy_name(line.policy_id)]
    return any(step.gap <= gap for step in next_of(policy, line))


def next_of(policy: Policy, line: StandingTally) -> list[NextStep]:
    """Return the nearest changes that a total would bring."""
    counter = (line.subject, line.account, line.unit)
    total = Total(line.total, line.own, line.last_day)
    return tallies.next_steps(policy, counter, line.span, total)


def _now(tx: Tx, tenant: ReadyTenant, line: StandingTally, day: date) -> StandingTally:
    """Return a total as it is in force today; only what lapses is counted again."""
    policy = tenant.policies[tenant.policy_name(line.policy_id)]
    if line.unit not in policy.lapses:
        return line
    subject = find_subject(tx, line.subject)
    past = subject.past if subject else Past()
    marks = marks_of(tx, tenant, line.subject, past, day)
    return _in_force(tenant, line, marks, past)
