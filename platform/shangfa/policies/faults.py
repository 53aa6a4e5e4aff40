"""Say pydantic's findings in our words, with the line they stand on."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from shangfa.domain.errors import Fault
from shangfa.domain.kinds import ParamsError
from shangfa.policies.source import Path_, Source


def doc_faults(source: Source, error: ValidationError, base: Path_ = ()) -> list[Fault]:
    """Return one fault per finding, at `base` in the document."""
    faults: list[Fault] = []
    for item in error.errors(include_url=False):
        cause = (item.get("ctx") or {}).get("error")
        path = (*base, *item["loc"])
        if isinstance(cause, ParamsError):
            faults += _placed(source, cause, path)
        else:
            faults.append(_fault(source, item, path))
    return faults


def _placed(source: Source, error: ParamsError, base: Path_) -> Iterable[Fault]:
    for place, why in error.places:
        path = (*base, *place)
        yield source.fault(path, "invalid", value="/".join(map(str, place or path[-1:])), why=why)


def _fault(source: Source, item: object, path: Path_) -> Fault:
    assert isinstance(item, dict)  # noqa: S101 - pydantic's own shape
    kind, last = item["type"], str(path[-1]) if path else ""
    if kind == "missing":
        return source.fault(path, "missing", value=last)
    if kind == "extra_forbidden":
        return source.fault(path, "unknown_field", value=last, allowed="api_specs")
    value = item.get("input")
    shown = value if isinstance(value, str | int | float | bool) else type(value).__name__
    return source.fault(path, "invalid", value=shown, why=item["msg"])
