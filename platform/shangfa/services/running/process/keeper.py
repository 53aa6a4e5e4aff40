"""Keep the embedded server running, and end it when nobody is left who uses it.

`shangfa serve` runs this beside the web server and the worker. A server that died is started
again. When `serve` itself was killed, the keeper waits until web server and worker have
ended, then stops the server, which would otherwise stay behind.
"""

from __future__ import annotations

import logging
import signal
import sys
from threading import Event
from time import monotonic, sleep
from typing import Final

from shangfa.config import settings
from shangfa.db.server import embedded
from shangfa.db.server.embedded import Embedded, EmbeddedServerError
from shangfa.services.running.process import lifeline, logs

log = logging.getLogger("shangfa.keeper")

GLANCE: Final = 1.0
"""Seconds between two looks at the server."""
PATIENCE: Final = 60.0
"""Seconds that the last users may take to end."""


def keep() -> None:
    """Keep the server of this deployment until told to stop.

    Raises:
        EmbeddedServerError: it does not start at all.
    """
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    lifeline.follow_parent()
    server = embedded.start(settings().var / "postgres")
    while not told.wait(GLANCE):
        _look_after(server)
    if lifeline.is_orphan():
        _await_users(server)
    server.stop()


def _look_after(server: Embedded) -> None:
    try:
        if server.revive():
            log.warning("the embedded PostgreSQL had ended; it runs again")
    except EmbeddedServerError as error:
        log.error("the embedded PostgreSQL does not start: %s", error)


def _await_users(server: Embedded) -> None:
    """Wait for those who outlive a killed `serve`; who stays longer ends the server himself."""
    deadline = monotonic() + PATIENCE
    while not server.is_alone() and monotonic() < deadline:
        sleep(GLANCE / 5)


if __name__ == "__main__":
    logs.set_up()
    try:
        keep()
    except EmbeddedServerError as reason:
        log.error("the embedded PostgreSQL does not start: %s", reason)
        sys.exit(1)
