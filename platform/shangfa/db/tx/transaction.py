"""One way to open a transaction: the tenant set, its plans by kind, both doors to it.

The tenant is set with `SET LOCAL`, so a connection that goes back to the pool shows nothing
to the next one. `raw` is psycopg's connection and `session` SQLAlchemy's; both are the same
connection and the same transaction. What `writes` collected is sent at the end, before the
commit. A kind says how the work travels and is planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import Connection, PoolProxiedConnection, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from shangfa.config import settings
from shangfa.db.rows.base import TenantOwned
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

    BUSY: statements are queued and travel together until a result is read; no session.
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
    connection: Connection | None = None
    _session: Session | None = None

    @property
    def tenant(self) -> UUID:
        """The tenant whose transaction this is."""
        if self.tenant_id is None:
            raise RuntimeError("this transaction has no tenant")
        return self.tenant_id

    @property
    def session(self) -> Session:
        """The SQLAlchemy session on this connection; every query names the tenant."""
        if self._session is None:
            if self.connection is None:
                raise RuntimeError("a pipelined transaction has no session")
            self._session = Session(self.connection, expire_on_commit=False)
            self._session.info["tenant"] = self.tenant_id
        return self._session

    def enter(self, tenant_id: UUID) -> None:
        """Let the rest of an operator's transaction see and write one tenant's rows."""
        self.raw.execute(_tenant(tenant_id), prepare=False)
        self.tenant_id = tenant_id
        if self._session is not None:
            self._session.info["tenant"] = tenant_id

    def leave(self) -> None:
        """Go back to the operator's own rows, with what was collected for the tenant sent."""
        self.flush()
        self.raw.execute("SET LOCAL shangfa.tenant = ''", prepare=False)
        self.tenant_id = None

    def flush(self) -> None:
        """Send what was collected so far, the session's first."""
        if self._session is not None:
            self._session.flush()
        self.writes.send(self.raw)


@contextmanager
def begin(tenant_id: UUID | None, kind: Kind = Kind.PLAIN) -> Iterator[Tx]:
    """Yield a transaction; commit at the end, roll back when the block raises.

    Raises:
        psycopg.OperationalError: the database went away, or did not answer in time.
    """
    connection = None if kind is Kind.BUSY else engine().connect()
    pooled = engine().raw_connection() if connection is None else connection.connection
    raw = pooled.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver we use
    tx = Tx(raw, kind, tenant_id, connection=connection)
    try:
        with watched(raw, kind.seconds):
            yield from _pipelined(tx) if kind is Kind.BUSY else _stepwise(tx)
    except BaseException:
        _abandon(tx, pooled)
        raise
    finally:
        if tx._session is not None:
            tx._session.close()
        (connection or pooled).close()


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
    if tx._session is not None:
        tx._session.commit()
    tx.raw.commit()


def _abandon(tx: Tx, pooled: PoolProxiedConnection) -> None:
    """Roll back; a connection that cannot is thrown away with all its age."""
    try:
        if not tx.raw.broken:
            tx.raw.rollback()
    except psycopg.Error:
        tx.raw.close()
    if tx.raw.closed:
        (tx.connection or pooled).invalidate()
        engine().dispose()


def _tenant(tenant_id: UUID) -> str:
    """Compose the statement; a UUID has nothing to escape."""
    return f"SET LOCAL shangfa.tenant = '{UUID(str(tenant_id))}'"


@event.listens_for(Session, "do_orm_execute")
def _name_the_tenant(state: ORMExecuteState) -> None:
    """Let every query say whose rows it means, as a distributed database needs it said.

    Row-level security hides the others' rows all the same.
    """
    tenant_id = state.session.info.get("tenant")
    named = state.is_select or state.is_update or state.is_delete
    if tenant_id is not None and named and not state.is_column_load:
        state.statement = state.statement.options(
            with_loader_criteria(
                TenantOwned, lambda cls: cls.tenant_id == tenant_id, include_aliases=True
            )
        )
