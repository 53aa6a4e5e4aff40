"""Say pydantic's findings in our words, with the line they stand on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shangfa.documents.source import Path_, Source
from shangfa.domain.faults import INVALID, MISSING, UNKNOWN_FIELD, Fault
from shangfa.domain.policies.kinds import ParamsError


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
        if at is not None and key in at.model_fields:
            at = _model_in(at.model_fields[str(key)].annotation)
    return "、".join(at.model_fields) if at is not None else "—"


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
    value = item.get("input")
    shown = value if isinstance(value, str | int | float | bool) else type(value).__name__
    return source.fault(path, INVALID, value=shown, why=item["msg"])
