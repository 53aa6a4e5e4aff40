"""Who left long ago, and making him nameless as the owner of the schema, in SQL.

The figures stay with the number of the person, so that sums, replays and the audit chain hold;
whatever says who he was, or tells of him in words, goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from shangfa.db.keeping.owner import Owner
from shangfa.db.tx.encode import to_text
from shangfa.db.tx.transaction import Tx
from shangfa.domain.audit.retention import NAMELESS, Gone

_GONE: Final = """
    SELECT s.id, s.code, m.last_day,
        greatest(m.last_day, d.last_on, p.last_on, a.last_on, l.last_on),
        coalesce(w.work_region, ''), array_remove(ARRAY[
            CASE WHEN EXISTS (
                SELECT FROM restriction r WHERE r.tenant_id = %(tenant)s AND r.subject_id = s.id
                    AND r.kind = 'hold' AND r.lifted_at IS NULL) THEN 'hold' END,
            CASE WHEN EXISTS (
                SELECT FROM incident_subject x JOIN "case" c
                    ON c.tenant_id = x.tenant_id AND c.incident_id = x.incident_id
                WHERE x.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
                    AND x.subject_id = s.id AND c.open)
                THEN 'case_open' END,
            CASE WHEN EXISTS (
                SELECT FROM deadline l WHERE l.tenant_id = %(tenant)s AND l.subject_id = s.id
                    AND l.ended_at IS NULL) THEN 'deadline_open' END,
            CASE WHEN EXISTS (
                SELECT FROM correction k WHERE k.tenant_id = %(tenant)s AND k.subject_id = s.id
                    AND k.state = 'asked') THEN 'correction_open' END], NULL),
        EXISTS (
            SELECT FROM anonymisation a WHERE a.tenant_id = %(tenant)s AND a.subject_id = s.id)
    FROM subject s
    JOIN (
        SELECT e.subject_id, max(coalesce(e.last_day, 'infinity'::date)) AS last_day
        FROM employment e WHERE e.tenant_id = %(tenant)s
        GROUP BY 1 HAVING max(coalesce(e.last_day, 'infinity'::date)) < %(today)s
        ) m ON m.subject_id = s.id
    LEFT JOIN LATERAL (
        SELECT max(o.decided_at)::date AS last_on FROM decision o
        WHERE o.tenant_id = %(tenant)s AND o.subject_id = s.id) d ON true
    LEFT JOIN LATERAL (
        SELECT max(t.at)::date AS last_on FROM incident_subject x
        JOIN "case" c ON c.tenant_id = x.tenant_id AND c.incident_id = x.incident_id
        JOIN case_step t ON t.tenant_id = c.tenant_id AND t.case_id = c.id
        WHERE x.tenant_id = %(tenant)s AND c.tenant_id = %(tenant)s
            AND t.tenant_id = %(tenant)s AND x.subject_id = s.id) p ON true
    LEFT JOIN LATERAL (
        SELECT max(k.at)::date AS last_on FROM dismissal k
        WHERE k.tenant_id = %(tenant)s AND k.subject_id = s.id) a ON true
    LEFT JOIN LATERAL (
        SELECT max(k.at)::date AS last_on FROM lifting k
        WHERE k.tenant_id = %(tenant)s AND k.subject_id = s.id) l ON true
    LEFT JOIN LATERAL (
        SELECT g.work_region FROM wage g WHERE g.tenant_id = %(tenant)s AND g.subject_id = s.id
            AND g.work_region IS NOT NULL
        ORDER BY g.effective_from DESC LIMIT 1) w ON true
    WHERE s.tenant_id = %(tenant)s AND s.kind = 'employee' AND s.anonymised_at IS NULL
        AND (%(code)s::text IS NULL OR s.code = %(code)s)
    ORDER BY s.code"""


def gone(
    raw: psycopg.Connection[Any], tenant_id: UUID, today: date, code: str | None = None
) -> list[Gone]:
    """Return who left before a day and is not nameless, by code; `code`: only this one."""
    values = {"tenant": tenant_id, "today": today, "code": code}
    rows = raw.execute(_GONE, values).fetchall()
    return [
        Gone(key, number, left, last, region, tuple(holds), agreed)
        for key, number, left, last, region, holds, agreed in rows
    ]


def retention_years(tx: Tx) -> int:
    """Return how many years the tenant keeps what is about those who left."""
    row = tx.raw.execute(
        "SELECT t.retention_years FROM tenant t WHERE t.id = %s", (tx.tenant_id,)
    ).fetchone()
    return int(row[0]) if row else 0


def set_retention_years(tx: Tx, years: int) -> None:
    """Set how many."""
    tx.raw.execute("UPDATE tenant SET retention_years = %s WHERE id = %s", (years, tx.tenant_id))


def agree(tx: Tx, key: UUID, subject_id: UUID, by: UUID, at: datetime) -> bool:
    """Write that HR agreed to make somebody nameless; False when that was written before."""
    done = tx.raw.execute(
        "INSERT INTO anonymisation (tenant_id, id, subject_id, agreed_by, agreed_at)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (tx.tenant_id, key, subject_id, by, at),
    )
    return bool(done.rowcount)


_THEIRS: Final = """(
    SELECT x.incident_id FROM incident_subject x
    WHERE x.tenant_id = %(tenant)s AND x.subject_id = %(subject)s AND NOT EXISTS (
        SELECT FROM incident_subject y
        JOIN subject z ON z.tenant_id = y.tenant_id AND z.id = y.subject_id
        WHERE y.tenant_id = %(tenant)s AND z.tenant_id = %(tenant)s
            AND y.incident_id = x.incident_id AND z.anonymised_at IS NULL))"""
"""Incidents that concern nobody who still has a name."""
_CASES: Final = f"""(
    SELECT c.id FROM "case" c
    WHERE c.tenant_id = %(tenant)s AND c.incident_id IN {_THEIRS})"""  # noqa: S608 - a constant
_USERS: Final = """(
    SELECT u.id FROM tenant_user u
    WHERE u.tenant_id = %(tenant)s AND u.subject_id = %(subject)s)"""
_KEYS: Final = """(
    SELECT k.id FROM api_key k
    WHERE k.tenant_id = %(tenant)s AND k.subject_id = %(subject)s)"""
_ASKED_FOR: Final = """EXISTS (
    SELECT FROM policy_version v WHERE v.tenant_id = %(tenant)s
        AND strpos(v.document::text, {name}) > 0)"""
"""Some version of a policy names the attribute: a replay needs what it was."""
_STEPS: Final[tuple[tuple[str, str], ...]] = (
    (
        "subject",
        f"UPDATE subject SET name = %(name)s, anonymised_at = %(at)s, revision = revision + 1,"  # noqa: S608 - a constant
        f" attributes = (SELECT coalesce(jsonb_object_agg(a.key, a.value), '{{}}')"
        f" FROM jsonb_each(attributes) a WHERE {_ASKED_FOR.format(name='a.key')})"
        f" WHERE tenant_id = %(tenant)s AND id = %(subject)s",
    ),
    (
        "attribute_value",
        f"DELETE FROM attribute_value a WHERE a.tenant_id = %(tenant)s"  # noqa: S608 - a constant
        f" AND a.subject_id = %(subject)s AND NOT {_ASKED_FOR.format(name='a.name')}",
    ),
    ("wage", "DELETE FROM wage WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s"),
    (
        "month_pay",
        "DELETE FROM month_pay WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
    (
        "deduction_paper",
        "UPDATE deduction_paper SET reason = '' WHERE tenant_id = %(tenant)s"
        " AND subject_id = %(subject)s",
    ),
    (
        "correction",
        "UPDATE correction SET concerns = '', wrong = '', should_be = '', reason = NULL,"
        " effect = NULL WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
    (
        "slip",
        "UPDATE slip SET body = body || jsonb_build_object('subject_name', %(name)s::text,"
        " 'department', NULL, 'position', NULL, 'supervisor_name', NULL, 'note', '',"
        " 'facts', '{}'::jsonb, 'evidence', '[]'::jsonb, 'steps', '[]'::jsonb)"
        " WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
    (
        "incident",
        f"UPDATE incident i SET note = '', evidence = '[]', external_id = NULL,"  # noqa: S608 - a constant
        f" facts = CASE WHEN i.facts ? 'given' THEN jsonb_set(i.facts, '{{given}}',"
        f" i.facts -> 'given' || coalesce(("
        f" SELECT jsonb_object_agg(w.name, %(name)s::text) FROM jsonb_array_elements_text("
        f" %(words)s::jsonb -> i.version_id::text -> i.clause) w (name)"
        f" WHERE i.facts -> 'given' ? w.name), '{{}}')) ELSE i.facts END"
        f" WHERE i.tenant_id = %(tenant)s AND i.id IN {_THEIRS}",
    ),
    (
        "case_step",
        f"UPDATE case_step SET note = '', data = CASE WHEN data ? 'dismissal'"  # noqa: S608 - a constant
        f" THEN '{{\"dismissal\": {{}}}}'::jsonb ELSE '{{}}'::jsonb END"
        f" WHERE tenant_id = %(tenant)s AND case_id IN {_CASES}",
    ),
    (
        "decision",
        "UPDATE decision SET reason = '' WHERE tenant_id = %(tenant)s"
        " AND subject_id = %(subject)s AND reason <> ''",
    ),
    (
        "dismissal",
        "UPDATE dismissal SET note = '', evidence = '[]', body = '{}'"
        " WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
    (
        "restriction",
        "UPDATE restriction SET reason = '', lifted_reason = CASE WHEN lifted_at IS NULL"
        " THEN lifted_reason ELSE '' END WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
    (
        "lifting",
        "UPDATE lifting SET reason = '' WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
    (
        "follow_up",
        f"UPDATE follow_up SET done_note = ''"  # noqa: S608 - a constant
        f" WHERE tenant_id = %(tenant)s AND case_id IN {_CASES}",
    ),
    (
        "audit_note",
        f"UPDATE audit_note n SET data = jsonb_build_object('erased',"  # noqa: S608 - a constant
        f" encode(sha256(convert_to(n.data::text, 'UTF8')), 'hex'))"
        f" WHERE n.tenant_id = %(tenant)s AND n.data <> '{{}}' AND NOT n.data ? 'erased'"
        f" AND (n.subject = %(code)s OR n.about IN {_USERS} OR EXISTS ("
        f" SELECT FROM tenant_user u WHERE u.tenant_id = %(tenant)s AND u.subject_id = %(subject)s"
        f" AND strpos(n.data::text, to_json(u.login)::text) > 0))",
    ),
    (
        "user_session",
        f"DELETE FROM user_session WHERE tenant_id = %(tenant)s AND tenant_user_id IN {_USERS}",  # noqa: S608 - a constant
    ),
    (
        "actor",
        f"UPDATE actor SET label = %(name)s"  # noqa: S608 - constants
        f" WHERE tenant_id = %(tenant)s AND (id IN {_USERS} OR id IN {_KEYS})",
    ),
    (
        "tenant_user",
        "UPDATE tenant_user SET login = id::text, name = %(name)s, password = '',"
        " invitation = NULL, ended_at = coalesce(ended_at, %(at)s)"
        " WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
    (
        "api_key",
        "UPDATE api_key SET label = '', revoked_at = coalesce(revoked_at, %(at)s)"
        " WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
    (
        "digest",
        "UPDATE digest SET email = '' WHERE tenant_id = %(tenant)s AND email IN ("
        " SELECT b.email FROM mailbox b WHERE b.tenant_id = %(tenant)s"
        " AND b.subject_id = %(subject)s)",
    ),
    ("mailbox", "DELETE FROM mailbox WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s"),
    (
        "notification",
        "DELETE FROM notification WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
    ),
)
"""Table -> what is done to it, in this order: the person is nameless before his incidents are."""
_NAMED: Final = f"""
    SELECT DISTINCT n.item FROM (
        SELECT jsonb_array_elements_text(i.evidence) AS item FROM incident i
        WHERE i.tenant_id = %(tenant)s AND i.id IN {_THEIRS}
        UNION ALL
        SELECT jsonb_array_elements_text(t.data -> 'evidence') FROM case_step t
        WHERE t.tenant_id = %(tenant)s AND jsonb_typeof(t.data -> 'evidence') = 'array'
            AND t.case_id IN {_CASES}
        UNION ALL
        SELECT jsonb_array_elements_text(k.evidence) FROM dismissal k
        WHERE k.tenant_id = %(tenant)s AND k.subject_id = %(subject)s) n"""  # noqa: S608 - constants
_DROP_FILES: Final = """
    DELETE FROM evidence e WHERE e.tenant_id = %(tenant)s AND e.id::text = ANY(%(named)s)
        AND NOT EXISTS (
            SELECT FROM incident i WHERE i.tenant_id = %(tenant)s AND i.evidence ? e.id::text)
        AND NOT EXISTS (
            SELECT FROM case_step t
            WHERE t.tenant_id = %(tenant)s AND t.data -> 'evidence' ? e.id::text)
        AND NOT EXISTS (
            SELECT FROM dismissal k WHERE k.tenant_id = %(tenant)s AND k.evidence ? e.id::text)
    RETURNING e.sha256"""
_LEFT: Final = """
    SELECT DISTINCT e.sha256 FROM evidence e
    WHERE e.tenant_id = %(tenant)s AND e.sha256 = ANY(%(digests)s)"""


def anonymise(
    owner: Owner,
    tenant_id: UUID,
    found: Gone,
    at: datetime,
    words: Mapping[str, Mapping[str, Sequence[str]]],
) -> tuple[dict[str, int], list[str]]:
    """Make somebody nameless in an open transaction of the owner.

    `words`: version -> clause -> facts that are text and kept for the record alone.

    Returns:
        Table -> rows that were changed or erased; the digests of files nobody names any more.
    """
    values = {"tenant": tenant_id, "subject": found.id, "code": found.code}
    values |= {"name": NAMELESS, "at": at, "words": to_text(words)}
    counts, named = {}, []
    for table, statement in _STEPS:
        if table == "incident":
            named = [row[0] for row in owner.execute(_NAMED.encode(), values).fetchall()]
        counts[table] = owner.execute(statement.encode(), values).rowcount
    rows = owner.execute(_DROP_FILES, {"tenant": tenant_id, "named": named}).fetchall()
    digests = {row[0] for row in rows}
    left = owner.execute(_LEFT, {"tenant": tenant_id, "digests": list(digests)}).fetchall()
    counts["evidence"] = len(rows)
    return {name: count for name, count in counts.items() if count}, sorted(
        digests - {row[0] for row in left}
    )


def hold_gone(owner: Owner, tenant_id: UUID, today: date, code: str) -> Gone | None:
    """Return somebody who left, and keep anything new about him out until the end."""
    owner.execute(
        "SELECT FROM subject s WHERE s.tenant_id = %s AND s.code = %s FOR UPDATE",
        (tenant_id, code),
    )
    return next(iter(gone(owner, tenant_id, today, code)), None)


def finish(
    owner: Owner, tenant_id: UUID, found: Gone, note: tuple[UUID, datetime], counts: dict[str, int]
) -> None:
    """Write that somebody was made nameless, with how many rows, and note it for the chain."""
    values = {
        "tenant": tenant_id,
        "subject": found.id,
        "code": found.code,
        "id": note[0],
        "at": note[1],
        "counts": to_text(counts),
    }
    owner.execute(
        "UPDATE anonymisation SET done_at = %(at)s, counts = %(counts)s::jsonb"
        " WHERE tenant_id = %(tenant)s AND subject_id = %(subject)s",
        values,
    )
    owner.execute(
        """INSERT INTO audit_note (tenant_id, id, kind, about, subject, actor_id, role, data, at)
        VALUES (%(tenant)s, %(id)s, 'subject.anonymised', %(subject)s, %(code)s, %(tenant)s,
            'operator', %(counts)s::jsonb, %(at)s)""",
        values,
    )


_OLD: Final[tuple[tuple[str, str], ...]] = (
    (
        "import_fault",
        "DELETE FROM import_fault WHERE tenant_id = %(tenant)s AND import_file_id IN ("
        " SELECT f.id FROM import_file f WHERE f.tenant_id = %(tenant)s"
        " AND f.received_at < %(files)s)",
    ),
    (
        "import_file",
        "UPDATE import_file SET body = '' WHERE tenant_id = %(tenant)s"
        " AND received_at < %(files)s AND body <> ''",
    ),
    (
        "webhook_delivery",
        "DELETE FROM webhook_delivery WHERE tenant_id = %(tenant)s AND state <> 'pending'"
        " AND created_at < %(logs)s",
    ),
)


def drop_old(
    owner: Owner, tenant_id: UUID, files: datetime, logs: datetime, *, dry_run: bool
) -> dict[str, int]:
    """Erase what files brought in before one moment, and the log of deliveries before another."""
    values = {"tenant": tenant_id, "files": files, "logs": logs}
    counts: dict[str, int] = {}
    with owner.transaction():
        for table, statement in _OLD:
            counts[table] = owner.execute(statement.encode(), values).rowcount
        if dry_run:
            raise psycopg.Rollback
    return {name: count for name, count in counts.items() if count}
