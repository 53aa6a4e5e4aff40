"""What stands: the facts a replay begins with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import LATEST, STANDS
from shangfa.db.people import LINE_OF_DAY
from shangfa.db.tx.transaction import Tx


class StandingIncident(NamedTuple):
    """An incident of which a part stands; the lists are of its subjects, in order.

    Attributes:
        gathered: facts that the steps of its case brought.
        stands: whether each subject's part counts.
        varied: what an appeal put in place of the report, for each subject.
        departments, positions: as of the incident's day.
    """

    policy: str
    clause: str
    occurred_at: datetime
    occurred_on: date
    quantity: Decimal
    facts: dict[str, Any]
    gathered: dict[str, Any]
    codes: list[str]
    stands: list[bool]
    varied: list[dict[str, Any] | None]
    kinds: list[str]
    shares: list[Decimal | None]
    attributes: list[dict[str, Any]]
    departments: list[str | None]
    positions: list[str | None]
    id: UUID


AT_ONCE: Final = 1000
"""How many incidents are fetched together when all are read."""
_LINE_THEN: Final = LINE_OF_DAY.replace("%(on)s", "i.occurred_on")
STANDING: Final = f"""
    SELECT p.name, i.clause, i.occurred_at, i.occurred_on, i.quantity, i.facts, c.facts,
        array_agg(s.code ORDER BY x.position), array_agg(({STANDS}) ORDER BY x.position),
        array_agg(x.varied ORDER BY x.position),
        array_agg(s.kind ORDER BY x.position), array_agg(x.share ORDER BY x.position),
        jsonb_agg(s.attributes ORDER BY x.position),
        array_agg(a.department ORDER BY x.position), array_agg(a.position ORDER BY x.position),
        i.id
    FROM incident i
    JOIN policy p ON p.tenant_id = i.tenant_id AND p.id = i.policy_id
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id
    LEFT JOIN LATERAL {_LINE_THEN} a ON true
    WHERE i.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND x.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s"""  # noqa: S608 - constants only
IN_ORDER: Final = f"""
    GROUP BY i.tenant_id, i.id, p.name, c.facts HAVING bool_or({STANDS})
    ORDER BY i.occurred_on, i.id"""


def standing_incidents(tx: Tx) -> Iterator[StandingIncident]:
    """Yield all incidents of the tenant of which a part stands, by day; a part at a time."""
    with tx.raw.cursor("standing_incidents") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(STANDING + IN_ORDER, {"tenant": tx.tenant_id})
        for row in cursor:
            yield StandingIncident(*row)


class Decided(NamedTuple):
    """What a human or a programme decided to post, without what followed from it.

    Attributes:
        incident_id, occurred_at, timed: of what a human chose; a programme has none.
    """

    policy: str
    subject: str
    account: str
    unit: str
    quantity: Decimal
    clause: str
    cause: str
    day: date
    incident_id: UUID | None = None
    occurred_at: datetime | None = None
    timed: bool = False


_CHOSEN: Final = f"""
    SELECT p.name, s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day,
        i.id, i.occurred_at, coalesce((i.facts->>'timed')::boolean, false)
    FROM decision d
    JOIN "case" c ON c.tenant_id = d.tenant_id AND c.id = d.case_id
    JOIN incident_subject x ON x.tenant_id = c.tenant_id AND x.incident_id = c.incident_id
        AND x.subject_id = d.subject_id
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    JOIN policy p ON p.tenant_id = e.tenant_id AND p.id = e.policy_id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE d.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s
        AND e.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND i.tenant_id = %(tenant)s AND d.kind = 'choice' AND e.cause = 'clause' AND {STANDS}
        AND {LATEST}
    ORDER BY e.day, e.id"""  # noqa: S608 - constants only

_AWARDED: Final = """
    SELECT p.name, s.code, e.account, e.unit, e.quantity, e.clause, e.cause, e.day
    FROM decision d
    JOIN ledger_entry e ON e.tenant_id = d.tenant_id AND e.decision_id = d.id
    JOIN policy p ON p.tenant_id = e.tenant_id AND p.id = e.policy_id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE d.tenant_id = %(tenant)s AND e.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s
        AND s.tenant_id = %(tenant)s AND d.kind = 'evaluation'
        AND e.cause IN ('programme', 'adjustment')
    ORDER BY e.day, e.id"""


def decided_postings(tx: Tx) -> list[Decided]:
    """Return what standing choices and all evaluations posted, by day."""
    values = {"tenant": tx.tenant_id}
    chosen = tx.raw.execute(_CHOSEN, values).fetchall()
    awarded = tx.raw.execute(_AWARDED, values).fetchall()
    return [Decided(*row) for row in (*chosen, *awarded)]
