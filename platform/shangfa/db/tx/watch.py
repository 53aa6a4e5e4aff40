"""A deadline for every transaction, on our side of the connection.

The server's time limits do not help when both sides wait for each other, or when it no
longer answers at all. One thread looks at all open transactions; past its deadline a
connection is shut down under the waiting thread, which then gets an error and throws it away.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

EVERY_SECONDS: Final = 0.25


@dataclass(slots=True)
class _Watch:
    """The open transactions of this process: number -> (when it is too late, its socket)."""

    open: dict[int, tuple[float, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    pid: int = 0
    count: int = 0

    def begin(self, seconds: float, descriptor: int) -> int:
        """Put a transaction under watch and return its number."""
        with self.lock:
            self.count += 1
            self.open[self.count] = (time.monotonic() + seconds, descriptor)
            if self.pid != os.getpid():  # a thread does not live on in a forked worker
                self.pid = os.getpid()
                threading.Thread(target=self._look, name="deadlines", daemon=True).start()
            return self.count

    def end(self, number: int) -> None:
        """Take a transaction off."""
        with self.lock:
            self.open.pop(number, None)

    def _look(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            self.cut()

    def cut(self) -> None:
        """Shut down every connection whose time is over."""
        now = time.monotonic()
        with self.lock:
            # The owner closes a connection only after `end`, so its number is still its own.
            late = [(number, fd) for number, (end, fd) in self.open.items() if end < now]
            for number, descriptor in late:
                del self.open[number]
                with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as line:
                    line.shutdown(socket.SHUT_RDWR)


watch: Final = _Watch()
