"""A receiver of webhooks in a process of its own, written from the standard alone.

What it answers follows from the path it is asked at; all it gets is a line in a file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE = 120.0
ANSWERS = {"ok": 200, "created": 204, "moved": 302, "gone": 410, "busy": 429, "down": 503}


class Handler(BaseHTTPRequestHandler):
    """Answers by path: a name of `ANSWERS`, `slow`, `drip`, `large`, `hang`, `garbage`."""

    log: Path

    def do_POST(self) -> None:
        """Keep what came, then answer."""
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.log.open("a") as log:
            log.write(json.dumps({"path": self.path, "headers": headers, "body": body}) + "\n")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with suppress(BrokenPipeError, ConnectionResetError):
            self.answer(parts.path.strip("/"), query)

    def answer(self, name: str, query: dict[str, str]) -> None:
        """Answer as the path asks for."""
        if name == "garbage":
            self.wfile.write(b"\x00\x01 nothing of HTTP\r\n\r\n")
            return
        if name in {"hang", "slow"}:
            sleep(float(query.get("seconds", "60")))
        self.send_response(ANSWERS.get(name, 200))
        for header in ("Retry-After", "Location"):
            if header.lower() in query:
                self.send_header(header, query[header.lower()])
        if name == "drip":
            self.flush_headers()
            for _ in range(600):
                self.wfile.write(b"X")
                sleep(0.05)
        self.end_headers()
        if name == "large":
            self.wfile.write(b"x" * 5_000_000)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Receiver:
    """A receiver that runs."""

    port: int
    log: Path

    def url(self, path: str = "ok") -> str:
        """Return a URL of it."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def got(self) -> list[dict[str, Any]]:
        """Return all that came so far, in order."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def wait_for(self, count: int, path: str = "/") -> list[dict[str, Any]]:
        """Return what came at a path, or at any, once it is so much."""
        deadline = monotonic() + PATIENCE
        while len(found := [x for x in self.got() if x["path"].startswith(path)]) < count:
            assert monotonic() < deadline, found
            sleep(0.05)
        return found


@contextmanager
def receiving(log: Path) -> Iterator[Receiver]:
    """Run a receiver that writes what it gets into `log`."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(log)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield Receiver(int(process.stdout.readline()), log)
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    Handler.log = Path(sys.argv[1])
    ThreadingHTTPServer.request_queue_size = 128  # 5 of a hundred would get in
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
