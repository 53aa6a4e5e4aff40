"""POST /v1/incidents beside a bare handler that stores the same rows."""

from __future__ import annotations

import json
from concurrent.futures import Executor

from tests.bench.bare import PLAN
from tests.bench.duel import Plan, Side, duel
from tests.bench.figures import say
from tests.bench.load import clients
from tests.bench.past import fill
from tests.bench.plan import write_plan
from tests.bench.stage import THREADS, WORKERS, Company, Stage
from tests.bench.traffic import bodies, moment

from shangfa.services.access.authentication import authenticate
from shangfa.services.incidents import record as incidents

PEOPLE, EACH = 200, 40
"""Employees, and earlier incidents of each."""
POLICIES = ("youyou", "fujie")
PLANS = (Plan(5, 2.5, goal="  goal 0.6 or more"), Plan(3, 1.0, connections=1))
SAMPLES = 1600
"""Incidents from whose answers the bare handler learns what to store."""
BODIES = 4000
TABLES = ("incident", "incident_subject", "decision", "ledger_entry", "tally", "reply")
SHANGFA, BARE = "shangfa.api.app:create_app()", "tests.bench.bare:create_app()"


def run(stage: Stage) -> None:
    """Measure each policy's mix at full load, then one request at a time."""
    say(
        f"\n2. POST /v1/incidents with Idempotency-Key beside a bare Flask + psycopg handler\n"
        f"  gunicorn {WORKERS} workers x {THREADS} threads each, {PEOPLE} employees with {EACH}"
        f" earlier incidents each, {_settings(stage)}"
    )
    for slug in POLICIES:
        company = stage.company(slug, PEOPLE, moment().date())
        with stage.owner() as owner:
            fill(owner, company, PEOPLE, EACH)
        ours, theirs = stage.copy(f"ours_{slug}"), stage.copy(f"theirs_{slug}")
        with clients() as executor:
            _compare(stage, executor, company, (ours, theirs))
        for name, database in (("shangfa", ours), ("bare", theirs)):
            say(f"  rows written per request, {name}: {_written(stage, database)}")


def _compare(
    stage: Stage, executor: Executor, company: Company, databases: tuple[str, str]
) -> None:
    path = stage.folder / "plan.json"
    load = bodies(company.slug, company.codes, moment(), BODIES)
    with stage.inside(databases[0]):
        ctx = authenticate(company.token)
        for number, body in enumerate(load[:SAMPLES]):
            incidents.record(ctx.asking(f"sample-{number}", b""), json.loads(body))
    with stage.owner(databases[0]) as owner:
        write_plan(owner, path)
    with (
        stage.gunicorn(SHANGFA, databases[0]) as server,
        stage.gunicorn(BARE, databases[1], **{PLAN: str(path)}) as other,
    ):
        for how in PLANS:
            say(f"  -- {company.slug}")
            sides = (
                Side("shangfa", stage, server, company.token, load),
                Side("bare", stage, other, company.token, load),
            )
            duel(executor, sides, how)


def _settings(stage: Stage) -> str:
    with stage.owner() as owner:
        names = ("server_version", "fsync", "synchronous_commit")
        found = [owner.execute(f"SHOW {name}".encode()).fetchone() for name in names]
    words = [f"{name} {row[0]}" for name, row in zip(names, found, strict=True) if row]
    return ", ".join(words).replace("server_version", "PostgreSQL")


def _written(stage: Stage, database: str) -> str:
    """Return rows inserted and updated since the copy; nobody may be connected any more."""
    query = """SELECT relname, n_tup_ins + n_tup_upd FROM pg_stat_user_tables
        WHERE relname = ANY(%s)"""
    with stage.owner(database) as owner:
        rows: dict[str, int] = dict(owner.execute(query, [list(TABLES)]).fetchall())
        size = owner.execute(
            "SELECT avg(length(body::text))::int FROM decision"
            " WHERE decided_at > now() - interval '1 hour'"
        ).fetchone()
    requests = max(1, rows["incident"])
    words = [f"{table} {rows[table] / requests:.2f}" for table in TABLES]
    return f"{', '.join(words)}; decision {size[0] if size else 0} characters"
