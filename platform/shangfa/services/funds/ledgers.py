"""Funds as they are opened, read and spent from; a spending needs two people of two roles."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from shangfa.db import tenancy
from shangfa.db.months import funds as sql
from shangfa.db.months.funds import FundLine, FundRecord, RuleLine
from shangfa.db.people import names_used
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import fund_changed
from shangfa.domain.faults import NOT_FOUND, Fault, RefusedError, refused
from shangfa.domain.money import FEN
from shangfa.domain.months.faults import (
    ALREADY_SIGNED,
    FUND_OVERLAP,
    FUND_SHORT,
    SPENDING_WAITS,
)
from shangfa.domain.months.funds import Standing, spent
from shangfa.domain.months.states import SIGNERS
from shangfa.domain.near import nearest
from shangfa.domain.people.faults import UNKNOWN_NAME
from shangfa.domain.policies.faults import UNKNOWN_CLAUSE
from shangfa.services.access.sight import is_one_of
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.etags import check_match
from shangfa.services.events import tell
from shangfa.services.funds.booking import Said, add_moves, rule_of
from shangfa.services.pages import Listed, Page, listed
from shangfa.services.tenancy.ready import ReadyTenant, current
from shangfa.services.transaction import reading, transact


@dataclass(frozen=True, slots=True)
class NewRule:
    """What is to feed a fund; no clauses or departments mean all of them."""

    title: str
    accounts: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spending:
    """Money that leaves a fund, CNY, above 0."""

    amount: Decimal
    purpose: str
    reason: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """A spending; `entry` is None while it waits for a second person."""

    spending: Spending
    signed_by: tuple[str, ...]
    entry: FundLine | None
    fund: FundRecord


def page(ctx: Context) -> Listed[FundRecord]:
    """Return the funds by code."""
    ctx.need("funds:read")

    def work(tx: Tx) -> list[FundRecord]:
        current(tx)
        return sql.all_funds(tx)

    return Listed(reading(ctx, work))


def read(ctx: Context, code: str) -> FundRecord:
    """Return a fund.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("funds:read")

    def work(tx: Tx) -> FundRecord:
        current(tx)
        return _known(sql.find_fund(tx, code))

    return reading(ctx, work)


def entries(ctx: Context, code: str, asked: Page) -> Listed[FundLine]:
    """Return the ledger of a fund, its first entry first.

    Raises:
        RefusedError: `not_found`.
    """
    ctx.need("funds:read")

    def work(tx: Tx) -> list[FundLine]:
        current(tx)
        fund = _known(sql.find_fund(tx, code))
        return sql.entries_of(tx, fund.id, int(asked.cursor or 0), asked.limit + 1)

    return listed(asked, reading(ctx, work), lambda item: str(item.number))


def put(ctx: Context, code: str, said: NewRule, if_match: str | None) -> FundRecord:
    """Open a fund, or let other things feed it from the next month that is locked on.

    Raises:
        RefusedError: `precondition_required`, `stale_version`, `unknown_clause`, `unknown_name`,
            `fund_overlap`.
    """
    ctx.need("funds:write")

    def work(tx: Tx) -> FundRecord:
        tenancy.hold_settings(tx)
        tenant = current(tx)
        known = sql.find_fund(tx, code)
        revision = known.revision if known else 0
        check_match(if_match, revision)
        _check(tx, tenant, said)
        fund_id, at = known.id if known else new_id(), now()
        if known is None:
            sql.add_fund(tx, fund_id, code)
        lists = (to_text(said.accounts), to_text(said.clauses), to_text(said.departments))
        head = (new_id(), fund_id, revision + 1, said.title)
        sql.add_rule(tx, RuleLine(*head, *lists, ctx.actor_id, at))
        tell(tx, ctx, at, fund_changed(fund_id, code, revision + 1))
        fund = _known(sql.find_fund(tx, code))
        _check_apart(tenant, fund, sql.all_funds(tx))
        return fund

    return transact(ctx, work)


def spend(ctx: Context, code: str, asked: Spending) -> Agreed:
    """Agree to a spending; it is booked when hr and finance have, each by somebody of his own.

    Who agreed may propose another instead while nobody else has.

    Raises:
        RefusedError: `not_found`, `fund_short`, `already_signed`, `spending_waits`.
    """
    ctx.need("funds:spend")

    def work(tx: Tx) -> Agreed:
        current(tx)
        fund = _known(sql.hold_fund(tx, code))
        if asked.amount > fund.balance:
            values = {"value": code, "allowed": fund.balance, "amount": asked.amount}
            raise refused(FUND_SHORT, "/amount", **values)
        signed = _signed(tx, ctx, fund.signed, asked)
        by = tuple(sorted(signed["by"]))
        if len(by) < len(SIGNERS):
            sql.sign(tx, fund.id, signed)
            return Agreed(asked, by, None, _known(sql.find_fund(tx, code)))
        sql.sign(tx, fund.id, {})
        move = spent(Standing(fund.balance, fund.owed), asked.amount)
        said = Said(purpose=asked.purpose, reason=asked.reason, signed=signed["by"])
        (line,) = add_moves(tx, ctx, fund, [move], said)
        return Agreed(asked, by, line, _known(sql.find_fund(tx, code)))

    return transact(ctx, work)


def _known(fund: FundRecord | None) -> FundRecord:
    if fund is None:
        raise refused(NOT_FOUND, "")
    return fund


def _signed(tx: Tx, ctx: Context, waits: dict[str, Any], asked: Spending) -> dict[str, Any]:
    """Return the spending with who has agreed to it, the asker with them.

    Raises:
        RefusedError: `already_signed`, in this role or by this person; `spending_waits`.
    """
    amount = str(asked.amount.quantize(FEN))
    said = {"amount": amount, "purpose": asked.purpose, "reason": asked.reason}
    by: dict[str, str] = waits.get("by", {})
    same = bool(by) and all(waits[name] == value for name, value in said.items())
    his = is_one_of(tx, ctx, [UUID(one) for one in by.values()])
    if by and not same and not his:
        values = {"value": waits["purpose"], "amount": waits["amount"]}
        raise refused(SPENDING_WAITS, "", allowed="、".join(by), **values)
    if same and (ctx.role in by or his):
        missing = "、".join(role for role in SIGNERS if role not in by)
        raise refused(ALREADY_SIGNED, value=ctx.role, allowed=missing)
    return {**said, "by": {**(by if same else {}), ctx.role: str(ctx.actor_id)}}


def _check(tx: Tx, tenant: ReadyTenant, said: NewRule) -> None:
    """Let a rule pass that names clauses and departments which there are."""
    faults = [
        Fault(UNKNOWN_CLAUSE, f"/clauses/{index}", _unknown(tenant, code))
        for index, code in enumerate(said.clauses)
        if not any(policy.has(code) for policy in tenant.policies.values())
    ]
    used = names_used(tx, "department") | {item.new for item in tenant.renames}
    faults += [
        Fault(UNKNOWN_NAME, f"/departments/{index}", {"value": name, "near": _near(name, used)})
        for index, name in enumerate(said.departments)
        if name not in used
    ]
    if faults:
        raise RefusedError(*faults)


def _unknown(tenant: ReadyTenant, code: str) -> dict[str, Any]:
    codes = {
        known
        for policy in tenant.policies.values()
        for version in policy.versions
        for known in version.clauses
    }
    return {"value": code, "policy": "、".join(tenant.policies), "near": _near(code, codes)}


def _near(name: str, names: set[str]) -> str:
    return "、".join(nearest(name, sorted(names))) or "—"


def _check_apart(tenant: ReadyTenant, fund: FundRecord, funds: list[FundRecord]) -> None:
    """Let a fund pass that no other shares an entry with."""
    rule = rule_of(tenant, fund)
    for other in funds:
        if other.id != fund.id and rule.overlaps(rule_of(tenant, other)):
            raise refused(FUND_OVERLAP, value=other.code)
