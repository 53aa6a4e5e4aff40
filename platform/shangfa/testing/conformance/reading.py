"""What can be seen of a plugin without asking it to judge: params, words, examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import ValidationError

from shangfa import hookspecs
from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import read_yaml
from shangfa.documents.trials.check import run_cases
from shangfa.domain.faults import RefusedError
from shangfa.sdk import Params
from shangfa.testing.conformance.candidate import Candidate

RELEASED = "released"
"""The folder, beside the examples, of policies as they were published under older versions."""


def unsound_schema(candidate: Candidate) -> Iterator[str]:
    """Yield the kinds whose schema is none, or which refuse what they say by default."""
    for kind in candidate.plugin.kinds():
        try:
            Draft202012Validator.check_schema(kind.params.model_json_schema())
        except (SchemaError, Exception) as error:
            yield f"{kind.name}: {type(error).__name__}: {error}"[:300]
            continue
        for name, info in kind.params.model_fields.items():
            if not (info.annotation is bool or info.description or _is_typed(info.annotation)):
                yield f"{kind.name}: {name} may be anything and says nothing"


def _is_typed(annotation: Any) -> bool:
    return annotation not in (Any, object)


def lets_bad_params_pass(candidate: Candidate) -> Iterator[str]:
    """Yield the params that take what they should refuse, or refuse it without a place."""
    for kind in candidate.plugin.kinds():
        bad: list[dict[str, Any]] = [{"no such parameter": 1}]
        bad += [{name: {"": [object()]}} for name in kind.params.model_fields]
        for raw in bad:
            why = _refusal(kind.params, raw, next(iter(raw)))
            if why:
                yield f"{kind.name}: {why}"


def _refusal(params: type[Params], raw: dict[str, Any], name: str) -> str:
    try:
        params.model_validate(raw)
    except ValidationError as error:
        places = [item["loc"] for item in error.errors(include_url=False)]
        return (
            "" if any(name in place for place in places) else f"/{name} is refused without a place"
        )
    except Exception as error:
        return f"/{name} is refused by {type(error).__name__}, a ParamsError is expected"
    return f"/{name} takes {raw[name]!r:.40}"


def undocumented(candidate: Candidate) -> Iterator[str]:
    """Yield what has no docstring: the module, a hook's name that is none, a Params class."""
    if not (candidate.module.__doc__ or "").strip():
        yield f"{candidate.module.__name__} has no docstring"
    for name in vars(candidate.module):
        if name.startswith("register_") and not hasattr(hookspecs, name):
            yield f"{name} is no hook"
    for kind in candidate.plugin.kinds():
        own = vars(kind.params).get("__doc__") if kind.params is not Params else "none of its own"
        if not (own or "").strip():
            yield f"{kind.name}: {kind.params.__name__} has no docstring"


def unreached(candidate: Candidate) -> Iterator[str]:
    """Yield the kinds that no example policy uses, and the cases that do not pass."""
    used = {use.kind.name for use in candidate.uses}
    for kind in candidate.plugin.kinds():
        if kind.name not in used:
            yield f"{kind.name} is used by no example policy"
    for tenant in candidate.tenants:
        for verdict in run_cases(tenant, candidate.kinds(tenant)):
            if not verdict.passed:
                yield f"case {verdict.id}: expected {verdict.expected}, got {verdict.got}"


def broke_released(candidate: Candidate) -> Iterator[str]:
    """Yield the policies of older versions that can no longer be read."""
    for tenant, folder in zip(candidate.tenants, candidate.folders, strict=True):
        for path in sorted(folder.glob(f"{RELEASED}/*.yaml")):
            try:
                text = path.read_text(encoding="utf-8")
                compile_version(read_yaml(text, str(path)), candidate.kinds(tenant))
            except RefusedError as error:
                yield f"{Path(path).name}: {error.faults[0].en}"
