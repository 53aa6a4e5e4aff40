"""Conditions on facts, compiled once per policy version into plain functions.

A condition is a mapping, all of whose entries must hold. A key is a fact's name,
`quantity`, `on`/`at`, `subject.<attribute>`, or one of `any`, `all`, `not`. A value is a
literal, a list of literals (one of them), or limits: `over`, `under` (exclusive),
`from`, `to` (inclusive). A fact that is None meets only the literal `null`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import ge, gt, le, lt
from typing import Any, Final

from shangfa.domain.facts import Fact
from shangfa.domain.incident import Incident

Condition = Callable[[Incident], bool]

LIMITS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "over": gt,
    "under": lt,
    "from": ge,
    "to": le,
}


class ConditionError(ValueError):
    """A condition that cannot be compiled; `path` leads to the place."""

    def __init__(self, path: tuple[str, ...], why: str) -> None:
        super().__init__(why)
        self.path = path


def compile_condition(
    spec: Mapping[str, Any], facts: Mapping[str, Fact], path: tuple[str, ...] = ()
) -> Condition:
    """Return a function that tells whether an incident meets `spec`.

    Raises:
        ConditionError: an unknown fact or limit, or a literal of the wrong type.
    """
    tests = tuple(_entry(key, value, facts, (*path, str(key))) for key, value in spec.items())
    if len(tests) == 1:
        return tests[0]
    return lambda incident: all(test(incident) for test in tests)


def _entry(key: str, value: Any, facts: Mapping[str, Fact], path: tuple[str, ...]) -> Condition:
    if key in {"any", "all"}:
        tests = [compile_condition(item, facts, (*path, str(i))) for i, item in enumerate(value)]
        join = any if key == "any" else all
        return lambda incident: join(test(incident) for test in tests)
    if key == "not":
        inner = compile_condition(value, facts, path)
        return lambda incident: not inner(incident)
    read, fact = _operand(key, facts, path)
    test = _test(value, fact, path)
    return lambda incident: test(read(incident))


def _operand(
    key: str, facts: Mapping[str, Fact], path: tuple[str, ...]
) -> tuple[Callable[[Incident], Any], Fact]:
    if key in facts:
        return (lambda incident: incident.facts[key]), facts[key]
    if key == "quantity":
        return (lambda incident: incident.quantity), Fact(key, "number")
    if key == "time":
        return _local_time, Fact(key, "time")
    if key.startswith("subject."):
        name = key.removeprefix("subject.")
        return (lambda incident: incident.subject.attributes.get(name)), Fact(key, "any")
    raise ConditionError(path, f"unknown fact {key!r}; known: {', '.join(facts) or '-'}")


def _local_time(incident: Incident) -> Any:
    return incident.at.time() if isinstance(incident.at, datetime) else None


def _test(value: Any, fact: Fact, path: tuple[str, ...]) -> Callable[[Any], bool]:
    if isinstance(value, Mapping):
        limits = [_limit(name, limit, fact, path) for name, limit in value.items()]
        return lambda read: read is not None and all(limit(read) for limit in limits)
    if isinstance(value, list):
        options = [_literal(item, fact, path) for item in value]
        return lambda read: read in options
    literal = _literal(value, fact, path)
    return lambda read: bool(read == literal)


def _limit(
    name: str, value: Any, fact: Fact, path: tuple[str, ...]
) -> Callable[[Any], bool]:
    if name not in LIMITS:
        raise ConditionError(path, f"unknown limit {name!r}; known: {', '.join(LIMITS)}")
    compare, limit = LIMITS[name], _literal(value, fact, path)
    return lambda read: compare(read, limit)


def _literal(value: Any, fact: Fact, path: tuple[str, ...]) -> Any:
    if value is None or fact.type == "any":
        return value
    try:
        return fact.read(value)
    except ValueError as error:
        raise ConditionError(path, str(error)) from None
    except Exception as error:
        raise ConditionError(path, f"{value!r} is not {fact.allowed()}") from error
