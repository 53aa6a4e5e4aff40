"""A plugin that cannot be used disables itself: which, why, and where in its own source."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LONGEST: Final = 500
"""Letters of what an exception says."""
UNUSABLE: Final = (Exception, SystemExit)
"""What a plugin may raise without taking the process with it."""


class PluginError(Exception):
    """A plugin cannot be used; the message says why.

    Attributes:
        at: file and line of the plugin's own source, where it is known without a traceback.
    """

    def __init__(self, message: str, at: tuple[str, int] = ("", 0)) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Broken:
    """A plugin that is installed and disabled.

    Attributes:
        error: the exception and what it says.
        file, line: of the plugin's own frame; "" and 0 when it has none.
        trusted: whether the operator trusts it.
    """

    name: str
    version: str
    summary: str
    error: str
    file: str = ""
    line: int = 0
    trusted: bool = False

    def why(self) -> str:
        """Return the exception with its place, for a message."""
        return f"{self.error} ({self.file}:{self.line})" if self.file else self.error


def said(error: BaseException) -> str:
    """Return an exception and what it says."""
    if isinstance(error, PluginError):
        return str(error)[:LONGEST]
    return f"{type(error).__name__}: {error}"[:LONGEST]


def place_of(error: BaseException, package: str) -> tuple[str, int]:
    """Return file and line of the last frame in a plugin's own package, ("", 0) without one."""
    found = list(_places(error, package))
    if isinstance(error, SyntaxError) and error.filename and not found:
        return error.filename, error.lineno or 0
    if not found and isinstance(error, PluginError):
        return error.at
    return found[-1] if found else ("", 0)


def _places(error: BaseException, package: str) -> Iterator[tuple[str, int]]:
    if error.__cause__ is not None:
        yield from _places(error.__cause__, package)
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        path = Path(file)
        if package in path.parts or path.stem == package:
            yield file, line
