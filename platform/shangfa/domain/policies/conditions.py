"""Conditions on facts, compiled once per policy version into plain functions.

A condition is a mapping, all of whose entries must hold. A key is a fact's name,
`quantity`, `date` (the local day), `time`, `subject.<attribute>`, or one of `any`, `all`
(each a list of conditions), `not`. A value is a literal, a list of literals (one of them),
or limits: `over`, `under` (exclusive), `from`, `to` (inclusive). A limit is a literal or
what another key says, `{fact: previous_rate}`, days and months later if need be:
`{fact: date, months: 1}`. A fact that is None meets only the literal `null`; a condition on
`time` refuses an incident of which only the day is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from operator import ge, gt, le, lt
from typing import Any, Final

from shangfa.domain.days import add_months
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.incident import Incident
from shangfa.domain.policies.facts import NUMERIC, Fact
from shangfa.domain.policies.faults import INVALID_FACT

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
    if not isinstance(spec, Mapping):
        raise ConditionError(path, f"{spec!r} is no condition: a mapping is expected")
    tests = tuple(_entry(str(key), value, facts, (*path, str(key))) for key, value in spec.items())
    if len(tests) == 1:
        return tests[0]
    return lambda incident: all(test(incident) for test in tests)


def _entry(key: str, value: Any, facts: Mapping[str, Fact], path: tuple[str, ...]) -> Condition:
    if key in {"any", "all"}:
        if not isinstance(value, list):
            raise ConditionError(path, f"{key!r} takes a list of conditions")
        tests = [compile_condition(item, facts, (*path, str(i))) for i, item in enumerate(value)]
        join = any if key == "any" else all
        return lambda incident: join(test(incident) for test in tests)
    if key == "not":
        inner = compile_condition(value, facts, path)
        return lambda incident: not inner(incident)
    read, fact = _operand(key, facts, path)
    if isinstance(value, Mapping):
        return _within(read, [_limit(*item, fact, facts, path) for item in value.items()])
    test = _test(value, fact, path)
    return lambda incident: test(read(incident))


def _operand(
    key: str, facts: Mapping[str, Fact], path: tuple[str, ...]
) -> tuple[Callable[[Incident], Any], Fact]:
    if key in facts:
        return (lambda incident: incident.facts[key]), facts[key]
    if key == "quantity":
        return (lambda incident: incident.quantity), Fact(key, "number")
    if key == "date":
        return (lambda incident: incident.on), Fact(key, "date")
    if key == "time":
        return _local_time, Fact(key, "time")
    if key.startswith("subject."):
        name = key.removeprefix("subject.")
        return (lambda incident: incident.subject.attributes.get(name)), Fact(key, "any")
    raise ConditionError(path, f"unknown fact {key!r}; known: {', '.join(facts) or '-'}")


def _local_time(incident: Incident) -> Any:
    if incident.at is None:
        allowed = "本地日期和时间，如 2026-03-02T19:30 (a local date-time)"
        raise refused(
            INVALID_FACT, "/at", name="at", label="at", value=incident.on, allowed=allowed
        )
    return incident.at.time()


def _test(value: Any, fact: Fact, path: tuple[str, ...]) -> Callable[[Any], bool]:
    if isinstance(value, list):
        options = [_literal(item, fact, path) for item in value]
        return lambda read: read in options
    literal = _literal(value, fact, path)
    return lambda read: bool(read == literal)


def _within(
    read: Callable[[Incident], Any], limits: list[Callable[[Any, Incident], bool]]
) -> Condition:
    def test(incident: Incident) -> bool:
        value = read(incident)
        return value is not None and all(limit(value, incident) for limit in limits)

    return test


def _limit(
    name: str, value: Any, fact: Fact, facts: Mapping[str, Fact], path: tuple[str, ...]
) -> Callable[[Any, Incident], bool]:
    if name not in LIMITS:
        raise ConditionError(path, f"unknown limit {name!r}; known: {', '.join(LIMITS)}")
    compare = LIMITS[name]
    if isinstance(value, Mapping):
        other = _other(value, fact, facts, path)
        return lambda read, incident: (
            (limit := other(incident)) is not None and compare(read, limit)
        )
    literal = _literal(value, fact, path)
    if literal is None or isinstance(literal, bool | list):
        raise ConditionError(path, f"{name!r} takes a number, a date or a time, not {value!r}")

    def test(read: Any, _: Incident) -> bool:
        try:
            return compare(read, literal)
        except TypeError:
            raise _not_comparable(fact, read, f"{name} {literal}") from None

    return test


def _not_comparable(fact: Fact, value: Any, limit: str) -> RefusedError:
    """Return the refusal of a value that is neither over nor under: a text, say."""
    values = {"name": fact.name, "label": fact.zh or fact.name, "value": value}
    return refused(INVALID_FACT, f"/facts/{fact.name}", **values, allowed=limit)


def _other(
    value: Mapping[str, Any], fact: Fact, facts: Mapping[str, Fact], path: tuple[str, ...]
) -> Callable[[Incident], Any]:
    """Return what reads the limit that another fact or the day sets."""
    strange = value.keys() - {"fact", "months", "days"}
    if strange or "fact" not in value:
        raise ConditionError(path, "a limit taken from a fact is {fact, months, days}")
    read, other = _operand(str(value["fact"]), facts, path)
    if not _comparable(fact.type, other.type):
        raise ConditionError(path, f"{fact.name} ({fact.type}) against {other.name} ({other.type})")
    months, days = value.get("months", 0), value.get("days", 0)
    if not (months or days):
        return read
    if other.type != "date" or not isinstance(months, int) or not isinstance(days, int):
        raise ConditionError(path, "only a date can be moved, by whole months and days")
    return lambda incident: _later(read(incident), months, days)


def _comparable(one: str, other: str) -> bool:
    return {one, other} <= NUMERIC or one == other in {"date", "time", "month"}


def _later(day: date | None, months: int, days: int) -> date | None:
    """Move a day; it stops at the ends of the calendar."""
    if day is None:
        return None
    try:
        return add_months(day, months) + timedelta(days)
    except (OverflowError, ValueError):
        return date.max if months + days > 0 else date.min


def _literal(value: Any, fact: Fact, path: tuple[str, ...]) -> Any:
    if value is None or fact.type == "any":
        return value
    try:
        return fact.read(value)
    except RefusedError as error:
        raise ConditionError(path, f"{value!r} is not {fact.allowed().text('en')}") from error
