"""The ledger and its totals as decisions move them, and what was posted before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import TupleRow

from shangfa.db.incidents import LATEST
from shangfa.db.people import WHO
from shangfa.db.tx.pipe import Answer
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table

_TALLIES: Final = f"""
    SELECT t.subject_id, t.policy_id, t.account, t.unit, t.span, t.total, t.own, t.last_day
    FROM tally t
    WHERE t.tenant_id = %(tenant)s AND t.subject_id = ANY({WHO}) AND """  # noqa: S608 - constants only

_CALENDAR: Final = "t.span = ANY(%(spans)s)"
_VARIED: Final = """(split_part(t.span, '<', 1) = ANY(%(spans)s)
    OR (t.span LIKE '____-__-__..____-__-__%%'
        AND left(t.span, 10) <= %(day)s AND substr(t.span, 13, 10) >= %(day)s))"""
"""The spans that hold a day: those of the calendar, then also those named by their ends."""

_HISTORY: Final = """
    SELECT s.code, e.day, e.place, i.id, i.occurred_at,
        coalesce((i.facts->>'timed')::boolean, false), e.account, e.unit, e.clause, e.joint,
        sum(e.quantity)
    FROM ledger_entry e
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    LEFT JOIN "case" c ON c.tenant_id = %(tenant)s AND c.id = d.case_id
    LEFT JOIN incident i ON i.tenant_id = %(tenant)s AND i.id = c.incident_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s
        AND e.policy_id = %(policy)s AND s.code = ANY(%(codes)s) AND e.day >= %(since)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 HAVING sum(e.quantity) <> 0"""

_DAYS: Final = """
    SELECT s.code, e.account, e.unit, e.day, sum(e.quantity),
           coalesce(sum(e.quantity) FILTER (WHERE NOT e.joint), 0)
    FROM ledger_entry e JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND e.policy_id = %(policy)s
        AND s.code = ANY(%(codes)s)
    GROUP BY 1, 2, 3, 4"""

_POSTED: Final = f"""
    SELECT origin.code, s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day, e.joint,
        e.place
    FROM decision d
    JOIN subject origin ON origin.tenant_id = d.tenant_id AND origin.id = d.subject_id
    JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE d.tenant_id = %(tenant)s AND origin.tenant_id = %(tenant)s AND e.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND d.case_id = %(case)s
        AND d.kind IN ('sanction', 'choice', 'reduction', 'adjustment') AND {LATEST}
    ORDER BY e.id"""  # noqa: S608 - a constant

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
        "place",
        "adjusts_id",
    ),
)
TALLIES: Final = Table(
    "tally",
    (
        "tenant_id",
        "policy_id",
        "subject_id",
        "account",
        "unit",
        "span",
        "id",
        "total",
        "own",
        "last_day",
        "gap",
    ),
    "ON CONFLICT (tenant_id, subject_id, policy_id, account, unit, span) DO UPDATE"
    " SET total = excluded.total, own = excluded.own, last_day = excluded.last_day,"
    " gap = excluded.gap",
    named=6,
)


class Spans(NamedTuple):
    """The spans that hold a day: those of the calendar by name, and others when there are any."""

    named: Sequence[str]
    day: date
    varied: bool

    def condition(self) -> str:
        """Return the condition on a tally `t`."""
        return _VARIED if self.varied else _CALENDAR

    def values(self) -> dict[str, object]:
        """Return what the condition is given."""
        return {"spans": list(self.named), "day": self.day.isoformat()}


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
    place: str | None = None
    adjusts_id: UUID | None = None


class TallyMove(NamedTuple):
    """A tally as it stands after a decision."""

    subject_id: UUID
    account: str
    unit: str
    span: str
    id: UUID
    total: Decimal
    own: Decimal
    last_day: date
    gap: Decimal | None


class Posted(NamedTuple):
    """A ledger entry of a case; `origin` is whose decision posted it.

    Attributes:
        place: None for that of the case's incident.
    """

    origin: str
    subject: str
    account: str
    unit: str
    quantity: Decimal
    clause: str
    cause: str
    day: date
    joint: bool
    place: str | None


def ask_tallies(tx: Tx, codes: Sequence[str], on: date, spans: Spans) -> Answer | Cursor[TupleRow]:
    """Ask for the tallies of subjects and their supervisors of the day.

    The columns are those of `TallyLine`, but with the subject's id.
    """
    values = {"tenant": tx.tenant_id, "codes": list(codes), "on": on, **spans.values()}
    return tx.ask(_TALLIES + spans.condition(), values)


class HistoryLine(NamedTuple):
    """What stands at one place of a subject's history, summed.

    Attributes:
        place: None for that of its incident, of which the next three tell; they are None
            and false for what a programme gave.
    """

    subject: str
    day: date
    place: str | None
    incident_id: UUID | None
    occurred_at: datetime | None
    timed: bool
    account: str
    unit: str
    clause: str
    joint: bool
    quantity: Decimal


def history_of(tx: Tx, policy_id: UUID, codes: Sequence[str], since: date) -> list[HistoryLine]:
    """Return the entries of subjects under a policy from a day on."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "codes": list(codes), "since": since}
    return [HistoryLine(*row) for row in tx.raw.execute(_HISTORY, values).fetchall()]


def fact_of(tx: Tx, case_id: UUID) -> tuple[UUID, datetime, bool] | None:
    """Return the incident of a case, when it was, and whether its local time is known."""
    row = tx.raw.execute(
        """SELECT i.id, i.occurred_at, coalesce((i.facts->>'timed')::boolean, false)
        FROM "case" c JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
        WHERE c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s AND c.id = %(case)s""",
        {"tenant": tx.tenant_id, "case": case_id},
    ).fetchone()
    return None if row is None else (row[0], row[1], row[2])


def days_of(
    tx: Tx, policy_id: UUID, codes: Sequence[str]
) -> list[tuple[str, str, str, date, Decimal, Decimal]]:
    """Return (subject, account, unit, day, total, own) of everything ever posted."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "codes": list(codes)}
    return list(tx.ask(_DAYS, values).fetchall())


def posted_by(tx: Tx, case_id: UUID) -> list[Posted]:
    """Return what a case's sanctions, choices and adjustments posted, in the order of posting."""
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


AT_ONCE: Final = 1000
"""How many tallies one statement sets when a whole policy's are set."""


def set_tallies(tx: Tx, policy_id: UUID, moves: Sequence[TallyMove]) -> None:
    """Set any number of tallies, at once."""
    for start in range(0, len(moves), AT_ONCE):
        move_tallies(tx, policy_id, moves[start : start + AT_ONCE])
        tx.flush()
