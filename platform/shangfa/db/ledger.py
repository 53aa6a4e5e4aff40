"""The ledger and its totals in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.people import WHO
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

_TALLIES: Final = f"""
    SELECT s.code, t.policy_id, t.account, t.unit, t.span, t.total, t.own, t.last_day
    FROM tally t JOIN subject s ON s.tenant_id = t.tenant_id AND s.id = t.subject_id
    WHERE t.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND t.subject_id IN ({WHO}) AND t.span = ANY(%(spans)s)"""  # noqa: S608 - constants only

_DAYS: Final = """
    SELECT s.code, e.account, e.unit, e.day, sum(e.quantity),
           coalesce(sum(e.quantity) FILTER (WHERE NOT e.joint), 0)
    FROM ledger_entry e JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND e.policy_id = %(policy)s
        AND s.code = ANY(%(codes)s)
    GROUP BY 1, 2, 3, 4"""

_POSTED: Final = """
    SELECT origin.code, s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day, e.joint
    FROM decision d
    JOIN subject origin ON origin.tenant_id = d.tenant_id AND origin.id = d.subject_id
    JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE d.tenant_id = %(tenant)s AND origin.tenant_id = %(tenant)s AND e.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND d.case_id = %(case)s AND d.kind IN ('sanction', 'choice')
    ORDER BY e.id"""

ENTRIES: Final = Table(
    "ledger_entry",
    (
        "tenant_id",
        "id",
        "decision_id",
        "subject_id",
        "policy_id",
        "account",
        "unit",
        "quantity",
        "clause",
        "cause",
        "day",
        "booked_in",
        "joint",
        "recorded_at",
    ),
)
TALLIES: Final = Table(
    "tally",
    (
        "tenant_id",
        "policy_id",
        "id",
        "subject_id",
        "account",
        "unit",
        "span",
        "total",
        "own",
        "last_day",
        "gap",
    ),
    "ON CONFLICT (tenant_id, subject_id, policy_id, account, unit, span) DO UPDATE"
    " SET total = excluded.total, own = excluded.own, last_day = excluded.last_day,"
    " gap = excluded.gap",
)


class TallyLine(NamedTuple):
    """A tally as it is read."""

    subject: str
    policy_id: UUID
    account: str
    unit: str
    span: str
    total: Decimal
    own: Decimal
    last_day: date


class LedgerLine(NamedTuple):
    """A ledger entry to be written."""

    id: UUID
    decision_id: UUID
    subject_id: UUID
    policy_id: UUID
    account: str
    unit: str
    quantity: Decimal
    clause: str
    cause: str
    day: date
    booked_in: str
    joint: bool
    recorded_at: datetime


class TallyMove(NamedTuple):
    """A tally as it stands after a decision."""

    id: UUID
    subject_id: UUID
    account: str
    unit: str
    span: str
    total: Decimal
    own: Decimal
    last_day: date
    gap: Decimal | None


class Posted(NamedTuple):
    """A ledger entry of a case; `origin` is whose decision posted it."""

    origin: str
    subject: str
    account: str
    unit: str
    quantity: Decimal
    clause: str
    cause: str
    day: date
    joint: bool


def ask_tallies(tx: Tx, codes: Sequence[str], on: date, spans: Sequence[str]) -> Cursor[TupleRow]:
    """Ask for the tallies of subjects and their supervisors of the day, as `TallyLine`."""
    values = {"tenant": tx.tenant_id, "codes": list(codes), "on": on, "spans": list(spans)}
    return tx.raw.execute(_TALLIES, values)


def days_of(
    tx: Tx, policy_id: UUID, codes: Sequence[str]
) -> list[tuple[str, str, str, date, Decimal, Decimal]]:
    """Return (subject, account, unit, day, total, own) of everything ever posted."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "codes": list(codes)}
    return list(tx.raw.execute(_DAYS, values).fetchall())


def posted_by(tx: Tx, case_id: UUID) -> list[Posted]:
    """Return what a case's sanctions and choices posted, in the order of posting."""
    rows = tx.raw.execute(_POSTED, {"tenant": tx.tenant_id, "case": case_id})
    return [Posted(*row) for row in rows.fetchall()]


def add_entries(tx: Tx, entries: Iterable[LedgerLine]) -> None:
    """Add ledger entries."""
    tenant_id = tx.tenant
    tx.writes.insert(ENTRIES, [(tenant_id, *entry) for entry in entries])


def move_tallies(tx: Tx, policy_id: UUID, moves: Iterable[TallyMove]) -> None:
    """Set tallies to where they stand now."""
    tenant_id = tx.tenant
    tx.writes.insert(TALLIES, [(tenant_id, policy_id, *move) for move in moves])
