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
from psycopg import Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from sqlalchemy import PoolProxiedConnection

from shangfa.config import settings
from shangfa.db.tx.pipe import Answer, Pipe, Raw, Values
from shangfa.db.tx.pool import DISTRIBUTED, engine
from shangfa.db.tx.watch import watch
from shangfa.db.tx.writes import Writes

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
        kept_out: whether it shows nothing of whom a restriction stands for.
        guarded: whether a tenant may be on its way to another server, so that it is asked first.
    """

    pipe: Pipe
    kind: Kind
    tenant_id: UUID | None
    writes: Writes = field(default_factory=Writes)
    mark: Any = None
    kept_out: bool = False
    guarded: bool = False

    @property
    def raw(self) -> Raw:
        """The connection, for one statement after the other; what was asked is answered."""
        self.pipe.settle()
        return self.pipe.raw

    def ask(self, statement: str, values: Values) -> Answer | Cursor[TupleRow]:
        """Ask for rows that may come later, together with what else is asked until then."""
        if self.kind in (Kind.BUSY, Kind.LARGE):
            return self.pipe.ask(statement, values)
        return self.raw.execute(statement, values)

    @property
    def tenant(self) -> UUID:
        """The tenant whose transaction this is."""
        if self.tenant_id is None:
            raise RuntimeError("this transaction has no tenant")
        return self.tenant_id

    def enter(self, tenant_id: UUID) -> None:
        """Let the rest of an operator's transaction see and write one tenant's rows."""
        self.raw.execute(_tenant(tenant_id), prepare=False)
        self._ask_in(tenant_id)
        self.tenant_id = tenant_id

    def leave(self) -> None:
        """Go back to the operator's own rows, with what was collected for the tenant sent."""
        self.flush()
        self.raw.execute("SET LOCAL shangfa.tenant = ''", prepare=False)
        self.tenant_id = None

    def flush(self) -> None:
        """Send what was collected so far."""
        if not self.writes.parts:
            return
        statement, values = self.writes.take()
        if self.kind is Kind.BUSY:
            self.pipe.ask(statement, values)
        else:
            psycopg.RawCursor(self.raw).execute(statement, values)

    def start(self) -> None:
        """Set how the work is planned, and whose it is."""
        if self.kind is Kind.BUSY:
            self.pipe.tell(b"BEGIN")
            self.pipe.tell(_tenant(self.tenant))
            if self.guarded:
                self.pipe.tell(_door(self.tenant))
            return
        if self.kind.setting:
            self.raw.execute(self.kind.setting, prepare=False)
        if self.tenant_id is not None:
            self.raw.execute(_tenant(self.tenant_id), prepare=False)
            self._ask_in(self.tenant_id)

    def _ask_in(self, tenant_id: UUID) -> None:
        """Keep out of a tenant that is being moved; what is of one moment only reads."""
        if self.guarded and self.kind is not Kind.SNAPSHOT:
            self.raw.execute(_door(tenant_id), prepare=False)

    def commit(self) -> None:
        """Send what was collected, and keep all of it."""
        self.flush()
        if self.kind is Kind.BUSY:
            self.pipe.tell(b"COMMIT")
            self.pipe.settle()
        else:
            self.raw.commit()

    def roll_back(self) -> None:
        """Undo all of it; a connection that cannot is closed.

        The driver would forget with it what it has prepared, and let the server forget
        what the pipe has.
        """
        raw = self.pipe.raw
        try:
            if self.pipe.on_its_way:
                raw.close()
                return
            if raw.info.transaction_status != TransactionStatus.IDLE:
                self.pipe.tell(b"ROLLBACK")
                self.pipe.settle()
        except psycopg.Error:
            raw.close()


@contextmanager
def begin(tenant_id: UUID | None, kind: Kind = Kind.PLAIN) -> Iterator[Tx]:
    """Yield a transaction; commit at the end, roll back when the block raises.

    Raises:
        psycopg.OperationalError: the database went away, or did not answer in time, or the
            tenant is on its way to another server.
    """
    pooled = engine().raw_connection()
    tx = Tx(_pipe_of(pooled), kind, tenant_id, guarded=pooled.info[DISTRIBUTED])
    number = watch.begin(kind.seconds, tx.pipe.raw.pgconn.socket)
    try:
        tx.start()
        yield tx
        tx.commit()
    except BaseException:
        watch.end(number)
        tx.roll_back()
        if tx.pipe.raw.closed:
            pooled.invalidate()
            engine().dispose()
        raise
    finally:
        watch.end(number)
        pooled.close()


def _pipe_of(pooled: PoolProxiedConnection) -> Pipe:
    """Return the pipe of a connection, which goes back to the pool with it."""
    found = pooled.info.get(Pipe)
    if found is None:
        raw = pooled.driver_connection
        assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only driver we use
        found = pooled.info[Pipe] = Pipe(raw)
    assert isinstance(found, Pipe)  # noqa: S101 - narrows for mypy
    return found


def _tenant(tenant_id: UUID) -> bytes:
    """Compose the statement; a UUID has nothing to escape."""
    return f"SET LOCAL shangfa.tenant = '{UUID(str(tenant_id))}'".encode()


def _door(tenant_id: UUID) -> bytes:
    """Compose the question whether a tenant may be worked on; a no is an error."""
    return f"SELECT enter_tenant('{UUID(str(tenant_id))}')".encode()
