"""One PostgreSQL for the whole run, and a fresh database for every test module."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from shangfa.db import embedded, schema
from shangfa.db.embedded import Embedded

TEMPLATE = "shangfa_template"
_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Embedded]:
    """A server in a temporary folder, with a migrated database to copy."""
    folder = Path(tempfile.mkdtemp(prefix="shangfa-test-"))
    # The user that PostgreSQL runs as must be able to pass through.
    folder.chmod(0o755)
    running = embedded.start(folder / "postgres")
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
def database(server: Embedded) -> Iterator[str]:
    """The name of a migrated, empty database that this module has to itself."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _execute(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, TEMPLATE)
    yield name
    _execute(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(scope="module")
def owner_url(server: Embedded, database: str) -> str:
    """The module's database, as the owner of the schema: sees all tenants."""
    return server.url(embedded.OWNER, database)


@pytest.fixture(scope="module")
def app_url(server: Embedded, database: str) -> str:
    """The module's database, as the role that the application serves with."""
    return server.url(embedded.APP, database)


def _execute(server: Embedded, statement: str, *names: str) -> None:
    url = server.url(embedded.OWNER, "postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
