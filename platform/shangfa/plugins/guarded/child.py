"""The process of one plugin: imports it, tells what it provides, answers one call at a time.

It is started with nothing of ours: no settings, no descriptor but its own line. What the plugin
opens, connects to or starts raises in the plugin. That is a fence against carelessness and no
prison: who installs a plugin still chooses whom to believe.
"""

from __future__ import annotations

import io
import os
import pickle
import resource
import signal
import sys
import zoneinfo
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from shangfa.domain.faults import RefusedError
from shangfa.domain.policies.checks import AWARDS, FINDINGS
from shangfa.domain.policies.kinds import ParamsError
from shangfa.plugins.broken import place_of, said
from shangfa.plugins.guarded import wire
from shangfa.plugins.guarded.asking import NEWS, EndedError, Registry, receive, send, unpickled
from shangfa.plugins.guarded.telling import told_kinds
from shangfa.plugins.installed import describe

LINE: Final = 3
"""The descriptor of its line."""
_MANY: Final = {"evaluate": AWARDS, "fold": AWARDS}
_ONE: Final = frozenset({"measure", "note", "period", "daily", "covers"})
"""Functions that answer one value; all others answer several."""
ROOTS: Final = (sys.prefix, sys.base_prefix, *zoneinfo.TZPATH)
"""Where a plugin may read, besides where modules are found."""
_FILES: Final = 64
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NEVER: Final = (
    "socket.",
    "subprocess.",
    "ctypes.",
    "shutil.",
    "signal.pthread_kill",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.system",
    "os.truncate",
)


class Start(NamedTuple):
    """What a guarded process is told first.

    Attributes:
        paths: where modules are found.
        seconds, memory: the budget of a call, bytes of the process.
    """

    name: str
    module: str
    paths: tuple[str, ...]
    seconds: float
    memory: int


def main() -> None:
    """Serve the line until the platform hangs up."""
    begin = Start(*unpickled(receive(LINE)))
    sys.path[:] = begin.paths
    sys.dont_write_bytecode = True
    _limit(begin.memory)
    here = Path.cwd()
    # Whoever starts us with `python -m` has his own folder among the paths, and what else is in it.
    paths = [path for path in begin.paths if not here.is_relative_to(Path(path or ".").resolve())]
    sys.addaudithook(_fence((*paths, *_places_of(begin.module), *_places_of("shangfa"))))
    send(LINE, wire.dumps(_first(begin)))
    known: dict[int, Any] = {}
    try:
        while True:
            request = receive(LINE)
            signal.setitimer(signal.ITIMER_REAL, begin.seconds * 2 + 1)  # if nobody else ends it
            send(LINE, _answer(known, request))
            signal.setitimer(signal.ITIMER_REAL, 0)
    except EndedError:
        os._exit(0)


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))


def _places_of(module: str) -> list[str]:
    """Return where a plugin's own package lies: one installed to be edited is on no path."""
    found = find_spec(module.partition(".")[0])
    if found is None:
        return []
    return [*(found.submodule_search_locations or ()), *([found.origin] if found.origin else ())]


def _fence(paths: Sequence[str]) -> Callable[[str, tuple[Any, ...]], None]:
    places = tuple(os.path.realpath(path) for path in (*paths, *ROOTS))
    folders = tuple(place + os.sep for place in places)

    def may_read(path: Any) -> bool:
        real = os.path.realpath(path)
        return real in places or real.startswith(folders)

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            inside = isinstance(path, int) or may_read(path)
            if not inside or flags & _WRITING:
                raise PermissionError(f"a plugin opens no files: {path!r}")
        elif event.startswith(_NEVER):
            raise PermissionError(f"a plugin may not do this: {event}")

    return look


def _first(begin: Start) -> list[Any]:
    """Return what the plugin provides, or why it cannot be used and where."""
    try:
        plugin = describe(begin.name, import_module(begin.module))
        if plugin.guards:
            raise TypeError(
                "it has guards, which look at every company: a trusted plugin alone may"
            )
        Registry.kinds = plugin.kinds()
        Registry.package = begin.module.partition(".")[0]
        Registry.ask = _ask
        return ["kinds", told_kinds(plugin), plugin.at[0]]
    except BaseException as error:
        return ["broken", said(error), *place_of(error, begin.module.partition(".")[0])]


class _Reader(pickle.Unpickler):
    """Reads a request; what was sent before is only named in it."""

    def __init__(self, data: bytes, known: dict[int, Any]) -> None:
        super().__init__(io.BytesIO(data))
        self.persistent_load = known.__getitem__  # type: ignore[method-assign]


def _answer(known: dict[int, Any], request: bytes) -> bytes:
    try:
        if request.startswith(NEWS):
            news, request = unpickled(request[len(NEWS) :])
            known.update((number, unpickled(item)) for number, item in news)
        number, function, arguments = _Reader(request, known).load()
        return wire.dumps(["ok", _called(number, function, arguments)])
    except RefusedError as error:
        return wire.dumps(["refused", [[it.code, it.pointer, it.values] for it in error.faults]])
    except ValidationError as error:
        return wire.dumps(["invalid", [_finding(item) for item in error.errors(include_url=False)]])
    except MemoryError as error:
        return wire.dumps(["memory", said(error)])
    except BaseException as error:
        return wire.dumps(["raised", _blamed(error)])


def _called(number: int, function: str, arguments: tuple[Any, ...]) -> Any:
    kind = Registry.kinds[number]
    if function == "params":
        params = kind.params.model_validate(arguments[0])
        values = {name: getattr(params, name) for name in type(params).model_fields}
        return [values, list(params.model_fields_set)]
    given = getattr(kind, function)(*arguments)
    if function in _ONE:
        return given
    return list(islice(given, _MANY.get(function, FINDINGS) + 1))


def _finding(item: Any) -> list[Any]:
    """Return one thing that is wrong with params: type, place, message, value, what limits it."""
    limits = dict(item.get("ctx") or {})
    cause = limits.pop("error", None)
    own = isinstance(cause, ParamsError)
    places = [[list(path), why] for path, why in cause.places] if own else None
    shown = str(cause) if cause is not None else None
    value = item.get("input")
    value = value if isinstance(value, str | int | float | bool) else type(value).__name__
    return [item["type"], list(item["loc"]), item["msg"], value, limits, places, shown]


def _ask(code: str, day: Any) -> Any:
    """Ask the platform for a subject on a day."""
    send(LINE, wire.dumps(["ask", code, day]))
    return unpickled(receive(LINE))


def _blamed(error: BaseException) -> str:
    """Return what was raised, with the file and line of the plugin's own frame."""
    file, line = place_of(error, Registry.package)
    return f"{said(error)} ({file}:{line})" if file else said(error)
