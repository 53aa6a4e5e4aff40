"""A deployment's database: the one that is set, or an embedded one; migrated and checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from shangfa.config import settings
from shangfa.db.server import embedded, schema
from shangfa.db.tx import pool

CANNOT_SERVE = (
    embedded.EmbeddedServerError,
    schema.SchemaBehindError,
    schema.UnsafeRoleError,
    pool.NoDatabaseError,
    OperationalError,
)
"""What stops a deployment from starting, each saying what to do."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where the database is.

    Attributes:
        owner_url: None when migrations are somebody else's work.
    """

    app_url: str
    owner_url: str | None

    def upgrade(self) -> None:
        """Bring the schema to its newest revision; without the owner's URL only check it."""
        if self.owner_url is not None:
            schema.upgrade(self.owner_url)

    def check(self) -> None:
        """Refuse to serve on a role or schema that is not safe.

        Raises:
            UnsafeRoleError, SchemaBehindError: saying what to do.
        """
        engine = create_engine(self.app_url, poolclass=NullPool)
        with engine.connect() as connection:
            schema.check_role(connection)


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
        yield Database(server.app_url, server.owner_url)
    finally:
        pool.reset()
        server.stop()


def use(url: str) -> None:
    """Make this process and its children use the database at `url`."""
    os.environ["SHANGFA_DATABASE_URL"] = url
    settings.cache_clear()
    pool.reset()
