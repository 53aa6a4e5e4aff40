"""Companies in a real database, made for one test, and whoever asks on their behalf."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import invalidate_caches
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from time import monotonic, sleep
from typing import Any, TypeVar
from uuid import UUID, uuid5

import psycopg

from shangfa.api.incidents import shapes as incident_shapes
from shangfa.api.ledger import shapes as ledger_shapes
from shangfa.api.people.shapes import new_subject
from shangfa.config import settings
from shangfa.db import people as people_sql
from shangfa.db import tenancy as tenancy_sql
from shangfa.db.tx import pool
from shangfa.db.tx.encode import to_json
from shangfa.db.tx.transaction import begin
from shangfa.domain.access.roles import HR, OPERATOR, TENANT_ROLES
from shangfa.domain.faults import RefusedError
from shangfa.plugins.guarded.process import close_pools
from shangfa.plugins.installed import installed
from shangfa.services.access import authentication
from shangfa.services.cases import reversals
from shangfa.services.clock import new_id, now
from shangfa.services.context import Context
from shangfa.services.incidents import record as incidents
from shangfa.services.incidents.reported import IncidentReport
from shangfa.services.ledger import standing
from shangfa.services.ledger.anew import verify as replaying
from shangfa.services.pages import Page
from shangfa.services.people import changes
from shangfa.services.people import subjects as people
from shangfa.services.people.lines import Line
from shangfa.services.policies import versions as policies
from shangfa.services.replies import RememberedError, Reply
from shangfa.services.running import deployment
from shangfa.services.running.folders import load_folder
from shangfa.services.tenancy import ready, tenants
from shangfa.services.tenancy.tenants import NewTenant

ROOT = Path(__file__).parents[2]
FIRST = ("letter_points", "fines", "demerit_ladder")
DAY = "2026-03-02"
T = TypeVar("T")
_numbers = count(1)

MARKS = """
policy: marks
title: 处分办法
ladder: [warning, minor_demerit, major_demerit]
clauses:
  - {code: w, title: 警告, kind: ladder.mark, params: {mark: warning}}
  - {code: m, title: 小过, kind: ladder.mark, params: {mark: minor_demerit}}
reactions:
  - {code: up, title: 折算, kind: ladder.roll_up,
     params: {of: warning, every: 3, within: month, gives: minor_demerit}}
  - {code: joint, title: 连带, kind: ladder.supervisor}
"""
"""Three warnings of a month make a minor demerit; the supervisor bears one rung less."""

FINES = """
policy: fines
title: 罚款办法
clauses:
  - {code: f, title: 罚款, kind: fines.fixed, params: {amount: 20}}
"""


@contextmanager
def serving(url: str, **variables: str) -> Iterator[None]:
    """Let this process use the database at `url`, as a worker of a deployment would.

    Args:
        variables: settings without their prefix, e.g. `pool_size="40"`.
    """
    named = {f"SHANGFA_{name.upper()}": value for name, value in variables.items()}
    before = {name: os.environ.get(name) for name in (*named, "SHANGFA_DATABASE_URL")}
    os.environ.update(named)
    deployment.use(url)
    forget()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        settings.cache_clear()
        pool.reset()
        forget()


def forget() -> None:
    """Empty what this process remembers of tenants and keys, as a new worker would be."""
    ready.forget()
    authentication.forget()


@dataclass(frozen=True)
class Company:
    """A tenant in the database."""

    id: UUID
    slug: str

    def ctx(self, role: str = HR, subject: str | None = None) -> Context:
        """Who asks for this company; each role is one actor of it."""
        subject_id = None
        if subject is not None:
            with begin(self.id) as tx:
                subject_id = people_sql.subject_ids(tx, [subject])[subject]
        return Context(role, self.actor(role), self.id, subject, subject_id)

    def actor(self, role: str) -> UUID:
        """Return the id of the actor who stands for a role."""
        return uuid5(self.id, role)

    def hire(self, code: str, **more: Any) -> str:
        """Register a subject and return its code."""
        people.create(self.ctx(), new_subject({"code": code, "name": code} | more))
        return code

    def move(self, code: str, supervisor: str | None, since: str) -> None:
        """Let a subject report to somebody else from a day on."""
        changes.assign(self.ctx(), code, Line(date.fromisoformat(since), supervisor=supervisor))

    def publish(self, document: str) -> UUID:
        """Publish the next version of the policy in `document` and return the policy's id."""
        name = policies.read_source(document).data["policy"]
        listed = policies.page(self.ctx(), Page(200)).items
        known = next((policy.id for policy in listed if policy.name == name), None)
        draft = policies.upload(self.ctx(), document, known).version
        policies.publish(self.ctx(), draft.policy_id, draft.number)
        return draft.policy_id

    def record(self, clause: str, *who: str, at: str = DAY, **more: Any) -> dict[str, Any]:
        """Record an incident and return what the API would answer."""
        done = incidents.record(self.ctx(), report(clause, *who, at=at, **more))
        return as_json(incident_shapes.incident(done))

    def reverse(self, incident_id: str) -> dict[str, Any]:
        """Reverse an incident and return what the API would answer."""
        done = reversals.reverse(self.ctx(), UUID(incident_id), "查无此事")
        return as_json(incident_shapes.reversal(done))

    def standing(self, code: str) -> dict[str, Any]:
        """Return a subject's record as the API would answer HR."""
        return as_json(ledger_shapes.record(standing.record(self.ctx(), code)))

    def balances(self, code: str) -> dict[str, Decimal]:
        """Return unit -> balance of a subject."""
        return {item["unit"]: Decimal(item["quantity"]) for item in self.standing(code)["balances"]}

    def differences(self) -> list[replaying.Difference]:
        """Return what a replay from the facts finds wrong."""
        return replaying.verify_tenant(self.id)


def make_company(
    *documents: str, plugins: Iterable[str] = FIRST, staff: Sequence[str] = (), **more: Any
) -> Company:
    """Return a new tenant with these policies in force and this staff."""
    slug = f"company-{next(_numbers)}"
    tenants.create(operator(), NewTenant(slug, slug, plugins=tuple(plugins), **more))
    company = find_company(slug)
    for document in documents:
        company.publish(document)
    for code in staff:
        company.hire(code)
    return company


def load_company(name: str) -> Company:
    """Return a new tenant loaded from a copy of the folder `tenants/<name>`."""
    slug = f"{name}-{next(_numbers)}"
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(ROOT / "tenants" / name, Path(folder) / slug)
        load_folder(copy)
    return find_company(slug)


def find_company(slug: str) -> Company:
    """Return a tenant that is there, with an actor for each role."""
    company = Company(tenant_id(slug), slug)
    with begin(company.id) as tx:
        for role in TENANT_ROLES:
            tx.raw.execute(
                "INSERT INTO actor (tenant_id, id, kind, label, created_at)"
                " VALUES (%s, %s, 'key', %s, %s) ON CONFLICT DO NOTHING",
                (company.id, company.actor(role), role, now()),
            )
    return company


def tenant_id(slug: str) -> UUID:
    """Return a tenant's id, which no answer tells."""
    with begin(None) as tx:
        found = tenancy_sql.find_tenant(tx, slug)
    assert found is not None, slug
    return found


def operator() -> Context:
    """Who runs the deployment."""
    return Context(OPERATOR, new_id())


def incident(clause: str, *who: str, at: str = DAY, **more: Any) -> dict[str, Any]:
    """Return an incident's body; one subject or several."""
    subjects = {"subject": who[0]} if len(who) == 1 else {"subjects": list(who)}
    return subjects | {"clause": clause, "occurred_at": at} | more


def report(clause: str, *who: str, at: str = DAY, **more: Any) -> IncidentReport:
    """Return an incident as somebody reports it."""
    return incident_shapes.report(incident(clause, *who, at=at, **more))


def as_json(shown: Any) -> Any:
    """Return what is shown as a client reads it."""
    return json.loads(to_json(shown))


@dataclass(frozen=True)
class Answer:
    """What somebody was told; `replayed` when nothing was done for it this time."""

    body: Any
    replayed: bool = False


def answer(ctx: Context, work: Callable[[Context], T], shape: Callable[[T], Any]) -> Answer:
    """Ask a service as the API does, so that what it answers is kept for the asker's key."""

    def write(result: T) -> Reply:
        return Reply(200, to_json(shape(result)))

    try:
        result = work(ctx.rendering(write))
    except RememberedError as known:
        return Answer(json.loads(known.reply.body), replayed=True)
    return Answer(as_json(shape(result)))


def code_of(call: Callable[[], Any]) -> str:
    """Return the code of a refusal, or "" when the call was answered."""
    try:
        call()
    except RefusedError as error:
        return error.code
    return ""


def at_once(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Do all calls at the same moment, each in a thread of its own; return what they return."""
    waiting = list(calls)
    gate = Barrier(len(waiting))

    def go(call: Callable[[], T]) -> T:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(waiting)) as pool:
        return [future.result() for future in [pool.submit(go, call) for call in waiting]]


@contextmanager
def owning(owner_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection as the owner of the schema, who sees and may change everything."""
    url = owner_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def wait_for_waiting(owner_url: str) -> None:
    """Wait until somebody waits for a lock."""
    deadline = monotonic() + 10
    with owning(owner_url) as connection:
        while not _waiting(connection):
            assert monotonic() < deadline
            sleep(0.01)


def _waiting(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    ).fetchone()
    return bool(row and row[0])


def contents(owner_url: str) -> Mapping[str, str]:
    """Return table -> digest of the versions of all its rows, to see that nothing was stored.

    When a key was last used is left out: any request may write that.
    """
    try:
        return _looker(owner_url).look()
    except psycopg.OperationalError:  # somebody ended its connection
        _lookers.pop().connection.close()
        return _looker(owner_url).look()


@dataclass(frozen=True)
class _Looker:
    """A connection kept for a file's database: what all its tests ask is planned once."""

    owner_url: str
    connection: psycopg.Connection[Any]
    query: bytes

    def look(self) -> Mapping[str, str]:
        return dict(self.connection.execute(self.query, prepare=True).fetchall())


_lookers: list[_Looker] = []


def _looker(owner_url: str) -> _Looker:
    if not _lookers or _lookers[-1].owner_url != owner_url:
        forget_looker()
        url = owner_url.replace("postgresql+psycopg", "postgresql")
        connection = psycopg.connect(url, autocommit=True)
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT LIKE 'procrastinate%' AND tablename <> 'key_use'"
        ).fetchall()
        query = " UNION ALL ".join(_DIGEST.format(table=table) for (table,) in tables)
        _lookers.append(_Looker(owner_url, connection, query.encode()))
    return _lookers[-1]


def forget_looker() -> None:
    """Close the connection that was kept, before its database goes."""
    while _lookers:
        _lookers.pop().connection.close()


# A row that is written, even with what it holds already, is another version at another place. The
# sum of hashes needs no order: many tests look at a hundred tables twice each.
_DIGEST = (
    "SELECT '{table}', count(*)"
    " || ' ' || coalesce(sum(hashtextextended(ctid::text || xmin, 0)::numeric), 0)"
    ' FROM "{table}"'
)


@contextmanager
def installed_plugin(folder: Path, name: str, source: str) -> Iterator[None]:
    """Install a plugin of one module as a distribution of its own, until the end."""
    module = f"shangfa_{name}"
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\nSummary: made for a test\n"
    )
    (info / "entry_points.txt").write_text(f"[shangfa.plugins]\n{name} = {module}\n")
    sys.path.insert(0, str(folder))
    invalidate_caches()
    installed.cache_clear()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop(module, None)
        close_pools()
        installed.cache_clear()
