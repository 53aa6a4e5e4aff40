"""The ledger and its totals in SQL: moved by decisions, read by people, compared with the facts."""

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
    SELECT s.code, t.policy_id, t.account, t.unit, t.span, t.total, t.own, t.last_day
    FROM tally t JOIN subject s ON s.tenant_id = t.tenant_id AND s.id = t.subject_id
    WHERE t.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND t.subject_id = ANY({WHO}) AND """  # noqa: S608 - constants only

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
        AND d.kind IN ('sanction', 'choice', 'adjustment') AND {LATEST}
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


_WHOLE: Final = "t.span NOT LIKE '%%<%%'"
"""No part of a span that an earlier wording of a rule saw."""


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
    """Ask for the tallies of subjects and their supervisors of the day, as `TallyLine`."""
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


def allow_long(tx: Tx) -> None:
    """Let the statements of this transaction take their time."""
    tx.raw.execute("SET LOCAL statement_timeout = 0", prepare=False)


_COUNTERS: Final = """
    SELECT DISTINCT e.account, e.unit FROM ledger_entry e
    WHERE e.tenant_id = %(tenant)s AND e.policy_id = %(policy)s ORDER BY 1, 2"""

_COUNTER_DAYS: Final = """
    SELECT e.subject_id, e.day, sum(e.quantity),
        coalesce(sum(e.quantity) FILTER (WHERE NOT e.joint), 0)
    FROM ledger_entry e
    WHERE e.tenant_id = %(tenant)s AND e.policy_id = %(policy)s AND e.account = %(account)s
        AND e.unit = %(unit)s
    GROUP BY 1, 2"""

_BALANCES: Final = """
    SELECT p.name, e.account, e.unit, sum(e.quantity)
    FROM ledger_entry e JOIN policy p ON p.tenant_id = e.tenant_id AND p.id = e.policy_id
    WHERE e.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND e.subject_id = %(subject)s
        AND e.account = ANY(%(accounts)s)
    GROUP BY 1, 2, 3 HAVING sum(e.quantity) <> 0 ORDER BY 1, 2, 3"""

_STANDING: Final = """
    SELECT t.id, s.code, s.name, t.policy_id, t.account, t.unit, t.span, t.total, t.own, t.last_day
    FROM tally t JOIN subject s ON s.tenant_id = t.tenant_id AND s.id = t.subject_id
    WHERE t.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND """


class CounterDay(NamedTuple):
    """What a day added to one counter of a subject; `own` without joint marks."""

    subject_id: UUID
    day: date
    total: Decimal
    own: Decimal


class Balance(NamedTuple):
    """The sum of all that was ever posted to an account of a subject."""

    policy: str
    account: str
    unit: str
    quantity: Decimal


class StandingTally(NamedTuple):
    """A tally of a window that runs, with whose it is."""

    id: UUID
    subject: str
    name: str
    policy_id: UUID
    account: str
    unit: str
    span: str
    total: Decimal
    own: Decimal
    last_day: date


def counters_of(tx: Tx, policy_id: UUID) -> list[tuple[str, str]]:
    """Return every (account, unit) that was ever posted to under a policy."""
    rows = tx.raw.execute(_COUNTERS, {"tenant": tx.tenant_id, "policy": policy_id})
    return list(rows.fetchall())


def dates_of(tx: Tx, attribute: str) -> dict[UUID, str]:
    """Return subject -> its attribute, of those who have it as a text."""
    rows = tx.raw.execute(
        "SELECT id, attributes->>%(name)s FROM subject"
        " WHERE tenant_id = %(tenant)s AND attributes->>%(name)s IS NOT NULL",
        {"tenant": tx.tenant_id, "name": attribute},
    )
    return dict(rows.fetchall())


def counter_days(tx: Tx, policy_id: UUID, account: str, unit: str) -> list[CounterDay]:
    """Return what each day added to one counter, of everybody."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "account": account, "unit": unit}
    return [CounterDay(*row) for row in tx.raw.execute(_COUNTER_DAYS, values).fetchall()]


def balances_of(tx: Tx, subject_id: UUID, accounts: Sequence[str]) -> list[Balance]:
    """Return a subject's balances of these accounts that are not nothing."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, "accounts": list(accounts)}
    return [Balance(*row) for row in tx.raw.execute(_BALANCES, values).fetchall()]


def tallies_of(tx: Tx, subject_id: UUID, spans: Spans) -> list[StandingTally]:
    """Return a subject's tallies of these windows that are not nothing."""
    values = {"tenant": tx.tenant_id, "subject": subject_id, **spans.values()}
    condition = f"{spans.condition()} AND {_WHOLE}"
    own = f"{_STANDING}{condition} AND t.subject_id = %(subject)s AND t.total <> 0"
    rows = tx.raw.execute(f"{own} ORDER BY t.account, t.unit, t.span, t.policy_id", values)
    return [StandingTally(*row) for row in rows.fetchall()]


class Near(NamedTuple):
    """Which tallies that are near a next step are asked for.

    Attributes:
        gap: at most so far away.
        after: those that come after this id.
        seen: of these subjects only, None for everybody's.
        on: of those who belong to the company that day.
    """

    spans: Spans
    gap: int
    after: UUID
    limit: int
    seen: Sequence[UUID] | None
    on: date


_EMPLOYED: Final = """(NOT EXISTS (
    SELECT FROM employment m WHERE m.tenant_id = %(tenant)s AND m.subject_id = t.subject_id
    ) OR EXISTS (
    SELECT FROM employment m WHERE m.tenant_id = %(tenant)s AND m.subject_id = t.subject_id
        AND m.first_day <= %(on)s AND (m.last_day IS NULL OR m.last_day >= %(on)s)))"""


def near_tallies(tx: Tx, asked: Near) -> list[StandingTally]:
    """Return tallies that are near a next step, by id."""
    condition = f"{asked.spans.condition()} AND {_WHOLE} AND {_EMPLOYED}"
    query = f"{_STANDING}{condition} AND t.gap <= %(gap)s AND t.id > %(after)s"
    if asked.seen is not None:
        query += " AND t.subject_id = ANY(%(seen)s)"
    values = {"tenant": tx.tenant_id, **asked._asdict(), **asked.spans.values()}
    rows = tx.raw.execute(f"{query} ORDER BY t.id LIMIT %(limit)s", values)
    return [StandingTally(*row) for row in rows.fetchall()]


class StoredBalance(NamedTuple):
    """The sum of a day's entries of a kind, as it is stored."""

    policy: str
    subject: str
    account: str
    unit: str
    clause: str
    day: date
    joint: bool
    quantity: Decimal


class StoredTally(NamedTuple):
    """A tally as it is stored."""

    policy: str
    subject: str
    account: str
    unit: str
    span: str
    total: Decimal
    own: Decimal


_STORED_BALANCES: Final = """
    SELECT p.name, s.code, e.account, e.unit, e.clause, e.day, e.joint, sum(e.quantity)
    FROM ledger_entry e
    JOIN policy p ON p.tenant_id = e.tenant_id AND p.id = e.policy_id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(e.quantity) <> 0"""

_STORED_TALLIES: Final = """
    SELECT p.name, s.code, t.account, t.unit, t.span, t.total, t.own
    FROM tally t
    JOIN policy p ON p.tenant_id = t.tenant_id AND p.id = t.policy_id
    JOIN subject s ON s.tenant_id = t.tenant_id AND s.id = t.subject_id
    WHERE t.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND (t.total <> 0 OR t.own <> 0)"""


def stored_balances(tx: Tx) -> list[StoredBalance]:
    """Return the tenant's whole ledger, summed, without what sums to nothing."""
    rows = tx.raw.execute(_STORED_BALANCES, {"tenant": tx.tenant_id})
    return [StoredBalance(*row) for row in rows.fetchall()]


def stored_tallies(tx: Tx) -> list[StoredTally]:
    """Return all of the tenant's tallies that are not nothing."""
    rows = tx.raw.execute(_STORED_TALLIES, {"tenant": tx.tenant_id})
    return [StoredTally(*row) for row in rows.fetchall()]
