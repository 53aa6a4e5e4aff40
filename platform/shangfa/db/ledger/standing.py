"""Where subjects stand: balances, totals of windows, who is near a next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from shangfa.db.ledger.moved import Spans
from shangfa.db.people.restrictions import Whom, among
from shangfa.db.tx.transaction import Tx

_WHOLE: Final = "t.span NOT LIKE '%%<%%'"
"""No part of a span that an earlier wording of a rule saw."""


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
        seen: of whom the asker sees.
        on: of those who belong to the company that day.
        lapsing: units whose totals shrink with time: how far they are is not stored, so all of
            them are answered.
    """

    spans: Spans
    gap: int
    after: UUID
    limit: int
    seen: Whom
    on: date
    lapsing: Sequence[str] = ()


_EMPLOYED: Final = """(NOT EXISTS (
    SELECT FROM employment m WHERE m.tenant_id = %(tenant)s AND m.subject_id = t.subject_id
    ) OR EXISTS (
    SELECT FROM employment m WHERE m.tenant_id = %(tenant)s AND m.subject_id = t.subject_id
        AND m.first_day <= %(on)s AND (m.last_day IS NULL OR m.last_day >= %(on)s)))"""


_ONE_STEP: Final = "t.gap <= %(gap)s AND t.gap <= 1"
"""The predicate of an index, which a prepared statement uses only where it is written out."""
_NEAR: Final = f"""
    WITH near AS MATERIALIZED (
        SELECT t.id, t.subject_id, t.policy_id, t.account, t.unit, t.span, t.total, t.own,
            t.last_day
        FROM tally t
        WHERE t.tenant_id = %(tenant)s AND {{of_today}} AND t.id > %(after)s)
    SELECT t.id, s.code, s.name, t.policy_id, t.account, t.unit, t.span, t.total, t.own, t.last_day
    FROM near t JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = t.subject_id
    WHERE {_EMPLOYED}"""  # noqa: S608 - constants
"""Those of today's windows first; in the order of the ids it would walk through all there are."""


def near_tallies(tx: Tx, asked: Near) -> list[StandingTally]:
    """Return tallies that are near a next step, or may be, by id."""
    close = "t.gap <= %(gap)s"
    if asked.lapsing:
        close = f"({close} OR t.unit = ANY(%(lapsing)s) AND t.account <> 'count' AND t.total <> 0)"
    elif asked.gap <= 1:
        close = _ONE_STEP
    query = _NEAR.format(of_today=f"{asked.spans.condition()} AND {_WHOLE} AND {close}")
    query += f" AND {among('t.subject_id')}"
    values = {"tenant": tx.tenant_id, **asked._asdict(), **asked.spans.values()}
    values |= {"lapsing": list(asked.lapsing), **asked.seen.values()}
    rows = tx.raw.execute(f"{query} ORDER BY t.id LIMIT %(limit)s", values)
    return [StandingTally(*row) for row in rows.fetchall()]
