"""What payroll is handed, in SQL: people with their lines, and the entries behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import RESTRICTED
from shangfa.db.months.settlements import AT_ONCE
from shangfa.db.people import LINE_OF_DAY
from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY


class HandedLine(NamedTuple):
    """A line with whose it is.

    Attributes:
        parts: (unit, day, quantity, CNY) of one entry.
        nameless: whether it is of somebody of whom the reader may know nothing.
    """

    subject: str
    name: str
    kind: str
    attributes: dict[str, Any]
    department: str | None
    money: str
    requested: Decimal
    carried_in: Decimal
    allowed: Decimal
    carried: Decimal
    refused: Decimal
    reason: str
    clauses: list[str]
    parts: list[tuple[str, str, str, str]]
    nameless: bool


class HandedEntry(NamedTuple):
    """An entry of money.

    Attributes:
        origin: the incident or the evaluation it comes from, None where the reader may know
            nothing of it; of a confidential one the clause is not told either. What was told before
            the month was locked stays told.
    """

    subject: str
    money: str
    origin: UUID | None
    day: date
    cause: str
    clause: str
    unit: str
    quantity: Decimal


_NAMELESS: Final = "(%(kept_out)s AND s.restricted_at IS NOT NULL)"
"""The subject `s` is restricted and the reader does not pay him; such come last, for where they
stand among the others says who they may be."""
_LINES: Final = f"""
    SELECT s.code, s.name, s.kind, s.attributes, a.department, l.money, l.requested, l.carried_in,
        l.allowed, l.carried, l.refused, l.reason, l.clauses, l.parts, {_NAMELESS}
    FROM settlement_line l
    JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    LEFT JOIN LATERAL {LINE_OF_DAY} a ON true
    WHERE l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND l.settlement_id = %(settlement)s
    ORDER BY {_NAMELESS}, s.code, l.money"""  # noqa: S608 - a constant
HIDDEN: Final = """c.confidential AND coalesce(c.confidential_at <= (
            SELECT max(t.at) FROM period_step t JOIN period p
                ON p.tenant_id = t.tenant_id AND p.id = t.period_id
            WHERE t.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND p.month = %(month)s
                AND p.ordinal IS NOT NULL AND t.state = 'locked' AND t.step = 'lock'), true)"""
"""Confidential always, or when the month was locked; of one that is not locked, by now."""
_ENTRIES: Final = f"""
    SELECT s.code, e.account,
        CASE WHEN {HIDDEN} OR {RESTRICTED} THEN NULL
            ELSE coalesce(c.incident_id, d.evaluation_id) END,
        e.day, e.cause, CASE WHEN {HIDDEN} THEN '—' ELSE e.clause END, e.unit, e.quantity
    FROM ledger_entry e
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    LEFT JOIN "case" c ON c.tenant_id = %(tenant)s AND c.id = d.case_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s
        AND e.booked_in = %(month)s AND e.account = ANY(%(money)s)
    ORDER BY {_NAMELESS}, s.code, e.account, e.id"""  # noqa: S608 - constants only


def handed_lines(tx: Tx, settlement_id: UUID, last: date) -> Iterator[HandedLine]:
    """Yield a settlement's lines by subject and money, with who it was on a day."""
    values: dict[str, Any] = {"tenant": tx.tenant_id, "settlement": settlement_id, "on": last}
    values["kept_out"] = tx.kept_out
    with tx.raw.cursor("handed_lines") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(_LINES, values)
        for row in cursor:
            yield HandedLine(*row)


def handed_entries(tx: Tx, month: str) -> Iterator[HandedEntry]:
    """Yield a month's entries of money by subject, money and order of posting."""
    values: dict[str, Any] = {"tenant": tx.tenant_id, "month": month, "money": sorted(MONEY)}
    values["kept_out"] = tx.kept_out
    with tx.raw.cursor("handed_entries") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(_ENTRIES, values)
        for row in cursor:
            yield HandedEntry(*row)
