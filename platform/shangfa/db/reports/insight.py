"""The counts behind the pictures; no confidential case is among them."""

from __future__ import annotations

from datetime import date
from typing import Final

from shangfa.db.tx.transaction import Tx
from shangfa.domain.reports.insight import Cited, Part

PRAISE: Final = (
    *("commendation", "verbal_praise", "public_praise", "minor_merit", "merit", "major_merit"),
    *("promotion", "upgrade", "pay_rise", "outstanding_employee"),
)
"""Units of marks that are rewards."""
_STANDING: Final = """
    FROM incident i
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id"""
_OF_THE_SPAN: Final = """
    WHERE i.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND NOT c.confidential AND x.effective_at IS NOT NULL
        AND i.occurred_on BETWEEN %(first)s AND %(last)s"""
_PARTS: Final = f"""
    WITH line AS (
        SELECT n.subject_id, n.department, n.effective_from, lead(n.effective_from, 1, 'infinity')
            OVER (PARTITION BY n.subject_id ORDER BY n.effective_from) AS next_from
        FROM assignment n WHERE n.tenant_id = %(tenant)s),
    praised AS (
        SELECT DISTINCT d.case_id, e.subject_id FROM ledger_entry e
        JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
        WHERE e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND d.case_id IS NOT NULL
            AND e.day BETWEEN %(first)s AND %(last)s AND e.cause = 'clause' AND e.quantity > 0
            AND (e.account IN ('reward', 'points') OR e.unit = ANY(%(praise)s)))
    SELECT to_char(i.occurred_on, 'YYYY-MM'), coalesce(a.department, ''),
        p.case_id IS NOT NULL AS good, count(*)
    {_STANDING}
    LEFT JOIN line a ON a.subject_id = x.subject_id AND a.effective_from <= i.occurred_on
        AND a.next_from > i.occurred_on
    LEFT JOIN praised p ON p.case_id = c.id AND p.subject_id = x.subject_id
    {_OF_THE_SPAN} AND x.reversed_at IS NULL
    GROUP BY 1, 2, 3"""  # noqa: S608 - constants
"""Everything is joined as a whole: looked up for each incident it takes minutes of a year."""
_CITED: Final = f"""
    SELECT i.clause, count(*), count(DISTINCT x.subject_id), count(x.reversed_at)
    {_STANDING}
    {_OF_THE_SPAN}
    GROUP BY i.clause"""
_HEADS: Final = """
    SELECT coalesce(a.department, ''), count(*) FROM subject s
    LEFT JOIN LATERAL (
        SELECT n.department FROM assignment n
        WHERE n.tenant_id = %(tenant)s AND n.subject_id = s.id AND n.effective_from <= %(last)s
        ORDER BY n.effective_from DESC LIMIT 1) a ON true
    WHERE s.tenant_id = %(tenant)s AND s.kind = 'employee' AND coalesce((
        SELECT bool_or(m.first_day <= %(last)s AND coalesce(m.last_day, %(last)s) >= %(last)s)
        FROM employment m WHERE m.tenant_id = %(tenant)s AND m.subject_id = s.id), true)
    GROUP BY 1"""


def parts(tx: Tx, first: date, last: date) -> list[Part]:
    """Return how often something stands of the people of each department in each month."""
    return [Part(*row) for row in tx.raw.execute(_PARTS, _asked(tx, first, last)).fetchall()]


def cited(tx: Tx, first: date, last: date) -> list[Cited]:
    """Return how often each clause was applied, and how often it was reversed."""
    return [Cited(*row) for row in tx.raw.execute(_CITED, _asked(tx, first, last)).fetchall()]


def heads(tx: Tx, day: date) -> dict[str, int]:
    """Return how many people each department has on a day."""
    return dict(tx.raw.execute(_HEADS, _asked(tx, day, day)).fetchall())


def _asked(tx: Tx, first: date, last: date) -> dict[str, object]:
    return {"tenant": tx.tenant_id, "first": first, "last": last, "praise": list(PRAISE)}
