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
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from shangfa.config import settings
from shangfa.db import session
from shangfa.domain.faults import RefusedError
from shangfa.plugins.installed import installed
from shangfa.services.access import authentication as access
from shangfa.services.clock import new_id
from shangfa.services.context import OPERATOR, Context
from shangfa.services.incidents import record as incidents
from shangfa.services.ledger import reversals, standing
from shangfa.services.ledger import verify as replaying
from shangfa.services.pages import Page
from shangfa.services.people import subjects as people
from shangfa.services.policies import versions as policies
from shangfa.services.replies import Answer
from shangfa.services.running import deployment
from shangfa.services.running.folders import load_folder
from shangfa.services.tenancy import ready as loaded
from shangfa.services.tenancy import tenants

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
        session.reset()
        forget()


def forget() -> None:
    """Empty what this process remembers of tenants and keys, as a new worker would be."""
    loaded._cache.cache_clear()
    access._remembered.cache_clear()


@dataclass(frozen=True)
class Company:
    """A tenant in the database."""

    id: UUID
    slug: str

    def ctx(self, role: str = "hr", subject: str | None = None) -> Context:
        """Who asks for this company."""
        subject_id = None
        if subject is not None:
            with session.tenant_session(self.id) as open_session:
                subject_id = people.find(open_session, subject).id
        return Context(role, new_id(), self.id, subject, subject_id)

    def hire(self, code: str, **more: Any) -> str:
        """Register a subject and return its code."""
        people.create(self.ctx(), {"code": code, "name": code} | more)
        return code

    def move(self, code: str, supervisor: str | None, since: str) -> None:
        """Let a subject report to somebody else from a day on."""
        line = {"since": date.fromisoformat(since), "supervisor": supervisor}
        people.add_assignment(self.ctx(), code, line)

    def publish(self, document: str) -> UUID:
        """Publish the next version of the policy in `document` and return the policy's id."""
        name = policies.read_source(document).data["policy"]
        listed = body(policies.page(self.ctx(), Page(200)))["items"]
        known = [item["id"] for item in listed if item["name"] == name]
        policy_id = UUID(known[0]) if known else None
        draft = body(policies.upload(self.ctx(), document, policy_id))
        policy_id = UUID(draft["policy_id"])
        policies.publish(self.ctx(), policy_id, draft["version"])
        return policy_id

    def record(self, clause: str, *who: str, at: str = DAY, **more: Any) -> dict[str, Any]:
        """Record an incident and return the answer."""
        return body(incidents.record(self.ctx(), incident(clause, *who, at=at, **more)))

    def reverse(self, incident_id: str) -> dict[str, Any]:
        """Reverse an incident and return the answer."""
        return body(reversals.reverse(self.ctx(), UUID(incident_id), "查无此事"))

    def standing(self, code: str) -> dict[str, Any]:
        """Return a subject's record as HR sees it."""
        return body(standing.record(self.ctx(), code))

    def balances(self, code: str) -> dict[str, Decimal]:
        """Return unit -> balance of a subject."""
        return {item["unit"]: Decimal(item["quantity"]) for item in self.standing(code)["balances"]}

    def differences(self) -> list[replaying.Difference]:
        """Return what a replay from the facts finds wrong."""
        return replaying.replay_tenant(self.id)


def make_company(
    *documents: str, plugins: Iterable[str] = FIRST, staff: Sequence[str] = (), **more: Any
) -> Company:
    """Return a new tenant with these policies in force and this staff."""
    slug = f"company-{next(_numbers)}"
    tenants.create(operator(), {"slug": slug, "name": slug, "plugins": list(plugins)} | more)
    company = Company(tenant_id(slug), slug)
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
    return Company(tenant_id(slug), slug)


def tenant_id(slug: str) -> UUID:
    """Return a tenant's id, which no answer tells."""
    with session.operator_session() as open_session:
        return tenants._find(open_session, slug).id


def operator() -> Context:
    """Who runs the deployment."""
    return Context(OPERATOR, new_id())


def incident(clause: str, *who: str, at: str = DAY, **more: Any) -> dict[str, Any]:
    """Return an incident's body; one subject or several."""
    subjects = {"subject": who[0]} if len(who) == 1 else {"subjects": list(who)}
    return subjects | {"clause": clause, "occurred_at": at} | more


def body(answer: Answer) -> Any:
    """Return what an answer says."""
    return json.loads(answer.body)


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


def contents(owner_url: str) -> Mapping[str, str]:
    """Return table -> digest of all its rows, to see that nothing was stored."""
    with owning(owner_url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT LIKE 'procrastinate%'"
        ).fetchall()
        queries = [_DIGEST.format(table=table) for (table,) in tables]
        return dict(connection.execute(" UNION ALL ".join(queries).encode()).fetchall())


_DIGEST = (
    "SELECT '{table}', count(*) || md5(coalesce(string_agg(r::text, '' ORDER BY r::text), ''))"
    ' FROM "{table}" r'
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
        installed.cache_clear()
