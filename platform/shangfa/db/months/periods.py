"""Months in SQL: which are locked, where one stands, what was done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

STEP: Final = Table(
    "period_step",
    (
        "tenant_id",
        "id",
        "period_id",
        "step",
        "state",
        "version",
        "role",
        "reason",
        "actor_id",
        "at",
    ),
)


class PeriodRecord(NamedTuple):
    """A month as it stands.

    Attributes:
        settlement_id: the calculation that counts, None before the first.
        ordinal: its number among the locked months, None while it is not locked.
        signed: `step`, `by` (role -> actor) and `reason` of what waits for a second person.
    """

    id: UUID
    month: str
    state: str
    version: int
    settlement_id: UUID | None
    ordinal: int | None
    signed: dict[str, Any]


class PeriodStepLine(NamedTuple):
    """A step to be noted; `state` is the state after it."""

    id: UUID
    period_id: UUID
    step: str
    state: str
    version: int
    role: str
    reason: str
    actor_id: UUID
    at: datetime


_LOCKED: Final = """
    SELECT p.month FROM period p WHERE p.tenant_id = %s AND p.ordinal IS NOT NULL"""
_LATER: Final = """
    SELECT EXISTS (
        SELECT FROM period k
        LEFT JOIN period p ON p.tenant_id = %(tenant)s AND p.month = %(month)s
        WHERE k.tenant_id = %(tenant)s AND k.month > %(month)s AND k.ordinal IS NOT NULL
            AND (p.ordinal IS NULL OR k.ordinal < p.ordinal))"""
_CLOSING: Final = """
    SELECT p.month FROM period p
    WHERE p.tenant_id = %s AND p.state IN ('cut_off', 'reconciled') ORDER BY p.month"""
_PERIOD: Final = """
    SELECT p.id, p.month, p.state, p.version, p.settlement_id, p.ordinal, p.signed
    FROM period p WHERE p.tenant_id = %(tenant)s"""
_ADD: Final = """
    INSERT INTO period (tenant_id, id, month, state) VALUES (%s, %s, %s, 'open')
    ON CONFLICT (tenant_id, month) DO NOTHING"""
_CHANGE: Final = """
    UPDATE period SET state = %s, version = %s, settlement_id = %s, ordinal = %s, signed = %s
    WHERE tenant_id = %s AND id = %s"""
_STEPS: Final = """
    SELECT s.id, s.period_id, s.step, s.state, s.version, s.role, s.reason, s.actor_id, s.at
    FROM period_step s WHERE s.tenant_id = %s AND s.period_id = %s ORDER BY s.id"""


def locked_months(tx: Tx) -> frozenset[str]:
    """Return the months that receive nothing more."""
    return frozenset(month for (month,) in tx.raw.execute(_LOCKED, (tx.tenant_id,)).fetchall())


def closing_months(tx: Tx) -> list[str]:
    """Return the months that are being closed, oldest first."""
    return [month for (month,) in tx.raw.execute(_CLOSING, (tx.tenant_id,)).fetchall()]


def find_period(tx: Tx, month: str) -> PeriodRecord | None:
    """Return a month, None when nothing was ever done with it."""
    values = {"tenant": tx.tenant_id, "month": month}
    row = tx.raw.execute(f"{_PERIOD} AND p.month = %(month)s", values).fetchone()
    return PeriodRecord(*row) if row else None


def hold_period(tx: Tx, month: str, fresh_id: UUID) -> PeriodRecord:
    """Return a month, made when it is new, and hold it until the transaction ends."""
    tx.raw.execute(_ADD, (tx.tenant_id, fresh_id, month))
    values = {"tenant": tx.tenant_id, "month": month}
    query = f"{_PERIOD} AND p.month = %(month)s FOR NO KEY UPDATE OF p"
    row = tx.raw.execute(query, values).fetchone()
    assert row is not None  # noqa: S101 - made above
    return PeriodRecord(*row)


def last_locked(tx: Tx) -> PeriodRecord | None:
    """Return the month that was locked last, None when none is."""
    query = f"{_PERIOD} AND p.ordinal IS NOT NULL ORDER BY p.ordinal DESC LIMIT 1"
    row = tx.raw.execute(query, {"tenant": tx.tenant_id}).fetchone()
    return PeriodRecord(*row) if row else None


def has_later(tx: Tx, month: str) -> bool:
    """Return whether a later month is locked, and was before this one if this one is."""
    row = tx.raw.execute(_LATER, {"tenant": tx.tenant_id, "month": month}).fetchone()
    return bool(row and row[0])


def open_again(tx: Tx, before: str) -> str | None:
    """Return the first month before another that was locked and is open again."""
    query = (
        f"{_PERIOD} AND p.ordinal IS NULL AND p.version > 1 AND p.month < %(before)s"
        " ORDER BY p.month LIMIT 1"
    )
    row = tx.raw.execute(query, {"tenant": tx.tenant_id, "before": before}).fetchone()
    return PeriodRecord(*row).month if row else None


def change_period(tx: Tx, changed: PeriodRecord, step: PeriodStepLine) -> None:
    """Write how a held month stands after a step."""
    values = (changed.state, changed.version, changed.settlement_id, changed.ordinal)
    signed = to_text(changed.signed)
    tx.raw.execute(_CHANGE, (*values, signed, tx.tenant_id, changed.id))
    tx.writes.insert(STEP, [(tx.tenant, *step)])


def steps_of(tx: Tx, period_id: UUID) -> list[PeriodStepLine]:
    """Return what was done with a month, in order."""
    rows = tx.raw.execute(_STEPS, (tx.tenant_id, period_id)).fetchall()
    return [PeriodStepLine(*row) for row in rows]
