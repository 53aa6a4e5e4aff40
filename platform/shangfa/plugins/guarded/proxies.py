"""A guarded plugin as the platform sees it: kinds whose functions ask its process.

The plugin is never imported here, so nothing of it can stay here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Union, cast

from pydantic import Field, PrivateAttr, ValidationError, create_model
from pydantic_core import InitErrorDetails, PydanticCustomError

from shangfa.domain.faults import (
    CALENDAR_MISSING,
    INVALID,
    MISSING,
    Fault,
    PluginFailedError,
    RefusedError,
)
from shangfa.domain.policies.faults import INVALID_FACT, MISSING_FACT
from shangfa.plugins.guarded.asking import asked_above, restored
from shangfa.plugins.guarded.process import Pool
from shangfa.sdk import (
    ClauseKind,
    Names,
    Params,
    ParamsError,
    PeriodFacts,
    ProgrammeKind,
    ReactionKind,
    Rule,
)

_REFUSALS: Final = {
    kind.code: kind for kind in (CALENDAR_MISSING, INVALID, INVALID_FACT, MISSING, MISSING_FACT)
}
"""What a plugin may refuse with."""


class Door(NamedTuple):
    """Where one kind of a guarded plugin is asked."""

    pool: Pool
    number: int
    kind: str

    def ask(self, function: str, *arguments: Any, above: Callable[..., Any] | None = None) -> Any:
        """Return what a function of the kind answers.

        Raises:
            PluginFailedError: it raised, was late, or ended.
            RefusedError: it refused the facts.
            ValidationError: params do not hold.
        """
        answer = self.pool.call(self.kind, (self.number, function, arguments), above or _nobody)
        if answer[0] == "ok":
            return answer[1]
        raise self._meant(*answer)

    def _meant(self, word: str, said: Any, *_: Any) -> Exception:
        if word == "refused":
            return _refused(self.kind, said)
        if word == "invalid":
            return ValidationError.from_exception_data(self.kind, [_detail(*one) for one in said])
        return PluginFailedError(self.kind, str(said))


def _nobody(*_: Any) -> None:
    return None


def _refused(kind: str, faults: Sequence[Sequence[Any]]) -> RefusedError:
    found = []
    for code, pointer, values in faults:
        if code not in _REFUSALS:
            return PluginFailedError(kind, f"refused with {code!r}")
        found.append(Fault(_REFUSALS[code], str(pointer), dict(values)))
    return RefusedError(*found)


def _detail(  # noqa: PLR0913, PLR0917 - all that pydantic says of a finding
    kind: str,
    place: Sequence[Any],
    message: str,
    value: Any,
    limits: Mapping[str, Any],
    own: Sequence[Sequence[Any]] | None,
    shown: str | None,
) -> InitErrorDetails:
    context = dict(limits)
    if own is not None:
        context["error"] = ParamsError(*((tuple(path), why) for path, why in own))
    elif shown is not None:
        context["error"] = ValueError(shown)
    kind_ = cast("Any", kind)
    return {
        "type": PydanticCustomError(kind_, cast("Any", message), context),
        "loc": tuple(place),
        "input": value,
    }


class GuardedParams(Params):
    """Params whose class lives in a guarded process: checked there, kept here as written."""

    door: ClassVar[Door]
    schema_: ClassVar[Mapping[str, Any]]
    _raw: Any = PrivateAttr(default=None)

    @classmethod
    def model_validate(cls, obj: Any, **_: Any) -> Any:
        """Return the params, checked by the plugin.

        Raises:
            ValidationError: they do not hold.
            PluginFailedError: the plugin could not say.
        """
        values, given = cls.door.ask("params", obj)
        params = cls.model_construct(set(given), **values)
        params._raw = obj
        return params

    @classmethod
    def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
        """Return the schema that the plugin told."""
        return dict(cls.schema_)

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (self.door.number, self._raw)


def kinds_of(pool: Pool, told: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the kinds that a guarded process told of."""
    return [_kind(Door(pool, number, one[1]), one) for number, one in enumerate(told)]


def _kind(door: Door, told: Sequence[Any]) -> Any:
    sort, name, fixed, fields, schema = told
    params = _params(door, fields, schema)
    ask = partial(partial, door.ask)
    if sort == "clause":
        facts = fixed["facts"]
        return ClauseKind(
            name, params, ask("assess"), ask("rows"), facts, ask("measure"), ask("counters")
        )
    if sort == "programme":
        evaluate = partial(_evaluate, door)
        inputs = fixed["inputs"]
        asked = map(ask, ("rows", "period", "daily", "reads"))
        return ProgrammeKind(name, params, evaluate, inputs, *asked)
    return ReactionKind(
        name,
        params,
        ask("watch"),
        ask("derive"),
        ask("gives"),
        ask("rows"),
        ask("note"),
        ask("fold") if fixed["fold"] else None,
        fixed["timed"] is True,
        ask("covers") if fixed["covers"] else None,
        ask("cancels"),
    )


def _evaluate(door: Door, rule: Rule[Any], facts: PeriodFacts) -> Any:
    """Ask with a way back: who somebody was on a day is known here alone."""
    return door.ask("evaluate", rule, replace(facts, on=asked_above), above=facts.on)


def _params(door: Door, fields: Sequence[Sequence[Any]], schema: Mapping[str, Any]) -> type[Params]:
    shaped: dict[str, Any] = {}
    for name, required, default, marks, words in fields:
        shape: Any = Any
        for mark in marks:
            shape = Annotated[shape, Names(mark)]
        if words:
            shape = Union[shape, Literal[tuple(words)]]  # noqa: UP007 - made when it runs
        shaped[str(name)] = (shape, Field() if required else Field(default=default))
    made = create_model("GuardedParams", __base__=GuardedParams, **shaped)
    made.door = door
    made.schema_ = schema
    return made
