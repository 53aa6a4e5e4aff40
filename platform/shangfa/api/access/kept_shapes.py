"""The shapes of what is kept about somebody, read off the types that hold it.

Own data is handed out as it is kept, not as other answers show it; so the document says of it
what the types say.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final
from uuid import UUID

_PLAIN: Final[Mapping[Any, dict[str, Any]]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    Decimal: {"type": "string"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    NoneType: {"type": "null"},
}


def shape_of(kind: Any) -> dict[str, Any]:
    """Return the JSON Schema of a type of ours, as `own_data.plain` makes it JSON; {} for any."""
    known = _PLAIN.get(kind)
    if known is not None:
        return dict(known)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return {"type": "string", "enum": list(inner)}
    if origin in {typing.Union, UnionType}:
        return _either([shape_of(one) for one in inner])
    if origin in {typing.Required, typing.NotRequired}:
        return shape_of(inner[0])
    if isinstance(origin, type):
        return _many(origin, inner)
    return _record(kind) if isinstance(kind, type) else {}


def _either(shapes: list[dict[str, Any]]) -> dict[str, Any]:
    return {} if {} in shapes else {"anyOf": shapes}


def _many(origin: type, inner: tuple[Any, ...]) -> dict[str, Any]:
    if issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": shape_of(inner[1])}
    fixed = issubclass(origin, tuple) and inner[-1] is not ...
    return {"type": "array", "items": {} if fixed else shape_of(inner[0])}


def _record(kind: type) -> dict[str, Any]:
    """Return the shape of a dataclass, a named tuple or a typed dictionary, {} for others."""
    if typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind)
        return {"type": "object", "properties": {name: shape_of(hints[name]) for name in hints}}
    named: tuple[str, ...] = getattr(kind, "_fields", ())
    names = [item.name for item in fields(kind)] if is_dataclass(kind) else [*named]
    if not names:
        return {}
    hints = typing.get_type_hints(kind)
    found = {name: shape_of(hints[name]) for name in names}
    return {"type": "object", "properties": found, "required": names}
