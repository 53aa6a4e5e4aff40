"""Read YAML so that every value knows its line, numbers stay exact and keys stay unique."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from shangfa.domain.faults import NOT_A_DOCUMENT, Fault, FaultKind, RefusedError

Path_ = tuple[str | int, ...]
DEEPEST = 40
"""Lists and objects that may stand inside one another."""
LARGEST = 200_000
"""Values it may have, those of aliases counted each time."""


class _Loader(yaml.CSafeLoader):
    """YAML 1.1 with exact decimals, date-times left as written, and no `off` that means false."""


def _decimal(loader: yaml.CSafeLoader, node: Any) -> Decimal:
    try:
        return Decimal(loader.construct_scalar(node))
    except InvalidOperation:
        raise _bad(f"{node.value} is not a number", node) from None


def _timestamp(loader: yaml.CSafeLoader, node: Any) -> date | str:
    try:
        value = loader.construct_yaml_timestamp(node)
    except ValueError:
        raise _bad(f"{node.value} is not a date", node) from None
    return str(node.value) if isinstance(value, datetime) else value


def _bad(problem: str, node: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _timestamp)


@dataclass(slots=True)
class Source:
    """A document with the lines of its values.

    Attributes:
        file: what faults call it, empty for a request body.
        data: the document as plain values.
        lines: path into the document -> line, counted from 1.
        faults: keys that stand twice; the rest can be read all the same.
        was: path -> the path as written, when pieces were taken out.
    """

    file: str = ""
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    was: dict[Path_, Path_] = field(default_factory=dict)

    def written(self, path: Path_) -> Path_:
        """Return where the value at `path`, or the nearest one around it, was written."""
        end = len(path)
        while end and path[:end] not in self.was:
            end -= 1
        return (*self.was.get(path[:end], path[:end]), *path[end:])

    def place(self, path: Path_) -> str:
        """Return `file:line` of the value written at `path` or of the nearest around it."""
        if not self.file:
            return ""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}"

    def fault(self, path: Path_, kind: FaultKind, **values: Any) -> Fault:
        """Return a fault at `path`."""
        path = self.written(path)
        pointer = "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)
        return Fault(kind, pointer, values, self.place(path))


def read_yaml(text: str, file: str = "") -> Source:
    """Return the document in `text` with its lines, and with the keys that stand twice.

    Raises:
        RefusedError: `not_a_document` with the line, for what is no YAML.
    """
    source = Source(file)
    loader = _Loader(text)
    try:
        _check_depth(text)
        node = loader.get_single_node()
        source.data = _build(loader, node, (), source) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        fault = Fault(NOT_A_DOCUMENT, "", {"why": f"{error.problem}"}, f"{file}:{line}")
        raise RefusedError(fault) from None
    except yaml.YAMLError as error:
        raise RefusedError(Fault(NOT_A_DOCUMENT, "", {"why": str(error)}, file)) from None
    finally:
        loader.dispose()
    return source


def _check_depth(text: str) -> None:
    """Refuse a deep document before it is composed, which would overflow the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _bad("the document is too deep", event)


def read_text(path: Path) -> str:
    """Return the text in a file.

    Raises:
        RefusedError: `not_a_document` when it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fault = Fault(NOT_A_DOCUMENT, "", {"why": str(error)}, str(path))
        raise RefusedError(fault) from None


def read_draft(path: Path) -> Source:
    """Return the YAML document in a file, and the keys that stand twice in it.

    Raises:
        RefusedError: `not_a_document` when it cannot be read.
    """
    return read_yaml(read_text(path), str(path))


def read_file(path: Path) -> Source:
    """Return the YAML document in a file.

    Raises:
        RefusedError: `not_a_document` when it cannot be read or a key stands twice.
    """
    source = read_draft(path)
    if source.faults:
        raise RefusedError(*source.faults)
    return source


def _build(loader: Any, node: Any, path: Path_, source: Source) -> Any:
    if len(path) > DEEPEST or len(source.lines) > LARGEST:
        raise _bad("the document repeats itself without end or is too large", node)
    source.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, i), source) for i, item in enumerate(node.value)]
    return loader.construct_object(node)


def _mapping(loader: Any, node: Any, path: Path_, source: Source) -> Mapping[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _bad("a key is a word, not a list or an object", key_node)
        key = loader.construct_object(key_node)
        if key in found:
            line = key_node.start_mark.line + 1
            values = {"why": f"{key!r} twice"}
            source.faults.append(Fault(NOT_A_DOCUMENT, "", values, f"{source.file}:{line}"))
            continue
        found[key] = _build(loader, value_node, (*path, key), source)
        source.lines[*path, key] = key_node.start_mark.line + 1
    return found
