"""Settlements in SQL: what a month comes to for everybody, streamed, and its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.account import MONEY

LAST_DAY: Final = 31
"""Stands for no cut-off: no day of a month is later."""
AT_ONCE: Final = 5000
"""How many sums are fetched together."""
SETTLEMENT: Final = Table(
    "settlement",
    (
        "tenant_id",
        "id",
        "month",
        "version",
        "before_id",
        "entries",
        "people",
        "done",
        "actor_id",
        "began_at",
        "cut_off",
    ),
)
LINE: Final = Table(
    "settlement_line",
    (
        "tenant_id",
        "settlement_id",
        "id",
        "subject_id",
        "money",
        "requested",
        "allowed",
        "carried",
        "carried_in",
        "refused",
        "reason",
        "clauses",
        "adjusts",
        "parts",
        "law",
        "points",
    ),
)


class SettlementRecord(NamedTuple):
    """A calculation of a month; `done` of its entries are settled.

    `cut_off`: the last day of a month that was booked in it, None for its last one.
    """

    id: UUID
    month: str
    version: int
    before_id: UUID | None
    entries: int
    people: int
    done: int
    finished_at: datetime | None
    actor_id: UUID
    began_at: datetime
    cut_off: int | None = None


class MonthSum(NamedTuple):
    """What a month's entries of one account and unit of a subject add up to.

    Attributes:
        day: of the entries when their worth depends on it, else None.
        each: quantity of each of them then: what one is worth is rounded by itself.
        adjusts: months, now locked, of which this is booked late.
        waiting: of the quantity, what policies gave whose rewards are paid with the next month.
    """

    subject_id: UUID
    subject: str
    kind: str
    account: str
    unit: str
    day: date | None
    each: Decimal | None
    quantity: Decimal
    entries: int
    clauses: list[str]
    adjusts: list[str]
    waiting: Decimal


class LineOfSettlement(NamedTuple):
    """A line to be written; `clauses`, `adjusts` and `parts` are JSON texts."""

    id: UUID
    subject_id: UUID
    money: str
    requested: Decimal
    allowed: Decimal
    carried: Decimal
    carried_in: Decimal
    refused: Decimal
    reason: str
    clauses: str
    adjusts: str
    parts: str
    law: str
    points: int


class SettledLine(NamedTuple):
    """A line as it is read back."""

    subject: str
    money: str
    requested: Decimal
    allowed: Decimal
    carried: Decimal
    carried_in: Decimal
    refused: Decimal
    reason: str
    clauses: list[str]
    adjusts: list[str]
    law: str
    points: int


class Carried(NamedTuple):
    """What a settlement left over of one kind of money of a subject."""

    subject_id: UUID
    subject: str
    kind: str
    money: str
    amount: Decimal


class MoneyTotal(NamedTuple):
    """What all lines of one kind of money come to."""

    money: str
    requested: Decimal
    allowed: Decimal
    carried: Decimal
    carried_in: Decimal
    refused: Decimal


# First by clause and month of origin, which are few for each, then these put together.
_SUMS: Final = """
    SELECT s.id, s.code, s.kind, sums.account, sums.unit, sums.day, sums.each, sums.quantity,
        sums.entries, sums.clauses, sums.adjusts, sums.waiting
    FROM (
        SELECT parts.subject_id, parts.account, parts.unit, parts.day, parts.each,
            sum(parts.quantity) AS quantity, sum(parts.entries)::bigint AS entries,
            array_agg(parts.clause) AS clauses,
            coalesce(array_agg(parts.late) FILTER (WHERE parts.late IS NOT NULL), '{}') AS adjusts,
            sum(parts.waiting) AS waiting
        FROM (
            SELECT e.subject_id, e.account, e.unit,
                CASE WHEN e.decision_id IN (
                    SELECT d.id FROM "case" c
                    JOIN decision d ON d.tenant_id = c.tenant_id AND d.case_id = c.id
                    WHERE c.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND c.confidential
                ) THEN '—' ELSE e.clause END AS clause,
                CASE WHEN e.unit IN ('day', 'hour', 'percent') THEN e.day END AS day,
                CASE WHEN e.unit IN ('day', 'hour', 'percent') THEN e.quantity END AS each,
                CASE WHEN e.day < %(first)s THEN to_char(
                    e.day + CASE WHEN extract(day FROM e.day) > %(cut_off)s
                        THEN interval '1 month' ELSE interval '0' END, 'YYYY-MM') END AS late,
                sum(e.quantity) AS quantity, count(*) AS entries,
                sum(CASE WHEN e.account = 'reward' AND e.policy_id = ANY(%(later)s)
                    THEN e.quantity ELSE 0 END) AS waiting
            FROM ledger_entry e
            WHERE e.tenant_id = %(tenant)s AND e.booked_in = %(month)s
                AND e.account = ANY(%(money)s)
            GROUP BY 1, 2, 3, 4, 5, 6, 7) parts
        GROUP BY 1, 2, 3, 4, 5) sums
    JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = sums.subject_id
    ORDER BY s.id, sums.account"""
_COUNT: Final = """
    SELECT count(*) FROM ledger_entry e
    WHERE e.tenant_id = %(tenant)s AND e.booked_in = %(month)s AND e.account = ANY(%(money)s)"""
_RUNNING: Final = """
    SELECT e.account, sum(e.quantity) FROM ledger_entry e
    WHERE e.tenant_id = %(tenant)s AND e.booked_in = %(month)s AND e.account = ANY(%(money)s)
        AND e.unit = 'CNY'
    GROUP BY 1 ORDER BY 1"""
_CARRIED: Final = """
    SELECT s.id, s.code, s.kind, l.money, l.carried
    FROM settlement_line l JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    WHERE l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND l.settlement_id = %(settlement)s AND l.carried <> 0"""
_FIND: Final = """
    SELECT t.id, t.month, t.version, t.before_id, t.entries, t.people, t.done, t.finished_at,
        t.actor_id, t.began_at, t.cut_off
    FROM settlement t WHERE t.tenant_id = %(tenant)s"""
_DONE: Final = "UPDATE settlement SET done = %s WHERE tenant_id = %s AND id = %s"
_FINISH: Final = """
    UPDATE settlement SET done = %s, people = %s, entries = %s, finished_at = %s
    WHERE tenant_id = %s AND id = %s"""
_TOTALS: Final = """
    SELECT l.money, sum(l.requested), sum(l.allowed), sum(l.carried), sum(l.carried_in),
        sum(l.refused)
    FROM settlement_line l WHERE l.tenant_id = %(tenant)s AND l.settlement_id = %(settlement)s
    GROUP BY 1 ORDER BY 1"""
_LINES: Final = """
    SELECT s.code, l.money, l.requested, l.allowed, l.carried, l.carried_in, l.refused,
        l.reason, l.clauses, l.adjusts, l.law, l.points
    FROM settlement_line l JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    WHERE l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND l.settlement_id = %(settlement)s"""
_TAKEN: Final = """
    SELECT l.subject_id, l.money, -sum(l.allowed)
    FROM (
        SELECT DISTINCT r.subject_id, r.money FROM settlement_line r
        WHERE r.tenant_id = %(tenant)s AND r.refused <> 0) cut
    JOIN settlement_line l ON l.tenant_id = %(tenant)s AND l.subject_id = cut.subject_id
        AND l.money = cut.money
    JOIN period p ON p.tenant_id = l.tenant_id AND p.settlement_id = l.settlement_id
    WHERE p.tenant_id = %(tenant)s AND l.tenant_id = %(tenant)s AND p.ordinal IS NOT NULL
    GROUP BY 1, 2"""
_HANDS_ON: Final = sorted(MONEY)


def add_settlement(tx: Tx, record: SettlementRecord) -> None:
    """Add a calculation that begins."""
    head, tail = record[:7], record[8:]
    tx.writes.insert(SETTLEMENT, [(tx.tenant, *head, *tail)])


def note_done(tx: Tx, settlement_id: UUID, done: int) -> None:
    """Say how many entries are settled."""
    tx.raw.execute(_DONE, (done, tx.tenant_id, settlement_id))


def finish(tx: Tx, settlement_id: UUID, people: int, entries: int, at: datetime) -> None:
    """Say that everybody has his lines, how many people and on how many entries."""
    tx.raw.execute(_FINISH, (entries, people, entries, at, tx.tenant_id, settlement_id))


def find_settlement(tx: Tx, settlement_id: UUID) -> SettlementRecord | None:
    """Return a calculation."""
    values = {"tenant": tx.tenant_id, "id": settlement_id}
    row = tx.raw.execute(f"{_FIND} AND t.id = %(id)s", values).fetchone()
    return SettlementRecord(*row) if row else None


def newest_settlement(tx: Tx, month: str) -> SettlementRecord | None:
    """Return the calculation of a month that began last."""
    query = f"{_FIND} AND t.month = %(month)s ORDER BY t.id DESC LIMIT 1"
    row = tx.raw.execute(query, {"tenant": tx.tenant_id, "month": month}).fetchone()
    return SettlementRecord(*row) if row else None


def count_entries(tx: Tx, month: str) -> int:
    """Return how many entries of money a month has."""
    values = {"tenant": tx.tenant_id, "month": month, "money": _HANDS_ON}
    row = tx.raw.execute(_COUNT, values).fetchone()
    return int(row[0]) if row else 0


def running_totals(tx: Tx, month: str) -> list[tuple[str, Decimal]]:
    """Return (account, CNY) of a month that is not settled."""
    values = {"tenant": tx.tenant_id, "month": month, "money": _HANDS_ON}
    return list(tx.raw.execute(_RUNNING, values).fetchall())


class SumsAsked(NamedTuple):
    """What of a month is summed.

    Attributes:
        first: the first day that is booked in it; what is older is booked late.
        cut_off: the last day of a month that is booked in it.
        later: policies whose rewards are paid with the next month.
    """

    month: str
    first: date
    cut_off: int | None = None
    later: Sequence[UUID] = ()


def month_sums(tx: Tx, asked: SumsAsked) -> Iterator[MonthSum]:
    """Yield what a month's entries come to, subject by subject; a part at a time."""
    values: dict[str, Any] = {"tenant": tx.tenant_id, "money": _HANDS_ON, **asked._asdict()}
    values |= {"later": list(asked.later), "cut_off": asked.cut_off or LAST_DAY}
    with tx.raw.cursor("month_sums") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(_SUMS, values)
        for row in cursor:
            yield MonthSum(*row)


def carried_by(tx: Tx, settlement_id: UUID) -> list[Carried]:
    """Return what a settlement left over."""
    rows = tx.raw.execute(_CARRIED, {"tenant": tx.tenant_id, "settlement": settlement_id})
    return [Carried(*row) for row in rows.fetchall()]


def taken_by(tx: Tx) -> dict[tuple[UUID, str], Decimal]:
    """Return (subject, money) -> what locked months took, of those who were refused something."""
    rows = tx.raw.execute(_TAKEN, {"tenant": tx.tenant_id}).fetchall()
    return {(subject_id, money): taken for subject_id, money, taken in rows}


def add_lines(tx: Tx, settlement_id: UUID, lines: Iterable[LineOfSettlement]) -> None:
    """Add lines of a settlement, at once."""
    tenant_id = tx.tenant
    tx.writes.insert(LINE, [(tenant_id, settlement_id, *line) for line in lines])
    tx.flush()


def money_totals(tx: Tx, settlement_id: UUID) -> list[MoneyTotal]:
    """Return what the lines of a settlement come to, by kind of money."""
    values = {"tenant": tx.tenant_id, "settlement": settlement_id}
    return [MoneyTotal(*row) for row in tx.raw.execute(_TOTALS, values).fetchall()]


class LinesAsked(NamedTuple):
    """Which lines of a settlement: of one subject or all, after (subject, money)."""

    subject: str | None
    after: tuple[str, str]
    limit: int


def settled_of(tx: Tx, code: str) -> list[tuple[str, SettledLine]]:
    """Return (month, line) of everything that was settled of a subject and counts today."""
    rows = tx.raw.execute(
        """SELECT p.month, s.code, l.money, l.requested, l.allowed, l.carried, l.carried_in,
            l.refused, l.reason, l.clauses, l.adjusts, l.law, l.points
        FROM period p
        JOIN settlement_line l ON l.tenant_id = p.tenant_id AND l.settlement_id = p.settlement_id
        JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
        WHERE p.tenant_id = %(tenant)s AND l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
            AND s.code = %(code)s
        ORDER BY p.month, l.money""",
        {"tenant": tx.tenant_id, "code": code},
    )
    return [(row[0], SettledLine(*row[1:])) for row in rows.fetchall()]


def lines_of(tx: Tx, settlement_id: UUID, asked: LinesAsked) -> list[SettledLine]:
    """Return lines of a settlement, by subject and money."""
    query = f"{_LINES} AND (s.code, l.money) > (%(code)s, %(money)s)"
    if asked.subject is not None:
        query += " AND s.code = %(subject)s"
    elif tx.kept_out:
        query += " AND s.restricted_at IS NULL"
    values: dict[str, Any] = {
        "tenant": tx.tenant_id,
        "settlement": settlement_id,
        "limit": asked.limit,
    }
    values |= {"subject": asked.subject, "code": asked.after[0], "money": asked.after[1]}
    rows = tx.raw.execute(f"{query} ORDER BY s.code, l.money LIMIT %(limit)s", values)
    return [SettledLine(*row) for row in rows.fetchall()]
