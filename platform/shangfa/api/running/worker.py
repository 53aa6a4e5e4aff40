"""gunicorn's threads, fed with whole requests by an event loop that waits for nobody.

A thread gets a request when all of it has arrived, and leaves an answer that the client does
not take at once to the loop. So clients that send half a request, or do not read, hold no
thread; they are bounded by number, bytes and time. Probes have threads of their own: they
are answered while all others work or wait.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from time import monotonic
from typing import IO, Any, Final

from gunicorn.http import get_parser
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from shangfa.api.parser import FRAME
from shangfa.api.running.arriving import Arriving
from shangfa.api.running.refusals import Refusals
from shangfa.config import settings
from shangfa.services.running.process.listener import answer_on

ARRIVAL: Final = 30.0
"""Seconds a request may take to arrive, from its first byte."""
DEPARTURE: Final = 30.0
"""Seconds a client may take to read the answer."""
HASTE: Final = 1.0
"""Seconds a request may take to arrive when all connections are taken."""
LINGER: Final = 2.0
"""Seconds a closed connection is still read, so that the client gets the answer."""
ROUND: Final = 0.25
"""Seconds between two looks at who is late."""
SIGN: Final = 1.0
"""Seconds between two signs of life for the arbiter, which waits for thirty times that."""
MOST_HELD: Final = 64 * 1024 * 1024
"""Bytes of requests that are still arriving."""
MOST_ON_DISK: Final = 1024 * 1024 * 1024
"""Bytes of files that are still arriving, on disk."""
MOST_LEFT: Final = 1024 * 1024
"""Bytes of an answer held in memory for a client; more of it waits on disk."""
SLOWEST: Final = 64 * 1024
"""Bytes a second at which a large body or answer has to travel, beyond the first seconds."""
WORTH: Final = 16 * 1024
"""Bytes of an answer that are sent at once; fewer wait for what follows them."""
BLOCK: Final = 65536
TIMED_OUT: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
GONE: Final = {errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED}


class Outlet:
    """The client's side as gunicorn writes to it: what is not taken at once is kept."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.left = bytearray()
        self.waiting = 0
        self._disk: IO[bytes] | None = None

    def sendall(self, data: bytes) -> None:
        """Take what is to be sent; it leaves when it is worth a call of the system, or by `flush`.

        A head and a short body leave together: each call lets other threads have the interpreter.
        """
        if self.waiting:
            self._store(data)
            return
        self.left += data
        if len(self.left) >= WORTH:
            self._send()
        if len(self.left) > MOST_LEFT:
            self._store(self.left[MOST_LEFT:])
            del self.left[MOST_LEFT:]

    def send(self, data: bytes) -> int:
        """Send or keep all."""
        self.sendall(data)
        return len(data)

    def flush(self) -> bool:
        """Send more of what is left; return whether all is gone."""
        if not self.left:
            self._load()
        if self.left:
            self._send()
        return not (self.left or self.waiting)

    def _send(self) -> None:
        with suppress(BlockingIOError):
            del self.left[: self.line.send(self.left)]

    def _store(self, data: bytes | bytearray) -> None:
        """Put behind what waits on disk; it is read only when all of an answer is there."""
        if self._disk is None:
            self._disk = TemporaryFile()  # noqa: SIM115 - closed when it is sent, or by `forget`
        self._disk.write(data)
        self.waiting += len(data)

    def _load(self) -> None:
        """Take the next piece from the disk."""
        if self._disk is None:
            return
        self._disk.seek(-self.waiting, os.SEEK_END)
        self.left += self._disk.read(MOST_LEFT)
        self.waiting -= len(self.left)
        if not self.waiting:
            self._disk.close()
            self._disk = None

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - as sockets have it
        """Stay as we are: nothing here ever waits."""

    def gettimeout(self) -> float:
        """Return 0.0: nothing here ever waits."""
        return 0.0

    def shutdown(self, how: int) -> None:
        """Leave the end of the connection to the loop, which is what this tells gunicorn."""
        raise OSError(how)

    def close(self) -> None:
        """Leave closing to the loop."""

    def forget(self) -> None:
        """Forget what waits on disk."""
        if self._disk is not None:
            self._disk.close()


@dataclass(eq=False)
class Connection:
    """A client's connection, with the attributes that gunicorn's `handle` looks at."""

    sock: Outlet
    client: Any
    server: Any
    arriving: Arriving
    since: float = field(default_factory=monotonic)
    keep: bool = False
    patience: float = DEPARTURE
    parser: Any = None
    pieces: Iterable[bytes] = ()
    initialized: bool = True
    data_ready: bool = True
    is_http2: bool = False

    def init(self) -> None:
        """Do nothing: the parser is made when the request has arrived."""


class Worker(Refusals, ThreadWorker):
    """The worker class of Shangfa's gunicorn."""

    health_port: socket.socket | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.cfg.limit_request_fields * (self.cfg.limit_request_field_size + 2)
        self._most_head = self.cfg.limit_request_line + fields + 4
        self._most_body = settings().max_body
        self._most_file = settings().max_evidence + FRAME
        self._arriving: dict[Connection, None] = {}
        self._departing: dict[Connection, None] = {}
        self._leaving: dict[Connection, None] = {}
        self._held = 0
        self._on_disk = 0
        self._looked = 0.0
        self._signed = 0.0

    def notify(self) -> None:
        """Give the arbiter a sign of life, which is a call of the system, now and then."""
        now = monotonic()
        if now - self._signed >= SIGN:
            self._signed = now
            super().notify()

    def init_process(self) -> None:
        """Make what answers probes, then run."""
        self._probes = ThreadPoolExecutor(2, "probe")
        if self.health_port is not None:
            answer_on(self.health_port)
        super().init_process()

    def accept(self, listener: Any) -> None:
        """Take a new connection and wait for its first request."""
        try:
            line, client = listener.accept()
        except OSError as error:
            if error.errno not in GONE:
                raise
            return
        self.nr_conns += 1
        line.settimeout(0)
        self._await(Connection(Outlet(line), client, listener.getsockname(), self._next()), b"")

    def _next(self) -> Arriving:
        return Arriving(self._most_head, self._most_body, self._most_file)

    def _await(self, conn: Connection, rest: bytes) -> None:
        """Wait for a connection's next request, of which some may already be there."""
        conn.arriving, conn.since = self._next(), monotonic()
        self._arriving[conn] = None
        self._register(conn, selectors.EVENT_READ, self._receive)
        if rest:
            self._take(conn, rest)

    def _receive(self, conn: Connection) -> None:
        try:
            more = conn.sock.line.recv(BLOCK)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if more:
            self._take(conn, more)
        else:
            self._close(conn)

    def _take(self, conn: Connection, more: bytes) -> None:
        if not conn.arriving.data:
            conn.since = monotonic()
        knew = conn.arriving.expects_continue()
        self._count(conn, -1)
        whole = conn.arriving.take(more)
        self._count(conn, 1)
        if whole:
            self._hand_over(conn)
        elif self._held > MOST_HELD or self._on_disk > MOST_ON_DISK:
            self._close(conn)
        elif not knew and conn.arriving.expects_continue():
            conn.sock.sendall(CONTINUE)
            conn.sock.flush()

    def _count(self, conn: Connection, sign: int) -> None:
        self._held += sign * len(conn.arriving.data)
        self._on_disk += sign * conn.arriving.on_disk

    def _hand_over(self, conn: Connection) -> None:
        """Let a thread answer; it finds the request in the parser and never waits for more."""
        self._unregister(conn)
        conn.pieces = conn.arriving.pieces()
        conn.parser = get_parser(self.cfg, conn.pieces, conn.client)
        pool = self._probes if conn.arriving.is_probe() else self.tpool
        done = pool.submit(self.handle, conn)
        done.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def handle(self, conn: Connection) -> Any:
        """Answer a request and send what is left of the answer; of a lost client the loop hears."""
        keep = super().handle(conn)
        with suppress(OSError):
            conn.sock.flush()
        return keep

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer a request, whose client was told to go on with the body if it was to."""
        req._expected_100_continue = False
        return super().handle_request(req, conn)

    def finish_request(self, conn: Connection, future: Future[Any]) -> None:
        """Go on with a connection whose request was answered, back in the loop."""
        answered = not future.cancelled() and future.exception() is None
        conn.keep = answered and bool(future.result())
        conn.since = monotonic()
        conn.patience = DEPARTURE + conn.sock.waiting / SLOWEST
        self._depart(conn)

    def _depart(self, conn: Connection) -> None:
        """Send what is left of the answer, then wait for the next request or part."""
        try:
            gone = conn.sock.flush()
        except OSError:
            self._close(conn)
            return
        if not gone:
            if conn not in self._departing:
                self._departing[conn] = None
                self._register(conn, selectors.EVENT_WRITE, self._depart)
            return
        if conn in self._departing:
            self._unregister(conn)
        if conn.keep:
            buffered = conn.parser.unreader.buf.getvalue()
            self._await(conn, b"".join([buffered, *conn.pieces]))
        else:
            self._leave(conn)

    def _leave(self, conn: Connection) -> None:
        """Say that nothing more comes, and read on until the client has closed, too."""
        try:
            conn.sock.line.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        conn.since = monotonic()
        self._leaving[conn] = None
        self._register(conn, selectors.EVENT_READ, self._drain)

    def _drain(self, conn: Connection) -> None:
        try:
            more = conn.sock.line.recv(BLOCK)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._close(conn)

    def murder_pending(self) -> None:
        """Close who is late; called by the loop after each wait."""
        now = monotonic()
        if now - self._looked < ROUND:
            return
        self._looked = now
        idle = self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER
        for conn in list(self._arriving):
            begun = bool(conn.arriving.data)
            patience = ARRIVAL + conn.arriving.announced / SLOWEST
            if now - conn.since > (patience if begun else idle):
                self._give_up(conn)
        late = [conn for conn in self._departing if now - conn.since > conn.patience]
        late += [conn for conn in self._leaving if now - conn.since > LINGER]
        for conn in late:
            self._close(conn)
        if self.nr_conns >= self.worker_connections:
            self._make_room(now)

    def _make_room(self, now: float) -> None:
        """Close who has been arriving for long, when nobody else could come in."""
        slow = [conn for conn in self._arriving if now - conn.since > HASTE]
        for conn in slow or list(self._arriving)[:1]:
            self._give_up(conn)

    def _give_up(self, conn: Connection) -> None:
        if conn.arriving.data:
            with suppress(OSError):
                conn.sock.line.send(TIMED_OUT)
        self._close(conn)

    def _register(self, conn: Connection, event: int, callback: Any) -> None:
        self.poller.register(conn.sock.line, event, lambda _: callback(conn))

    def _unregister(self, conn: Connection) -> None:
        """Take a connection out of the loop and of what it was in."""
        if conn in self._arriving:
            self._count(conn, -1)
        for place in (self._arriving, self._departing, self._leaving):
            place.pop(conn, None)
        with suppress(KeyError, ValueError, OSError):
            self.poller.unregister(conn.sock.line)

    def _close(self, conn: Connection) -> None:
        self._unregister(conn)
        self.nr_conns -= 1
        conn.arriving.close()
        conn.sock.forget()
        conn.sock.line.close()
