"""Whether this process can serve, asked with a deadline on a connection of its own.

A database that answers nothing holds neither who asks nor the pool. What it last said of
role and schema is remembered: until they were found right once, and again when they are
found wrong, nothing may be answered from it.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock, Thread, Timer
from time import monotonic
from typing import Any, Final

import psycopg
from sqlalchemy import create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from shangfa.config import settings
from shangfa.db.distribution.refusals import ClusterError
from shangfa.db.server.schema import (
    OutdatedDatabaseError,
    SchemaBehindError,
    UnsafeRoleError,
    check_role,
)
from shangfa.db.tx.pool import NoDatabaseError, engine

log = logging.getLogger("shangfa.health")

DEADLINE: Final = 2.0
"""Seconds after which no answer is an answer."""
FRESH: Final = 1.0
"""Seconds for which an answer is given again."""
STALE: Final = 5.0
"""Seconds after which role and schema are looked at again while requests are served."""
WRONG: Final = (
    NoDatabaseError,
    OutdatedDatabaseError,
    UnsafeRoleError,
    SchemaBehindError,
    ClusterError,
)
SILENT: Final = "the database does not answer"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        reason: why requests cannot be served, None when they can.
        sound: whether role and schema are right; None when the database did not say.
    """

    reason: str | None
    sound: bool | None


def check_database(url: str) -> None:
    """Refuse to serve on a role or a schema that is not safe; DEADLINE seconds at most.

    Raises:
        UnsafeRoleError, SchemaBehindError, ClusterError: saying what to do.
        OperationalError: the database does not answer.
    """
    options = {"connect_timeout": int(DEADLINE), "options": "-c statement_timeout=2000"}
    asking = create_engine(url, poolclass=NullPool, connect_args=options)
    with ExitStack() as deadlines:
        # SQLAlchemy itself asks something as soon as it is connected.
        @event.listens_for(asking, "do_connect")
        def connect(dialect: Any, _: Any, args: Any, options: Any) -> psycopg.Connection[Any]:
            line: psycopg.Connection[Any] = dialect.connect(*args, **options)
            deadlines.enter_context(_deadline(line))
            return line

        with asking.connect() as connection:
            check_role(connection)


@contextmanager
def _deadline(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Hang up when the block takes too long: whoever waits for the socket is woken."""
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        timer = Timer(DEADLINE, _hang_up, [line])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


class Watch:
    """What is known about one database. One thread at a time asks it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._thread: Thread | None = None
        self._at = 0.0
        self._found = Verdict(SILENT, None)
        self._sound: bool | None = None

    def verdict(self) -> Verdict:
        """Return what the database says, within DEADLINE seconds."""
        asking = self._ask(FRESH)
        asking.join(DEADLINE)
        return Verdict(SILENT, None) if asking.is_alive() else self._found

    def is_sound(self) -> bool:
        """Tell whether role and schema were right when the database last said."""
        if self._sound is None:
            self.verdict()
        else:
            self._ask(STALE)
        return self._sound is True

    def _ask(self, age: float) -> Thread:
        """Return the thread that asks, or asked no longer ago than `age` seconds."""
        with self._lock:
            running = self._thread is not None and self._thread.is_alive()
            if self._thread is None or (not running and monotonic() - self._at > age):
                self._thread = Thread(target=self._find, name="health", daemon=True)
                self._thread.start()
            return self._thread

    def _find(self) -> None:
        self._found = _found(self._url)
        self._at = monotonic()
        if self._found.sound is not None:
            self._sound = self._found.sound


def _found(url: str) -> Verdict:
    try:
        check_database(url)
    except WRONG as error:
        return Verdict(str(error), sound=False)
    except SQLAlchemyError:
        return Verdict(SILENT, sound=None)
    except Exception:
        log.exception("readiness could not be found out")
        return Verdict(SILENT, sound=None)
    return Verdict(None, sound=True)


@lru_cache(maxsize=1)
def _watch(url: str) -> Watch:
    return Watch(url)


def _url() -> str:
    return settings().database_url or str(engine().url)


def unready() -> str | None:
    """Return why requests cannot be served, None when they can; DEADLINE seconds at most."""
    try:
        return _watch(_url()).verdict().reason
    except NoDatabaseError as error:
        return str(error)


def is_closed() -> bool:
    """Tell whether nothing may be answered from the database, because it may be unsafe."""
    try:
        return not _watch(_url()).is_sound()
    except NoDatabaseError:
        return True


def clock() -> str | None:
    """Return `test` when the operator moves the time, None when it is real."""
    return "test" if settings().clock is not None else None
