"""What plugins are given cannot be changed: facts, attributes, parameters, inputs, titles."""

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
import pytest
from pydantic import ValidationError

from shangfa.domain.faults import PluginFailedError
from shangfa.domain.frozen import FrozenDict, freeze
from shangfa.domain.months.programme import evaluate
from shangfa.domain.policies.version import Programme, Scope, Version
from shangfa.sdk import (
    Award,
    ClauseKind,
    Effect,
    Fact,
    Field,
    Ladder,
    Params,
    Period,
    PeriodFacts,
    ProgrammeKind,
)
from shangfa.testing import (
    WEEKDAYS,
    MemoryTenant,
    make_clause,
    make_policy,
    make_rule,
    make_subject,
)


class Inner(Params):
    """Params within params."""

    names: list[str] = Field(default=["a"])


class Loose(Params):
    """Params as careless as they may be declared."""

    sizes: dict[str, list[int]] = Field(default={"a": [1]})
    names: list[str] = Field(default=["x"])
    tags: set[str] = Field(default={"t"})
    inner: Inner = Inner()


def assign(target: Any, name: str, value: Any) -> None:
    setattr(target, name, value)


def put(target: Any, key: Any, value: Any) -> None:
    target[key] = value


def remove(target: Any, key: Any) -> None:
    del target[key]


CHANGES: dict[str, Callable[[Any, Any], Any]] = {
    "a fact": lambda part, incident: put(incident.facts, "loss", 0),
    "a fact more": lambda part, incident: put(incident.facts, "more", 0),
    "a fact less": lambda part, incident: incident.facts.pop("loss"),
    "a fact removed": lambda part, incident: remove(incident.facts, "loss"),
    "all facts": lambda part, incident: incident.facts.clear(),
    "many facts": lambda part, incident: incident.facts.update(loss=0),
    "the last fact": lambda part, incident: incident.facts.popitem(),
    "a fact by default": lambda part, incident: incident.facts.setdefault("more", 0),
    "a fact's list": lambda part, incident: incident.facts["rows"].append(1),
    "a row of a fact": lambda part, incident: put(incident.facts["rows"][0], "a", 2),
    "the facts": lambda part, incident: assign(incident, "facts", {}),
    "an attribute": lambda part, incident: put(incident.subject.attributes, "grade", 9),
    "a nested attribute": lambda part, incident: put(
        incident.subject.attributes["home"], "city", "沪"
    ),
    "the subject": lambda part, incident: assign(incident.subject, "code", "X"),
    "a parameter": lambda part, incident: assign(part.params, "names", []),
    "a parameter's list": lambda part, incident: part.params.names.append("y"),
    "a parameter's object": lambda part, incident: put(part.params.sizes, "a", []),
    "a list in an object": lambda part, incident: part.params.sizes["a"].append(2),
    "a parameter's set": lambda part, incident: part.params.tags.add("u"),
    "a parameter within": lambda part, incident: part.params.inner.names.append("b"),
    "a title": lambda part, incident: put(part.ladder.titles, "warning", ("x", "x")),
    "the part": lambda part, incident: assign(part, "code", "x"),
    "the calendar": lambda part, incident: assign(incident.calendar, "years", frozenset()),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_plugin_that_changes_what_it_was_given_fails(change: Callable[[Any, Any], Any]) -> None:
    def assess(part: Any, incident: Any) -> Any:
        change(part, incident)
        return [Effect("points", "A", Decimal(1))]

    kind = ClauseKind("x.kind", Loose, assess, lambda part: ())
    facts = [Fact("loss", "money"), Fact("rows", "table")]
    params = Loose()
    tenant = MemoryTenant(make_policy([make_clause(kind, params, facts=facts)]))
    subject = make_subject("E", grade=1, home={"city": "京"})
    given = {"loss": 5, "rows": [{"a": 1}]}
    with pytest.raises(PluginFailedError, match=r"x\.kind"):
        tenant.record("1", subject, facts=given)
    assert (tenant.ledger, params, given) == ([], Loose(), {"loss": 5, "rows": [{"a": 1}]})
    assert subject.attributes == {"grade": 1, "home": {"city": "京"}}


def test_nothing_is_frozen_that_has_no_attributes() -> None:
    with pytest.raises(TypeError):
        put(make_subject().attributes, "grade", 1)


@pytest.mark.parametrize("name", ["inputs", "totals", "subjects"])
def test_a_programme_changes_nothing_either(name: str) -> None:
    def evaluate_it(rule: Any, facts: Any) -> list[Award]:
        put(getattr(facts, name), "scores", {})
        return []

    kind = ProgrammeKind("x.programme", Params, evaluate_it, (), lambda rule: ())
    version = Version(1, "", date(2000, 1, 1), "", Scope(), Ladder(), {})
    period = Period("2026-03", date(2026, 3, 1), date(2026, 3, 31))
    facts = PeriodFacts(period, (), {}, {"scores": {"E": [1]}}, WEEKDAYS)
    with pytest.raises(PluginFailedError, match=r"x\.programme"):
        evaluate(Programme("p", make_rule(Params()), kind), version, facts)
    assert facts.inputs == {"scores": {"E": (1,)}}


class Pair(NamedTuple):
    left: Any
    right: Any


def test_a_frozen_value_reads_and_is_written_as_before() -> None:
    frozen = freeze({"a": [1, {"b": {2}}], "c": Pair([1], {}), "d": "text"})
    assert frozen == {"a": (1, {"b": {2}}), "c": Pair((1,), {}), "d": "text"}
    assert type(frozen["c"]) is Pair
    plain = freeze({"a": [1, {"b": None}]})
    assert (
        json.loads(json.dumps(plain))
        == orjson.loads(orjson.dumps(plain))
        == {"a": [1, {"b": None}]}
    )
    assert repr(FrozenDict(a=1)) == "{'a': 1}"
    assert type(plain | {"more": 1}) is dict


def test_parameters_stay_as_they_were_declared() -> None:
    with pytest.raises((ValidationError, FrozenInstanceError)):
        assign(Loose(), "names", [])
    assert Loose(names=["b"]).names == ("b",)
