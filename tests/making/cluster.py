"""A Citus cluster in the place of the embedded server, when an environment variable names one.

SHANGFA_TEST_CITUS: URLs of a superuser on the maintenance database of every server, the
coordinator's first, with spaces between. The servers let each other in without a password.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from shangfa.db.server import schema
from shangfa.db.server.embedded import APP, OWNER
from shangfa.services.running import cluster

SHARDS = 4
TEMPLATE = f"shangfa_template_{os.getpid()}"


class Cluster:
    """Answers for URLs and databases as the embedded server does."""

    def __init__(self, named: str) -> None:
        self._nodes = named.split()

    def url(self, role: str, database: str = "postgres") -> str:
        """Return the coordinator's URL for a role; the owner is the superuser."""
        return self._url(self._nodes[0], role, database).replace("ql://", "ql+psycopg://", 1)

    def on(self, port: int, database: str) -> str:
        """Return the superuser's URL on the server with a port."""
        node = next(node for node in self._nodes if urlsplit(node).port == port)
        return self._url(node, OWNER, database)

    def _url(self, node: str, role: str, database: str) -> str:
        parts = urlsplit(node)
        where = parts.netloc if role == OWNER else f"{role}@{parts.netloc.rpartition('@')[2]}"
        return urlunsplit((parts.scheme, where, f"/{database}", "", ""))

    def execute(self, statement: str, *names: str) -> None:
        """Run a statement on every server."""
        for node in self._nodes:
            with psycopg.connect(node, autocommit=True) as connection:
                connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def make_template(self) -> None:
        """Make the migrated, distributed database that others are copied from."""
        self.drop(TEMPLATE)
        self.join(TEMPLATE)
        owner, app = self.url(OWNER, TEMPLATE), self.url(APP, TEMPLATE)
        schema.upgrade(owner)
        cluster.distribute(owner, app, SHARDS)
        self.execute("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", TEMPLATE)
        self._hang_up(TEMPLATE)

    def join(self, name: str) -> None:
        """Make a database on every server and let the coordinator know the others."""
        self.execute("CREATE DATABASE {}", name)
        for node in self._nodes:
            with psycopg.connect(self._url(node, OWNER, name), autocommit=True) as connection:
                connection.execute("CREATE EXTENSION citus")
                connection.execute(_ROLE)
        where = [(urlsplit(node).hostname, urlsplit(node).port) for node in self._nodes]
        with psycopg.connect(self._url(self._nodes[0], OWNER, name), autocommit=True) as first:
            first.execute("SELECT citus_set_coordinator_host(%s, %s)", where[0])
            for host in where[1:]:
                first.execute("SELECT citus_add_node(%s, %s)", host)

    def copy(self, name: str) -> None:
        """Make a database like the template."""
        self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, TEMPLATE)

    def drop(self, name: str) -> None:
        """Drop a database everywhere."""
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def stop(self) -> None:
        """Leave the servers as they were found."""
        self.execute("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", TEMPLATE)
        self.drop(TEMPLATE)

    def _hang_up(self, name: str) -> None:
        for node in self._nodes:
            with psycopg.connect(node, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (name,),
                )


_ROLE = """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shangfa_app') THEN
            CREATE ROLE shangfa_app LOGIN;
        END IF;
    END $$"""
