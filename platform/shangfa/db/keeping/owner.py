"""Transactions of the owner of the schema: for what the application's role has no right to.

Row-level security is forced on him too, so each names the tenant whose rows it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Literal
from sqlalchemy import make_url

Owner = psycopg.Connection[Any]


def conninfo(url: str) -> str:
    """Return a URL of ours as libpq reads it."""
    asked = make_url(url)
    _, options = asked.get_dialect()().create_connect_args(asked)
    return make_conninfo(**options)


@contextmanager
def owning(url: str) -> Iterator[Owner]:
    """Yield a connection of the owner; every statement outside of `within` is its own."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        yield connection


@contextmanager
def within(owner: Owner, tenant_id: UUID | None) -> Iterator[Owner]:
    """Yield a transaction that sees one tenant's rows, or what is nobody's."""
    with owner.transaction():
        named = "" if tenant_id is None else str(tenant_id)
        owner.execute(SQL("SET LOCAL shangfa.tenant = {}").format(Literal(named)))
        yield owner
