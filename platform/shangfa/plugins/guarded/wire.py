"""What a guarded process may say: plain JSON, made into values of the SDK and nothing else.

To a guarded process frozen values are pickled. What comes back is never unpickled: a pickle
could call and change what it names, and whoever wrote it is not trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, Final

import orjson

from shangfa.domain.frozen import FrozenDict
from shangfa.sdk import (
    Award,
    Cancelled,
    Choice,
    Dated,
    Deadline,
    Effect,
    Fact,
    Given,
    Measure,
    Note,
    Params,
    Row,
    Subject,
    Watch,
)

SHOWN: Final = 200
"""Letters of a value that is none of the SDK."""
_WHOLE: Final = 2**53
_RECORDS: Final[tuple[type[Any], ...]] = (
    Effect,
    Choice,
    Deadline,
    Note,
    Row,
    Award,
    Given,
    Cancelled,
    Dated,
    Watch,
    Measure,
    Fact,
    Subject,
)
_NUMBERS: Final = {kind: number for number, kind in enumerate(_RECORDS)}
_FIELDS: Final[Mapping[type[Any], tuple[str, ...]]] = {
    Measure: ("unit", "least", "whole", "most"),
    Fact: ("name", "type", "required", "default", "values", "least", "zh", "most"),
    Subject: ("code", "kind", "department", "position", "attributes", "since", "employed"),
}


class Strange:
    """What a plugin returned that is no value of the SDK: only shown, never used."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def __repr__(self) -> str:
        return self._shown


def dumps(value: Any) -> bytes:
    """Return a value as JSON."""
    return orjson.dumps(_plain(value))


def loads(data: bytes) -> Any:
    """Return the value of a guarded process.

    Raises:
        ValueError, TypeError, LookupError, ArithmeticError: it is none.
    """
    return _value(orjson.loads(data))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is bool or value is None or (kind is float and isfinite(value)):
        return value
    if kind is int:
        return value if -_WHOLE < value < _WHOLE else ["i", str(value)]
    number = _NUMBERS.get(kind)
    if number is not None:
        names = _FIELDS.get(kind)
        items = value if names is None else [getattr(value, name) for name in names]
        return ["n", number, *map(_plain, items)]
    writer = _WRITERS.get(kind)
    if writer is not None:
        return writer(value)
    if isinstance(value, Params):
        return _written_map({name: getattr(value, name) for name in type(value).model_fields})
    return ["?", repr(value)[:SHOWN]]


def _written_map(value: Mapping[Any, Any]) -> list[Any]:
    return ["d", *(_plain(item) for pair in value.items() for item in pair)]


_WRITERS: Final[Mapping[type[Any], Callable[[Any], list[Any]]]] = {
    Decimal: lambda value: ["D", str(value)],
    list: lambda value: ["l", *map(_plain, value)],
    tuple: lambda value: ["t", *map(_plain, value)],
    frozenset: lambda value: ["s", *map(_plain, value)],
    set: lambda value: ["s", *map(_plain, value)],
    dict: _written_map,
    FrozenDict: _written_map,
    date: lambda value: ["y", value.isoformat()],
    datetime: lambda value: ["Y", value.isoformat()],
    time: lambda value: ["h", value.isoformat()],
    timedelta: lambda value: ["v", value.days, value.seconds, value.microseconds],
}


def _value(item: Any) -> Any:
    if type(item) is not list:
        return item
    return _READERS[item[0]](item)


def _record(item: list[Any]) -> Any:
    return _RECORDS[item[1]](*map(_value, item[2:]))


def _read_map(item: list[Any]) -> FrozenDict[Any, Any]:
    values = [_value(one) for one in item[1:]]
    return FrozenDict(zip(values[::2], values[1::2], strict=True))


_READERS: Final[Mapping[str, Callable[[list[Any]], Any]]] = {
    "n": _record,
    "D": lambda item: Decimal(item[1]),
    "l": lambda item: [_value(one) for one in item[1:]],
    "t": lambda item: tuple(_value(one) for one in item[1:]),
    "s": lambda item: frozenset(_value(one) for one in item[1:]),
    "d": _read_map,
    "i": lambda item: int(item[1]),
    "y": lambda item: date.fromisoformat(item[1]),
    "Y": lambda item: datetime.fromisoformat(item[1]),
    "h": lambda item: time.fromisoformat(item[1]),
    "v": lambda item: timedelta(item[1], item[2], item[3]),
    "?": lambda item: Strange(str(item[1])[:SHOWN]),
}
