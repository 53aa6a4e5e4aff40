"""What a month moves into and out of funds, in the transaction that locks or reopens it.

All of it is counted from the lines that were settled and never from what was asked for, and a
month that is opened again takes back exactly what its version moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final
from uuid import UUID

from shangfa.db.months import funds as sql
from shangfa.db.months.funds import FedLine, FundLine, FundRecord, ShareLine
from shangfa.db.months.periods import PeriodRecord, has_later
from shangfa.db.months.settlements import find_settlement
from shangfa.db.tx.transaction import Tx
from shangfa.domain.exchange.events import fund_moved
from shangfa.domain.money import ZERO
from shangfa.domain.months.funds import (
    FedEntry,
    FundRule,
    Key,
    Movement,
    Share,
    Standing,
    booked,
    shares_of,
    unbooked,
)
from shangfa.domain.payroll.handed import Amounts
from shangfa.domain.people.renames import with_later_names
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.events import tell
from shangfa.services.tenancy.ready import ReadyTenant, current

AT_ONCE: Final = 500
"""Shares that one statement writes."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of entries: the month they are of, or what a spending is for and who agreed."""

    month: str | None = None
    version: int | None = None
    purpose: str = ""
    reason: str = ""
    signed: Mapping[str, str] = field(default_factory=dict)


def book_month(tx: Tx, ctx: Context, held: PeriodRecord) -> None:
    """Move what a month that is being locked settles into the funds, and out of them."""
    funds = sql.hold_funds(tx)
    if not funds or held.settlement_id is None:
        return
    waiting: list[ShareLine] = []
    for line in _shares(tx, current(tx), held, funds):
        waiting.append(line)
        if len(waiting) == AT_ONCE:
            sql.add_shares(tx, waiting)
            waiting = []
    sql.add_shares(tx, waiting)
    _move(tx, ctx, held, funds, again=False)


def unbook_month(tx: Tx, ctx: Context, held: PeriodRecord) -> None:
    """Take back what a locked month moved, before it is opened again."""
    if held.ordinal is not None and held.settlement_id is not None:
        _move(tx, ctx, held, sql.hold_funds(tx), again=True)


def rule_of(tenant: ReadyTenant, fund: FundRecord) -> FundRule:
    """Return what feeds a fund; a renamed department goes on feeding it."""
    departments = with_later_names(tenant.renames, "department", fund.departments)
    return FundRule(frozenset(fund.accounts), frozenset(fund.clauses), frozenset(departments))


def _shares(
    tx: Tx, tenant: ReadyTenant, held: PeriodRecord, funds: list[FundRecord]
) -> Iterator[ShareLine]:
    assert held.settlement_id is not None  # noqa: S101 - narrows for mypy
    rules = {fund.id: rule_of(tenant, fund) for fund in funds}
    known, overtaken = _known(tx, held.settlement_id), has_later(tx, held.month)
    money = sorted({money for _, money in known}.union(*(rule.accounts for rule in rules.values())))
    lines = sql.fed_lines(tx, held.settlement_id, held.month, money)
    for (subject_id, kind), rows in groupby(lines, lambda row: (row.subject_id, row.money)):
        own = list(rows)
        before = known.get((subject_id, kind), [])
        entries = list(_entries(own))
        line = _amounts(own[0])._replace(overtaken=overtaken)
        for share in shares_of(kind, line, entries, before, rules):
            yield ShareLine(
                *(new_id(), share.fund, held.settlement_id, subject_id, kind),
                *(share.key.origin, share.key.clause, share.got, share.carried),
            )


def _known(tx: Tx, settlement_id: UUID) -> dict[tuple[UUID, str], list[Share]]:
    stood = find_settlement(tx, settlement_id)
    found: dict[tuple[UUID, str], list[Share]] = {}
    for item in sql.known_shares(tx, settlement_id, stood.before_id if stood else None):
        share = Share(item.fund_id, Key(item.origin, item.clause), item.got, item.carried)
        found.setdefault((item.subject_id, item.money), []).append(share)
    return found


def _amounts(line: FedLine) -> Amounts:
    return Amounts(line.requested, line.carried_in, line.allowed, line.carried, line.refused)


def _entries(rows: Iterable[FedLine]) -> Iterator[FedEntry]:
    for row in rows:
        if row.quantity is not None:
            key = Key(row.origin or "", row.clause or "")
            yield FedEntry(key, row.department, row.quantity)


def _move(
    tx: Tx, ctx: Context, held: PeriodRecord, funds: list[FundRecord], *, again: bool
) -> None:
    assert held.settlement_id is not None  # noqa: S101 - narrows for mypy
    moved = sql.moved_by(tx, held.settlement_id)
    for fund in funds:
        income, refund = moved.get(fund.id, (ZERO, ZERO))
        stands = Standing(fund.balance, fund.owed)
        moves = unbooked if again else booked
        add_moves(
            tx, ctx, fund, list(moves(stands, income, refund)), Said(held.month, held.version)
        )


def add_moves(
    tx: Tx, ctx: Context, fund: FundRecord, moves: list[Movement], said: Said
) -> list[FundLine]:
    """Add entries to the ledger of a held fund, and tell of them."""
    at = now()
    lines = [
        FundLine(
            *(new_id(), fund.id, number, move.kind, move.source, move.target, move.amount),
            *(*move.after, said.month, said.version, said.purpose, said.reason),
            *(dict(said.signed), ctx.actor_id, at),
        )
        for number, move in enumerate(moves, fund.number + 1)
    ]
    sql.add_entries(tx, lines)
    tell(tx, ctx, at, *(fund_moved(fund.id, fund.code, _told(line)) for line in lines))
    return lines


def _told(line: FundLine) -> dict[str, object]:
    return {
        "number": line.number,
        "kind": line.kind,
        "amount": line.amount,
        "balance": line.balance,
        "owed": line.owed,
    }
