"""A deployment's database: the one that is set, or an embedded one; migrated and checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from shangfa.config import settings
from shangfa.db.distribution.refusals import ClusterError
from shangfa.db.server import embedded, schema
from shangfa.db.tx import pool
from shangfa.services.running.health import check_database

CANNOT_SERVE = (
    ClusterError,
    embedded.EmbeddedServerError,
    schema.OutdatedDatabaseError,
    schema.SchemaBehindError,
    schema.SchemaHeldError,
    schema.UnsafeRoleError,
    pool.NoDatabaseError,
    OperationalError,
)
"""What stops a deployment from starting, each saying what to do."""
SETTING_UP: Final = 20_171_216
"""Any number will do; all processes that load tenants wait for the same one."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where the database is.

    Attributes:
        owner_url: None when migrations are somebody else's work. It stays in this process.
        use: descriptor that keeps the embedded server running while anybody holds it; None
            when the server is not ours.
    """

    app_url: str
    owner_url: str | None
    use: int | None = None

    def upgrade(self) -> None:
        """Bring the schema to its newest revision; without the owner's URL only check it."""
        if self.owner_url is not None:
            schema.upgrade(self.owner_url)

    def check(self) -> None:
        """Refuse to serve on a role or schema that is not safe.

        Raises:
            UnsafeRoleError, SchemaBehindError: saying what to do.
        """
        check_database(self.app_url)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process sets this database up, and keep others waiting."""
        engine = create_engine(self.app_url, poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(select(func.pg_advisory_lock(SETTING_UP)))
            yield


@contextmanager
def database() -> Iterator[Database]:
    """Yield the deployment's database and make this process use it.

    Without `SHANGFA_DATABASE_URL` an embedded PostgreSQL under `var/` is started, or
    joined when another process of the deployment has started it.
    """
    conf = settings()
    if conf.database_url is not None:
        yield Database(conf.database_url, conf.owner_url)
        pool.reset()
        return
    server = embedded.start(conf.var / "postgres")
    try:
        use(server.app_url)
        yield Database(server.app_url, server.owner_url, server.use)
    finally:
        pool.reset()
        server.stop()


def use(url: str) -> None:
    """Make this process and its children use the database at `url`."""
    os.environ["SHANGFA_DATABASE_URL"] = url
    settings.cache_clear()
    pool.reset()
