"""A process that is killed between two statements."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import psycopg

from shangfa.db.tx import pool


def killed_at(number: int, work: Callable[[], object]) -> bool:
    """Do something in a process that is killed before its n-th statement; False if it has fewer."""
    pool.reset()
    child = os.fork()
    if child == 0:
        left = number

        def counted(send: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **options: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return send(*args, **options)

            return call

        psycopg.Cursor.execute = counted(psycopg.Cursor.execute)  # type: ignore[method-assign]
        psycopg.Connection.commit = counted(psycopg.Connection.commit)  # type: ignore[method-assign]
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)
