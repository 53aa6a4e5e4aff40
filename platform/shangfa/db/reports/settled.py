"""The statements behind the reports of settled months: what was taken, and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shangfa.db.people import LINE_OF_DAY

_SETTLED: Final = """
    SELECT p.month, s.code, s.name, l.money, l.requested, l.carried_in, l.allowed, l.carried,
        l.refused, l.reason, l.law, l.clauses
    FROM period p
    JOIN settlement_line l ON l.tenant_id = p.tenant_id AND l.settlement_id = p.settlement_id
    JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    WHERE p.tenant_id = %(tenant)s AND l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND s.restricted_at IS NULL
        AND p.month = %(month)s AND (%(subject)s::text IS NULL OR s.code = %(subject)s)"""
_BY_PERSON: Final = " ORDER BY s.code, l.money LIMIT %(limit)s"
_CLOSES: Final = "(to_date(%(month)s, 'YYYY-MM') + interval '1 month 7 days')::date"
"""The eighth of the month after: by then losses are summed up."""
_OF_LINES: Final = """
    FROM period p
    JOIN settlement_line l ON l.tenant_id = p.tenant_id AND l.settlement_id = p.settlement_id
    JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id"""
SETTLED: Final[Mapping[str, str]] = {
    "deductions": _SETTLED + _BY_PERSON,
    "outstanding": f"{_SETTLED} AND l.carried <> 0{_BY_PERSON}",
    "capped": f"{_SETTLED} AND l.reason <> 'full'{_BY_PERSON}",
    "converted": f"{_SETTLED} AND l.refused <> 0{_BY_PERSON}",
    "losses": f"""
    SELECT p.month, p.state, {_CLOSES}, s.code, s.name, coalesce(a.department, ''),
        coalesce(e.cases, 0), l.carried_in, l.requested, l.allowed, l.carried, l.refused, l.reason
    FROM period p
    JOIN settlement_line l ON l.tenant_id = p.tenant_id AND l.settlement_id = p.settlement_id
    JOIN subject s ON s.tenant_id = l.tenant_id AND s.id = l.subject_id
    LEFT JOIN LATERAL {LINE_OF_DAY.replace("%(on)s", _CLOSES)} a ON true
    LEFT JOIN LATERAL (
        SELECT count(DISTINCT d.case_id) AS cases FROM ledger_entry g
        JOIN decision d ON d.tenant_id = %(tenant)s AND d.id = g.decision_id
        WHERE g.tenant_id = %(tenant)s AND g.subject_id = l.subject_id
            AND g.booked_in = %(month)s AND g.account = l.money) e ON true
    WHERE p.tenant_id = %(tenant)s AND l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND s.restricted_at IS NULL
        AND p.month = %(month)s AND l.money = 'compensation'
        AND (%(subject)s::text IS NULL OR s.code = %(subject)s)
    ORDER BY s.code LIMIT %(limit)s""",  # noqa: S608 - constants
    "loss-cases": """
    SELECT e.booked_in, i.id, i.occurred_on, i.clause, i.facts->'given'->>'loss', s.code, s.name,
        x.share, sum(e.quantity)
    FROM ledger_entry e
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    JOIN "case" c ON c.tenant_id = d.tenant_id AND c.id = d.case_id
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
        AND x.subject_id = d.subject_id
    WHERE e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND i.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND s.restricted_at IS NULL AND x.tenant_id = %(tenant)s
        AND e.booked_in = %(month)s AND e.account = 'compensation' AND NOT c.confidential
        AND (%(subject)s::text IS NULL OR s.code = %(subject)s)
    GROUP BY e.booked_in, i.id, i.occurred_on, i.clause, i.facts, s.code, s.name, x.share
    ORDER BY i.occurred_on, i.id, s.code LIMIT %(limit)s""",
    "recoveries": f"""
    SELECT p.month, p.state, l.money, count(*) FILTER (WHERE l.carried <> 0), sum(l.carried_in),
        sum(l.requested), sum(l.allowed), sum(l.refused), sum(l.carried)
    {_OF_LINES}
    WHERE p.tenant_id = %(tenant)s AND l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND s.restricted_at IS NULL AND p.month BETWEEN to_char(%(first)s::date, 'YYYY-MM')
            AND to_char(%(last)s::date, 'YYYY-MM')
    GROUP BY p.month, p.state, l.money
    HAVING bool_or(l.carried_in <> 0 OR l.carried <> 0)
    ORDER BY p.month, l.money LIMIT %(limit)s""",
    "cut-slips": f"""
    SELECT p.month, CASE WHEN EXISTS (
            SELECT FROM incident_subject o
            JOIN subject q ON q.tenant_id = o.tenant_id AND q.id = o.subject_id
            WHERE o.tenant_id = %(tenant)s AND q.tenant_id = %(tenant)s
                AND o.incident_id = i.id AND q.restricted_at IS NOT NULL) THEN NULL ELSE i.id END,
        array_agg(DISTINCT k.year || '-' || lpad(k.number::text, 6, '0'))
            FILTER (WHERE k.number IS NOT NULL), i.occurred_on, s.code, s.name, e.clause, e.account,
        e.unit, sum(e.quantity), l.reason, l.law
    {_OF_LINES}
    JOIN ledger_entry e ON e.tenant_id = l.tenant_id AND e.subject_id = l.subject_id
        AND e.account = l.money AND e.booked_in = p.month
    JOIN decision d ON d.tenant_id = e.tenant_id AND d.id = e.decision_id
    JOIN "case" c ON c.tenant_id = d.tenant_id AND c.id = d.case_id
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    LEFT JOIN slip k ON k.tenant_id = %(tenant)s AND k.case_id = c.id AND k.subject_id = s.id
    WHERE p.tenant_id = %(tenant)s AND l.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND e.tenant_id = %(tenant)s AND d.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND i.tenant_id = %(tenant)s AND p.month = %(month)s AND NOT c.confidential
        AND s.restricted_at IS NULL AND l.reason <> 'full'
        AND (%(subject)s::text IS NULL OR s.code = %(subject)s)
    GROUP BY p.month, i.id, i.occurred_on, s.code, s.name, e.clause, e.account, e.unit, l.reason,
        l.law
    HAVING sum(e.quantity) <> 0
    ORDER BY s.code, e.account, i.occurred_on, i.id, e.unit LIMIT %(limit)s""",  # noqa: S608 - constants
}
