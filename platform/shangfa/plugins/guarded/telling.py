"""What a guarded process tells of its plugin's kinds, enough to check a policy against them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from shangfa.plugins.installed import Plugin
from shangfa.sdk import ClauseKind, Names, Params, ProgrammeKind, ReactionKind


def told_kinds(plugin: Plugin) -> list[Any]:
    """Return the kinds of a plugin, each as [sort, name, what is fixed about it, its params]."""
    return [_told(kind) for kind in plugin.kinds()]


def _told(kind: Any) -> list[Any]:
    params = _fields(kind.params)
    schema = kind.params.model_json_schema()
    if isinstance(kind, ClauseKind):
        return ["clause", kind.name, {"facts": tuple(kind.facts)}, params, schema]
    if isinstance(kind, ProgrammeKind):
        return ["programme", kind.name, {"inputs": tuple(kind.inputs)}, params, schema]
    if isinstance(kind, ReactionKind):
        flags = {"timed": kind.timed, "fold": kind.fold is not None}
        return ["reaction", kind.name, {**flags, "covers": kind.covers is not None}, params, schema]
    raise TypeError(f"{kind!r} is no kind")


def _fields(params: type[Params]) -> list[Any]:
    return [
        [name, info.is_required(), _default(info), *_marks(info)]
        for name, info in params.model_fields.items()
    ]


def _default(info: FieldInfo) -> Any:
    return None if info.is_required() else info.get_default(call_default_factory=True)


def _marks(info: FieldInfo) -> Iterator[list[Any]]:
    """Return what a parameter names, and the words it may say instead."""
    found = list(info.metadata)
    words: list[Any] = []
    for option in get_args(info.annotation):
        found += getattr(option, "__metadata__", ())
        if get_origin(option) is Literal:
            words += get_args(option)
    yield [mark.what for mark in found if isinstance(mark, Names)]
    yield words
