"""What subjects of a tenant may have: each attribute declared with its type and label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from shangfa.domain.faults import INVALID, Fault, RefusedError, refused
from shangfa.domain.near import nearest
from shangfa.domain.people.faults import INVALID_ATTRIBUTE, UNKNOWN_ATTRIBUTE
from shangfa.domain.policies.conditions import PLACES
from shangfa.domain.policies.facts import Fact
from shangfa.domain.text import Note

AttributeType = Literal["text", "number", "bool", "date"]
ATTRIBUTE_TYPES: Final[tuple[str, ...]] = get_args(AttributeType)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that subjects may have; `label` is what people call it."""

    name: str
    type: str
    label: str

    def fact(self, name: str) -> Fact:
        """Return it as what a condition reads, under a name."""
        return Fact(name, self.type, zh=self.label)


Attributes = Mapping[str, Attribute]
"""By name."""


_NAME: Final = re.compile(r"[^\W\d]\w{0,79}")
_NO_NAME: Final = Note(
    "属性名须以字母开头，只含字母、数字、下划线，且不是 {0}",
    "a name begins with a letter, holds letters, digits and _, and is none of {0}",
)


def check_name(name: str, pointer: str = "") -> None:
    """Let the name of an attribute pass that conditions can say.

    Raises:
        RefusedError: `invalid`.
    """
    if not _NAME.fullmatch(name) or name in PLACES:
        raise refused(INVALID, pointer, value=name, why=_NO_NAME.of("、".join(PLACES)))


def check_attributes(given: Mapping[str, Any], declared: Attributes) -> None:
    """Let pass values of declared attributes; of any where a tenant declares none.

    A value of None ends the attribute.

    Raises:
        RefusedError: all of `unknown_attribute`, `invalid_attribute` at once.
    """
    faults = list(_faults(given, declared)) if declared else []
    if faults:
        raise RefusedError(*faults)


def _faults(given: Mapping[str, Any], declared: Attributes) -> Iterator[Fault]:
    for name, value in given.items():
        pointer = f"/attributes/{name}"
        if name not in declared:
            near = "、".join(nearest(name, declared))
            yield Fault(UNKNOWN_ATTRIBUTE, pointer, {"value": name, "near": near})
        elif value is not None:
            fact = declared[name].fact(name)
            try:
                fact.read(value)
            except RefusedError:
                said = {"name": name, "label": fact.zh, "value": value}
                yield Fault(INVALID_ATTRIBUTE, pointer, said | {"allowed": fact.allowed()})
