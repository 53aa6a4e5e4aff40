"""Statements queued on a connection and sent together, straight on libpq.

The pipeline of the driver makes a cursor and looks at the socket for every statement, which
costs more than all else of a small transaction. Here each statement is prepared once for a
connection, and all that were asked travel when the first answer is read.
"""

from __future__ import annotations

import re
import select
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import pq
from psycopg.abc import Transformer as Loaders
from psycopg.adapt import Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.rows import TupleRow

Raw = psycopg.Connection[TupleRow]
Values = Mapping[str, Any] | Sequence[Any]
MOST_PREPARED: Final = 100
"""Statements a connection keeps prepared; the one not asked for longest goes first."""
_MARK: Final = re.compile(r"%\((\w+)\)s|%s")
_TEXT, _BINARY = 0, 1


class _Prepared:
    """A statement that a connection keeps, and how its rows are read.

    What reads a column is found by its type; the columns of a prepared statement do not change,
    so it is found once.
    """

    __slots__ = ("_loader", "name")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self._loader: Loaders | None = None

    def read(self, raw: Raw, result: pq.abc.PGresult) -> list[TupleRow]:
        """Return the rows of a result."""
        loader = self._loader
        if loader is None:
            loader = self._loader = Transformer(raw)
            loader.set_pgresult(result)
        else:
            loader.set_pgresult(result, set_loaders=False)
        rows = loader.load_rows(0, result.ntuples, tuple)
        loader.set_pgresult(None, set_loaders=False)  # which would be kept till the next
        return rows


class Answer:
    """The rows of one statement, perhaps still on their way."""

    __slots__ = ("_pipe", "_prepared", "_rows", "done")

    def __init__(self, pipe: Pipe, prepared: _Prepared) -> None:
        self._pipe = pipe
        self._prepared = prepared
        self._rows: list[TupleRow] = []
        self.done = False

    def take(self, result: pq.abc.PGresult) -> None:
        """Keep the rows that have come."""
        self._rows = self._prepared.read(self._pipe.raw, result)
        self.done = True

    def fetchone(self) -> TupleRow | None:
        """Return the first row, None when there is none."""
        rows = self.fetchall()
        return rows[0] if rows else None

    def fetchall(self) -> list[TupleRow]:
        """Return all rows.

        Raises:
            psycopg.Error: this statement or one asked before it failed.
        """
        if not self.done:
            self._pipe.settle()
        return self._rows


class Pipe:
    """What is queued on one connection; lives as long as the connection does."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self._line = raw.pgconn
        self._incoming = select.poll()
        self._incoming.register(self._line.socket, select.POLLIN)
        self._known: dict[bytes, _Prepared] = {}
        self._count = 0
        self._asked: list[Answer | bytes] = []
        self.on_its_way = False
        """Whether answers may still come that nobody waits for, after an interruption."""

    def ask(self, statement: str | bytes, values: Values) -> Answer:
        """Queue a statement; bytes have their placeholders numbered already."""
        if isinstance(statement, str):
            statement, names = numbered(statement)
            if isinstance(values, Mapping):
                values = [values[name] for name in names]
        self._open()
        prepared = self._prepared(statement)
        given = [_WRITTEN[type(value)](value) for value in values]
        formats = [_FORMATS[type(value)] for value in values]
        self._line.send_query_prepared(prepared.name, given, formats)
        answer = Answer(self, prepared)
        self._asked.append(answer)
        return answer

    def tell(self, statement: bytes) -> None:
        """Queue a statement that has no values and no rows, unprepared."""
        self._open()
        self._line.send_query_params(statement, None)
        self._asked.append(b"")

    def settle(self) -> None:
        """Send what is queued and take in every answer.

        Raises:
            psycopg.Error: the first statement that failed; none behind it was done.
        """
        if not self._asked:
            return
        self._send()
        failed: psycopg.Error | None = None
        for asked in self._asked:
            error = self._receive(asked)
            failed = failed or error
            if failed and self._line.status == pq.ConnStatus.BAD:
                raise failed
        self._result()  # the sync's own
        self._asked.clear()
        self.on_its_way = False
        self._line.exit_pipeline_mode()
        if failed:
            raise failed

    def _send(self) -> None:
        self.on_its_way = True
        self._line.pipeline_sync()
        while self._line.flush():
            self._wait_to_send()

    def _open(self) -> None:
        if not self._asked:
            self._line.enter_pipeline_mode()

    def _prepared(self, statement: bytes) -> _Prepared:
        """Return a statement as it is prepared; the one last asked for stands last."""
        found = self._known.pop(statement, None)
        if found is None:
            self._count += 1
            found = _Prepared(b"shangfa_%d" % self._count)
            self._line.send_prepare(found.name, statement)
            self._asked.append(statement)
            if len(self._known) >= MOST_PREPARED:
                self.tell(b"DEALLOCATE " + self._known.pop(next(iter(self._known))).name)
        self._known[statement] = found
        return found

    def _wait_to_send(self) -> None:
        """Wait until more can be sent, and take in what comes, so that neither side waits."""
        line = select.poll()
        line.register(self._line.socket, select.POLLIN | select.POLLOUT)
        if any(event & ~select.POLLOUT for _, event in line.poll()):
            self._line.consume_input()

    def _result(self) -> pq.abc.PGresult | None:
        while self._line.is_busy():
            self._incoming.poll()
            self._line.consume_input()
        return self._line.get_result()

    def _receive(self, asked: Answer | bytes) -> psycopg.Error | None:
        """Take in what came of one statement; return why it failed."""
        result = self._result()
        if result is None:
            return psycopg.OperationalError("the connection is lost")
        # Nothing, at once: there is no more of this statement. Whoever asks first whether it is
        # there lets other threads have the interpreter, and waits for them. Where something may
        # have to be waited for, it is asked: taking a result keeps the interpreter meanwhile.
        self._line.get_result()
        status = result.status
        if status == pq.ExecStatus.TUPLES_OK:
            if isinstance(asked, Answer):
                asked.take(result)
        elif status != pq.ExecStatus.COMMAND_OK:
            if isinstance(asked, bytes):
                self._known.pop(asked, None)  # was to be prepared
            if status != pq.ExecStatus.PIPELINE_ABORTED:
                error = error_from_result(result)
                if isinstance(error, InvalidSqlStatementName):
                    self._known.clear()  # the driver let the server forget all that was prepared
                return error
        return None


@lru_cache(1000)
def numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a statement with its placeholders numbered, and the names of the numbers."""
    names: dict[str, int] = {}

    def number(mark: re.Match[str]) -> str:
        return f"${names.setdefault(mark[1] or str(len(names)), len(names) + 1)}"

    return _MARK.sub(number, statement).encode(), tuple(names)


def _text(value: str) -> bytes:
    """Return a text; libpq would end it at a NUL.

    Raises:
        psycopg.DataError: it holds one.
    """
    data = value.encode()
    if 0 in data:
        raise psycopg.DataError("PostgreSQL text cannot contain NUL (0x00) bytes")
    return data


def _array(values: Sequence[Any]) -> bytes:
    return b"{%s}" % b",".join(map(_element, values))


def _element(value: Any) -> bytes:
    if value is None:
        return b"NULL"
    text = _text(str(value))
    return b'"%s"' % text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


class _ByType(dict[type, Any]):
    """What is found for a type or the first of its bases."""

    def __missing__(self, kind: type) -> Any:
        """Find it once.

        Raises:
            TypeError: for none of them.
        """
        for base in kind.__mro__[1:]:
            if base in self:
                return self.setdefault(kind, self[base])
        raise TypeError(f"no column holds a {kind.__name__}")


_WRITTEN: Final = _ByType(
    {
        type(None): lambda _: None,
        str: _text,
        bytes: bytes,
        bool: lambda value: b"t" if value else b"f",
        int: b"%d".__mod__,
        Decimal: lambda value: str(value).encode(),
        UUID: lambda value: value.int.to_bytes(16),
        date: lambda value: value.isoformat().encode(),
        datetime: lambda value: value.isoformat().encode(),
        list: _array,
        tuple: _array,
    }
)
"""Type -> how a value of it is written; the server tells from the statement what it is."""
_FORMATS: Final = _ByType({object: _TEXT, bytes: _BINARY, UUID: _BINARY})
