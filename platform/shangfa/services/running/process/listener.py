"""A port of its own for /healthz, /readyz and /metrics, answered by threads of its own.

The first process opens it, and every process that inherits it answers: a probe reaches
whichever can run. Who sends half a request, or does not read, is left after two seconds.
"""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import Any, Final

from shangfa.services.running.probes import PROBES

PATIENCE: Final = 2.0
"""Seconds a client of this port may take to ask and to read."""


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE
    server_version = "Shangfa"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a probe."""
        probe = PROBES.get(self.path.partition("?")[0])
        if probe is None:
            self.send_error(404)
            return
        told = probe()
        self.send_response(told.status)
        self.send_header("Content-Type", told.kind)
        self.send_header("Content-Length", str(len(told.body)))
        self.end_headers()
        self.wfile.write(told.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: a probe comes every few seconds."""


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that go away."""


def answer_on(port: socket.socket) -> None:
    """Start to answer on a listening socket, in threads that end with the process."""
    server = _Server(port.getsockname()[:2], _Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = port
    Thread(target=server.serve_forever, name="health", daemon=True).start()
