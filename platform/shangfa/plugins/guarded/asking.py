"""What both sides of a guarded process know: frames, budgets, and how params travel."""

from __future__ import annotations

import os
import pickle
import select
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

NEWS: Final = b"+"
"""How a call begins that brings values which it and later ones only name."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a frame."""
_HEAD: Final = struct.Struct("!I")
_PIECE: Final = 65_536


class LateError(Exception):
    """The time is over."""


class EndedError(Exception):
    """The process at the other end is no more, or talks nonsense."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one call may use.

    Attributes:
        seconds: of the clock, waiting for a free process included.
        memory: bytes of address space of the whole process.
    """

    seconds: float
    memory: int


def send(line: int, data: bytes, until: float | None = None) -> None:
    """Write a frame.

    Raises:
        LateError, EndedError
    """
    view = memoryview(_HEAD.pack(len(data)) + data)
    while view:
        try:
            view = view[os.write(line, view) :]
        except BlockingIOError:
            _wait(line, select.POLLOUT, until)
        except OSError as error:
            raise EndedError(str(error)) from error


def receive(line: int, until: float | None = None) -> bytes:
    """Read a frame.

    Raises:
        LateError, EndedError
    """
    size = _HEAD.size
    data = bytearray()
    while len(data) < size:
        if until is not None:
            _wait(line, select.POLLIN, until)
        piece = _read(line)
        data += piece
        if size == _HEAD.size and len(data) >= size:
            size += _HEAD.unpack_from(data)[0]
            if size > LARGEST:
                raise EndedError("its answer is too large")
    return bytes(data[_HEAD.size :])


def _read(line: int) -> bytes:
    try:
        piece = os.read(line, _PIECE)
    except OSError as error:
        raise EndedError(str(error)) from error
    if not piece:
        raise EndedError("its process ended")
    return piece


def _wait(line: int, event: int, until: float | None) -> None:
    poll = select.poll()
    poll.register(line, event)
    left = None if until is None else (until - time.monotonic()) * 1000
    if (left is not None and left <= 0) or not poll.poll(left):
        raise LateError


class Registry:
    """In a guarded process: the kinds of the plugin, by their number."""

    kinds: Sequence[Any] = ()
    package: str = ""
    ask: Callable[..., Any]


def restored(number: int, raw: Mapping[str, Any]) -> Any:
    """Return, in the guarded process, the params that the platform only knows as written."""
    return Registry.kinds[number].params.model_validate(raw)


def asked_above(code: str, day: Any) -> Any:
    """Return, in the guarded process, the subject of a day: only the platform knows it."""
    return Registry.ask(code, day)


def pickled(value: Any) -> bytes:
    """Return a frozen value for a guarded process."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpickled(data: bytes) -> Any:
    """Return, in the guarded process, what the platform sent."""
    return pickle.loads(data)  # noqa: S301 - the platform is trusted here, never the other way
