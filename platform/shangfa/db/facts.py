"""Facts in SQL: incidents that stand, in the order of the law, and what was decided about them.

By day, then moment (a fact known only by day comes first), then id; whoever computes anew reads
them here: the nightly replay, late truth, a what-if, conditions on one's own history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from psycopg.types.json import set_json_loads

from shangfa.db.incidents import LATEST, STANDS
from shangfa.db.tx.transaction import Tx

MOST: Final = 20_000
"""Incidents that one request may compute again."""
AT_ONCE: Final = 5000
"""How many rows are fetched together when all are read."""


PLAIN: Final[dict[str, Any]] = {"given": {}, "timed": False}
"""What most incidents carry: it is not sent for each of them."""
NOTHING: Final[dict[str, Any]] = {}


class Touched(NamedTuple):
    """Which facts are meant.

    Attributes:
        first, last: local days, both included.
        subjects: ids; an incident that names one of them is meant whole. None for all.
        policy_id: None for all.
        most: how many may be touched.
    """

    first: date = date.min
    last: date = date.max
    subjects: Sequence[UUID] | None = None
    policy_id: UUID | None = None
    most: int = MOST


class Part(NamedTuple):
    """A subject's part in an incident.

    Attributes:
        share: percent, None when not shared.
        varied: what an appeal put in place of the report, for this subject.
    """

    subject: UUID
    share: Decimal | None
    stands: bool
    varied: dict[str, Any] | None = None


class Happened(NamedTuple):
    """An incident of which a part stands, its parts in the order reported.

    Attributes:
        gathered: facts that the steps of its case brought.
        confidential: only its handlers may be shown it.
    """

    id: UUID
    policy_id: UUID
    clause: str
    occurred_on: date
    occurred_at: datetime
    quantity: Decimal
    facts: dict[str, Any]
    gathered: dict[str, Any]
    confidential: bool
    parts: list[Part]

    @property
    def is_whole(self) -> bool:
        """Whether all of it stands as it was reported."""
        return all(part.stands and part.varied is None for part in self.parts)


_MEANT: Final = """
        AND i.occurred_on BETWEEN %(first)s AND %(last)s
        AND (%(policy)s::uuid IS NULL OR i.policy_id = %(policy)s)
        AND (%(subjects)s::uuid[] IS NULL OR i.id IN (
            SELECT y.incident_id FROM incident_subject y
            WHERE y.tenant_id = %(tenant)s AND y.subject_id = ANY(%(subjects)s)))"""
_HAPPENED: Final = f"""
    SELECT i.id, i.policy_id, i.clause, i.occurred_on, i.occurred_at, i.quantity,
        NULLIF(i.facts, '{{"given": {{}}, "timed": false}}'), NULLIF(c.facts, '{{}}'),
        c.confidential, x.subject_id, x.share, {STANDS}, x.varied
    FROM incident i
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    WHERE i.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s
        AND (%(ids)s::uuid[] IS NULL OR i.id = ANY(%(ids)s)) {_MEANT}
    ORDER BY i.occurred_on, i.occurred_at, i.facts->>'timed', i.id, x.position"""  # noqa: S608 - constants only
_COUNT: Final = f"""
    SELECT count(*) FROM incident i
    WHERE i.tenant_id = %(tenant)s {_MEANT} AND EXISTS (
        SELECT FROM incident_subject x
        WHERE x.tenant_id = %(tenant)s AND x.incident_id = i.id AND {STANDS})"""  # noqa: S608 - constants only


def happened(tx: Tx, meant: Touched, ids: Collection[UUID] | None = None) -> Iterator[Happened]:
    """Yield incidents of which a part stands, in the order of the law; some at a time.

    `ids`: these alone; None for all that are meant.
    """
    with tx.raw.cursor("happened") as cursor:
        cursor.itersize = AT_ONCE
        set_json_loads(orjson.loads, cursor)
        values = {**values_of(tx, meant), "ids": None if ids is None else list(ids)}
        cursor.execute(_HAPPENED, values)
        yield from _incidents(cursor)


def happened_at_once(tx: Tx, meant: Touched) -> list[Happened]:
    """Return incidents of which a part stands, where they are few."""
    return list(_incidents(tx.ask(_HAPPENED, {**values_of(tx, meant), "ids": None}).fetchall()))


def _incidents(rows: Iterable[tuple[Any, ...]]) -> Iterator[Happened]:
    for _, group in groupby(rows, itemgetter(0)):
        found = list(group)
        parts = [Part(*row[9:]) for row in found]
        if any(part.stands for part in parts):
            first = found[0]
            said = first[6] or PLAIN, first[7] or NOTHING
            yield Happened(*(*first[:6], *said, first[8], parts))


def count(tx: Tx, meant: Touched) -> int:
    """Return how many they are."""
    row = tx.raw.execute(_COUNT, values_of(tx, meant)).fetchone()
    return int(row[0]) if row else 0


_UNDER: Final = f"""
    SELECT DISTINCT x.subject_id FROM incident i
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    WHERE i.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s AND i.clause = ANY(%(clauses)s)
        AND {STANDS} {_MEANT}"""  # noqa: S608 - constants only
_POSTED: Final = """
    SELECT DISTINCT e.subject_id, e.account, e.unit FROM ledger_entry e
    WHERE e.tenant_id = %(tenant)s AND e.policy_id = %(policy)s AND e.day <= %(last)s"""
_TOGETHER: Final = f"""
    SELECT DISTINCT array_agg(x.subject_id ORDER BY x.subject_id) FROM incident i
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    WHERE i.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s {_MEANT} AND i.id IN (
        SELECT o.incident_id FROM incident_subject o
        WHERE o.tenant_id = %(tenant)s AND o.position > 0)
    GROUP BY i.id"""  # noqa: S608 - constants only


def named_under(tx: Tx, meant: Touched, clauses: Iterable[str]) -> list[UUID]:
    """Return the subjects of incidents of some clauses."""
    values = {**values_of(tx, meant), "clauses": list(clauses)}
    return [found for (found,) in tx.raw.execute(_UNDER, values).fetchall()]


def has_posted(tx: Tx, meant: Touched) -> list[tuple[UUID, str, str]]:
    """Return (subject, account, unit) of all that was ever posted under a policy."""
    return list(tx.raw.execute(_POSTED, values_of(tx, meant)).fetchall())


def named_together(tx: Tx, meant: Touched) -> list[list[UUID]]:
    """Return the subjects of each incident that names several, once for the same people."""
    return [found for (found,) in tx.raw.execute(_TOGETHER, values_of(tx, meant)).fetchall()]


def values_of(tx: Tx, meant: Touched) -> dict[str, Any]:
    """Return what a statement is told of the facts meant."""
    return {
        "tenant": tx.tenant_id,
        "first": meant.first,
        "last": meant.last,
        "policy": meant.policy_id,
        "subjects": None if meant.subjects is None else list(meant.subjects),
    }


Given = tuple[str, str, str, Decimal, str, str, date]
"""subject, account, unit, quantity, clause, cause, day"""


class Direct(NamedTuple):
    """What a decision posted by itself, later adjustments of it included.

    Attributes:
        decision_id: of the sanction, the choice or the evaluation.
        incident_id, case_id: None for an evaluation's.
        at: the incident's moment, None where only its day is known.
        origin: the subject decided on.
        posting: None when nothing is left.
    """

    decision_id: UUID
    kind: str
    incident_id: UUID | None
    case_id: UUID | None
    at: datetime | None
    evaluation_id: UUID | None
    policy_id: UUID
    origin: UUID
    posting: Given | None


_SANCTIONED: Final = f"""
    SELECT d.id, d.kind, c.incident_id, c.id,
        CASE WHEN (i.facts->>'timed')::boolean THEN i.occurred_at END, NULL::uuid, i.policy_id,
        d.subject_id, s.code, e.account, e.unit, sum(e.quantity), e.clause, 'clause', e.day
    FROM incident i
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    JOIN decision d ON d.tenant_id = c.tenant_id AND d.case_id = c.id
        AND d.subject_id = x.subject_id
    LEFT JOIN ledger_entry e ON e.tenant_id = %(tenant)s
        AND (e.cause = 'clause' OR e.cause = 'adjustment' AND e.subject_id = d.subject_id)
        AND (e.decision_id = d.id OR e.adjusts_id = d.id)
    LEFT JOIN subject s ON s.tenant_id = %(tenant)s AND s.id = e.subject_id
    WHERE i.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s
        AND d.tenant_id = %(tenant)s AND d.kind = ANY(%(kinds)s) AND {STANDS} AND {LATEST} {_MEANT}
    GROUP BY 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 15
    ORDER BY 1"""  # noqa: S608 - constants only
_GIVEN: Final = """
    SELECT d.id, d.kind, NULL::uuid, NULL::uuid, NULL::timestamptz, d.evaluation_id, e.policy_id,
        d.subject_id, s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day
    FROM decision d
    JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE d.tenant_id = %(tenant)s AND e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND d.evaluation_id IS NOT NULL AND d.kind IN ('evaluation', 'reduction')
        AND e.cause IN ('programme', 'adjustment')
        AND e.day BETWEEN %(first)s AND %(last)s
        AND (%(policy)s::uuid IS NULL OR e.policy_id = %(policy)s)
        AND (%(subjects)s::uuid[] IS NULL OR d.subject_id = ANY(%(subjects)s))
    ORDER BY e.day, e.id"""


def sanctioned(tx: Tx, meant: Touched) -> list[Direct]:
    """Return what sanctions posted by themselves, as far as they stand."""
    values = {**values_of(tx, meant), "kinds": ["sanction"]}
    return _directs(tx.raw.execute(_SANCTIONED, values).fetchall())


def decided(tx: Tx, meant: Touched) -> list[Direct]:
    """Return what standing choices and reductions and all evaluations posted by themselves."""
    values = {**values_of(tx, meant), "kinds": ["choice", "reduction"]}
    chosen = tx.raw.execute(_SANCTIONED, values).fetchall()
    return _directs([*chosen, *tx.raw.execute(_GIVEN, values).fetchall()])


def _directs(rows: Iterable[tuple[Any, ...]]) -> list[Direct]:
    return [Direct(*(*row[:8], row[8:] if row[8] is not None else None)) for row in rows]


_OPENING: Final = """
    SELECT s.code, e.account, e.unit, e.day, sum(e.quantity),
        coalesce(sum(e.quantity) FILTER (WHERE NOT e.joint), 0)
    FROM ledger_entry e JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND e.policy_id = %(policy)s
        AND e.day < %(first)s
    GROUP BY 1, 2, 3, 4 ORDER BY 4"""


_SUMS: Final = """
    SELECT s.code, e.account, e.unit, sum(e.quantity)
    FROM ledger_entry e JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND e.policy_id = %(policy)s
        AND e.day BETWEEN %(first)s AND %(last)s AND e.account <> 'count'
    GROUP BY 1, 2, 3"""


def sums(tx: Tx, meant: Touched) -> dict[tuple[str, str, str], Decimal]:
    """Return (subject, account, unit) -> what is posted on the days, counts left out."""
    rows = tx.raw.execute(_SUMS, values_of(tx, meant)).fetchall()
    return {(code, account, unit): quantity for code, account, unit, quantity in rows}


def posted_before(tx: Tx, meant: Touched) -> Iterator[tuple[str, str, str, date, Decimal, Decimal]]:
    """Yield (subject, account, unit, day, total, own) of what lies before the first day."""
    with tx.raw.cursor("posted_before") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(_OPENING, values_of(tx, meant))
        yield from cursor


def codes_of(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return id -> code."""
    rows = tx.raw.execute(
        "SELECT s.id, s.code FROM subject s WHERE s.tenant_id = %s AND s.id = ANY(%s)",
        (tx.tenant_id, list(ids)),
    )
    return dict(rows.fetchall())
