"""Freeze companies, move the shard that holds them, and let them go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from shangfa.db.distribution.placement import ROOT
from shangfa.db.distribution.refusals import (
    MOVE_FAILED,
    MOVE_RUNNING,
    NOT_ADMINISTRATOR,
    STILL_WORKING,
    UNKNOWN_NODE,
    ClusterError,
)

LOCK: Final = 20_171_217
"""The first half of the lock that every transaction of a company shares, as `enter_tenant` does."""
_ONE_MOVER: Final = 20_171_218
_MODE: Final = "'block_writes'"
"""Online moves lose row locks, and never end where row-level security is forced."""
_PLAN: Final = """
    SELECT shardid, sourcename, sourceport, targetname, targetport
    FROM get_rebalance_table_shards_plan(CAST(:root AS regclass), drain_only => :drain)
    WHERE table_name = CAST(:root AS regclass) ORDER BY shardid"""
_ON_SHARD: Final = """
    SELECT n.tenant_id, n.slug FROM tenant_slug n
    WHERE get_shard_id_for_distribution_column('tenant', n.tenant_id) = :shard ORDER BY n.slug"""
_NODE: Final = """
    SELECT EXISTS (SELECT FROM pg_dist_node
        WHERE nodename = :host AND nodeport = :port AND noderole = 'primary' AND groupid <> 0)"""
_CLOSE: Final = "SELECT citus_set_node_property(:host, :port, 'shouldhaveshards', false)"
_FREEZE: Final = """
    INSERT INTO frozen_tenant (tenant_id, slug, move, since) VALUES (:id, :slug, :move, :since)"""


class Frozen(NamedTuple):
    """A company that waits."""

    id: UUID
    slug: str


class Move(NamedTuple):
    """A shard, from where to where."""

    shard: int
    source: str
    source_port: int
    target: str
    target_port: int

    def __str__(self) -> str:
        """Say it in a line."""
        where = f"{self.source}:{self.source_port} → {self.target}:{self.target_port}"
        return f"shard {self.shard} {where}"


@contextmanager
def mover(owner_url: str) -> Iterator[Connection]:
    """Yield the one connection that moves; each of its statements is kept at once.

    Raises:
        ClusterError: another moves, perhaps for one that was killed meanwhile.
    """
    engine = create_engine(owner_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            mine = text("SELECT pg_try_advisory_lock(:key)")
            if not connection.scalar(mine, {"key": _ONE_MOVER}):
                raise ClusterError(MOVE_RUNNING)
            yield connection
    finally:
        engine.dispose()


def planned(connection: Connection, *, drain: bool = False) -> list[Move]:
    """Return what moves so that every server has its share, or those that take none have none."""
    rows = connection.execute(text(_PLAN), {"root": ROOT, "drain": drain})
    return [Move(*row) for row in rows]


def check_administrator(connection: Connection) -> None:
    """Let a superuser pass, whom row-level security does not keep from copying rows.

    Raises:
        ClusterError: the role is none.
    """
    role, is_one = connection.execute(
        text("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
    ).one()
    if not is_one:
        raise ClusterError(NOT_ADMINISTRATOR, role=role)


def close_node(connection: Connection, host: str, port: int) -> None:
    """Let a server take no more shards.

    Raises:
        ClusterError: there is no such worker.
    """
    where = {"host": host, "port": port}
    if not connection.scalar(text(_NODE), where):
        raise ClusterError(UNKNOWN_NODE, node=f"{host}:{port}")
    connection.execute(text(_CLOSE), where)


def shard_of(connection: Connection, tenant_id: UUID) -> int:
    """Return the shard that holds a company."""
    asked = text("SELECT get_shard_id_for_distribution_column('tenant', CAST(:id AS uuid))")
    found: int = connection.execute(asked, {"id": tenant_id}).scalar_one()
    return found


def tenants_on(connection: Connection, shard: int) -> list[Frozen]:
    """Return the companies that a shard of `tenant` holds."""
    return [Frozen(*row) for row in connection.execute(text(_ON_SHARD), {"shard": shard})]


def frozen(connection: Connection) -> list[Frozen]:
    """Return the companies that wait."""
    rows = connection.execute(text("SELECT f.tenant_id, f.slug FROM frozen_tenant f ORDER BY 2"))
    return [Frozen(*row) for row in rows]


def freeze(connection: Connection, found: Sequence[Frozen], move: str, at: datetime) -> None:
    """Keep new work of companies out from now on."""
    rows = [{"id": item.id, "slug": item.slug, "move": move, "since": at} for item in found]
    if rows:
        connection.execute(text(_FREEZE), rows)


def wait_for(connection: Connection, found: Sequence[Frozen], seconds: int) -> None:
    """Wait until what companies had begun has ended, each for some seconds at most.

    Raises:
        ClusterError: one still works.
    """
    connection.execute(text(f"SET lock_timeout = '{seconds:d}s'"))
    for item in found:
        key = {"lock": LOCK, "id": str(item.id)}
        try:
            connection.execute(text("SELECT pg_advisory_lock(:lock, hashtext(:id))"), key)
        except OperationalError as error:
            if isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise ClusterError(STILL_WORKING, slug=item.slug, seconds=seconds) from error
            raise
        connection.execute(text("SELECT pg_advisory_unlock(:lock, hashtext(:id))"), key)
    connection.execute(text("SET lock_timeout = 0"))


def unfreeze(connection: Connection, found: Sequence[Frozen]) -> None:
    """Let companies go on."""
    gone = text("DELETE FROM frozen_tenant f WHERE f.tenant_id = ANY(:ids)")
    connection.execute(gone, {"ids": [item.id for item in found]})


def carry_out(connection: Connection, move: Move) -> None:
    """Move a shard of every table.

    Raises:
        ClusterError: the servers refused it; nothing was moved.
    """
    moving = text(
        f"SELECT citus_move_shard_placement(:shard, :source, :source_port, :target, :target_port,"
        f" {_MODE})"
    )
    with _failing():
        connection.execute(moving, move._asdict())


def set_apart(connection: Connection, tenant_id: UUID) -> int:
    """Give a company a shard of its own in every table, and return its number.

    Raises:
        ClusterError: the servers refused it, as when it has one; nothing was moved.
    """
    parting = f"SELECT isolate_tenant_to_new_shard('tenant', CAST(:id AS uuid), 'CASCADE', {_MODE})"
    with _failing():
        found: int = connection.execute(text(parting), {"id": tenant_id}).scalar_one()
    return found


def place_of(connection: Connection, shard: int) -> tuple[str, int]:
    """Return (host, port) of the server that has a shard."""
    row = connection.execute(
        text("SELECT nodename, nodeport FROM pg_dist_shard_placement WHERE shardid = :shard"),
        {"shard": shard},
    ).one()
    return str(row[0]), int(row[1])


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:  # it may have moved all the same
            raise
        reason = str(error.orig).splitlines()[0]
        raise ClusterError(MOVE_FAILED, reason=reason) from error
