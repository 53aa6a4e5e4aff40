"""Say pydantic's findings in our words, with the line they stand on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from shangfa.documents.plain import Path_
from shangfa.documents.source import Source
from shangfa.domain.faults import INVALID, MISSING, UNKNOWN_FIELD, Fault
from shangfa.domain.policies.kinds import ParamsError
from shangfa.domain.text import Note


def doc_faults(
    source: Source, error: ValidationError, model: type[BaseModel], base: Path_ = ()
) -> list[Fault]:
    """Return one fault per finding about a `model` that stands at `base` in the document."""
    faults: list[Fault] = []
    for item in findings(error):
        cause = (item.get("ctx") or {}).get("error")
        path = (*base, *item["loc"])
        if isinstance(cause, ParamsError):
            faults += _placed(source, cause, path)
        else:
            faults.append(_fault(source, item, path, _known(model, item["loc"])))
    return faults


def findings(error: ValidationError) -> list[ErrorDetails]:
    """Return what pydantic found, but for lists too short only because an item is at fault."""
    items = error.errors(include_url=False)
    around = {item["loc"][:end] for item in items for end in range(len(item["loc"]))}
    return [item for item in items if item["type"] != "too_short" or item["loc"] not in around]


def _known(model: type[BaseModel], path: Path_) -> str:
    """Return the fields that may stand beside the last one of `path`."""
    at: type[BaseModel] | None = model
    for key in path[:-1]:
        fields = _written(at) if at is not None else {}
        if key in fields:
            at = _model_in(fields[str(key)].annotation)
    return "、".join(_written(at)) if at is not None else "—"


def _written(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of a model as they are written."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(option) for option in get_args(annotation))
    return next((model for model in inner if model is not None), None)


def _placed(source: Source, error: ParamsError, base: Path_) -> Iterable[Fault]:
    for place, why in error.places:
        path = (*base, *place)
        yield source.fault(path, INVALID, value="/".join(map(str, place or path[-1:])), why=why)


def _fault(source: Source, item: ErrorDetails, path: Path_, known: str) -> Fault:
    kind, last = item["type"], str(path[-1]) if path else ""
    if kind == "missing":
        return source.fault(path, MISSING, value=last)
    if kind == "extra_forbidden":
        return source.fault(path, UNKNOWN_FIELD, value=last, allowed=known)
    return source.fault(path, INVALID, value=shown(item.get("input")), why=sentence(item))


def shown(value: Any) -> Any:
    """Return what a refusal quotes of a value: not the whole of a long one."""
    if isinstance(value, str):
        return value if len(value) <= _QUOTED else f"{value[:_QUOTED]}…"
    return value if isinstance(value, int | float | bool) else _SORTS.get(type(value), _OTHER)


def sentence(item: ErrorDetails) -> Note:
    """Return why pydantic refused a value, in our words."""
    limits = item.get("ctx") or {}
    if isinstance(limits.get("error"), ValueError):
        return _AS_IT_IS.of(str(limits["error"]))
    zh, en, *names = _SENTENCES.get(item["type"], ("格式不符", "{0}"))
    values = [limits.get(name) for name in names] or [item["msg"]]
    return Note(zh, en, tuple(values))


_QUOTED: Final = 200
_SORTS: Final = {
    type(None): Note("空", "nothing"),
    list: Note("列表", "a list"),
    dict: Note("对象", "an object"),
    date: Note("日期", "a date"),
}
_OTHER: Final = Note("该值", "this value")
_AS_IT_IS: Final = Note("{0}", "{0}")
_TEXT: Final = ("须为文字", "a text is expected")
_WHOLE: Final = ("须为整数", "a whole number is expected")
_NUMBER: Final = ("须为数字", "a number is expected")
_FLAG: Final = ("须为 true 或 false", "true or false is expected")
_DATE: Final = ("须为日期，如 2026-03-02", "a date such as 2026-03-02 is expected")
_LIST: Final = ("须为列表", "a list is expected")
_OBJECT: Final = ("须为对象", "an object is expected")
_SENTENCES: Final[dict[str, tuple[str, ...]]] = {
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "none_required": ("须留空", "nothing is expected"),
    "literal_error": ("须为 {0} 之一", "one of {0} is expected", "expected"),
    "greater_than": ("须大于 {0}", "it must be over {0}", "gt"),
    "greater_than_equal": ("须不小于 {0}", "it must be {0} or more", "ge"),
    "less_than": ("须小于 {0}", "it must be under {0}", "lt"),
    "less_than_equal": ("须不大于 {0}", "it must be {0} or less", "le"),
    "string_too_short": ("至少 {0} 个字", "{0} letters are needed at least", "min_length"),
    "string_too_long": ("至多 {0} 个字", "{0} letters are allowed at most", "max_length"),
    "too_short": ("至少 {0} 项", "{0} items are needed at least", "min_length"),
    "too_long": ("至多 {0} 项", "{0} items are allowed at most", "max_length"),
    "string_pattern_mismatch": ("须符合 {0}", "it must match {0}", "pattern"),
}
"""Type of a finding -> the sentence in Chinese and English, and what fills it."""
