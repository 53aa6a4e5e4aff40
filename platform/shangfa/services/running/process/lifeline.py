"""The tie of a child to the process that started it: when that one is gone, the child ends.

The end of a pipe, whose other side only the parent holds, says so on every system, also when
the parent died before the child could ask. Linux's own signal is not used: it comes when the
first thread of the parent dies, while others still hold its files and locks.
"""

from __future__ import annotations

import os
import select
import signal
from threading import Thread
from typing import Final

VARIABLE: Final = "SHANGFA_LIFELINE"
"""The child's end of the pipe, a number; set by the supervisor, no setting."""


def follow_parent() -> None:
    """End this process gracefully (SIGTERM) when the supervisor that started it is gone.

    Does nothing in a process that no supervisor started.
    """
    end = os.environ.get(VARIABLE)
    if end is not None:
        Thread(target=_wait, args=(int(end),), name="lifeline", daemon=True).start()


def is_orphan() -> bool:
    """Tell whether the supervisor that started this process is gone."""
    end = os.environ.get(VARIABLE)
    return end is not None and bool(select.select([int(end)], [], [], 0)[0])


def _wait(end: int) -> None:
    os.read(end, 1)
    os.kill(os.getpid(), signal.SIGTERM)
