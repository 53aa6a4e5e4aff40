"""Slips of cases decided at once, made when somebody wants them; a month's on one paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from shangfa.db.cases.held import hold_by_id, stored_cases
from shangfa.db.cases.slips import slips_between
from shangfa.db.tx.transaction import Tx
from shangfa.domain.cases.faults import ILLEGAL_STEP
from shangfa.domain.cases.gate import is_dismissal
from shangfa.domain.faults import INVALID, NOT_FOUND, refused
from shangfa.domain.ledger.posting import Line
from shangfa.domain.months.period import month_named
from shangfa.domain.policies.kinds import Period
from shangfa.domain.text import Note, note
from shangfa.papers.pdf import MOST, slips_pdf
from shangfa.services.cases.acts.dismissals import check_answered
from shangfa.services.cases.handled import Handled, load
from shangfa.services.cases.paper.slips import slip_of
from shangfa.services.cases.shown import CaseShown, decided, may_see, show
from shangfa.services.cases.slips import NUMBER, Made, SlipSeen, make_slips, seen_slips
from shangfa.services.context import Context
from shangfa.services.ledger.choosing import Value
from shangfa.services.ledger.decision import DecisionView, TraceView, sum_effects, trace_line
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

A_NUMBER: Final = Note("须为奖罚单编号，如 2026-000123", "the number of a slip, as 2026-000123")
SLIPS: Final = "slips"
DISMISSAL: Final = "dismissal"
DECLINED: Final = Note(
    "解除劳动合同的建议经审查未被采纳，不予解除",
    "that the contract ends was proposed, looked into and declined: it goes on",
)


def issue(ctx: Context, case_id: UUID) -> CaseShown:
    """Make the slips of a case that was decided at once; once they are made they stay.

    Raises:
        RefusedError: `not_found`; `illegal_step` for one whose procedure makes them, with open
            choices, or undone; `dismissal_open`.
    """
    ctx.need("slips:issue")

    def work(tx: Tx) -> CaseShown:
        tenant = current(tx)
        case = hold_by_id(tx, case_id)
        items = load(tx, tenant, [case]) if case is not None else []
        if not items or not may_see(ctx, items[0]):
            raise refused(NOT_FOUND, "")
        (item,) = items
        if not item.slips:
            _make(tx, item)
            tx.flush()
            (item,) = load(tx, tenant, stored_cases(tx, [case_id]))
        return show(ctx, item)

    return transact(ctx, work)


def _make(tx: Tx, item: Handled) -> None:
    if item.procedure is not None or item.case.state != "effective" or not all(item.case.stands):
        state = item.case.state
        raise refused(ILLEGAL_STEP, "", state=state, value=SLIPS, allowed=decided(item))
    *before, last = item.steps
    check_answered(item)
    chosen = item.chosen_effects()
    bodies: dict[str, DecisionView] = {}
    for code, body in item.bodies.items():
        own = [effect for effect in chosen if effect["subject"] == code]
        bodies[code] = _standing(item, {**body, "effects": sum_effects([*body["effects"], *own])})
    values = [
        Value(e["subject"], e["account"], e["unit"], abs(Decimal(e["quantity"]))) for e in chosen
    ]
    make_slips(tx, replace(item, steps=before), Made(bodies, values, last, None))


def _standing(item: Handled, body: DecisionView) -> DecisionView:
    """Return a decision without the dismissals that were declined: neither said nor explained."""
    declined = {code for code, state in item.dismissals.items() if state == "declined"}
    gone = [e for e in body["effects"] if is_dismissal([e]) and e["subject"] in declined]
    if not gone:
        return body
    left = [effect for effect in body["effects"] if effect not in gone]
    gave = {(effect["subject"], effect["clause"]) for effect in gone}
    gives = {(effect["subject"], effect["clause"]) for effect in left}
    version = item.version()
    called = version.ladder.title(DISMISSAL) if version is not None else note(DISMISSAL)

    def explains(line: TraceView) -> bool:
        about = (line.get("subject", ""), line["clause"])
        return about in gave and (about not in gives or called.text("zh") in line["text_zh"])

    trace = [line for line in body["trace"] if not explains(line)]
    trace += [trace_line(Line(DECLINED, effect["clause"], effect["subject"])) for effect in gone]
    return {**body, "effects": left, "trace": trace}


@dataclass(frozen=True, slots=True)
class Printed:
    """Slips of a month on one paper; `last` is the number to go on after, "" at the end."""

    paper: bytes
    last: str


def month_paper(ctx: Context, month: str, after: str | None) -> Printed:
    """Return the slips made in a month that the asker may see, as one PDF, some hundred at once.

    Raises:
        RefusedError: `invalid` month or number, `not_found` when there is none.
    """
    ctx.need("slips:read")
    period, place = month_named(month), _place(after)
    seen, last = reading(ctx, lambda tx: _of_month(tx, ctx, period, place))
    if not seen:
        raise refused(NOT_FOUND, "")
    return Printed(slips_pdf([slip_of(one) for one in seen], f"奖罚单 {period.name}"), last)


def _place(after: str | None) -> tuple[int, int]:
    if after is None:
        return 0, 0
    said = NUMBER.fullmatch(after)
    if said is None:
        raise refused(INVALID, "/after", value=after, why=A_NUMBER)
    return int(said[1]), int(said[2])


def _of_month(
    tx: Tx, ctx: Context, period: Period, after: tuple[int, int]
) -> tuple[list[SlipSeen], str]:
    tenant = current(tx)
    since, until = _moments(period, tenant.zone)
    found = slips_between(tx, since, until, after, MOST + 1)
    more = found[MOST - 1].no if len(found) > MOST else ""
    cases = list(dict.fromkeys(slip.case_id for slip in found[:MOST]))
    wanted = {slip.no for slip in found[:MOST]}
    items = load(tx, tenant, stored_cases(tx, cases))
    seen = [one for item in items for one in seen_slips(ctx, item) if one.no in wanted]
    return sorted(seen, key=lambda one: one.no), more


def _moments(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of a month and of the next, in a zone."""
    after = period.last + timedelta(days=1)
    return datetime.combine(period.first, time.min, zone), datetime.combine(after, time.min, zone)
