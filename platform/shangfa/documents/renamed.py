"""A document that goes on meaning its departments and positions after they were renamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shangfa.domain.people.renames import Rename, with_later_names

_KEYS: Final = {
    "departments": "department",
    "positions": "position",
    "subject.department": "department",
    "subject.position": "position",
    "superior": "position",
}
"""Key of a scope, a condition or a rule's params -> what it names."""


def renamed(document: Mapping[str, Any], renames: Sequence[Rename]) -> Mapping[str, Any]:
    """Return a document whose scopes and conditions name things by their later names too."""
    return _walk(document, renames) if renames else document


def _walk(value: Any, renames: Sequence[Rename]) -> Any:
    if isinstance(value, Mapping):
        return {key: _entry(key, item, renames) for key, item in value.items()}
    return [_walk(item, renames) for item in value] if isinstance(value, list) else value


def _entry(key: str, value: Any, renames: Sequence[Rename]) -> Any:
    what, names = _KEYS.get(key), [value] if isinstance(value, str) else value
    if what is None or not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        return _walk(value, renames)
    found = with_later_names(renames, what, names)
    return value if found == names else found
