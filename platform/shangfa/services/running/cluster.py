"""Spread a deployment's database over several servers, and look whether it is spread rightly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from shangfa.db.distribution import cluster, laying
from shangfa.db.distribution.checking import Survey, survey
from shangfa.db.distribution.refusals import OWNER_MISSING, ClusterError
from shangfa.db.server import schema

__all__ = ["SHARDS", "ClusterError", "Distributed", "check", "distribute"]

SHARDS: Final = 32
"""Parts of each table, when nobody says how many."""


class Distributed(NamedTuple):
    """What was done.

    Attributes:
        tables: those that were distributed now.
        left: statements for an administrator, where the owner may not set a role's settings.
    """

    tables: list[str]
    left: list[str]


def distribute(owner_url: str | None, app_url: str, shards: int = SHARDS) -> Distributed:
    """Lay out over the workers every table of companies that is not yet, in one transaction.

    Raises:
        ClusterError: this cannot be done here, with the way out; nothing was changed.
        SchemaBehindError, OutdatedDatabaseError: the schema is not at the newest revision.
    """
    with _owning(owner_url) as connection:
        with connection.begin():
            schema.wait_for_turn(connection)
            _check(connection)
            tables = laying.lay_out(connection, shards)
        left = _set_role(connection, _role_of(app_url))
    return Distributed(tables, left)


def check(owner_url: str | None, app_url: str) -> Survey:
    """Look at every part of every table on every server.

    Raises:
        ClusterError, SchemaBehindError, OutdatedDatabaseError: as `distribute`.
    """
    with _owning(owner_url) as connection, connection.begin():
        _check(connection)
        return survey(connection, _role_of(app_url))


def _check(connection: Connection) -> None:
    cluster.check_coordinator(connection)
    schema.check_revision(connection)


def _set_role(connection: Connection, role: str) -> list[str]:
    """Set what the role needs, or return the statements for who may."""
    try:
        with connection.begin():
            laying.set_role(connection, role)
    except ProgrammingError:
        return laying.settings_of(role)
    return []


def _role_of(app_url: str) -> str:
    return make_url(app_url).username or ""


@contextmanager
def _owning(owner_url: str | None) -> Iterator[Connection]:
    if owner_url is None:
        raise ClusterError(OWNER_MISSING)
    engine = create_engine(owner_url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
