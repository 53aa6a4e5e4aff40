"""Move companies between the servers of a cluster, one shard after the other.

The companies of a shard are frozen (503 `busy`), what they had begun ends, the shard moves,
their totals are computed again and compared, and they go on. Nothing moves while anybody works
on it: a row that somebody had locked would be free on the server it comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from shangfa.db.distribution import cluster
from shangfa.db.distribution import moving as sql
from shangfa.db.distribution.moving import Frozen, Move
from shangfa.db.distribution.refusals import (
    DIFFERENT,
    MOVE_UNFINISHED,
    NOT_DISTRIBUTED,
    OWNER_MISSING,
    ClusterError,
)
from shangfa.db.server import schema
from shangfa.db.tenancy import find_tenant
from shangfa.domain.faults import refused
from shangfa.domain.tenancy.faults import UNKNOWN_TENANT
from shangfa.services.clock import now
from shangfa.services.command import COMMAND
from shangfa.services.ledger.anew.verify import Difference, verify_tenant
from shangfa.services.transaction import reading

WAIT: Final = 60
"""Seconds for which what companies had begun may go on, when nobody says how many."""


class Moved(NamedTuple):
    """What was done in one step, and which companies it concerned."""

    what: str
    slugs: list[str]


def rebalance(owner_url: str | None, wait: int = WAIT) -> Iterator[Moved]:
    """Move shards until every server has its share.

    Raises:
        ClusterError: this cannot be done here, or a step failed; says who is still frozen.
    """
    with _moving(owner_url) as connection:
        for move in sql.planned(connection):
            yield _carry_out(connection, move, wait)


def drain(owner_url: str | None, host: str, port: int, wait: int = WAIT) -> Iterator[Moved]:
    """Take all shards off a server, which gets no more.

    Raises:
        ClusterError: as `rebalance`; there is no such worker.
    """
    with _moving(owner_url) as connection:
        sql.close_node(connection, host, port)
        for move in sql.planned(connection, drain=True):
            yield _carry_out(connection, move, wait)


def isolate(
    owner_url: str | None, slug: str, to: tuple[str, int] | None = None, wait: int = WAIT
) -> Iterator[Moved]:
    """Give a company a shard of its own, and move that to another server if one is named.

    Raises:
        RefusedError: `unknown_tenant`.
        ClusterError: as `rebalance`.
    """
    with _moving(owner_url) as connection:
        tenant_id = reading(COMMAND, lambda tx: find_tenant(tx, slug))
        if tenant_id is None:
            raise refused(UNKNOWN_TENANT, "", value=slug)
        shard = sql.shard_of(connection, tenant_id)
        beside = sql.tenants_on(connection, shard)
        if len(beside) > 1 or to is None:
            part = lambda: sql.set_apart(connection, tenant_id)  # noqa: E731 - named for the line
            yield _step(connection, beside, f"{slug}: a shard of its own", part, wait)
        if to is not None:
            own = sql.shard_of(connection, tenant_id)
            place = sql.place_of(connection, own)
            if place != to:
                yield _carry_out(connection, Move(own, *place, *to), wait)


def resume(owner_url: str | None, *, anyway: bool = False) -> list[str]:
    """Replay what an unfinished move left frozen and let it go on; return the names.

    Raises:
        ClusterError: some differ from their facts and stay frozen, unless `anyway`.
    """
    with _moving(owner_url, unfinished=True) as connection:
        left = sql.frozen(connection)
        wrong = [] if anyway else [item for item in left if verify_tenant(item.id)]
        sql.unfreeze(connection, [item for item in left if item not in wrong])
    if wrong:
        raise ClusterError(DIFFERENT, slugs=_names(wrong))
    return [item.slug for item in left]


def _carry_out(connection: Connection, move: Move, wait: int) -> Moved:
    found = sql.tenants_on(connection, move.shard)
    return _step(connection, found, str(move), lambda: sql.carry_out(connection, move), wait)


def _step(
    connection: Connection,
    found: Sequence[Frozen],
    what: str,
    work: Callable[[], object],
    wait: int,
) -> Moved:
    """Do what moves some companies while they are frozen."""
    sql.freeze(connection, found, what, now())
    try:
        sql.wait_for(connection, found, wait)
        before = _differences(found)
        work()
        after = _differences(found)
    except ClusterError:  # nothing has moved
        sql.unfreeze(connection, found)
        raise
    except (OperationalError, KeyboardInterrupt) as error:
        raise ClusterError(MOVE_UNFINISHED, slugs=_names(found)) from error
    if after != before:
        raise ClusterError(DIFFERENT, slugs=_names(found))
    sql.unfreeze(connection, found)
    return Moved(what, [item.slug for item in found])


def _differences(found: Sequence[Frozen]) -> list[list[Difference]]:
    return [verify_tenant(item.id) for item in found]


def _names(found: Sequence[Frozen]) -> str:
    return ", ".join(item.slug for item in found)


@contextmanager
def _moving(owner_url: str | None, *, unfinished: bool = False) -> Iterator[Connection]:
    """Yield the connection that moves, on a database that may be moved."""
    if owner_url is None:
        raise ClusterError(OWNER_MISSING)
    with sql.mover(owner_url) as connection:
        cluster.check_coordinator(connection)
        schema.check_revision(connection)
        if not cluster.laid_out(connection):
            raise ClusterError(NOT_DISTRIBUTED)
        sql.check_administrator(connection)
        left = sql.frozen(connection)
        if left and not unfinished:
            raise ClusterError(MOVE_UNFINISHED, slugs=_names(left))
        yield connection
