"""A PostgreSQL of our own, from the wheel, for a machine that has none.

It listens on a Unix socket only, in a folder that nobody else may enter, lets its owner in
by a secret only, and keeps fsync on. Processes that start the same folder share one server;
the last to stop ends it, and one that was killed leaves it to the next.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO
from urllib.parse import quote

import psycopg
from psycopg import sql

from shangfa.db.postgres.account import EmbeddedServerError, account_of, home_of, programs_of
from shangfa.db.postgres.cluster import Cluster
from shangfa.db.postgres.secret import secure

__all__ = ["APP", "DATABASE", "OWNER", "Embedded", "EmbeddedServerError", "start"]

OWNER: Final = "shangfa_owner"
APP: Final = "shangfa_app"
DATABASE: Final = "shangfa"


@dataclass(frozen=True)
class Embedded:
    """A running server. `app_url` works once the schema has been created."""

    cluster: Cluster
    socket: Path
    secret: str
    _use: TextIO

    @property
    def home(self) -> Path:
        """The folder that is the server's alone."""
        return self.cluster.home

    @property
    def owner_url(self) -> str:
        """The URL of the superuser that owns the schema, for migrations; it holds the secret."""
        return self.url(OWNER)

    @property
    def app_url(self) -> str:
        """The URL of the role that the application serves with."""
        return self.url(APP)

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return `postgresql+psycopg://…` for a role and a database of this server."""
        user = f"{role}:{self.secret}" if role == OWNER else role
        # libpq does not read a plus sign as a space.
        where = quote(str(self.socket), safe="")
        return f"postgresql+psycopg://{user}@/{quote(database)}?host={where}"

    @property
    def use(self) -> int:
        """The descriptor that counts as a user of the server as long as anybody holds it open."""
        return self._use.fileno()

    def revive(self) -> bool:
        """Start the server again when it is gone; tell whether it was.

        Raises:
            EmbeddedServerError: with the reason.
        """
        if self.cluster.listens():
            return False
        with _locked(self.home / "start.lock"):
            self.cluster.start()
        return True

    def is_alone(self) -> bool:
        """Tell whether no other process uses the server."""
        if not _try_alone(self._use):
            return False
        fcntl.flock(self._use, fcntl.LOCK_SH)
        return True

    def stop(self) -> None:
        """End the server unless another process uses it; a second call does nothing."""
        if self._use.closed:
            return
        with self._use, _locked(self.home / "start.lock"):
            if _try_alone(self._use):
                self.cluster.stop()


def start(folder: Path, programs: Path | None = None) -> Embedded:
    """Start the server of `folder`, or join it when it runs, and create its database.

    `folder` is created when absent and belongs to the server alone. `programs` is the
    folder with `initdb` and `pg_ctl`; None means those of the wheel.

    Raises:
        EmbeddedServerError: with the reason and what can be done.
    """
    account = account_of(folder)
    cluster = Cluster(home_of(folder, account), account, programs or programs_of(account), OWNER)
    with _locked(cluster.home / "start.lock"):
        use = (cluster.home / "users.lock").open("a")
        fcntl.flock(use, fcntl.LOCK_SH)
        cluster.start()
        embedded = Embedded(cluster, cluster.socket(), secure(cluster, APP), use)
        _create_database(embedded)
    return embedded


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _try_alone(use: TextIO) -> bool:
    try:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_database(server: Embedded) -> None:
    url = server.url(OWNER, "postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
        if found.rowcount == 0:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
