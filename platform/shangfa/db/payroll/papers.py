"""A month's pay, notices and consents, and minimum wages of a company's own, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.domain.payroll.papers import Floor, MonthPay, Paper

_PAY: Final = """
    INSERT INTO month_pay (tenant_id, id, subject_id, month, bonus, statutory, set_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (tenant_id, subject_id, month) DO UPDATE
    SET bonus = excluded.bonus, statutory = excluded.statutory, set_at = excluded.set_at"""
_PAYS: Final = """
    SELECT p.subject_id, p.month, p.bonus, p.statutory FROM month_pay p
    WHERE p.tenant_id = %(tenant)s"""
_PAPER: Final = """
    INSERT INTO deduction_paper
        (tenant_id, id, subject_id, month, paper, money, amount, told_on, reason, actor_id, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_IN_FORCE: Final = """
    SELECT DISTINCT ON (p.subject_id, p.paper, p.money) p.subject_id, p.month, p.paper, p.money,
        p.amount, p.told_on, p.reason
    FROM deduction_paper p WHERE p.tenant_id = %s AND p.month = %s
    ORDER BY p.subject_id, p.paper, p.money, p.id DESC"""
_OF_SUBJECT: Final = """
    SELECT p.id, p.month, p.paper, p.money, p.amount, p.told_on, p.reason, p.actor_id, p.at
    FROM deduction_paper p WHERE p.tenant_id = %s AND p.subject_id = %s ORDER BY p.id"""
_FLOOR: Final = """
    INSERT INTO own_minimum_wage
        (tenant_id, id, region, effective_from, monthly, tier, basis, source, set_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (tenant_id, region, effective_from) DO UPDATE
    SET monthly = excluded.monthly, tier = excluded.tier, basis = excluded.basis,
        source = excluded.source, set_at = excluded.set_at"""
_FLOORS: Final = """
    SELECT m.region, m.effective_from, m.monthly, m.tier, m.basis, m.source
    FROM own_minimum_wage m WHERE m.tenant_id = %s ORDER BY m.region, m.effective_from"""


_SINCE: Final = """
    SELECT EXISTS (
            SELECT FROM deduction_paper p
            WHERE p.tenant_id = %(tenant)s AND p.month = %(month)s AND p.id > %(settlement)s)
        OR EXISTS (
            SELECT FROM month_pay m
            WHERE m.tenant_id = %(tenant)s AND m.month = %(month)s AND m.set_at > %(at)s)
        OR EXISTS (
            SELECT FROM own_minimum_wage w WHERE w.tenant_id = %(tenant)s AND w.set_at > %(at)s)
        OR EXISTS (
            SELECT FROM event e
            JOIN settlement_line l ON l.tenant_id = e.tenant_id AND l.subject_id = e.about
            WHERE e.tenant_id = %(tenant)s AND l.tenant_id = %(tenant)s AND e.id > %(settlement)s
                AND l.settlement_id = %(settlement)s AND e.type = 'subject.changed'
                AND e.payload -> 'fields' @> '["wages"]'::jsonb)"""


Made = tuple[UUID, datetime]
"""The id of a row, and when it was made."""


class PaperRecord(NamedTuple):
    """A paper with who kept it, and when."""

    id: UUID
    said: Paper
    actor_id: UUID
    at: datetime


def set_month_pay(tx: Tx, whose: tuple[UUID, str], pay: MonthPay, made: Made) -> None:
    """Say what payroll says of a subject's month, in place of what it said before."""
    tx.raw.execute(_PAY, (tx.tenant, made[0], *whose, *pay, made[1]))


def month_pays(tx: Tx, subject_id: UUID | None = None) -> list[tuple[UUID, str, MonthPay]]:
    """Return (subject, month, pay) of one subject or of everybody, by month."""
    query = _PAYS if subject_id is None else f"{_PAYS} AND p.subject_id = %(subject)s"
    values = {"tenant": tx.tenant_id, "subject": subject_id}
    rows = tx.raw.execute(f"{query} ORDER BY p.month", values)
    return [(row[0], row[1], MonthPay(*row[2:])) for row in rows.fetchall()]


def add_paper(tx: Tx, subject_id: UUID, record: PaperRecord) -> None:
    """Keep a paper."""
    values = (tx.tenant, record.id, subject_id, *record.said, record.actor_id, record.at)
    tx.raw.execute(_PAPER, values)


def papers_in_force(tx: Tx, month: str) -> list[tuple[UUID, Paper]]:
    """Return (subject, paper) of a month: the newest of each subject, paper and money."""
    rows = tx.raw.execute(_IN_FORCE, (tx.tenant_id, month))
    return [(row[0], Paper(*row[1:])) for row in rows.fetchall()]


def papers_of(tx: Tx, subject_id: UUID) -> list[PaperRecord]:
    """Return all papers of a subject, oldest first."""
    rows = tx.raw.execute(_OF_SUBJECT, (tx.tenant_id, subject_id)).fetchall()
    return [PaperRecord(row[0], Paper(*row[1:7]), *row[7:]) for row in rows]


def set_floor(tx: Tx, floor: Floor, made: Made) -> None:
    """Say what holds in a place from a day on, in place of what was said of the same day."""
    tx.raw.execute(_FLOOR, (tx.tenant, made[0], *floor, made[1]))


def told_since(tx: Tx, month: str, settlement_id: UUID, at: datetime) -> bool:
    """Tell whether papers, pay, minimum wages or wages of a settlement's people are newer than it.

    `at`: when it began. Ids grow with time.
    """
    values = {"tenant": tx.tenant_id, "month": month, "settlement": settlement_id, "at": at}
    row = tx.raw.execute(_SINCE, values).fetchone()
    return bool(row and row[0])


def all_floors(tx: Tx) -> list[Floor]:
    """Return all minimum wages of the company, by place, oldest first."""
    return [Floor(*row) for row in tx.raw.execute(_FLOORS, (tx.tenant_id,)).fetchall()]
