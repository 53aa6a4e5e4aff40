"""Evaluations of programmes in SQL: what was handed in, what was posted, a period's totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.people import DATED, LINE_OF_DAY, past_of
from shangfa.db.people.restrictions import Whom, among
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.db.tx.writes import Table
from shangfa.domain.people.past import Past

EVALUATION: Final = Table(
    "evaluation",
    (
        "tenant_id",
        "id",
        "policy_id",
        "programme",
        "period",
        "inputs",
        "actor_id",
        "evaluated_at",
    ),
)


class EvaluationKey(NamedTuple):
    """A programme of a policy for a period."""

    policy_id: UUID
    programme: str
    period: str


class EvaluationLine(NamedTuple):
    """An evaluation to be written; `inputs` are ready for JSON."""

    id: UUID
    key: EvaluationKey
    inputs: Any
    actor_id: UUID
    at: datetime


class Given(NamedTuple):
    """What an evaluation gave or adjusted."""

    subject: str
    account: str
    unit: str
    quantity: Decimal
    clause: str
    cause: str
    day: date


class MemberOfDay(NamedTuple):
    """A subject as of a day."""

    code: str
    kind: str
    department: str | None
    position: str | None
    past: Past


_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_SAME: Final = """v.tenant_id = %(tenant)s AND v.policy_id = %(policy_id)s
    AND v.programme = %(programme)s AND v.period = %(period)s"""
_INPUTS: Final = f"SELECT v.inputs FROM evaluation v WHERE {_SAME} ORDER BY v.id DESC LIMIT 1"  # noqa: S608 - constants only
_EVALUATED: Final = """
    SELECT DISTINCT v.policy_id, v.programme, v.period FROM evaluation v
    WHERE v.tenant_id = %s AND v.period = ANY(%s)"""
_GIVEN: Final = f"""
    SELECT s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day
    FROM evaluation v
    JOIN decision d ON d.tenant_id = v.tenant_id AND d.evaluation_id = v.id
    JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE {_SAME} AND d.tenant_id = %(tenant)s AND e.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND e.cause IN ('programme', 'adjustment')
        AND d.kind <> 'reduction'
    ORDER BY e.id"""  # noqa: S608 - constants only
_MEMBERS: Final = f"""
    SELECT s.code, s.kind, a.department, a.position, s.attributes, {DATED}
    FROM subject s LEFT JOIN LATERAL {LINE_OF_DAY} a ON true
    WHERE s.tenant_id = %(tenant)s ORDER BY s.code"""  # noqa: S608 - constants only
_TOTALS: Final = """
    SELECT s.code, e.account, e.unit, sum(e.quantity)
    FROM ledger_entry e
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s
        AND e.policy_id = %(policy)s AND e.day BETWEEN %(first)s AND %(last)s
        AND d.evaluation_id IS NULL
    GROUP BY 1, 2, 3 HAVING sum(e.quantity) <> 0"""


class EvaluationRecord(NamedTuple):
    """An evaluation as it is read back; `by` is the label of who made it."""

    id: UUID
    policy: str
    programme: str
    period: str
    inputs: dict[str, Any]
    by: str
    evaluated_at: datetime


class PostedBy(NamedTuple):
    """What an evaluation posted, and what followed from it."""

    evaluation_id: UUID
    subject: str
    account: str
    unit: str
    quantity: Decimal
    clause: str
    cause: str


_EVALUATIONS: Final = """
    SELECT v.id, p.name, v.programme, v.period, v.inputs, coalesce(a.label, ''), v.evaluated_at
    FROM evaluation v
    JOIN policy p ON p.tenant_id = v.tenant_id AND p.id = v.policy_id
    LEFT JOIN actor a ON a.tenant_id = %(tenant)s AND a.id = v.actor_id
    WHERE v.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND v.programme = %(programme)s
        AND (%(period)s::text IS NULL OR v.period = %(period)s)
        AND (%(before)s::uuid IS NULL OR v.id < %(before)s)
    ORDER BY v.id DESC LIMIT %(limit)s"""
_POSTED: Final = """
    SELECT d.evaluation_id, s.code, e.account, e.unit, e.quantity, e.clause, e.cause
    FROM decision d
    JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE d.tenant_id = %(tenant)s AND e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND d.evaluation_id = ANY(%(ids)s) ORDER BY e.id"""


def evaluations_before(
    tx: Tx, programme: str, period: str | None, before: UUID | None, limit: int
) -> list[EvaluationRecord]:
    """Return evaluations of a programme, newest first; one more than the limit if there is."""
    values = {"tenant": tx.tenant_id, "programme": programme, "period": period, "before": before}
    rows = tx.raw.execute(_EVALUATIONS, values | {"limit": limit + 1})
    return [EvaluationRecord(*row) for row in rows.fetchall()]


def posted_by(tx: Tx, ids: Sequence[UUID]) -> list[PostedBy]:
    """Return what evaluations posted, in the order it was written."""
    rows = tx.raw.execute(_POSTED, {"tenant": tx.tenant_id, "ids": list(ids)})
    return [PostedBy(*row) for row in rows.fetchall()]


def evaluated(tx: Tx, periods: Sequence[str]) -> set[EvaluationKey]:
    """Return what was evaluated for some periods."""
    rows = tx.raw.execute(_EVALUATED, (tx.tenant_id, list(periods))).fetchall()
    return {EvaluationKey(*row) for row in rows}


_DAILY: Final = """
    SELECT s.code, e.account, e.unit, e.day, sum(e.quantity)
    FROM ledger_entry e
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s
        AND e.policy_id = %(policy)s AND e.day BETWEEN %(first)s AND %(last)s
        AND d.evaluation_id IS NULL
    GROUP BY 1, 2, 3, 4 HAVING sum(e.quantity) <> 0"""


def hold_evaluation(tx: Tx, key: EvaluationKey) -> None:
    """Let no other evaluation of the same programme and period run until the end."""
    tx.raw.execute(_LOCK, ("/".join(map(str, (tx.tenant_id, *key))),))


def last_inputs(tx: Tx, key: EvaluationKey) -> dict[str, Any]:
    """Return what was handed in last, empty before the first time."""
    row = tx.raw.execute(_INPUTS, {"tenant": tx.tenant_id, **key._asdict()}).fetchone()
    return dict(row[0]) if row else {}


def given_by(tx: Tx, key: EvaluationKey) -> list[Given]:
    """Return what earlier evaluations gave and adjusted, without what followed from it."""
    rows = tx.raw.execute(_GIVEN, {"tenant": tx.tenant_id, **key._asdict()})
    return [Given(*row) for row in rows.fetchall()]


def everybody_on(tx: Tx, day: date) -> list[MemberOfDay]:
    """Return everybody as of a day, in code order."""
    rows = tx.raw.execute(_MEMBERS, {"tenant": tx.tenant_id, "on": day})
    return [MemberOfDay(*(*row[:4], past_of(*row[4:]))) for row in rows.fetchall()]


def period_totals(
    tx: Tx, policy_id: UUID, first: date, last: date
) -> dict[tuple[str, str, str], Decimal]:
    """Return (subject, account, unit) -> sum of what incidents posted between two days."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "first": first, "last": last}
    rows = tx.raw.execute(_TOTALS, values)
    return {(row[0], row[1], row[2]): row[3] for row in rows.fetchall()}


def daily_totals(
    tx: Tx, policy_id: UUID, first: date, last: date
) -> dict[tuple[str, str, str, date], Decimal]:
    """Return (subject, account, unit, day) -> sum of what incidents posted between two days."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "first": first, "last": last}
    rows = tx.raw.execute(_DAILY, values).fetchall()
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


class Sum(NamedTuple):
    """What was booked in a month on an account of a subject."""

    month: str
    subject: str
    name: str
    account: str
    unit: str
    quantity: Decimal


class Sums(NamedTuple):
    """Which sums are asked for.

    Attributes:
        first, last: months, both included.
        subject: a code; None for all, as `unit` and `policy`.
        seen: those whose sums the asker sees.
        after: those that come after this month, subject, account and unit.
    """

    first: str
    last: str
    accounts: Sequence[str]
    subject: str | None
    unit: str | None
    policy: str | None
    seen: Whom
    after: tuple[str, ...]
    limit: int


_SUMS: Final = f"""
    SELECT e.booked_in, s.code, s.name, e.account, e.unit, sum(e.quantity)
    FROM ledger_entry e
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    JOIN policy p ON p.tenant_id = e.tenant_id AND p.id = e.policy_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s
        AND e.booked_in BETWEEN %(first)s AND %(last)s AND e.account = ANY(%(accounts)s)
        AND (%(subject)s::text IS NULL OR s.code = %(subject)s)
        AND (%(unit)s::text IS NULL OR e.unit = %(unit)s)
        AND (%(policy)s::text IS NULL OR p.name = %(policy)s)
        AND {among("s.id")}
        AND (e.booked_in, s.code, e.account, e.unit)
            > (%(month)s::text, %(code)s::text, %(on)s::text, %(of)s::text)
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(e.quantity) <> 0
    ORDER BY 1, 2, 4, 5 LIMIT %(limit)s"""  # noqa: S608 - constants only


def sums(tx: Tx, asked: Sums) -> list[Sum]:
    """Return what was booked in months, by month, subject, account and unit."""
    values = {"tenant": tx.tenant_id, **asked._asdict()}
    values |= dict(zip(("month", "code", "on", "of"), values.pop("after"), strict=True))
    values |= values.pop("seen").values()
    return [Sum(*row) for row in tx.raw.execute(_SUMS, values).fetchall()]


def add_evaluation(tx: Tx, line: EvaluationLine) -> None:
    """Add an evaluation."""
    row = (tx.tenant, line.id, *line.key, to_text(line.inputs), line.actor_id, line.at)
    tx.writes.insert(EVALUATION, [row])
