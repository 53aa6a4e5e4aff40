"""Check what a plugin provides before anybody uses it: every field of every kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from shangfa.domain.policies.conditions import RESERVED, SUBJECT
from shangfa.domain.policies.facts import READERS
from shangfa.sdk import ClauseKind, Fact, Params, ProgrammeKind, ReactionKind
from shangfa.sdk.guards import MODES, Guard, GuardRule

FUNCTIONS: Final[Mapping[type, tuple[str, ...]]] = {
    ClauseKind: ("assess", "rows", "measure", "counters", "impartial"),
    ReactionKind: ("watch", "derive", "gives", "rows", "note"),
    ProgrammeKind: ("evaluate", "rows", "period"),
}


def check_kind(kind: ClauseKind[Any] | ReactionKind[Any] | ProgrammeKind[Any]) -> None:
    """Let a kind pass whose fields are what they should be.

    Raises:
        TypeError: naming the kind, the field and what is expected.
    """
    if not isinstance(kind.name, str) or not kind.name:
        raise TypeError(f"{kind.name!r} is no name of a kind, a text is expected")
    if not isinstance(kind.params, type) or not issubclass(kind.params, Params):
        raise TypeError(f"the params of {kind.name} are no Params, a subclass is expected")
    for field in FUNCTIONS[type(kind)]:
        if not callable(getattr(kind, field)):
            raise TypeError(f"{field} of {kind.name} is no function")
    if isinstance(kind, ReactionKind) and not (kind.covers is None or callable(kind.covers)):
        raise TypeError(f"covers of {kind.name} is no function")
    if isinstance(kind, ClauseKind):
        _check_facts(kind.name, kind.facts)
    if isinstance(kind, ProgrammeKind):
        _check_inputs(kind.name, kind.inputs)


def check_guard(guard: Any) -> Guard[Any]:
    """Return a guard whose fields are what they should be.

    Raises:
        TypeError: naming the guard, the field and what is expected.
    """
    if not isinstance(guard, Guard) or not isinstance(guard.name, str) or not guard.name:
        raise TypeError(f"{guard!r} is no Guard with a name")
    for field in ("review", "settle"):
        if not callable(getattr(guard, field)):
            raise TypeError(f"{field} of {guard.name} is no function")
    for rule in _listed(guard.name, "rules", guard.rules, "GuardRule values"):
        if not isinstance(rule, GuardRule) or rule.mode not in MODES:
            raise TypeError(f"{rule!r} among the rules of {guard.name} is no GuardRule")
    return guard


def _check_facts(kind: str, facts: Any) -> None:
    for fact in _listed(kind, "facts", facts, "Fact values"):
        if not isinstance(fact, Fact):
            raise TypeError(f"{fact!r} among the facts of {kind} is no Fact, Fact(name, type) is")
        if not isinstance(fact.name, str) or fact.type not in READERS:
            raise TypeError(f"{fact!r} of {kind} has no name or no type of {', '.join(READERS)}")
        if fact.name in RESERVED or fact.name.startswith((SUBJECT, "$")):
            raise TypeError(f"{kind} takes a fact {fact.name!r}, a word with a meaning of its own")


def _check_inputs(kind: str, inputs: Any) -> None:
    for name in _listed(kind, "inputs", inputs, "names"):
        if not isinstance(name, str):
            raise TypeError(f"{name!r} among the inputs of {kind} is no name, a text is expected")


def _listed(kind: str, field: str, value: Any, items: str) -> Iterable[Any]:
    if not isinstance(value, tuple | list):
        raise TypeError(f"{field} of {kind} is {value!r}, a tuple of {items} is expected")
    return value
