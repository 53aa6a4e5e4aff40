"""Connections: one pool for a process, and transactions that belong to one tenant.

The tenant is set with `SET LOCAL` inside the transaction, so a connection that goes
back to the pool shows nothing to the next one. Two kinds of transaction: a SQLAlchemy
session for most work, and a pipelined psycopg connection for the busiest path, where
statements are queued and travel together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from shangfa.config import settings

Raw = psycopg.Connection[TupleRow]
OPTIONS: Final = (
    "-c statement_timeout={} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
)
"""Statements are planned once for a connection, because planning costs more than they do; and
never as a scan over all tenants, however small a table was when they were planned."""


class NoDatabaseError(RuntimeError):
    """No database URL is known to this process."""


@cache
def engine() -> Engine:
    """Return the process's pool, made on first use.

    Raises:
        NoDatabaseError: `SHANGFA_DATABASE_URL` is not set and nobody called `use`.
    """
    conf = settings()
    if conf.database_url is None:
        raise NoDatabaseError(
            "SHANGFA_DATABASE_URL is not set; `shangfa serve` starts an embedded PostgreSQL."
        )
    return create_engine(
        conf.database_url,
        pool_size=conf.pool_size,
        max_overflow=conf.threads,
        pool_timeout=5,
        connect_args={"options": OPTIONS.format(conf.statement_timeout_ms)},
    )


def reset() -> None:
    """Close the pool; the next use makes a new one from the settings of that time."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()


def _set_tenant(tenant_id: UUID) -> str:
    """Compose the statement; a UUID has nothing to escape."""
    return f"SET LOCAL shangfa.tenant = '{UUID(str(tenant_id))}'"


@contextmanager
def tenant_session(tenant_id: UUID) -> Iterator[Session]:
    """Yield a session in one transaction that sees only `tenant_id`; commit at the end."""
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        session.execute(text(_set_tenant(tenant_id)))
        yield session


@contextmanager
def operator_session() -> Iterator[Session]:
    """Yield a session in one transaction that sees no tenant's rows; commit at the end."""
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def pipelined(tenant_id: UUID) -> Iterator[Raw]:
    """Yield a connection whose statements travel together until a result is read.

    One transaction that sees only `tenant_id`; committed at the end, rolled back when
    the block raises.
    """
    fairy = engine().raw_connection()
    raw = fairy.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver we use
    try:
        with raw.pipeline():
            raw.execute(_set_tenant(tenant_id), prepare=False)
            yield raw
            raw.commit()
    except BaseException:
        raw.rollback()
        raise
    finally:
        fairy.close()


def enter(session: Session, tenant_id: UUID) -> None:
    """Let the rest of an operator's transaction see one tenant's rows."""
    session.execute(text(_set_tenant(tenant_id)))
