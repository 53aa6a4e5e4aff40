"""What was posted to some subjects since a day, and by which decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.incidents import LATEST, STANDS
from shangfa.db.tx.transaction import Tx
from shangfa.domain.money import ZERO

_HISTORY: Final = f"""
    SELECT s.code, e.day, e.account, e.unit, sum(e.quantity), e.clause, c.incident_id,
        d.kind IN ('sanction', 'adjustment') AND d.subject_id = e.subject_id
            AND e.cause IN ('clause', 'adjustment') AND {LATEST}
            AND (e.adjusts_id IS NULL OR EXISTS (
                SELECT FROM decision a WHERE a.tenant_id = %(tenant)s AND a.id = e.adjusts_id
                AND a.kind = 'sanction')), e.place
    FROM ledger_entry e
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    LEFT JOIN "case" c ON c.tenant_id = %(tenant)s AND c.id = d.case_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s
        AND e.policy_id = %(policy)s AND e.day >= %(since)s AND s.code = ANY(%(codes)s)
    GROUP BY 1, 2, 3, 4, 6, 7, 8, 9"""  # noqa: S608 - constants only
_SANCTIONS: Final = f"""
    SELECT c.incident_id, s.code, d.id
    FROM "case" c
    JOIN decision d ON d.tenant_id = c.tenant_id AND d.case_id = c.id
    JOIN subject s ON s.tenant_id = d.tenant_id AND s.id = d.subject_id
    WHERE c.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND d.kind = 'sanction' AND c.incident_id = ANY(%(incidents)s) AND {LATEST}"""  # noqa: S608


_LASTING: Final = f"""
    SELECT c.incident_id, s.code, d.body->'effects'
    FROM decision d
    JOIN "case" c ON c.tenant_id = d.tenant_id AND c.id = d.case_id
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    JOIN incident_subject x ON x.tenant_id = c.tenant_id AND x.incident_id = c.incident_id
        AND x.subject_id = d.subject_id
    JOIN subject s ON s.tenant_id = d.tenant_id AND s.id = d.subject_id
    WHERE d.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
        AND x.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s)
        AND d.kind IN ('sanction', 'adjustment') AND {STANDS} AND {LATEST}
        AND d.body->'effects' @> '[{{"account": "action"}}]' AND i.occurred_on >= %(since)s
    ORDER BY i.occurred_on, d.id"""  # noqa: S608 - a constant


class HistoryEntry(NamedTuple):
    """What was posted to a subject on a day.

    Attributes:
        own: the clause of its report gave it.
        place: as it was stored, None where none was.
    """

    subject: str
    day: date
    account: str
    unit: str
    quantity: Decimal
    clause: str
    incident_id: UUID | None
    own: bool
    place: str | None


def entries_of(tx: Tx, policy_id: UUID, codes: Sequence[str], since: date) -> list[HistoryEntry]:
    """Return what was posted to some subjects since a day, for conditions on history."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "codes": list(codes), "since": since}
    return [HistoryEntry(*row) for row in tx.raw.execute(_HISTORY, values).fetchall()]


def sanctions_of(tx: Tx, incidents: Sequence[UUID]) -> dict[tuple[str, str], UUID]:
    """Return (incident, subject) -> the decision that sanctioned it."""
    values = {"tenant": tx.tenant_id, "incidents": list(incidents)}
    rows = tx.raw.execute(_SANCTIONS, values).fetchall()
    return {(str(incident), code): decision for incident, code, decision in rows}


_SAME: Final = ("unit", "clause", "from", "until")


class Lasting(NamedTuple):
    """An effect with a term, as it was decided, and the incident it comes from."""

    incident_id: UUID
    subject: str
    effect: dict[str, Any]


def lasting_of(tx: Tx, codes: Sequence[str], since: date) -> list[Lasting]:
    """Return the actions with a term of what happened since a day and stands, by day.

    Those that an adjustment took back are left out.
    """
    values = {"tenant": tx.tenant_id, "codes": list(codes), "since": since}
    rows = tx.raw.execute(_LASTING, values).fetchall()
    found: dict[tuple[Any, ...], tuple[Lasting, Decimal]] = {}
    for incident, code, effects in rows:
        for effect in effects:
            if "from" in effect and effect["subject"] == code:
                key = (incident, code, *(effect.get(name) for name in _SAME))
                known, quantity = found.get(key, (Lasting(incident, code, effect), ZERO))
                found[key] = known, quantity + Decimal(effect["quantity"])
    return [known for known, quantity in found.values() if quantity]
