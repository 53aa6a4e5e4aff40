"""Run the parts of a deployment: start them, start them again when they end, stop them all.

A part that ends is started again after a pause that doubles each time and is short again
once the part has run for a while. Nothing but the operator ends the whole, except a part
that ends before it has ever been ready. Parts run in process groups of their own, so that
Ctrl-C reaches only the supervisor, and hold the end of a pipe, so that they notice when it
is gone (`shangfa.services.running.process.lifeline`).
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from types import FrameType
from typing import Final, TypeVar

from shangfa.services.running.process.lifeline import VARIABLE

log = logging.getLogger("shangfa.serve")

GLANCE: Final = 0.1
"""Seconds between two looks at the parts."""
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
SOUND: Final = 30.0
"""Seconds after which a part counts as healthy and its next pause is the first again."""
PATIENCE: Final = 45.0
"""Seconds a part may take to stop; longer than gunicorn gives its requests."""
T = TypeVar("T")


class PartEndedError(RuntimeError):
    """A part that everything rests on ended before it was ever ready."""


class Told(BaseException):
    """Somebody told us to stop; the text is the signal's name."""


class Attention:
    """Hears the signals that tell us to stop, at once or after what must not be cut short."""

    def __init__(self, *signals: signal.Signals) -> None:
        self._busy = False
        self._told: Told | None = None
        for number in signals:
            signal.signal(number, self._hear)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self._told = Told(signal.Signals(number).name)
        if not self._busy:
            raise self._told

    @contextmanager
    def keep(self, context: AbstractContextManager[T]) -> Iterator[T]:
        """Enter and leave a context undisturbed; what is inside can be disturbed.

        Who tells us to stop while it is entered is heard then, and while it is left not at
        all: the end has come anyway.
        """
        self._busy = True
        value = context.__enter__()
        try:
            self._busy = False
            if self._told is not None:
                raise self._told
            yield value
        finally:
            self._busy = True
            context.__exit__(None, None, None)


@dataclass
class Part:
    """One child process.

    Attributes:
        name: as a sentence's subject, e.g. `the web server`.
        environment: the whole of it.
        keep: descriptors it inherits.
        essential: whether it must become ready once before the others matter.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    keep: Sequence[int] = ()
    essential: bool = False
    process: subprocess.Popen[bytes] | None = None
    pause: float = FIRST_PAUSE
    began: float = 0.0
    due: float = 0.0

    def start(self, lifeline: int) -> None:
        """Start the process; `lifeline` is the end of the pipe it watches."""
        self.began = monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            self.command,
            env={**self.environment, VARIABLE: str(lifeline)},
            pass_fds=[lifeline, *self.keep],
            process_group=0,
        )

    def ended(self) -> str | None:
        """Return how the process ended, once, and fix when it is due again; None otherwise."""
        if self.process is None or self.process.poll() is None:
            return None
        how = _how(self.process.returncode)
        if monotonic() - self.began > SOUND:
            self.pause = FIRST_PAUSE
        self.due = monotonic() + self.pause
        self.process = None
        return how

    def runs(self) -> bool:
        """Tell whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Ask the process to stop when it has finished what it does."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """End the process and what it started, if they are still there."""
        if self.process is None:
            return
        if self.runs():
            log.error("%s does not stop and is killed", self.name)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Supervisor:
    """The parts, in the order in which they start; they stop the other way round.

    Args:
        is_ready: asked until it says so once; then `greet` is called.
    """

    parts: Sequence[Part]
    is_ready: Callable[[], bool]
    greet: Callable[[], None]
    greeted: bool = False
    _pipe: tuple[int, int] = field(default_factory=os.pipe)

    def run(self) -> None:
        """Run until somebody tells us to stop; then stop all parts.

        Raises:
            Told: the signal that ended it.
            PartEndedError: an essential part ended before it was ready.
        """
        try:
            while True:
                for part in self.parts:
                    self._tend(part)
                self._greet_once()
                sleep(GLANCE)
        finally:
            self._stop()

    def _tend(self, part: Part) -> None:
        how = part.ended()
        if how is not None:
            if part.essential and not self.greeted:
                raise PartEndedError(f"Shangfa stops: {part.name} {how} before it was ready.")
            log.warning("%s %s; it starts again in %.1f s", part.name, how, part.pause)
            part.pause = min(part.pause * 2, LONGEST_PAUSE)
        if part.process is None and monotonic() >= part.due:
            part.start(self._pipe[0])

    def _greet_once(self) -> None:
        if not self.greeted and self.is_ready():
            self.greeted = True
            self.greet()

    def _stop(self) -> None:
        """Ask each part to stop, the last one first; kill what does not, or when told again."""
        try:
            for part in reversed(self.parts):
                part.ask_to_stop()
            deadline = monotonic() + PATIENCE
            while any(part.runs() for part in self.parts) and monotonic() < deadline:
                sleep(GLANCE)
        finally:
            for part in self.parts:
                part.kill()


def _how(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
