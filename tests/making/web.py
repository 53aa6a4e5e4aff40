"""gunicorn as the product runs it, on real sockets, and what one asks of it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.making.house import ROOT

PATIENCE = 60.0
WORKERS, THREADS = 2, 2


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_until(condition: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline
        sleep(0.05)


@dataclass(frozen=True)
class Web:
    """A running gunicorn."""

    port: int
    health: int
    process: subprocess.Popen[str]
    log: Path

    def ask(self, path: str, key: str = "", port: int | None = None, **more: Any) -> HTTPResponse:
        """Send a request on a connection of its own; the answer is read."""
        headers = dict(more.get("headers", {}))
        headers |= {"Authorization": f"Bearer {key}"} if key else {}
        with closing(HTTPConnection("127.0.0.1", port or self.port, timeout=20)) as connection:
            connection.request(more.get("method", "GET"), path, more.get("body"), headers)
            response = connection.getresponse()
            response.text = response.read().decode()  # type: ignore[attr-defined] # for the test
        return response

    def connect(self, sent: bytes, port: int | None = None) -> socket.socket:
        """Open a connection and send something."""
        found = socket.create_connection(("127.0.0.1", port or self.port), timeout=20)
        found.sendall(sent)
        return found

    def children(self) -> list[int]:
        """Return the workers' process ids."""
        pid = self.process.pid
        return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def said(self) -> list[dict[str, Any]]:
        """Return the lines of the log."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def start(url: str, log: Path, config: str = "deploy/gunicorn.conf.py", **variables: object) -> Web:
    port, health = free_port(), free_port()
    ours = {name: value for name, value in os.environ.items() if name[:7] != "SHANGFA"}
    told = {
        "DATABASE_URL": url,
        "BIND": f"127.0.0.1:{port}",
        "HEALTH_BIND": f"127.0.0.1:{health}",
        "WORKERS": WORKERS,
        "THREADS": THREADS,
    } | variables
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", config],
            cwd=ROOT,
            env=ours | {f"SHANGFA_{name}": str(value) for name, value in told.items()},
            stderr=said,
            text=True,
        )
    return Web(port, health, process, log)


def answers(web: Web, path: str = "/healthz") -> bool:
    assert web.process.poll() is None, web.log.read_text()
    try:
        return web.ask(path).status == 200
    except OSError:
        return False


@contextmanager
def running(url: str, log: Path, **variables: Any) -> Iterator[Web]:
    web = start(url, log, **variables)
    try:
        wait_until(lambda: answers(web))
        yield web
    finally:
        web.process.terminate()
        try:
            web.process.wait(PATIENCE)
        finally:
            web.process.kill()


def read_answers(connection: socket.socket, count: int) -> list[int]:
    """Return the statuses of answers on one connection."""
    found = []
    with connection.makefile("rb") as reader:
        for _ in range(count):
            found.append(int(reader.readline().split()[1]))
            head = dict(line.lower().split(b": ") for line in iter(reader.readline, b"\r\n"))
            reader.read(int(head[b"content-length"]))
    return found
