"""The handler to compare with: Flask and psycopg, one transaction, statement by statement.

It stores what Shangfa stores for the same request, but decides nothing: which entries
and tallies, and the two JSON texts, come from answers that Shangfa gave before.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from flask import Flask, Response, request
from psycopg.rows import TupleRow
from sqlalchemy import make_url
from uuid_utils.compat import uuid7

PLAN: Final = "BENCH_PLAN"
"""The variable that names the file of samples."""

_KEY: Final = """
    SELECT k.id, k.role, t.status FROM api_key k JOIN tenant t ON t.id = k.tenant_id
    WHERE k.tenant_id = %s AND k.digest = %s AND k.revoked_at IS NULL"""
_SUBJECT: Final = """
    SELECT s.id, a.supervisor_id FROM subject s LEFT JOIN LATERAL (
        SELECT supervisor_id FROM assignment a
        WHERE a.tenant_id = s.tenant_id AND a.subject_id = s.id AND a.effective_from <= %s
        ORDER BY a.effective_from DESC LIMIT 1) a ON true
    WHERE s.tenant_id = %s AND s.code = %s"""
_INCIDENT: Final = """
    INSERT INTO incident (tenant_id, id, policy_id, version_id, clause, occurred_at, occurred_on,
        quantity, facts, reported_by, recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_INVOLVED: Final = """
    INSERT INTO incident_subject (tenant_id, id, incident_id, subject_id, position)
    VALUES (%s, %s, %s, %s, 0)"""
_DECISION: Final = """
    INSERT INTO decision (tenant_id, id, incident_id, kind, body, decided_by, decided_at)
    VALUES (%s, %s, %s, 'record', %s, %s, %s)"""
_ENTRY: Final = """
    INSERT INTO ledger_entry (tenant_id, id, decision_id, subject_id, policy_id, account, unit,
        quantity, clause, cause, day, joint, recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_TALLY: Final = """
    INSERT INTO tally (tenant_id, id, subject_id, policy_id, account, unit, span, total, own,
        last_day, gap)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 1, 1, %s, %s)
    ON CONFLICT (tenant_id, subject_id, policy_id, account, unit, span) DO UPDATE
    SET total = tally.total + excluded.total, own = tally.own + excluded.own,
        last_day = greatest(tally.last_day, excluded.last_day), gap = excluded.gap"""
_REPLY: Final = """
    INSERT INTO reply (tenant_id, id, key, digest, status, body, created_at)
    VALUES (%s, %s, %s, %s, 201, %s, %s)"""

_connections = threading.local()


def _connection() -> psycopg.Connection[TupleRow]:
    """Return this thread's own connection: no pool is cheaper than any pool."""
    if not hasattr(_connections, "mine"):
        url = make_url(os.environ["SHANGFA_DATABASE_URL"]).set(drivername="postgresql")
        _connections.mine = psycopg.connect(url.render_as_string(hide_password=False))
    mine: psycopg.Connection[TupleRow] = _connections.mine
    return mine


def create_app() -> Flask:
    """Return the application."""
    app = Flask("bare")
    plan = json.loads(Path(os.environ[PLAN]).read_text(encoding="utf-8"))
    turns = {clause: itertools.cycle(samples) for clause, samples in plan.items()}
    gaps = itertools.cycle(("1", "2", "3"))

    @app.post("/v1/incidents")
    def record() -> Response:
        body = request.get_json()
        sample = next(turns[body["clause"]])
        connection = _connection()
        with connection.transaction():
            _store(connection, body, sample, gaps)
        return Response(sample["reply"], 201, content_type="application/json")

    return app


def _store(
    connection: psycopg.Connection[TupleRow],
    body: Mapping[str, Any],
    sample: Mapping[str, Any],
    gaps: Iterator[str],
) -> None:
    token = request.headers["Authorization"].removeprefix("Bearer ")
    tenant = UUID(hex=token.split("_")[1])
    at = datetime.fromisoformat(body["occurred_at"])
    run, now = connection.execute, datetime.now(UTC)
    run(f"SET LOCAL shangfa.tenant = '{tenant}'".encode())
    found = run(_KEY, (tenant, hashlib.sha256(token.encode()).digest())).fetchone()
    people = run(_SUBJECT, (at.date(), tenant, body["subject"])).fetchone()
    if found is None or people is None:
        raise LookupError(body["subject"])
    incident, decision = uuid7(), uuid7()
    policy = sample["policy_id"]
    what = (policy, sample["version_id"], body["clause"], at, at.date(), body.get("quantity", 1))
    facts = json.dumps(body.get("facts", {}), ensure_ascii=False)
    run(_INCIDENT, (tenant, incident, *what, facts, found[0], now))
    run(_INVOLVED, (tenant, uuid7(), incident, people[0]))
    run(_DECISION, (tenant, decision, incident, sample["decision"], found[0], now))
    for place, account, unit, quantity, clause, cause, joint in sample["entries"]:
        posted = (policy, account, unit, quantity, clause, cause, at.date(), joint, now)
        run(_ENTRY, (tenant, uuid7(), decision, people[place], *posted))
    for place, account, unit, span, near in sample["tallies"]:
        counter = (people[place], policy, account, unit, span, at.date())
        run(_TALLY, (tenant, uuid7(), *counter, next(gaps) if near else None))
    digest = hashlib.sha256(request.get_data()).digest()
    key = f"{found[0]}:{request.headers['Idempotency-Key']}"
    run(_REPLY, (tenant, uuid7(), key, digest, sample["reply"], now))
