"""What is handed in with a step: read by its declaration, described as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from shangfa.domain.cases.acts.service import WAYS, way_of
from shangfa.domain.cases.gate import FORM, GATE
from shangfa.domain.cases.procedure import Input, Step
from shangfa.domain.dates.days import read_day
from shangfa.domain.dates.moments import OTHER_YEAR, YEARS
from shangfa.domain.faults import INVALID, MISSING, UNKNOWN_FIELD, Fault, RefusedError
from shangfa.domain.text import Note

LONGEST: Final = 10_000
COMMON: Final = (Input("note", required=False), Input("evidence", "texts", required=False))
"""What every step takes besides its own."""
SUBJECT: Final = Input("subject", required=False)
"""Whom an appeal or its answer is about, when a case concerns several."""
CHOICES: Final = Input("choices", "choices", required=False)
ANOTHER_ACT: Final = Input("another_act", required=False)
"""Why what looks like the same act was another one."""
CORRECTION: Final = Input("correction", required=False)
"""What whom it concerns has to put right, until `CORRECT_BY`."""
CORRECT_BY: Final = Input("correct_by", "date", required=False)
_TEXT = Note(f"须为1至{LONGEST}字的文字", f"a text of 1..{LONGEST} letters is expected")
_TEXTS = Note("须为{0}至{1}项文字", "a list of {0}..{1} texts is expected")
_DIFFERENT = Note("须有至少{0}项各不相同", "at least {0} that differ are expected")
_BOOL = Note("须为 true 或 false", "true or false is expected")
_INT = Note("须为整数", "a whole number is expected")
_DATE = Note("须为日期，如 2026-03-02", "a date such as 2026-03-02 is expected")
_CHOICE = Note("须为 {0} 之一", "one of {0} is expected")
_WAY = Note(
    f"送达方式可写 {'、'.join(WAYS)}，或其通常的叫法；其他方式写 other，并在 note 说明",
    f"write {', '.join(WAYS)}, or what people call it; for another way `other`, with a note on it",
)
_OBJECT = Note("须为对象", "an object is expected")
_LIST = Note("须为列表", "a list is expected")


def inputs_of(step: Step, *more: Input) -> dict[str, Input]:
    """Return what a step takes, by name."""
    return {item.name: item for item in (*COMMON, *step.inputs, *more)}


def read_inputs(inputs: Mapping[str, Input], role: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was handed in, without what was left out.

    Raises:
        RefusedError: all of `missing`, `unknown_field`, `invalid` at once.
    """
    said = {name: value for name, value in given.items() if value is not None}
    faults = [
        Fault(UNKNOWN_FIELD, f"/{name}", {"value": name, "allowed": "、".join(inputs)})
        for name in said
        if name not in inputs
    ]
    for item in inputs.values():
        faults += _faults(item, role, said)
    if faults:
        raise RefusedError(*faults)
    return said


def _faults(item: Input, role: str, said: Mapping[str, Any]) -> Iterator[Fault]:
    value = said.get(item.name)
    needed = item.required or role in item.needed_of
    empty = value is None or _is_blank(value)
    if empty and needed:
        yield Fault(MISSING, f"/{item.name}", {"value": item.name})
    if value is None or (empty and needed):
        return
    why = _READERS[item.type](value, item)
    if why is not None:
        yield Fault(INVALID, f"/{item.name}", {"value": _shown(value), "why": why})


def _is_blank(value: Any) -> bool:
    return value == [] or (isinstance(value, str) and not value.strip())


def _shown(value: Any) -> Any:
    return value if isinstance(value, str | int | bool) else "[…]"


def _text(value: Any, item: Input) -> Note | None:
    del item
    return None if isinstance(value, str) and len(value) <= LONGEST else _TEXT


def _texts(value: Any, item: Input) -> Note | None:
    # How few is only said of what must be there at all: none is `missing`.
    texts = isinstance(value, list | tuple) and all(
        isinstance(one, str) and one.strip() and len(one) <= LONGEST for one in value
    )
    if not texts or (value and item.least > len(value)) or len(value) > item.most:
        return _TEXTS.of(item.least, item.most)
    differ = len({one.strip() for one in value})
    return _DIFFERENT.of(item.least) if value and differ < item.least else None


def _date(value: Any, item: Input) -> Note | None:
    del item
    try:
        day = read_day(value if isinstance(value, str) else "")
    except ValueError:
        return _DATE
    return None if day.year in YEARS else OTHER_YEAR


def _is(kind: type, why: Note) -> Callable[[Any, Input], Note | None]:
    return lambda value, _: None if type(value) is kind else why


def _way(value: Any, item: Input) -> Note | None:
    del item
    return None if isinstance(value, str) and way_of(value) in WAYS else _WAY


def _chosen(value: Any, item: Input) -> Note | None:
    return None if value in item.values else _CHOICE.of(" / ".join(item.values))


_READERS: Final[dict[str, Callable[[Any, Input], Note | None]]] = {
    "text": _text,
    "texts": _texts,
    "bool": _is(bool, _BOOL),
    "int": _is(int, _INT),
    "date": _date,
    "choice": _chosen,
    "service": _way,
    "facts": _is(dict, _OBJECT),
    "object": _is(dict, _OBJECT),
    "choices": _is(list, _LIST),
}
"""Type -> what is wrong with a value, None when nothing is."""


def form_of(inputs: Mapping[str, Input], role: str) -> dict[str, Any]:
    """Return the JSON Schema of what somebody hands in with a step."""
    needed = [i.name for i in inputs.values() if i.required or role in i.needed_of]
    return {
        "type": "object",
        "properties": {name: _schema(item) for name, item in inputs.items()},
        "required": needed,
        "additionalProperties": False,
    }


def _schema(item: Input) -> dict[str, Any]:
    plain = dict(FORM if item is GATE else _SCHEMAS[item.type])
    if item.type == "choice":
        plain["enum"] = list(item.values)
    if item.type == "texts":
        plain |= {"minItems": item.least, "maxItems": item.most}
        plain |= {"uniqueItems": True} if item.least > 1 else {}
    return plain


_TEXT_SCHEMA: Final = {"type": "string", "maxLength": LONGEST}
_CHOICE_SCHEMA: Final = {
    "type": "object",
    "properties": {
        name: {"type": "string"} for name in ("subject", "account", "unit", "quantity", "clause")
    },
    "required": ["subject", "account", "unit", "quantity"],
}
_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "text": _TEXT_SCHEMA,
    "texts": {"type": "array", "items": _TEXT_SCHEMA},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "choice": {"type": "string"},
    "service": {"type": "string", "enum": list(WAYS)},
    "facts": {"type": "object"},
    "object": {"type": "object"},
    "choices": {"type": "array", "items": _CHOICE_SCHEMA},
}


def facts_of(inputs: Mapping[str, Input], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that what was handed in becomes by its declaration."""
    found: dict[str, Any] = {}
    for item in inputs.values():
        if item.fact and item.name in data:
            value = data[item.name]
            found[item.fact] = bool(value) if item.type == "texts" else value
    return found


def given_facts(inputs: Mapping[str, Input], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that were handed in as such."""
    named = [item.name for item in inputs.values() if item.type == "facts"]
    return {key: value for name in named for key, value in data.get(name, {}).items()}
