"""A PostgreSQL for each worker of the run, and a fresh database for every test module.

SHANGFA_TEST_POSTGRES: the folder of another PostgreSQL's programs, e.g.
`/usr/lib/postgresql/15/bin`; without it the embedded one is started.
SHANGFA_TEST_CITUS: servers of a cluster to use instead, see `making/cluster.py`.
SHANGFA_HYPOTHESIS: `quick`, `steady`, `ci` or `nightly`, how many examples a law is tried with.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from tests.making import statements
from tests.making.cluster import Cluster
from tests.making.house import forget_looker

from shangfa.db.server import embedded, schema
from shangfa.db.server.embedded import Embedded

TEMPLATE = "shangfa_template"
EVIDENCE = Path(tempfile.mkdtemp(prefix="shangfa-evidence-"))
os.environ["SHANGFA_EVIDENCE_URL"] = EVIDENCE.as_uri()
WAITING = ("test_serve", "test_web", "test_embedded", "test_at_once", "test_generated")
"""How the names of modules begin that take minutes in a few tests."""
EXAMPLES = {"quick": 20, "steady": 20, "ci": 150, "nightly": 500}
_numbers = count(1)
statements.listen()

for _profile, _examples in EXAMPLES.items():
    # Whether a change lands hangs on the change, not on luck; the nights look for more.
    _more = {"derandomize": True, "database": None} if _profile in {"steady", "ci"} else {}
    settings.register_profile(
        _profile,
        settings.get_profile("default"),
        max_examples=_examples,
        print_blob=True,
        # How long one example takes hangs on the machine, not on the law.
        deadline=None,
        **_more,
    )
settings.load_profile(
    os.environ.get("SHANGFA_HYPOTHESIS") or ("ci" if os.environ.get("CI") else "quick")
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a database, so that `-m "not database"` is a run without one.

    Modules that mostly wait for processes come first: at the end they would be waited for alone.
    """
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
    items.sort(key=lambda item: not item.path.stem.startswith(WAITING))


def pytest_unconfigure() -> None:
    """Leave no file that a test handed in."""
    shutil.rmtree(EVIDENCE, ignore_errors=True)


@pytest.fixture(scope="module", autouse=True)
def _statements() -> Iterator[None]:
    """Hold every statement of a module to what a database distributed by tenant needs."""
    yield
    assert not (found := statements.faults_heard()), "\n".join(found)


@pytest.fixture(scope="session")
def server() -> Iterator[Embedded | Cluster]:
    """A server in a temporary folder, or a cluster, with a migrated database to copy."""
    named = os.environ.get("SHANGFA_TEST_CITUS")
    yield from _clustered(Cluster(named)) if named else _embedded()


def _clustered(found: Cluster) -> Iterator[Cluster]:
    found.make_template()
    try:
        yield found
    finally:
        found.stop()


def _embedded() -> Iterator[Embedded]:
    folder = Path(tempfile.mkdtemp(prefix="shangfa-test-"))
    # The user that PostgreSQL runs as must be able to pass through.
    folder.chmod(0o755)
    programs = os.environ.get("SHANGFA_TEST_POSTGRES")
    running = embedded.start(folder / "postgres", Path(programs) if programs else None)
    try:
        # Nothing here must outlive the machine, and waiting for its disk is most of the time.
        _execute(running, "ALTER SYSTEM SET fsync = off")
        _execute(running, "SELECT pg_reload_conf()")
        _execute(running, "CREATE DATABASE {}", TEMPLATE)
        schema.upgrade(running.url(embedded.OWNER, TEMPLATE))
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def database(server: Embedded | Cluster) -> Iterator[str]:
    """The name of a migrated, empty database that this module has to itself."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    if isinstance(server, Cluster):
        server.copy(name)
        yield name
        server.drop(name)
        return
    _execute(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, TEMPLATE)
    yield name
    _execute(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(scope="module")
def owner_url(server: Embedded, database: str) -> Iterator[str]:
    """The module's database, as the owner of the schema: sees all tenants."""
    yield server.url(embedded.OWNER, database)
    forget_looker()


@pytest.fixture(scope="module")
def app_url(server: Embedded, database: str) -> str:
    """The module's database, as the role that the application serves with."""
    return server.url(embedded.APP, database)


def _execute(server: Embedded, statement: str, *names: str) -> None:
    url = server.url(embedded.OWNER, "postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
