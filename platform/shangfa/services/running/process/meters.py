"""The folder in which all processes of a deployment count together.

The first process makes it, in memory where there is such a place, and its children find it
in the environment. A lock, held by all of them, tells which folders are in use; what
processes left that were killed is removed at the next start. This module counts nothing
itself: the library must not be loaded before the folder is known.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
PREFIX: Final = "shangfa-metrics-"
YOUNG: Final = 60.0
"""Seconds in which a new folder may not be locked yet."""


@dataclass(frozen=True)
class Meters:
    """A folder of ours, in use until it is closed."""

    folder: Path
    _lock: TextIO

    def close(self) -> None:
        """Remove the folder; only for the process that opened it."""
        os.environ.pop(VARIABLE, None)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


def open_meters(base: Path | None = None) -> Meters:
    """Let this process and its children count together in a new folder under `base`."""
    base = base or _memory()
    for old in base.glob(f"{PREFIX}*"):
        _remove_unused(old)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    lock = (folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.environ[VARIABLE] = str(folder)
    return Meters(folder, lock)


def _memory() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 - names in it are not guessed
    return memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


def _remove_unused(folder: Path) -> None:
    try:
        if time.time() - folder.stat().st_mtime < YOUNG:
            return
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
    except OSError:
        return  # in use, or another user's


def forget_present(pid: int | None = None) -> None:
    """Drop what a process that ended had in hand, or all of them; what they counted stays."""
    files = f"gauge_live*_{pid}.db" if pid else "gauge_live*.db"
    for file in Path(os.environ[VARIABLE]).glob(files):
        file.unlink(missing_ok=True)
