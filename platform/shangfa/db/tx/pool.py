"""Connections: one pool for a process."""

from __future__ import annotations

import threading
from functools import cache
from typing import Final

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from shangfa.config import settings

OPTIONS: Final = (
    "-c statement_timeout={statement} -c lock_timeout={lock}"
    " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
    " -c citus.propagate_set_commands=local"
)
"""Statements are planned once for a connection, because planning costs more than they do; and
never as a scan over all tenants, however small a table was when they were planned. The last
one lets workers of a distributed database see which tenant is set; elsewhere it is nothing."""
DISTRIBUTED: Final = "distributed"
"""What a connection of the pool is marked with when its database may lie on several servers."""
_LOOK: Final = """
    SELECT set_config('plan_cache_mode', 'auto', false) FROM pg_extension e
    WHERE e.extname = 'citus'"""
"""A statement that asks other servers cannot be planned without its values."""


class NoDatabaseError(RuntimeError):
    """No database URL is known to this process."""


_lock = threading.Lock()


def engine() -> Engine:
    """Return the process's pool, made on first use, once however many ask at once.

    Raises:
        NoDatabaseError: `SHANGFA_DATABASE_URL` is not set and nobody called `use`.
    """
    if not _made.cache_info().currsize:
        with _lock:
            return _made()
    return _made()


@cache
def _made() -> Engine:
    conf = settings()
    if conf.database_url is None:
        raise NoDatabaseError(
            "SHANGFA_DATABASE_URL is not set; `shangfa serve` starts an embedded PostgreSQL."
        )
    options = OPTIONS.format(statement=conf.statement_timeout_ms, lock=conf.lock_timeout_ms)
    made = create_engine(
        conf.database_url,
        pool_size=conf.pool_size,
        max_overflow=conf.threads,
        pool_timeout=conf.request_seconds,
        pool_reset_on_return=None,  # `begin` ends every transaction itself
        connect_args={"options": options, "connect_timeout": 5},
    )
    event.listen(made, "connect", _look)
    return made


def _look(raw: psycopg.Connection[tuple[str]], record: ConnectionPoolEntry) -> None:
    """Find out what kind of database a new connection leads to, in one round trip."""
    raw.autocommit = True
    record.info[DISTRIBUTED] = raw.execute(_LOOK, prepare=False).rowcount == 1
    raw.autocommit = False


def reset() -> None:
    """Close the pool; the next use makes a new one from the settings of that time."""
    with _lock:
        if _made.cache_info().currsize:
            _made().dispose()
        _made.cache_clear()
