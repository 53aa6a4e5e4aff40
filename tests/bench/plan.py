"""What Shangfa stored for a clause, sampled, so that the bare handler stores the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from psycopg.rows import dict_row
from tests.bench.stage import Owner

SAMPLES: Final = 40
"""Of each clause, the latest."""

_SAMPLES: Final = """
    WITH latest AS (
        SELECT i.tenant_id, i.id, i.clause, i.policy_id, i.version_id, i.occurred_on,
            s.subject_id,
            row_number() OVER (PARTITION BY i.tenant_id, i.clause ORDER BY i.id DESC) AS number
        FROM incident i JOIN incident_subject s ON s.tenant_id = i.tenant_id
            AND s.incident_id = i.id),
    replies AS MATERIALIZED (
        SELECT tenant_id, (body::json->>'id')::uuid AS incident_id, body FROM reply)
    SELECT l.clause, l.policy_id::text, l.version_id::text, d.body::text AS decision,
        r.body AS reply, coalesce(e.entries, '[]') AS entries, coalesce(t.tallies, '[]') AS tallies
    FROM latest l
    JOIN "case" c ON c.tenant_id = l.tenant_id AND c.incident_id = l.id
    JOIN decision d ON d.tenant_id = c.tenant_id AND d.case_id = c.id
    JOIN replies r ON r.tenant_id = l.tenant_id AND r.incident_id = l.id
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array((e.subject_id <> l.subject_id)::int, e.account, e.unit,
            e.quantity::text, e.clause, e.cause, e.joint) ORDER BY e.id) AS entries
        FROM ledger_entry e WHERE e.tenant_id = l.tenant_id AND e.decision_id = d.id) e ON true
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array((t.subject_id <> l.subject_id)::int, t.account, t.unit,
            t.span, t.gap IS NOT NULL)
            -- one order for all, so that transactions do not wait for each other in a ring
            ORDER BY t.subject_id <> l.subject_id, t.account, t.unit, t.span) AS tallies
        FROM tally t WHERE t.tenant_id = l.tenant_id AND t.last_day = l.occurred_on
            AND (t.subject_id, t.account, t.unit) IN (
            SELECT e.subject_id, e.account, e.unit FROM ledger_entry e
            WHERE e.tenant_id = l.tenant_id AND e.decision_id = d.id)) t ON true
    WHERE l.number <= %s"""


def write_plan(owner: Owner, path: Path) -> dict[str, list[Any]]:
    """Write the samples by clause to a file and return them.

    An incident of these has one subject, so its one decision says what the one body of the
    bare handler's tables says. In `entries` and `tallies` the first value
    says who: 0 the subject, 1 the supervisor.
    """
    plan: dict[str, list[Any]] = {}
    with owner.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_SAMPLES, [SAMPLES]):
            plan.setdefault(row.pop("clause"), []).append(row)
    path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    return plan
