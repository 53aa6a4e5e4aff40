"""Values that cannot be changed, all the way down: what plugins are given to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn, TypeVar

by_place: Final = tuple.__new__
"""Make a named tuple of a tuple of all its fields, several times as fast as by calling it."""

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A dictionary that refuses every change, and is written as JSON like any other."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a frozen value cannot be changed; make a copy")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is copied and pickled: as a whole, not item by item."""
        return type(self), (dict(self),)


NOTHING: Final[FrozenDict[str, Any]] = FrozenDict()


def freeze(value: Any) -> Any:
    """Return a value with its objects, lists and sets frozen, however deep they lie."""
    if isinstance(value, Mapping):
        return FrozenDict({key: freeze(item) for key, item in value.items()})
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(freeze, value))
    if isinstance(value, list | tuple):
        return tuple(map(freeze, value))
    return frozenset(value) if isinstance(value, set) else value
