"""Read YAML so that every value knows its line, numbers stay exact and keys stay unique."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import yaml

from shangfa.documents.plain import DEEPEST, NODES, TOO_DEEP, TOO_MANY, Path_, misfit
from shangfa.domain.faults import NOT_A_DOCUMENT, Fault, FaultKind, RefusedError
from shangfa.domain.text import Note

ALIASES: Final = 1_000
"""References to another place of the document."""

_NO_VALUE = Note("“{0}”不是{1}", "{0} is no {1}")
_NO_NUMBER = Note("“{0}”不是数字", "{0} is not a number")
_NO_DATE = Note("“{0}”不是日期", "{0} is not a date")
_NO_KEY = Note("键须为单个词，不能是列表或对象", "a key is a word, not a list or an object")
_TWICE = Note("键“{0}”重复", "{0!r} twice")
_ALIASES = Note("引用超过{0}处", "{0} aliases at most").of(ALIASES)
_WITHOUT_END = Note("内容包含自身", "the document repeats itself without end")
_SYNTAX = Note("YAML 语法有误（{0}）", "{0}")
ENCODING = Note("文件不是 UTF-8 或 GBK 编码", "the file is written neither in UTF-8 nor in GBK")
_NOT_OPENED = Note("文件打不开（{0}）", "the file cannot be opened: {0}")
_SHOWN: Final = 80
"""Letters of a value that cannot be read."""


class _UnreadableError(Exception):
    """What cannot be read, why, and on which line."""

    def __init__(self, why: Note, node: Any) -> None:
        super().__init__(why)
        self.why = why
        self.line = node.start_mark.line + 1


class _Loader(yaml.CSafeLoader):
    """YAML 1.1 with exact decimals, date-times left as written, and no `off` that means false."""


def _decimal(loader: yaml.CSafeLoader, node: Any) -> Decimal:
    try:
        return Decimal(loader.construct_scalar(node))
    except InvalidOperation:
        raise _UnreadableError(_NO_NUMBER.of(node.value[:_SHOWN]), node) from None


def _timestamp(loader: yaml.CSafeLoader, node: Any) -> date | str:
    try:
        value = loader.construct_yaml_timestamp(node)
    except (ValueError, AttributeError):
        raise _UnreadableError(_NO_DATE.of(node.value[:_SHOWN]), node) from None
    return str(node.value) if isinstance(value, datetime) else value


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
        RefusedError: `not_a_document` with the line, for what is no YAML, too deep, too
            large, or holds what cannot be stored.
    """
    try:
        return _read(text, file)
    except _UnreadableError as error:
        why, line = error.why, error.line
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        why, line = _SYNTAX.of(str(error.problem)), mark.line + 1 if mark else 1
    except (yaml.YAMLError, UnicodeError) as error:
        why, line = _SYNTAX.of(str(error)), 1
    raise RefusedError(Fault(NOT_A_DOCUMENT, "", {"why": why}, f"{file}:{line}"))


def _read(text: str, file: str) -> Source:
    _check_events(text)
    source, loader = Source(file), _Loader(text)
    try:
        node = loader.get_single_node()
        source.data = _build(loader, node, (), source) if node is not None else None
    finally:
        loader.dispose()
    return source


def _check_events(text: str) -> None:
    """Refuse a deep or large document before it is composed, which would cost too much."""
    depth = nodes = aliases = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        nodes += isinstance(event, yaml.NodeEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > DEEPEST:
            raise _UnreadableError(TOO_DEEP, event)
        if nodes > 2 * NODES:
            raise _UnreadableError(TOO_MANY, event)
        if aliases > ALIASES:
            raise _UnreadableError(_ALIASES, event)


def decoded(data: bytes) -> str:
    """Return a file's text: UTF-8, with or without its mark, else GBK as GB 18030 has it.

    Raises:
        UnicodeDecodeError: it is neither.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def read_text(path: Path) -> str:
    """Return the text in a file.

    Raises:
        RefusedError: `not_a_document` when it cannot be read.
    """
    try:
        return decoded(path.read_bytes()).replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise RefusedError(Fault(NOT_A_DOCUMENT, "", {"why": ENCODING}, str(path))) from None
    except OSError as error:
        why = _NOT_OPENED.of(error.strerror or str(error))
        raise RefusedError(Fault(NOT_A_DOCUMENT, "", {"why": why}, str(path))) from None


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
    if len(path) > DEEPEST:
        raise _UnreadableError(_WITHOUT_END, node)
    if len(source.lines) > NODES:
        raise _UnreadableError(TOO_MANY, node)
    source.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, i), source) for i, item in enumerate(node.value)]
    return _scalar(loader, node)


def _scalar(loader: Any, node: Any) -> Any:
    """Return a single value; a tag may promise what the text does not keep."""
    try:
        value = loader.construct_object(node)
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError):
        kind = node.tag.rpartition(":")[2]
        raise _UnreadableError(_NO_VALUE.of(node.value[:_SHOWN], kind), node) from None
    why = misfit(value)
    if why is not None:
        raise _UnreadableError(why, node)
    return value


def _mapping(loader: Any, node: Any, path: Path_, source: Source) -> Mapping[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _UnreadableError(_NO_KEY, key_node)
        key = _scalar(loader, key_node)
        if key in found:
            line = key_node.start_mark.line + 1
            values = {"why": _TWICE.of(key)}
            source.faults.append(Fault(NOT_A_DOCUMENT, "", values, f"{source.file}:{line}"))
            continue
        found[key] = _build(loader, value_node, (*path, key), source)
        source.lines[*path, key] = key_node.start_mark.line + 1
    return found
