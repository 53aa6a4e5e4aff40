"""A small HTTP client: few processes, keep-alive connections, one request at a time on each.

Requests are sent as prepared bytes and answers are only measured, so that the client
takes little of the machine that the servers share with it.
"""

from __future__ import annotations

import multiprocessing
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

CLIENTS: Final = 2
"""Processes."""
CONNECTIONS: Final = 16
"""Of all processes together: twice the threads of the server, so none waits for work."""
LEAD: Final = 0.3
"""Seconds until all processes are ready to start."""
LIFE: Final = 20
"""Requests on a connection before it is opened again: the workers of a server accept
connections, not requests, and one of them may have got nearly all."""
DRAIN: Final = 60.0
"""Seconds an answer may be late at the end; the first of a cold server takes long where much
else runs."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one process sends.

    Attributes:
        name: unique, to make every Idempotency-Key so.
        start: by `time.time`, the same for all processes.
    """

    name: str
    port: int
    token: str
    bodies: tuple[bytes, ...]
    connections: int
    start: float
    seconds: float


class Outcome(NamedTuple):
    """Seconds of every answer within the time, and answers that were not a 201."""

    latencies: list[float]
    faults: Counter[str]


@dataclass(slots=True)
class _Line:
    """A connection with at most one request on its way."""

    head: bytes
    address: tuple[str, int]
    left: int
    socket: socket.socket = field(init=False)
    sent: float = 0.0
    answer: bytes = b""

    def __post_init__(self) -> None:
        self._connect()

    def _connect(self) -> None:
        self.socket = socket.create_connection(self.address, DRAIN)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def renew(self, selector: selectors.BaseSelector) -> None:
        """Open the connection again when it has lived long enough."""
        self.left -= 1
        if not self.left:
            selector.unregister(self.socket)
            self.socket.close()
            self._connect()
            selector.register(self.socket, selectors.EVENT_READ, self)
            self.left = LIFE

    def send(self, key: str, body: bytes) -> None:
        """Send the next request."""
        extra = f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.answer = b""
        self.sent = time.perf_counter()
        self.socket.sendall(self.head + extra.encode() + body)

    def receive(self) -> bytes | None:
        """Return the status once the whole answer is here, `closed` when it never will be."""
        part = self.socket.recv(65_536)
        if not part:
            return b"closed"
        self.answer += part
        end = self.answer.find(b"\r\n\r\n")
        if end < 0:
            return None
        place = self.answer.lower().index(b"content-length:", 0, end) + len(b"content-length:")
        length = int(self.answer[place : self.answer.index(b"\r\n", place)])
        return self.answer[9:12] if len(self.answer) >= end + 4 + length else None


def drive(job: Job) -> Outcome:
    """Send requests until the time is over, then wait for the answers still missing."""
    outcome = Outcome([], Counter())
    head = (
        f"POST /v1/incidents HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n"
        f"Authorization: Bearer {job.token}\r\nContent-Type: application/json\r\n"
    ).encode()
    with selectors.DefaultSelector() as selector:
        lines = [
            _Line(head, ("127.0.0.1", job.port), 1 + place % LIFE)
            for place in range(job.connections)
        ]
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
        try:
            _converse(job, selector, lines, outcome)
        finally:
            for line in lines:
                line.socket.close()
    return outcome


def _converse(
    job: Job, selector: selectors.BaseSelector, lines: list[_Line], outcome: Outcome
) -> None:
    time.sleep(max(0.0, job.start - time.time()))
    end = time.perf_counter() + job.seconds
    number = waiting = len(lines)
    for place, line in enumerate(lines):
        line.send(f"{job.name}-{place}", job.bodies[place % len(job.bodies)])
    while waiting:
        ready = selector.select(DRAIN)
        if not ready:
            outcome.faults["no answer"] += waiting
            return
        for key, _ in ready:
            line = key.data
            status = line.receive()
            if status is None:
                continue
            now = time.perf_counter()
            _note(outcome, status, now - line.sent, within=now <= end)
            if now > end or status == b"closed":
                selector.unregister(line.socket)
                waiting -= 1
                continue
            line.renew(selector)
            line.send(f"{job.name}-{number}", job.bodies[number % len(job.bodies)])
            number += 1


def _note(outcome: Outcome, status: bytes, seconds: float, *, within: bool) -> None:
    if status != b"201":
        outcome.faults[status.decode()] += 1
    elif within:
        outcome.latencies.append(seconds)


@contextmanager
def clients() -> Iterator[Executor]:
    """Yield the client processes; they live for many rounds."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(CLIENTS, mp_context=fresh) as executor:
        yield executor


def fire(executor: Executor, job: Job) -> Outcome:
    """Share a job among the client processes and put their outcomes together."""
    step = len(job.bodies) // CLIENTS
    start = time.time() + LEAD
    jobs = [
        replace(
            job,
            name=f"{job.name}-{n}",
            bodies=job.bodies[n * step :] + job.bodies[: n * step],
            connections=max(1, job.connections // CLIENTS),
            start=start,
        )
        for n in range(min(CLIENTS, job.connections))
    ]
    total = Outcome([], Counter())
    for part in executor.map(drive, jobs):
        total.latencies.extend(part.latencies)
        total.faults.update(part.faults)
    return total
