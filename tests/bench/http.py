"""POST /v1/incidents beside a bare handler, and beside an older checkout when there is one."""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path

from tests.bench.bare import PLAN
from tests.bench.duel import Plan, Side, duel
from tests.bench.figures import say
from tests.bench.frozen import freeze
from tests.bench.load import clients
from tests.bench.old import Visit, visit
from tests.bench.past import fill
from tests.bench.plan import write_plan
from tests.bench.stage import THREADS, WORKERS, Company, Server, Stage
from tests.bench.traffic import bodies, moment

from shangfa.api.app import create_app

PEOPLE, EACH = 200, 40
"""Employees, and earlier incidents of each."""
POLICIES = ("youyou", "fujie")
PLANS = (Plan(7, 2.0, goal="  goal 0.6 or more"), Plan(7, 1.0, connections=1))
SAMPLES = 1600
"""Incidents from whose answers the bare handler learns what to store."""
BODIES = 4000
TABLES = (
    "incident",
    "incident_subject",
    "case",
    "case_step",
    "decision",
    "deadline",
    "ledger_entry",
    "tally",
    "event",
    "reply",
)
SHANGFA = ("--config", "python:shangfa.api.running.gunicorn_conf")
BARE = (
    *("--workers", str(WORKERS), "--threads", str(THREADS)),
    *("--worker-class", "gthread", "--log-level", "warning"),
    "tests.bench.bare:create_app()",
)


def run(stage: Stage, old: Path | None) -> None:
    """Measure each policy's mix at full load, then one request at a time."""
    say(
        f"\n2. POST /v1/incidents with Idempotency-Key beside a bare Flask + psycopg handler\n"
        f"  gunicorn {WORKERS} workers x {THREADS} threads each, {PEOPLE} employees with {EACH}"
        f" earlier incidents each, {_settings(stage)}"
    )
    with ExitStack() as stack:
        other = None
        if old is not None:
            other = stack.enter_context(visit(old))
            say(f"  old: {old}")
        for slug in POLICIES:
            _measure(stage, slug, other)


def _measure(stage: Stage, slug: str, other: Visit | None) -> None:
    company = stage.company(slug, PEOPLE, moment().date())
    with stage.owner() as owner:
        fill(owner, company, PEOPLE, EACH)
    ours, theirs = stage.copy(f"ours_{slug}"), freeze(stage, f"bare_{slug}")
    plan = stage.folder / "plan.json"
    _sample(stage, company, ours, plan)
    with (
        clients() as executor,
        stage.gunicorn(SHANGFA, ours) as product,
        stage.gunicorn(BARE, theirs, **{PLAN: str(plan)}) as bare,
    ):
        _compare(stage, executor, company, (product, bare), other)
    for name, database in (("shangfa", ours), ("bare", theirs)):
        say(f"  rows written per request, {name}: {_written(stage, database)}")


def _sample(stage: Stage, company: Company, database: str, plan: Path) -> None:
    """Let the product answer, and write down what it stored."""
    load = bodies(company.slug, company.codes, moment(), BODIES)
    with stage.inside(database):
        client = create_app().test_client()
        for number, body in enumerate(load[:SAMPLES]):
            headers = {
                "Authorization": f"Bearer {company.token}",
                "Idempotency-Key": f"sample-{number}",
            }
            answer = client.post(
                "/v1/incidents", data=body, headers=headers, content_type="application/json"
            )
            if answer.status_code != 201:
                raise RuntimeError(f"a sample was answered {answer.status}: {answer.text}")
    with stage.owner(database) as owner:
        write_plan(owner, plan)


def _compare(
    stage: Stage,
    executor: Executor,
    company: Company,
    servers: tuple[Server, Server],
    other: Visit | None,
) -> None:
    product, bare = servers
    load = bodies(company.slug, company.codes, moment(), BODIES)
    told = other.ask("serve", company.slug, PEOPLE, EACH) if other else None
    for how in PLANS:
        say(f"  -- {company.slug}")
        sides = [Side("shangfa", stage, product, company.token, load)]
        if other and told:
            # the same people under the same codes, of a company of its own
            assert tuple(told["codes"]) == company.codes
            sides.append(Side("old", other, Server(**told["server"]), told["token"], load))
        sides.append(Side("bare", stage, bare, company.token, load))
        duel(executor, sides, how)
    if other:
        other.ask("stop")


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
    words = [f"{table} {rows[table] / requests:.2f}" for table in TABLES if rows.get(table)]
    return f"{', '.join(words)}; decision {size[0] if size else 0} characters"
