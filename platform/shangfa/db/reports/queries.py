"""The statements behind the reports; each gives its report's columns in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from shangfa.db.people import LINE_OF_DAY
from shangfa.db.reports.insight import PRAISE
from shangfa.db.reports.settled import SETTLED
from shangfa.db.tx.transaction import Tx
from shangfa.domain.account import MONEY
from shangfa.domain.reports.catalogue import FEWEST, REPORTS


class Question(NamedTuple):
    """What a report is asked: the month, the days of the year, a place, and now."""

    month: str
    first: date
    last: date
    subject: str | None
    region: str
    until: datetime
    now: datetime
    today: date
    policy: str | None
    limit: int
    step: str | None = None
    gap: int = 1
    case: UUID | None = None


_OF_ANYBODY: Final = """NOT EXISTS (
        SELECT FROM decision o JOIN "case" c ON c.tenant_id = o.tenant_id AND c.id = o.case_id
        WHERE o.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND o.id = e.decision_id
            AND c.confidential)"""
"""The entry `e` is of no confidential case: a report tells of none, whoever reads it."""
_BAD: Final = """(sum(e.quantity) < 0 OR e.account = 'breach'
        OR e.account = 'marks' AND NOT e.unit = ANY(%(praise)s))"""
"""What some entries `e` come to is against somebody: less of something, a breach, a sanction."""
_IN_SCOPE: Final = """(jsonb_array_length(coalesce(v.scope->'{0}', '[]')) = 0
            OR {1} IS NULL OR v.scope->'{0}' ? {1})"""
"""A policy's scope names nothing of a kind, nobody knows it of the person, or it names his."""
_DUE: Final = """
    SELECT s.code, s.name, d.clause, d.step, d.due_at,
        floor(abs(extract(epoch FROM d.due_at - %(now)s)) / 86400)::int
    FROM deadline d JOIN subject s ON s.tenant_id = d.tenant_id AND s.id = d.subject_id
    JOIN "case" c ON c.tenant_id = d.tenant_id AND c.id = d.case_id
    WHERE d.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND s.restricted_at IS NULL AND c.tenant_id = %(tenant)s
        AND d.ended_at IS NULL AND d.paused_at IS NULL AND NOT c.confidential"""
_BY_TIME: Final = " ORDER BY d.due_at, s.code LIMIT %(limit)s"
_CASES: Final = """FROM "case" c
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    JOIN incident_subject x ON x.tenant_id = c.tenant_id AND x.incident_id = c.incident_id
    JOIN subject s ON s.tenant_id = x.tenant_id AND s.id = x.subject_id"""
_TOLD: Final = """c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
        AND x.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND s.restricted_at IS NULL AND NOT c.confidential"""
_STATEMENTS: Final[Mapping[str, str]] = {
    **SETTLED,
    "spending": """
    SELECT f.code, e.number, e.at, e.amount, e.purpose, e.reason, h.label, n.label, e.balance
    FROM fund_entry e
    JOIN fund f ON f.tenant_id = e.tenant_id AND f.id = e.fund_id
    JOIN actor h ON h.tenant_id = e.tenant_id AND h.id = (e.signed->>'hr')::uuid
    JOIN actor n ON n.tenant_id = e.tenant_id AND n.id = (e.signed->>'finance')::uuid
    WHERE e.tenant_id = %(tenant)s AND f.tenant_id = %(tenant)s AND h.tenant_id = %(tenant)s
        AND n.tenant_id = %(tenant)s AND e.kind = 'spend'
    ORDER BY f.code, e.number LIMIT %(limit)s""",
    "places": """
    SELECT s.code, s.name, w.work_region, e.account, sum(e.quantity)
    FROM ledger_entry e
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    JOIN LATERAL (
        SELECT g.work_region FROM wage g
        WHERE g.tenant_id = %(tenant)s AND g.subject_id = e.subject_id
            AND g.effective_from <= e.day
        ORDER BY g.effective_from DESC LIMIT 1) w ON true
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND s.restricted_at IS NULL AND e.booked_in = %(month)s
        AND e.account IN ('fine', 'donation', 'compensation') AND e.unit = 'CNY'
        AND starts_with(w.work_region, %(region)s)
    GROUP BY s.code, s.name, w.work_region, e.account
    ORDER BY s.code, e.account LIMIT %(limit)s""",
    "changed": """
    SELECT e.booked_in, e.account, e.unit, count(*), sum(e.quantity) FROM ledger_entry e
    WHERE e.tenant_id = %(tenant)s AND e.account = ANY(%(money)s) AND e.recorded_at > coalesce((
        SELECT max(t.at) FROM period_step t
        WHERE t.tenant_id = %(tenant)s AND t.state = 'locked'), '-infinity')
    GROUP BY e.booked_in, e.account, e.unit
    ORDER BY e.booked_in, e.account, e.unit LIMIT %(limit)s""",
    "usual": f"""
    SELECT e.clause, coalesce(a.department, ''), e.unit, count(*),
        CASE WHEN count(*) >= %(fewest)s THEN min(abs(e.quantity)) END,
        CASE WHEN count(*) >= %(fewest)s
            THEN percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(e.quantity)) END,
        CASE WHEN count(*) >= %(fewest)s THEN max(abs(e.quantity)) END
    FROM ledger_entry e
    LEFT JOIN LATERAL (
        SELECT n.department FROM assignment n
        WHERE n.tenant_id = %(tenant)s AND n.subject_id = e.subject_id
            AND n.effective_from <= e.day
        ORDER BY n.effective_from DESC LIMIT 1) a ON true
    WHERE e.tenant_id = %(tenant)s AND e.cause = 'clause'
        AND e.day BETWEEN %(first)s AND %(last)s AND {_OF_ANYBODY}
    GROUP BY e.clause, a.department, e.unit
    ORDER BY e.clause, a.department, e.unit LIMIT %(limit)s""",  # noqa: S608 - a constant
    "recorders": """
    SELECT a.label, count(*), round(100.0 * count(*) / sum(count(*)) OVER (), 1)
    FROM incident i JOIN actor a ON a.tenant_id = i.tenant_id AND a.id = i.actor_id
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
    WHERE i.tenant_id = %(tenant)s AND a.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND NOT c.confidential
        AND i.occurred_on BETWEEN %(first)s AND %(last)s
    GROUP BY a.id, a.label ORDER BY count(*) DESC, a.label LIMIT %(limit)s""",
    "reversals": """
    SELECT i.clause, count(*), count(x.reversed_at),
        round(100.0 * count(x.reversed_at) / count(*), 1)
    FROM incident i
    JOIN incident_subject x ON x.tenant_id = i.tenant_id AND x.incident_id = i.id
    JOIN "case" c ON c.tenant_id = i.tenant_id AND c.incident_id = i.id
    WHERE i.tenant_id = %(tenant)s AND x.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
        AND NOT c.confidential AND i.occurred_on BETWEEN %(first)s AND %(last)s
    GROUP BY i.clause HAVING count(x.reversed_at) > 0
    ORDER BY count(x.reversed_at) DESC, i.clause LIMIT %(limit)s""",
    "appeals": """
    SELECT i.clause, count(*), count(*) FILTER (WHERE t.appealed),
        count(*) FILTER (WHERE t.appealed AND t.upheld),
        count(*) FILTER (WHERE t.appealed AND t.varied),
        count(*) FILTER (WHERE t.appealed AND t.reversed)
    FROM "case" c
    JOIN incident i ON i.tenant_id = c.tenant_id AND i.id = c.incident_id
    JOIN LATERAL (
        SELECT bool_or(p.step = 'appeal') AS appealed, bool_or(p.step = 'uphold') AS upheld,
            bool_or(p.step = 'vary') AS varied, bool_or(p.step = 'reverse') AS reversed
        FROM case_step p WHERE p.tenant_id = %(tenant)s AND p.case_id = c.id) t ON true
    WHERE c.tenant_id = %(tenant)s AND i.tenant_id = %(tenant)s
        AND NOT c.confidential AND i.occurred_on BETWEEN %(first)s AND %(last)s
    GROUP BY i.clause HAVING bool_or(t.appealed)
    ORDER BY 3 DESC, i.clause LIMIT %(limit)s""",
    "ranking": f"""
    SELECT rank() OVER (PARTITION BY e.unit ORDER BY sum(e.quantity) DESC), s.code, s.name,
        e.unit, sum(e.quantity)
    FROM ledger_entry e JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND s.restricted_at IS NULL AND e.account = 'points'
        AND e.booked_in = %(month)s AND s.kind = 'employee' AND {_OF_ANYBODY}
    GROUP BY s.code, s.name, e.unit
    ORDER BY e.unit, 1, s.code LIMIT %(limit)s""",  # noqa: S608 - a constant
    "unrecognised": """
    SELECT s.code, s.name FROM subject s
    WHERE s.tenant_id = %(tenant)s AND s.restricted_at IS NULL AND s.kind = 'employee'
        AND coalesce((
            SELECT bool_or(m.first_day <= %(last)s AND coalesce(m.last_day, %(now)s) >= %(now)s)
            FROM employment m WHERE m.tenant_id = %(tenant)s AND m.subject_id = s.id), true)
        AND NOT EXISTS (
            SELECT FROM ledger_entry e
            WHERE e.tenant_id = %(tenant)s AND e.subject_id = s.id AND e.quantity > 0
                AND e.account IN ('reward', 'points')
                AND e.day BETWEEN %(first)s AND %(last)s)
    ORDER BY s.code LIMIT %(limit)s""",
    "waiting": f"""
    SELECT c.id, s.code, s.name, i.clause, c.procedure, c.state, t.at,
        floor(extract(epoch FROM %(now)s - t.at) / 86400)::int
    {_CASES}
    JOIN LATERAL (
        SELECT p.at FROM case_step p
        WHERE p.tenant_id = %(tenant)s AND p.case_id = c.id ORDER BY p.number DESC LIMIT 1) t
        ON true
    WHERE {_TOLD} AND c.open
    ORDER BY t.at, c.id, x.position LIMIT %(limit)s""",  # noqa: S608 - constants
    "unsigned": f"""
    SELECT c.id, s.code, s.name, i.clause, t.at,
        floor(extract(epoch FROM %(now)s - t.at) / 86400)::int
    {_CASES}
    JOIN LATERAL (
        SELECT p.at FROM case_step p
        WHERE p.tenant_id = %(tenant)s AND p.case_id = c.id ORDER BY p.number DESC LIMIT 1) t
        ON true
    WHERE {_TOLD} AND c.open AND c.state = 'signature'
    ORDER BY t.at, c.id, x.position LIMIT %(limit)s""",  # noqa: S608 - constants
    "union": f"""
    SELECT c.id, s.code, s.name, i.clause, u.said->>'notified_on', u.said->>'reason', t.at
    {_CASES}
    JOIN case_step t ON t.tenant_id = c.tenant_id AND t.case_id = c.id
    CROSS JOIN LATERAL (
        SELECT coalesce(t.data->'dismissal'->'subjects'->s.code->'union',
            t.data->'dismissal'->'union') AS said) u
    WHERE {_TOLD} AND t.tenant_id = %(tenant)s
        AND u.said IS NOT NULL
        AND i.occurred_on BETWEEN %(first)s AND %(last)s
    ORDER BY t.at, c.id, x.position LIMIT %(limit)s""",
    "admissions": f"""
    SELECT c.id, s.code, s.name, i.clause, t.at, c.state, coalesce(e.score, 0),
        round(1.5 * i.quantity * (
            coalesce(c.facts->>'base_points', i.facts->'given'->>'base_points'))::numeric, 2)
    {_CASES}
    JOIN case_step t ON t.tenant_id = c.tenant_id AND t.case_id = c.id
    LEFT JOIN LATERAL (
        SELECT sum(g.quantity) AS score FROM decision d
        JOIN ledger_entry g ON g.tenant_id = %(tenant)s AND g.decision_id = d.id
        WHERE d.tenant_id = %(tenant)s AND d.case_id = c.id AND g.account = 'score'
            AND g.subject_id = s.id) e ON true
    WHERE {_TOLD} AND t.tenant_id = %(tenant)s AND s.kind = 'partner'
        AND t.step = 'silence' AND c.facts->>'response' = 'silent'
        AND i.occurred_on BETWEEN %(first)s AND %(last)s
    ORDER BY t.at, c.id, x.position LIMIT %(limit)s""",  # noqa: S608 - constants
    "complaints": f"""
    SELECT c.id, s.code, s.name, i.clause, y.name, i.occurred_on, c.state, l.due_at,
        floor(extract(epoch FROM %(now)s - l.due_at) / 86400)::int
    {_CASES}
    JOIN policy y ON y.tenant_id = i.tenant_id AND y.id = i.policy_id
    JOIN (
        SELECT o.case_id, o.subject_id, min(o.due_at) AS due_at FROM (
            SELECT d.case_id, d.subject_id, d.due_at FROM deadline d
            WHERE d.tenant_id = %(tenant)s AND d.ended_at IS NULL AND d.paused_at IS NULL
                AND d.due_at < %(now)s
            UNION ALL
            SELECT g.id, q.subject_id, p.at FROM "case" g
            JOIN case_step p ON p.tenant_id = g.tenant_id AND p.case_id = g.id
            JOIN incident_subject q
                ON q.tenant_id = g.tenant_id AND q.incident_id = g.incident_id
            WHERE g.tenant_id = %(tenant)s AND p.tenant_id = %(tenant)s
                AND q.tenant_id = %(tenant)s AND g.open
                AND p.data->>'silence' = 'escalation') o
        GROUP BY o.case_id, o.subject_id) l ON l.case_id = c.id AND l.subject_id = s.id
    WHERE {_TOLD} AND y.tenant_id = %(tenant)s
    ORDER BY l.due_at, c.id, x.position LIMIT %(limit)s""",  # noqa: S608 - constants
    "unread": f"""
    SELECT y.name, v.number, v.effective_from, s.code, s.name, coalesce(a.department, ''),
        floor(extract(epoch FROM %(now)s - v.published_at) / 86400)::int
    FROM policy y
    JOIN LATERAL (
        SELECT o.id, o.number, o.effective_from, o.published_at, o.document->'scope' AS scope
        FROM policy_version o
        WHERE o.tenant_id = %(tenant)s AND o.policy_id = y.id AND o.state = 'published'
        ORDER BY o.effective_from DESC LIMIT 1) v ON true
    CROSS JOIN subject s
    LEFT JOIN LATERAL {LINE_OF_DAY.replace("%(on)s", "%(today)s")} a ON true
    WHERE y.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND s.kind = 'employee'
        AND s.restricted_at IS NULL AND (%(policy)s::text IS NULL OR y.name = %(policy)s)
        AND {_IN_SCOPE.format("kinds", "s.kind")}
        AND {_IN_SCOPE.format("departments", "a.department")}
        AND {_IN_SCOPE.format("positions", "a.position")}
        AND coalesce((
            SELECT bool_or(m.first_day <= %(today)s
                AND coalesce(m.last_day, %(today)s) >= %(today)s)
            FROM employment m WHERE m.tenant_id = %(tenant)s AND m.subject_id = s.id), true)
        AND NOT EXISTS (
            SELECT FROM receipt r WHERE r.tenant_id = %(tenant)s AND r.version_id = v.id
                AND r.subject_id = s.id)
    ORDER BY y.name, s.code LIMIT %(limit)s""",  # noqa: S608 - constants
    "deserving": f"""
    SELECT s.code, s.name, coalesce(a.value, s.attributes->'regular')::text, e.praised, e.last_on
    FROM (SELECT to_date(%(month)s, 'YYYY-MM') AS first,
        (to_date(%(month)s, 'YYYY-MM') + interval '1 month - 1 day')::date AS last) m
    CROSS JOIN subject s
    JOIN LATERAL (
        SELECT bool_or(k.bad) AS bad, count(*) FILTER (WHERE NOT k.bad) AS praised,
            max(k.day) FILTER (WHERE NOT k.bad) AS last_on
        FROM (
            SELECT e.day, {_BAD} AS bad FROM ledger_entry e
            WHERE e.tenant_id = %(tenant)s AND e.subject_id = s.id
                AND e.day BETWEEN m.first AND m.last
                AND e.account NOT IN ('count', 'action', 'wage') AND {_OF_ANYBODY}
            GROUP BY e.account, e.unit, e.clause, e.day HAVING sum(e.quantity) <> 0) k
        ) e ON NOT e.bad
    LEFT JOIN LATERAL (
        SELECT v.value FROM attribute_value v
        WHERE v.tenant_id = %(tenant)s AND v.subject_id = s.id AND v.name = 'regular'
            AND v.effective_from <= m.last
        ORDER BY v.effective_from DESC LIMIT 1) a ON true
    WHERE s.tenant_id = %(tenant)s AND s.kind = 'employee' AND s.restricted_at IS NULL
        AND coalesce((
            SELECT bool_or(n.first_day <= m.last AND coalesce(n.last_day, m.last) >= m.last)
            FROM employment n WHERE n.tenant_id = %(tenant)s AND n.subject_id = s.id), true)
        AND coalesce(a.value, s.attributes->'regular', 'true') <> 'false'
    ORDER BY e.praised DESC, s.code LIMIT %(limit)s""",  # noqa: S608 - constants
    "overdue": f"{_DUE} AND d.due_at < %(now)s{_BY_TIME}",
    "due": f"{_DUE} AND d.due_at BETWEEN %(now)s AND %(until)s{_BY_TIME}",
}
_HOLDERS: Final = f"""
    SELECT DISTINCT s.code, s.name FROM ledger_entry e
    JOIN subject s ON s.tenant_id = e.tenant_id AND s.id = e.subject_id
    WHERE e.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND e.policy_id = %(policy)s
        AND e.unit = ANY(%(units)s) AND s.restricted_at IS NULL AND {_OF_ANYBODY}"""  # noqa: S608 - a constant
COMPUTED: Final = ("lapsing", "near", "case", "what-if")
"""Reports that no one statement answers."""
assert {*_STATEMENTS, *COMPUTED} == {*REPORTS}  # noqa: S101 - a report has its rows from somewhere
_NAMED: Final = """
    SELECT s.code, s.name FROM subject s
    WHERE s.tenant_id = %(tenant)s AND s.code = ANY(%(codes)s) AND s.restricted_at IS NULL"""
_NUMBERS: Final = """
    SELECT c.incident_id, s.code, k.year || '-' || lpad(k.number::text, 6, '0') FROM slip k
    JOIN "case" c ON c.tenant_id = k.tenant_id AND c.id = k.case_id
    JOIN subject s ON s.tenant_id = k.tenant_id AND s.id = k.subject_id
    WHERE k.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s
        AND c.incident_id = ANY(%(incidents)s) AND NOT c.confidential"""
_TRIED: Final = """
    SELECT y.name, v.number, r.first_day, r.last_day, r.result
    FROM policy y
    JOIN LATERAL (
        SELECT o.first_day, o.last_day, o.result, o.version_id FROM replay o
        JOIN policy_version w ON w.tenant_id = o.tenant_id AND w.id = o.version_id
        WHERE o.tenant_id = %(tenant)s AND w.tenant_id = %(tenant)s AND w.policy_id = y.id
            AND o.state = 'done' ORDER BY o.id DESC LIMIT 1) r ON true
    JOIN policy_version v ON v.tenant_id = y.tenant_id AND v.id = r.version_id
    WHERE y.tenant_id = %(tenant)s AND v.tenant_id = %(tenant)s
        AND (%(policy)s::text IS NULL OR y.name = %(policy)s)
    ORDER BY y.name"""


def answer(tx: Tx, name: str, asked: Question) -> list[tuple[Any, ...]]:
    """Return the rows of a report."""
    kept = {"fewest": FEWEST, "money": sorted(MONEY), "praise": list(PRAISE)}
    values = {"tenant": tx.tenant_id, **kept, **asked._asdict()}
    return tx.raw.execute(_STATEMENTS[name], values).fetchall()


def holders(tx: Tx, policy_id: UUID, units: Iterable[str]) -> dict[str, str]:
    """Return code -> name of those who ever got one of some units under a policy."""
    values = {"tenant": tx.tenant_id, "policy": policy_id, "units": list(units)}
    return dict(tx.raw.execute(_HOLDERS, values).fetchall())


def named(tx: Tx, codes: Iterable[str]) -> dict[str, str]:
    """Return code -> name of those of some people who are not restricted."""
    values = {"tenant": tx.tenant_id, "codes": list(codes)}
    return dict(tx.raw.execute(_NAMED, values).fetchall())


def slip_numbers(tx: Tx, incidents: Iterable[UUID]) -> dict[tuple[UUID, str], str]:
    """Return (incident, subject) -> the number of the slip; nothing of confidential cases."""
    values = {"tenant": tx.tenant_id, "incidents": list(incidents)}
    return {(row[0], row[1]): row[2] for row in tx.raw.execute(_NUMBERS, values).fetchall()}


def last_tried(tx: Tx, policy: str | None) -> list[tuple[str, int, date, date, dict[str, Any]]]:
    """Return the last what-if of each policy that is done: its version, days and result."""
    values = {"tenant": tx.tenant_id, "policy": policy}
    return list(tx.raw.execute(_TRIED, values).fetchall())
