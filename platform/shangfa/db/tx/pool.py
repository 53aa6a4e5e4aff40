"""Connections: one pool for a process.

Whoever takes one does so for every transaction, so it is a list and a queue of C: a pool that
tells listeners, resets and counts takes a tenth of what Python does for a small transaction.
"""

from __future__ import annotations

import queue
import threading
from functools import cache
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from shangfa.config import Settings, settings
from shangfa.db.tx.pipe import Pipe

OPTIONS: Final = (
    "-c statement_timeout={statement} -c lock_timeout={lock}"
    " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
    " -c citus.propagate_set_commands=local"
)
"""Statements are planned once for a connection, because planning costs more than they do; and
never as a scan over all tenants, however small a table was when they were planned. The last
one lets workers of a distributed database see which tenant is set; elsewhere it is nothing."""
_LOOK: Final = """
    SELECT set_config('plan_cache_mode', 'auto', false) FROM pg_extension e
    WHERE e.extname = 'citus'"""
"""A statement that asks other servers cannot be planned without its values."""


def conninfo(url: str) -> str:
    """Return a URL of ours as libpq reads it."""
    asked = make_url(url)
    _, options = asked.get_dialect()().create_connect_args(asked)
    return make_conninfo(**options)


class NoDatabaseError(RuntimeError):
    """No database URL is known to this process."""


class NoneFreeError(psycopg.OperationalError):
    """All connections were taken for too long."""


class Pool:
    """As many connections as there are threads to use them; the one given back last goes first.

    Every connection in use holds one of the places. More than `pool_size` are not kept.
    """

    def __init__(self, url: str, conf: Settings) -> None:
        self._url = url
        self._conf = conf
        self._idle: list[Pipe] = []
        self._closed = False
        self._places: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(conf.pool_size + conf.threads):
            self._places.put(None)

    def take(self) -> Pipe:
        """Return a connection; it must be given back.

        Raises:
            psycopg.OperationalError: the database does not answer, or none is free in time.
        """
        try:
            self._places.get(timeout=self._conf.request_seconds)
        except queue.Empty:
            raise NoneFreeError("no connection to the database is free") from None
        try:
            return self._idle.pop()
        except IndexError:
            pass
        try:
            return self._connect()
        except BaseException:
            self._places.put(None)
            raise

    def give(self, pipe: Pipe) -> None:
        """Keep a connection for the next; one that is closed is forgotten."""
        if not pipe.raw.closed:
            if self._closed or len(self._idle) >= self._conf.pool_size:
                pipe.raw.close()
            else:
                self._idle.append(pipe)
        self._places.put(None)

    def close(self) -> None:
        """Close what nobody uses now, and what is in use when it is given back."""
        self._closed = True
        while self._idle:
            self._idle.pop().raw.close()

    def _connect(self) -> Pipe:
        """Open a connection and find out in one round trip to what kind of database it leads."""
        conf = self._conf
        options = OPTIONS.format(statement=conf.statement_timeout_ms, lock=conf.lock_timeout_ms)
        where = make_conninfo(conninfo(self._url), options=options, connect_timeout=5)
        raw = psycopg.connect(where, autocommit=True)
        distributed = raw.execute(_LOOK, prepare=False).rowcount == 1
        raw.autocommit = False
        return Pipe(raw, distributed=distributed)


_lock = threading.Lock()


def pool() -> Pool:
    """Return the process's pool, made on first use, once however many ask at once.

    Raises:
        NoDatabaseError: `SHANGFA_DATABASE_URL` is not set and nobody called `use`.
    """
    if not _made.cache_info().currsize:
        with _lock:
            return _made()
    return _made()


@cache
def _made() -> Pool:
    return Pool(database_url(), settings())


def database_url() -> str:
    """Return where the database is.

    Raises:
        NoDatabaseError: `SHANGFA_DATABASE_URL` is not set and nobody called `use`.
    """
    url = settings().database_url
    if url is None:
        raise NoDatabaseError(
            "SHANGFA_DATABASE_URL is not set; `shangfa serve` starts an embedded PostgreSQL."
        )
    return url


def reset() -> None:
    """Close the pool; the next use makes a new one from the settings of that time."""
    with _lock:
        if _made.cache_info().currsize:
            _made().close()
        _made.cache_clear()
