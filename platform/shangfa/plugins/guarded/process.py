"""The processes of a plugin: started when they are needed, asked in turn, ended when late.

Every web process and worker has its own. A call that is late or ends its process costs that
process alone: no thread waits longer than the budget, and the next call gets a new one.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import signal
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from shangfa.domain.dates.calendar import Calendar
from shangfa.domain.faults import PLUGIN_OVERDUE, PluginFailedError
from shangfa.domain.policies.kinds import Ladder, Part, Rule
from shangfa.plugins.guarded import wire
from shangfa.plugins.guarded.asking import (
    NEWS,
    Budget,
    EndedError,
    LateError,
    pickled,
    receive,
    send,
)

MOST: Final = 2
"""Processes of one plugin in one of ours."""
START_SECONDS: Final = 10.0
"""How long a plugin may take to be imported."""
REMEMBERED: Final = 20_000
"""Values a guarded process keeps; then a new one takes its place."""
_KEPT: Final = frozenset({Part, Rule, Calendar, Ladder, type})
"""What many calls share is sent once to each process."""
_PROGRAM: Final = "from shangfa.plugins.guarded.child import main; main()"
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHASHSEED")
BAD_ANSWER: Final = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)

Ask = Callable[..., Any]


class Process:
    """One process, good until it is late or ends.

    Attributes:
        first: what the plugin provides, or why it cannot be used.
    """

    def __init__(self, name: str, module: str, budget: Budget) -> None:
        ours, theirs = socket.socketpair()
        self.line, other = ours.detach(), theirs.detach()
        program = [sys.executable, "-c", _PROGRAM]
        kept = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
        environment = {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        nowhere = os.open(os.devnull, os.O_RDWR)
        actions = [(os.POSIX_SPAWN_DUP2, nowhere, number) for number in range(3)]
        actions.append((os.POSIX_SPAWN_DUP2, other, 3))
        self.pid = os.posix_spawn(sys.executable, program, environment, file_actions=actions)
        os.close(nowhere)
        os.close(other)
        self._end = weakref.finalize(self, _end, self.line, self.pid)
        os.set_blocking(self.line, False)
        self._known: dict[int, Any] = {}
        start = (name, module, tuple(sys.path), budget.seconds, budget.memory)
        send(self.line, pickled(start))
        self.first: list[Any] = []

    def begin(self) -> None:
        """Wait until the plugin is imported.

        Raises:
            LateError, EndedError
        """
        if not self.first:
            until = time.monotonic() + START_SECONDS
            self.first = list(_read(receive(self.line, until)))

    @property
    def is_full(self) -> bool:
        """Whether it keeps so much that another should take its place."""
        return len(self._known) > REMEMBERED

    def ask(self, request: tuple[int, str, tuple[Any, ...]], until: float, above: Ask) -> list[Any]:
        """Return the answer to one call.

        Raises:
            LateError, EndedError
        """
        writer = _Writer(self._known)
        data = writer.write(request)
        if writer.news:
            data = NEWS + pickled((writer.news, data))
        send(self.line, data, until)
        while True:
            answer = list(_read(receive(self.line, until)))
            if answer[0] != "ask":
                return answer
            send(self.line, pickled(above(*answer[1:])), until)

    def end(self) -> None:
        """End it, whatever it does."""
        self._end()

    def leave(self) -> None:
        """Let go of the process of another: after a fork it is not ours."""
        if self._end.detach() is not None:
            os.close(self.line)


def _read(data: bytes) -> Any:
    try:
        return wire.loads(data)
    except BAD_ANSWER as error:
        raise EndedError(f"its answer cannot be read: {error}") from error


def _end(line: int, pid: int) -> None:
    os.close(line)
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


class _Writer:
    """Writes a request; what the process has already is only named in it."""

    def __init__(self, known: dict[int, Any]) -> None:
        self._known = known
        self.news: list[tuple[int, bytes]] = []

    def write(self, value: Any) -> bytes:
        target = io.BytesIO()
        pickler = pickle.Pickler(target, pickle.HIGHEST_PROTOCOL)
        pickler.persistent_id = self._named  # type: ignore[method-assign]
        pickler.dump(value)
        return target.getvalue()

    def _named(self, value: Any) -> int | None:
        if type(value) not in _KEPT:
            return None
        number = id(value)
        if number not in self._known:
            self._known[number] = value  # held, so that its id stays its own
            self.news.append((number, pickled(value)))
        return number


class Pool:
    """The processes of one plugin."""

    def __init__(self, name: str, module: str, budget: Budget) -> None:
        self.name, self.module, self.budget = name, module, budget
        self._renew()
        _POOLS.add(self)

    def _renew(self) -> None:
        self._idle: list[Process] = []
        self._free = threading.BoundedSemaphore(MOST)

    def first(self) -> list[Any]:
        """Return what the plugin provides, or why it cannot be used."""
        try:
            process = self._take()
            self._idle.append(process)
        except LateError:
            return ["broken", f"it was not imported within {START_SECONDS:g} seconds", "", 0]
        except EndedError as error:
            return ["broken", f"it cannot be imported: {error}", "", 0]
        return process.first

    def call(self, kind: str, request: tuple[int, str, tuple[Any, ...]], above: Ask) -> list[Any]:
        """Return the answer to one call.

        Raises:
            PluginFailedError: `plugin_overdue` when it comes too late or memory ran out,
                `plugin_failed` when the process ended.
        """
        until = time.monotonic() + self.budget.seconds
        if not self._free.acquire(timeout=self.budget.seconds):
            raise self._late(kind)
        try:
            return self._asked(kind, request, until, above)
        finally:
            self._free.release()

    def _asked(
        self, kind: str, request: tuple[int, str, tuple[Any, ...]], until: float, above: Ask
    ) -> list[Any]:
        process: Process | None = None
        try:
            process = self._take()
            until = max(until, time.monotonic() + self.budget.seconds / 2)
            answer = process.ask(request, until, above)
        except LateError:
            self._replace(process)
            raise self._late(kind) from None
        except EndedError as error:
            self._replace(process)
            raise PluginFailedError(kind, str(error)) from None
        if answer[0] == "memory":
            self._replace(process)
            megabytes = self.budget.memory // 2**20
            raise PluginFailedError(kind, f"over {megabytes} MB of memory", PLUGIN_OVERDUE)
        if process.is_full:
            self._replace(process)
        else:
            self._idle.append(process)
        return answer

    def _late(self, kind: str) -> PluginFailedError:
        return PluginFailedError(
            kind, f"no answer within {self.budget.seconds:g} seconds", PLUGIN_OVERDUE
        )

    def _take(self) -> Process:
        process = self._idle.pop() if self._idle else self._new()
        try:
            process.begin()
        except (LateError, EndedError):
            process.end()
            raise
        return process

    def _new(self) -> Process:
        return Process(self.name, self.module, self.budget)

    def _replace(self, process: Process | None) -> None:
        """End a process and start the next at once, so that nobody waits for its imports."""
        if process is not None:
            process.end()
        self._idle.append(self._new())

    def leave(self) -> None:
        """Leave the processes to whom they belong, after a fork."""
        for process in self._idle:
            process.leave()
        self._renew()

    def close(self) -> None:
        """End all that are idle."""
        while self._idle:
            self._idle.pop().end()


_POOLS: Final[weakref.WeakSet[Pool]] = weakref.WeakSet()


def close_pools() -> None:
    """End every idle process of a guarded plugin."""
    for pool in list(_POOLS):
        pool.close()


def _leave_pools() -> None:
    for pool in list(_POOLS):
        pool.leave()


atexit.register(close_pools)
os.register_at_fork(after_in_child=_leave_pools)
