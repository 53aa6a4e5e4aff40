"""A database with the frozen tables of the bare handler, filled with what the product's holds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from psycopg import sql
from tests.bench.stage import Owner, Stage

TABLES: Final = Path(__file__).with_name("bare.sql")
LATER: Final = "-- Once the rows are there"
"""What follows in `TABLES` is made of rows, as a restored database would make it."""

_SAME: Final = {
    "api_key": "id, digest, role, subject_id, label, created_at, revoked_at",
    "tenant_plugin": "id, name, enabled_at",
    "subject": "id, code, kind, name, attributes, revision, created_at",
    "assignment": "id, subject_id, effective_from, supervisor_id, department, position",
    "wage": "id, subject_id, effective_from, day_wage",
    "policy": "id, name, title, created_at",
    "policy_version": "id, policy_id, number, effective_from, state, document, source, plugins,"
    " created_at, published_at",
    "incident_subject": "id, incident_id, subject_id, share, position",
    "ledger_entry": "id, decision_id, subject_id, policy_id, account, unit, quantity, clause,"
    " cause, day, joint, recorded_at",
    "tally": "id, subject_id, policy_id, account, unit, span, total, own, last_day, gap",
}
"""Tables whose columns kept their names."""

_CHANGED: Final = {
    "tenant": (
        "id, slug, name, timezone, locale, calendar, calendar_days, regions, status, revision,"
        " created_at",
        """SELECT id, slug, name, timezone, locale, calendar, calendar_days, regions, status,
            revision, created_at
        FROM tenant JOIN tenant_slug ON tenant_id = id""",
    ),
    "incident": (
        "tenant_id, id, policy_id, version_id, clause, occurred_at, occurred_on, quantity, facts,"
        " note, evidence, external_id, reported_by, recorded_at",
        """SELECT tenant_id, id, policy_id, version_id, clause, occurred_at, occurred_on, quantity,
            facts, note, evidence, external_id, actor_id, recorded_at
        FROM incident ORDER BY id""",
    ),
    "decision": (
        "tenant_id, id, incident_id, kind, body, reason, decided_by, decided_at",
        """SELECT d.tenant_id, d.id, c.incident_id, 'record', d.body, d.reason, d.actor_id,
            d.decided_at
        FROM decision d JOIN "case" c ON c.tenant_id = d.tenant_id AND c.id = d.case_id
        ORDER BY d.id""",
    ),
}
"""Table -> its columns, and what the product's tables say of them."""


def freeze(stage: Stage, name: str) -> str:
    """Make a database with the frozen tables and the product's tenants and past.

    The product's past must have one subject to an incident and nothing but sanctions.
    """
    tables, _, later = TABLES.read_text(encoding="utf-8").partition(LATER)
    with stage.owner() as product, stage.owner(stage.empty(name)) as bare:
        bare.execute(tables.encode())
        for table, columns in _SAME.items():
            mine = f"tenant_id, {columns}"
            _carry(product, bare, (table, mine, f"SELECT {mine} FROM {table} ORDER BY id"))
        for table, (columns, query) in _CHANGED.items():
            _carry(product, bare, (table, columns, query))
        bare.execute(f"{LATER}{later}".encode())
        bare.execute("VACUUM (ANALYZE)")
        bare.execute("CHECKPOINT")
        bare.execute("SELECT pg_stat_reset()")
    return name


def _carry(product: Owner, bare: Owner, said: tuple[str, str, str]) -> None:
    table, columns, query = said
    out = sql.SQL("COPY ({}) TO STDOUT").format(sql.SQL(query))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(columns))
    with (
        product.cursor() as source,
        bare.cursor() as target,
        source.copy(out) as rows,
        target.copy(into) as copy,
    ):
        for block in rows:
            copy.write(block)
