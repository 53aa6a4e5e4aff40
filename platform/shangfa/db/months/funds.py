"""Funds in SQL: their rules, what of which line they got, and their ledgers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.months.settlements import AT_ONCE
from shangfa.db.people import LINE_OF_DAY
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

RULE: Final = Table(
    "fund_rule",
    (
        *("tenant_id", "id", "fund_id", "revision", "title"),
        *("accounts", "clauses", "departments", "actor_id", "at"),
    ),
)
SHARE: Final = Table(
    "fund_share",
    (
        *("tenant_id", "id", "fund_id", "settlement_id", "subject_id"),
        *("money", "origin", "clause", "got", "carried"),
    ),
)
ENTRY: Final = Table(
    "fund_entry",
    (
        *("tenant_id", "id", "fund_id", "number", "kind", "source", "target", "amount"),
        *("balance", "owed", "month", "version", "purpose", "reason", "signed", "actor_id", "at"),
    ),
)


class FundRecord(NamedTuple):
    """A fund with its newest rule, and where it stands after its last entry.

    `signed`: the spending that waits for a second person.
    """

    id: UUID
    code: str
    signed: dict[str, Any]
    revision: int
    title: str
    accounts: list[str]
    clauses: list[str]
    departments: list[str]
    number: int
    balance: Decimal
    owed: Decimal


class RuleLine(NamedTuple):
    """A rule to be written; the lists are JSON texts."""

    id: UUID
    fund_id: UUID
    revision: int
    title: str
    accounts: str
    clauses: str
    departments: str
    actor_id: UUID
    at: datetime


class FundLine(NamedTuple):
    """An entry of a fund's ledger; `signed` is role -> actor, () of those who agreed."""

    id: UUID
    fund_id: UUID
    number: int
    kind: str
    source: str
    target: str
    amount: Decimal
    balance: Decimal
    owed: Decimal
    month: str | None
    version: int | None
    purpose: str
    reason: str
    signed: dict[str, str]
    actor_id: UUID
    at: datetime


class ShareLine(NamedTuple):
    """What of a settled line a fund got, by case or evaluation and clause."""

    id: UUID
    fund_id: UUID
    settlement_id: UUID
    subject_id: UUID
    money: str
    origin: str
    clause: str
    got: Decimal
    carried: Decimal


class FedLine(NamedTuple):
    """A settled line with one of its entries; `origin` is None for a line without any."""

    subject_id: UUID
    money: str
    requested: Decimal
    carried_in: Decimal
    allowed: Decimal
    carried: Decimal
    refused: Decimal
    origin: str | None
    clause: str | None
    day: date | None
    department: str | None
    quantity: Decimal | None


class KnownShare(NamedTuple):
    """What locked months moved for a case and clause, and what the last one carried over."""

    subject_id: UUID
    money: str
    fund_id: UUID
    origin: str
    clause: str
    got: Decimal
    carried: Decimal


_FUND: Final = """
    SELECT f.id, f.code, f.signed, r.revision, r.title, r.accounts, r.clauses, r.departments,
        coalesce(l.number, 0), coalesce(l.balance, 0.00), coalesce(l.owed, 0.00)
    FROM fund f
    JOIN LATERAL (
        SELECT u.revision, u.title, u.accounts, u.clauses, u.departments FROM fund_rule u
        WHERE u.tenant_id = %(tenant)s AND u.fund_id = f.id
        ORDER BY u.revision DESC LIMIT 1) r ON true
    LEFT JOIN LATERAL (
        SELECT e.number, e.balance, e.owed FROM fund_entry e
        WHERE e.tenant_id = %(tenant)s AND e.fund_id = f.id
        ORDER BY e.number DESC LIMIT 1) l ON true
    WHERE f.tenant_id = %(tenant)s"""
_ADD: Final = "INSERT INTO fund (tenant_id, id, code) VALUES (%s, %s, %s)"
_HOLD: Final = """
    SELECT f.id FROM fund f WHERE f.tenant_id = %s AND f.code = %s FOR NO KEY UPDATE"""
_HOLD_ALL: Final = """
    SELECT f.id FROM fund f WHERE f.tenant_id = %s ORDER BY f.id FOR NO KEY UPDATE"""
_SIGN: Final = "UPDATE fund SET signed = %s WHERE tenant_id = %s AND id = %s"
_ENTRIES: Final = """
    SELECT e.id, e.fund_id, e.number, e.kind, e.source, e.target, e.amount, e.balance, e.owed,
        e.month, e.version, e.purpose, e.reason, e.signed, e.actor_id, e.at
    FROM fund_entry e
    WHERE e.tenant_id = %(tenant)s AND e.fund_id = %(fund)s AND e.number > %(after)s
    ORDER BY e.number LIMIT %(limit)s"""
# What is taken back has another decision: its case or evaluation is what the two have in common.
_FED: Final = f"""
    SELECT l.subject_id, l.money, l.requested, l.carried_in, l.allowed, l.carried, l.refused,
        e.origin, e.clause, e.day, a.department, e.quantity
    FROM settlement_line l
    JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    LEFT JOIN LATERAL (
        SELECT g.id, g.clause, g.day, g.quantity, coalesce(
            d.case_id::text, concat_ws('/', v.policy_id, v.programme, v.period)) AS origin
        FROM ledger_entry g
        JOIN decision d ON d.tenant_id = %(tenant)s AND d.id = g.decision_id
        LEFT JOIN evaluation v ON v.tenant_id = %(tenant)s AND v.id = d.evaluation_id
        WHERE g.tenant_id = %(tenant)s AND g.subject_id = l.subject_id
            AND g.account = l.money AND g.booked_in = %(month)s) e ON true
    LEFT JOIN LATERAL {LINE_OF_DAY.replace("%(on)s", "e.day")} a ON true
    WHERE l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND l.settlement_id = %(settlement)s AND l.money = ANY(%(money)s)
    ORDER BY l.subject_id, l.money, e.id"""  # noqa: S608 - a constant
_KNOWN: Final = """
    SELECT h.subject_id, h.money, h.fund_id, h.origin, h.clause, sum(h.got),
        coalesce(sum(h.carried) FILTER (WHERE h.settlement_id = %(before)s), 0.00)
    FROM fund_share h
    JOIN period p ON p.tenant_id = h.tenant_id AND p.settlement_id = h.settlement_id
    WHERE h.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND p.ordinal IS NOT NULL
        AND EXISTS (
            SELECT FROM settlement_line l
            WHERE l.tenant_id = %(tenant)s AND l.settlement_id = %(settlement)s
                AND l.subject_id = h.subject_id AND l.money = h.money)
    GROUP BY 1, 2, 3, 4, 5"""
_MOVED: Final = """
    SELECT h.fund_id, coalesce(sum(h.got) FILTER (WHERE h.got > 0), 0.00),
        coalesce(-sum(h.got) FILTER (WHERE h.got < 0), 0.00)
    FROM fund_share h WHERE h.tenant_id = %(tenant)s AND h.settlement_id = %(settlement)s
    GROUP BY 1 ORDER BY 1"""


def add_fund(tx: Tx, fund_id: UUID, code: str) -> None:
    """Add a fund, which has no rule yet."""
    tx.raw.execute(_ADD, (tx.tenant, fund_id, code))


def add_rule(tx: Tx, line: RuleLine) -> None:
    """Add the next rule of a fund."""
    tx.writes.insert(RULE, [(tx.tenant, *line)])
    tx.flush()


def all_funds(tx: Tx) -> list[FundRecord]:
    """Return the funds by code."""
    rows = tx.raw.execute(f"{_FUND} ORDER BY f.code", {"tenant": tx.tenant_id})
    return [FundRecord(*row) for row in rows.fetchall()]


def find_fund(tx: Tx, code: str) -> FundRecord | None:
    """Return a fund."""
    values = {"tenant": tx.tenant_id, "code": code}
    row = tx.raw.execute(f"{_FUND} AND f.code = %(code)s", values).fetchone()
    return FundRecord(*row) if row else None


def hold_fund(tx: Tx, code: str) -> FundRecord | None:
    """Return a fund and hold it until the transaction ends: one moves its money at a time."""
    tx.raw.execute(_HOLD, (tx.tenant_id, code))
    return find_fund(tx, code)


def hold_funds(tx: Tx) -> list[FundRecord]:
    """Return all funds and hold them until the transaction ends."""
    tx.raw.execute(_HOLD_ALL, (tx.tenant_id,))
    return all_funds(tx)


def sign(tx: Tx, fund_id: UUID, signed: dict[str, Any]) -> None:
    """Write who has agreed to which spending of a held fund."""
    tx.raw.execute(_SIGN, (to_text(signed), tx.tenant_id, fund_id))


def add_entries(tx: Tx, lines: Sequence[FundLine]) -> None:
    """Add entries of funds that are held."""
    rows = [(tx.tenant, *line._replace(signed=to_text(line.signed))) for line in lines]  # type: ignore[arg-type]
    tx.writes.insert(ENTRY, rows)
    tx.flush()


def entries_of(tx: Tx, fund_id: UUID, after: int, limit: int) -> list[FundLine]:
    """Return entries of a fund after a number, the first one first."""
    values = {"tenant": tx.tenant_id, "fund": fund_id, "after": after, "limit": limit}
    return [FundLine(*row) for row in tx.raw.execute(_ENTRIES, values).fetchall()]


def fed_lines(tx: Tx, settlement_id: UUID, month: str, money: Sequence[str]) -> Iterator[FedLine]:
    """Yield a settlement's lines of some kinds of money, once for each of their entries."""
    values: dict[str, Any] = {"tenant": tx.tenant_id, "settlement": settlement_id}
    values |= {"month": month, "money": list(money)}
    with tx.raw.cursor("fed_lines") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(_FED, values)
        for row in cursor:
            yield FedLine(*row)


def known_shares(tx: Tx, settlement_id: UUID, before_id: UUID | None) -> list[KnownShare]:
    """Return what locked months moved for those who have a line in a settlement."""
    values = {"tenant": tx.tenant_id, "settlement": settlement_id, "before": before_id}
    return [KnownShare(*row) for row in tx.raw.execute(_KNOWN, values).fetchall()]


def add_shares(tx: Tx, lines: Sequence[ShareLine]) -> None:
    """Add what funds get of a settlement's lines."""
    tx.writes.insert(SHARE, [(tx.tenant, *line) for line in lines])
    tx.flush()


def moved_by(tx: Tx, settlement_id: UUID) -> dict[UUID, tuple[Decimal, Decimal]]:
    """Return fund -> (what it got of a settlement, what it gave back)."""
    values = {"tenant": tx.tenant_id, "settlement": settlement_id}
    rows = tx.raw.execute(_MOVED, values).fetchall()
    return {fund: (got, back) for fund, got, back in rows}
