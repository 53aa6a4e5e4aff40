"""One way to open a transaction: the tenant set, its plans by kind, a deadline on our side.

The tenant is set with `SET LOCAL`, so a connection that goes back to the pool shows nothing
to the next one. What `writes` collected is sent at the end, before the commit. A kind says
how the work travels and is planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import PoolProxiedConnection

from shangfa.config import settings
from shangfa.db.tx.pool import engine
from shangfa.db.tx.watch import watched
from shangfa.db.tx.writes import Raw, Writes

LONG_SECONDS: Final = 3600
"""How long work over all of a tenant's past may take."""
_PLANNED: Final = (
    "SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = on;"
    " SET LOCAL statement_timeout = 0"
)


class Kind(Enum):
    """How a transaction travels and is planned.

    BUSY: statements are queued and travel together until a result is read.
    PLAIN: one statement after the other.
    LARGE: over much of a tenant's past: planned for its values, an hour to finish.
    SNAPSHOT: LARGE, reading only, as of one moment.
    """

    BUSY = ()
    PLAIN = (1,)
    LARGE = (2, _PLANNED)
    SNAPSHOT = (3, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;" + _PLANNED)

    @property
    def setting(self) -> str:
        """What is sent first, "" for nothing."""
        return str(self.value[1]) if len(self.value) > 1 else ""

    @property
    def seconds(self) -> float:
        """How long it may take, seconds."""
        return LONG_SECONDS if self.setting else settings().request_seconds


@dataclass(slots=True)
class Tx:
    """An open transaction.

    Attributes:
        tenant_id: whose rows are seen; None for the operator, who sees none.
        writes: rows sent together at the end.
        mark: what `services` notes about it; the database layer does not look.
    """

    raw: Raw
    kind: Kind
    tenant_id: UUID | None
    writes: Writes = field(default_factory=Writes)
    mark: Any = None

    @property
    def tenant(self) -> UUID:
        """The tenant whose transaction this is."""
        if self.tenant_id is None:
            raise RuntimeError("this transaction has no tenant")
        return self.tenant_id

    def enter(self, tenant_id: UUID) -> None:
        """Let the rest of an operator's transaction see and write one tenant's rows."""
        self.raw.execute(_tenant(tenant_id), prepare=False)
        self.tenant_id = tenant_id

    def leave(self) -> None:
        """Go back to the operator's own rows, with what was collected for the tenant sent."""
        self.flush()
        self.raw.execute("SET LOCAL shangfa.tenant = ''", prepare=False)
        self.tenant_id = None

    def flush(self) -> None:
        """Send what was collected so far."""
        self.writes.send(self.raw)


@contextmanager
def begin(tenant_id: UUID | None, kind: Kind = Kind.PLAIN) -> Iterator[Tx]:
    """Yield a transaction; commit at the end, roll back when the block raises.

    Raises:
        psycopg.OperationalError: the database went away, or did not answer in time.
    """
    pooled = engine().raw_connection()
    raw = pooled.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver we use
    tx = Tx(raw, kind, tenant_id)
    try:
        with watched(raw, kind.seconds):
            yield from _pipelined(tx) if kind is Kind.BUSY else _stepwise(tx)
    except BaseException:
        _abandon(tx, pooled)
        raise
    finally:
        pooled.close()


def _pipelined(tx: Tx) -> Iterator[Tx]:
    with tx.raw.pipeline():
        tx.raw.execute(_tenant(tx.tenant), prepare=False)
        yield tx
        tx.flush()
        tx.raw.commit()


def _stepwise(tx: Tx) -> Iterator[Tx]:
    if tx.kind.setting:
        tx.raw.execute(tx.kind.setting, prepare=False)
    if tx.tenant_id is not None:
        tx.raw.execute(_tenant(tx.tenant_id), prepare=False)
    yield tx
    tx.flush()
    tx.raw.commit()


def _abandon(tx: Tx, pooled: PoolProxiedConnection) -> None:
    """Roll back; a connection that cannot is thrown away with all its age."""
    try:
        if not tx.raw.broken:
            tx.raw.rollback()
    except psycopg.Error:
        tx.raw.close()
    if tx.raw.closed:
        pooled.invalidate()
        engine().dispose()


def _tenant(tenant_id: UUID) -> str:
    """Compose the statement; a UUID has nothing to escape."""
    return f"SET LOCAL shangfa.tenant = '{UUID(str(tenant_id))}'"
