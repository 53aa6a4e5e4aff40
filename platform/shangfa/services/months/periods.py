"""Months: where one stands, and the steps that bring it to its pay day.

Cutting off and reconciling settle the month anew. Locking and reopening take effect when
hr and finance have both agreed, each by somebody of his own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shangfa.db import tenancy
from shangfa.db.months import periods as sql
from shangfa.db.months import settlements
from shangfa.db.months.periods import PeriodRecord, PeriodStepLine
from shangfa.db.months.settlements import MoneyTotal
from shangfa.db.payroll.papers import told_since
from shangfa.db.tx.transaction import Kind, Tx
from shangfa.domain.access.permissions import Permission
from shangfa.domain.exchange.events import period_locked
from shangfa.domain.faults import refused
from shangfa.domain.money import ZERO
from shangfa.domain.months.faults import (
    ALREADY_SIGNED,
    EARLIER_OPEN,
    ILLEGAL_PERIOD_STEP,
    LATER_LOCKED,
    MONTH_AHEAD,
    PERIOD_MOVED,
)
from shangfa.domain.months.period import month_named
from shangfa.domain.months.states import SIGNERS, is_allowed, state_after, steps_from
from shangfa.domain.policies.kinds import Period
from shangfa.services.access.sight import is_one_of
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.funds.booking import book_month, unbook_month
from shangfa.services.months.settling import settle
from shangfa.services.months.waiting import Wanted, run_due, wanted_by
from shangfa.services.tenancy.ready import current
from shangfa.services.transaction import reading, transact

PERMISSIONS: Final[Mapping[str, Permission]] = {
    "cut-off": "periods:close",
    "reconcile": "periods:reconcile",
    "lock": "periods:sign",
    "export": "periods:pay",
    "pay": "periods:pay",
    "reopen": "periods:sign",
}
BOTH: Final = frozenset({"lock", "reopen"})
"""Steps that hr and finance take together."""
SETTLING: Final = frozenset({"cut-off", "reconcile"})
"""Steps that calculate the month anew."""


@dataclass(frozen=True, slots=True)
class Act:
    """A step as somebody asks for it."""

    step: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a month's entries its newest settlement has settled."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class PeriodView:
    """A month as it is shown.

    Attributes:
        settled_at: when what counts was calculated, None before.
        totals: by kind of money; of a month that is not settled only what is requested.
        signed: (step, roles that have agreed to it) while it waits for another.
        wanted: programmes that close with it and for which nothing was handed in.
    """

    month: str
    state: str
    version: int
    settled_at: datetime | None
    totals: list[MoneyTotal]
    progress: Progress | None
    signed: tuple[str, tuple[str, ...]]
    steps: list[PeriodStepLine]
    wanted: list[Wanted]


def read(ctx: Context, month: str) -> PeriodView:
    """Return where a month stands.

    Raises:
        RefusedError: `invalid` month.
    """
    ctx.need("periods:read")
    period = month_named(month)

    def work(tx: Tx) -> PeriodView:
        current(tx)
        return _view(tx, sql.find_period(tx, period.name) or _new(period))

    return reading(ctx, work)


def take_step(ctx: Context, month: str, step: str, reason: str = "") -> PeriodView:
    """Bring a month one step on.

    Raises:
        RefusedError: `invalid` month, `month_ahead`, `illegal_period_step`, `already_signed`,
            `wage_missing`, `period_moved`, `later_locked`; what a programme says that runs.
    """
    ctx.need(PERMISSIONS[step])
    period = month_named(month)

    def work(tx: Tx) -> PeriodView:
        if step in BOTH:
            tenancy.hold_tenant(tx)
        _check_begun(tx, period)
        held = sql.hold_period(tx, period.name, new_id())
        _check_step(held, step)
        if step in SETTLING:  # beside this transaction, which only keeps the month from moving
            run_due(ctx, period)
            fresh = settle(ctx, period, held.version, strict=step == "reconcile")
            held = held._replace(settlement_id=fresh)
        return _view(tx, _agreed(tx, ctx, held, Act(step, reason)))

    return transact(ctx, work, Kind.LARGE if step in SETTLING | BOTH else Kind.PLAIN)


def _check_begun(tx: Tx, period: Period) -> None:
    if period.first > today(current(tx).zone):
        raise refused(MONTH_AHEAD, value=period.name, day=period.first)


def _check_step(found: PeriodRecord, step: str) -> None:
    if not is_allowed(step, found.state):
        allowed = "、".join(steps_from(found.state)) or "—"
        values = {"value": found.month, "state": found.state, "step": step, "allowed": allowed}
        raise refused(ILLEGAL_PERIOD_STEP, **values)


def _new(period: Period) -> PeriodRecord:
    return PeriodRecord(UUID(int=0), period.name, "open", 1, None, None, {})


def _agreed(tx: Tx, ctx: Context, held: PeriodRecord, act: Act) -> PeriodRecord:
    """Take a step, or note that one of the two has agreed to it."""
    step = act.step
    if step == "lock":
        _check_unmoved(tx, held)
        if (earlier := sql.open_again(tx, held.month)) is not None:
            raise refused(EARLIER_OPEN, value=held.month, earlier=earlier)
    if step == "reopen":
        _check_last(tx, held)
    signed = _signed(tx, ctx, held, act) if step in BOTH else held.signed
    if step in BOTH and len(signed["by"]) < len(SIGNERS):
        return _write(tx, ctx, held, held._replace(signed=signed), act)
    changed = held._replace(state=state_after(step), signed=signed)
    if step == "lock":
        last = sql.last_locked(tx)
        changed = changed._replace(ordinal=(last.ordinal or 0) + 1 if last else 1)
        book_month(tx, ctx, held)
    elif step == "reopen":
        unbook_month(tx, ctx, held)
        fresh = held.version + (held.ordinal is not None)
        changed = _new_again(changed, fresh)
    elif step in SETTLING:
        changed = changed._replace(signed={})
    return _write(tx, ctx, held, changed, act)


def _new_again(held: PeriodRecord, version: int) -> PeriodRecord:
    """Return a month as if nothing had been done with it, in a version of its own."""
    return held._replace(version=version, ordinal=None, settlement_id=None, signed={})


def _write(
    tx: Tx, ctx: Context, held: PeriodRecord, changed: PeriodRecord, act: Act
) -> PeriodRecord:
    at = now()
    done = (act.step, changed.state, changed.version, ctx.role, act.reason, ctx.actor_id, at)
    sql.change_period(tx, changed, PeriodStepLine(new_id(), changed.id, *done))
    tx.flush()
    if (held.ordinal is None) != (changed.ordinal is None):
        tenancy.bump_revision(tx)  # who posts must learn where to book from now on
        if changed.ordinal is not None:
            tell(tx, ctx, at, period_locked(changed.id, changed.month, changed.version))
    return changed


def _signed(tx: Tx, ctx: Context, held: PeriodRecord, act: Act) -> dict[str, Any]:
    """Return who has agreed to a step, the asker with them.

    Raises:
        RefusedError: `already_signed`, in this role or by this person.
    """
    same = held.signed.get("step") == act.step
    before = held.signed if same else {"step": act.step, "reason": act.reason}
    by: dict[str, str] = held.signed["by"] if same else {}
    if ctx.role in by or is_one_of(tx, ctx, [UUID(one) for one in by.values()]):
        missing = "、".join(role for role in SIGNERS if role not in by)
        raise refused(ALREADY_SIGNED, value=ctx.role, allowed=missing)
    return {**before, "by": {**by, ctx.role: str(ctx.actor_id)}}


def _check_unmoved(tx: Tx, held: PeriodRecord) -> None:
    """Let a month pass that is as it was reconciled, by the wages and papers of then.

    Entries are only added, so as many as were settled are those that were settled.
    """
    last = sql.last_locked(tx)
    stood = settlements.find_settlement(tx, held.settlement_id) if held.settlement_id else None
    if (
        stood is None
        or stood.before_id != (last.settlement_id if last else None)
        or stood.entries != settlements.count_entries(tx, held.month)
        or told_since(tx, held.month, stood.id, stood.began_at)
    ):
        raise refused(PERIOD_MOVED, value=held.month)


def _check_last(tx: Tx, held: PeriodRecord) -> None:
    """Let a month pass whose carried amounts no other month has taken over."""
    last = sql.last_locked(tx)
    if held.ordinal is not None and last is not None and last.id != held.id:
        raise refused(LATER_LOCKED, value=held.month, later=last.month)


def _view(tx: Tx, found: PeriodRecord) -> PeriodView:
    stood = settlements.find_settlement(tx, found.settlement_id) if found.settlement_id else None
    newest = settlements.newest_settlement(tx, found.month)
    return PeriodView(
        found.month,
        found.state,
        found.version,
        stood.finished_at if stood else None,
        settlements.money_totals(tx, stood.id) if stood else _running(tx, found.month),
        Progress(newest.done, newest.entries) if newest else None,
        (found.signed.get("step", ""), tuple(sorted(found.signed.get("by", {})))),
        sql.steps_of(tx, found.id),
        wanted_by(tx, found.month) if found.ordinal is None else [],
    )


def _running(tx: Tx, month: str) -> list[MoneyTotal]:
    """Return what a month comes to so far; nothing is allowed before it is settled."""
    return [
        MoneyTotal(money, amount, ZERO, ZERO, ZERO, ZERO)
        for money, amount in settlements.running_totals(tx, month)
    ]
