"""What is known of somebody's month besides the wage, kept before the month is locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from shangfa.db.payroll import papers as sql
from shangfa.db.payroll.papers import PaperRecord
from shangfa.db.tx.transaction import Tx
from shangfa.domain.faults import INVALID, refused
from shangfa.domain.months.period import booking_month, month_named
from shangfa.domain.payroll.faults import PAY_LOCKED
from shangfa.domain.payroll.papers import Floor, Floors, MonthPay, Paper, check_paper, floors_of
from shangfa.domain.policies.kinds import Period
from shangfa.plugins.guards import place_of
from shangfa.services.access.sight import check_not_own, find_seen
from shangfa.services.audit.notes import note_reading
from shangfa.services.clock import new_id, now, today
from shangfa.services.context import Context
from shangfa.services.pages import Listed
from shangfa.services.people.lines import A_PLACE
from shangfa.services.people.subjects import find
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact

Papers = Mapping[tuple[UUID, str, str], Decimal]
"""(subject, paper, money) -> up to which amount."""


@dataclass(frozen=True, slots=True)
class MonthPayView:
    """What payroll says of somebody's month."""

    month: str
    pay: MonthPay


def set_pay(ctx: Context, code: str, month: str, pay: MonthPay) -> MonthPayView:
    """Say what payroll says of somebody's month.

    Raises:
        RefusedError: `invalid` month, `not_found`, `same_person`, `pay_locked`.
    """
    ctx.need("wages:write")
    check_not_own(ctx, [code], "wages")
    period = month_named(month)

    def work(tx: Tx) -> MonthPayView:
        _check_open(current(tx), period)
        sql.set_month_pay(tx, (find(tx, code).id, period.name), pay, (new_id(), now()))
        return MonthPayView(period.name, pay)

    return transact(ctx, work)


def pays(ctx: Context, code: str) -> Listed[MonthPayView]:
    """Return what payroll said of somebody's months, oldest first.

    Raises:
        RefusedError: `forbidden`, `not_found`.
    """

    def work(tx: Tx) -> list[MonthPayView]:
        found = _seen(tx, ctx, code)
        return [MonthPayView(month, pay) for _, month, pay in sql.month_pays(tx, found)]

    return Listed(reading(_for_office_or_self(ctx, code), work))


def keep(ctx: Context, code: str, said: Paper) -> PaperRecord:
    """Keep a written notice of a deduction, or the consent to one; it replaces the one before.

    Raises:
        RefusedError: `invalid` month, `wrong_paper`, `told_ahead`, `not_found`, `same_person`,
            `pay_locked`.
    """
    ctx.need("wages:write")
    check_not_own(ctx, [code], "wages")
    period = month_named(said.month)

    def work(tx: Tx) -> PaperRecord:
        tenant = current(tx)
        check_paper(said, today(tenant.zone))
        _check_open(tenant, period)
        record = PaperRecord(new_id(), said, ctx.actor_id, now())
        sql.add_paper(tx, find(tx, code).id, record)
        return record

    return transact(ctx, work)


def papers(ctx: Context, code: str) -> Listed[PaperRecord]:
    """Return all notices and consents of somebody, oldest first.

    Raises:
        RefusedError: `forbidden`, `not_found`.
    """
    work = lambda tx: sql.papers_of(tx, _seen(tx, ctx, code))  # noqa: E731
    return Listed(reading(_for_office_or_self(ctx, code), work))


def set_floor(ctx: Context, floor: Floor) -> Floor:
    """Say which minimum wage the company goes by in a place, from a day on.

    Raises:
        RefusedError: `invalid` for a place that nobody knows: its wage would hold nowhere.
    """
    ctx.need("compliance:write")

    def work(tx: Tx) -> Floor:
        placed = floor._replace(region=_place(current(tx), floor.region))
        sql.set_floor(tx, placed, (new_id(), now()))
        return placed

    return transact(ctx, work)


def _place(tenant: ReadyTenant, word: str) -> str:
    place = place_of(word) or (word if word in tenant.regions else None)
    if place is None:
        raise refused(INVALID, "/region", value=word, why=A_PLACE)
    return place


def floors(ctx: Context) -> Listed[Floor]:
    """Return the company's own minimum wages."""
    ctx.need("compliance:read")

    def work(tx: Tx) -> list[Floor]:
        current(tx)
        return sql.all_floors(tx)

    return Listed(reading(ctx, work))


def read_floors(tx: Tx) -> Floors:
    """Return the company's own minimum wages in an open transaction."""
    rows = sorted(sql.all_floors(tx), key=lambda row: row.since)
    return floors_of(row._replace(region=place_of(row.region) or row.region) for row in rows)


def read_papers(tx: Tx, month: str) -> Papers:
    """Return up to what may be taken in a month by notice or consent."""
    return {
        (who, said.paper, said.money): said.amount
        for who, said in sql.papers_in_force(tx, month)
        if said.amount
    }


def _check_open(tenant: ReadyTenant, period: Period) -> None:
    if period.name in tenant.locked:
        allowed = booking_month(period.last, tenant.locked)
        raise refused(PAY_LOCKED, value=period.name, allowed=allowed)


def _for_office_or_self(ctx: Context, code: str) -> Context:
    if code != ctx.subject:
        ctx.need("wages:read")
    return ctx


def _seen(tx: Tx, ctx: Context, code: str) -> UUID:
    found = find_seen(tx, ctx, code, today(current(tx).zone))
    note_reading(tx, ctx, "wages.read", code)
    return found.id
