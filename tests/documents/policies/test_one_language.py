"""A refusal speaks one language at a time, whoever found the fault."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import field_validator
from tests.making.policies import faults_in

from shangfa.documents.policy.compile import compile_version
from shangfa.documents.source import read_yaml
from shangfa.documents.tenant.people import read_people
from shangfa.domain.faults import Fault, RefusedError
from shangfa.domain.policies.kinds import Kinds
from shangfa.sdk import ClauseKind, Field, Note, Params, ParamsError

CHINESE = re.compile("[\u4e00-\u9fff]")
HEAD = "policy: p\ntitle: P\nladder: [warning]\nclauses:\n"


class Inner(Params):
    """Params within."""

    size: int = 1


class Every(Params):
    """One field for each way pydantic says no."""

    text: str = "a"
    short: str = Field(default="ab", min_length=2, max_length=3)
    pattern: str = Field(default="a", pattern="^a$")
    whole: int = 1
    amount: Decimal = Decimal(1)
    over: Decimal = Field(default=Decimal(1), gt=0)
    least: Decimal = Field(default=Decimal(1), ge=0)
    under: Decimal = Field(default=Decimal(1), lt=9)
    most: Decimal = Field(default=Decimal(1), le=9)
    flag: bool = True
    day: date = date(2026, 3, 2)
    word: Literal["a", "b"] = "a"
    items: tuple[int, ...] = Field(default=(1,), min_length=1, max_length=2)
    table: dict[str, int] = Field(default={})
    inner: Inner = Inner()
    own: int = 1

    @field_validator("own")
    @classmethod
    def _own(cls, value: int) -> int:
        if value > 1:
            raise ParamsError(((), Note("至多为一", "one at most")))
        return value


KINDS = Kinds({"x.k": ClauseKind("x.k", Every, lambda part, incident: [], lambda part: ())})
WRONG: dict[str, list[str]] = {
    "text": ["5", "[a]"],
    "short": ["a", "abcd"],
    "pattern": ["b"],
    "whole": ["x", "1.5", "[1]", "9999999999999"],
    "amount": ["x", "[1]", "'NaN'", "'1E+400'"],
    "over": ["0"],
    "least": ["-1"],
    "under": ["9"],
    "most": ["10"],
    "flag": ["maybe", "[1]"],
    "day": ["soon", "5.5", "2026-03-02T10:00:00"],
    "word": ["c"],
    "items": ["[]", "[1, 2, 3]", "5", "[x]"],
    "table": ["5", "{a: x}"],
    "inner": ["5", "{size: x}", "{sise: 1}"],
    "own": ["2"],
    "unknown": ["1"],
}


def check(fault: Fault) -> None:
    assert CHINESE.search(fault.zh)
    assert not re.search("[a-z]{2,} [a-z]{2,} [a-z]{2,}", fault.zh), fault.zh
    assert not CHINESE.search(fault.en), fault.en
    assert "{" not in fault.zh + fault.en


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_what_pydantic_finds_is_said_in_our_words(name: str, value: str) -> None:
    text = HEAD + f"  - {{code: '1', title: t, kind: x.k, params: {{{name}: {value}}}}}\n"
    with pytest.raises(RefusedError) as caught:
        compile_version(read_yaml(text, "p.yaml"), KINDS)
    for fault in caught.value.faults:
        check(fault)


CLAUSE = "  - {code: '1', title: t, kind: nothing}\n"


def clause(more: str) -> str:
    """A policy whose clause says more."""
    return HEAD + CLAUSE.replace("kind:", f"{more}, kind:")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            HEAD + "  - {code: 1, title: t, kind: nothing}\n", id="a code that is a number"
        ),
        pytest.param(
            clause("facts: {a: {type: text, least: 1}}"),
            id="a limit of a text",
        ),
        pytest.param(
            clause("facts: {a: {type: int, default: x}}"),
            id="a default",
        ),
        pytest.param(clause("facts: {date: int}"), id="reserved"),
        pytest.param(clause("facts: {a b: int}"), id="a name"),
        pytest.param(clause("when: {los: 1}"), id="no such fact"),
        pytest.param(clause("when: {subject.x: 1}"), id="attribute"),
        pytest.param(clause("when: {any: 1}"), id="no list"),
        pytest.param(clause("when: {not: 1}"), id="no condition"),
        pytest.param(clause("when: {quantity: {abov: 1}}"), id="limit"),
        pytest.param(clause("when: {quantity: {over: x}}"), id="word"),
        pytest.param(clause("when: {quantity: {over: ~}}"), id="null"),
        pytest.param(
            clause("when: {date: {over: {fact: time}}}"),
            id="a day against a time",
        ),
        pytest.param(HEAD + CLAUSE + "rounding: up\n", id="rounding"),
        pytest.param(HEAD + CLAUSE + "effective_from: soon\n", id="a day"),
        pytest.param(
            HEAD + "  - {code: a, title: t, kind: duties.deadline, params: {step: s}}\n",
            id="no limit of time",
        ),
        pytest.param(
            HEAD + "  - {code: a, title: t, kind: fines.bands, params: {bands: "
            "[{to: 5, amount: 1}, {from: 5, amount: 2}]}}\n",
            id="bands that overlap",
        ),
        pytest.param(
            HEAD + "  - {code: a, title: t, kind: fines.range, params: {min: 5, max: 1}}\n",
            id="limits the wrong way round",
        ),
    ],
)
def test_what_is_wrong_with_a_policy(text: str) -> None:
    faults = faults_in(text, ("fines", "duties"))
    assert faults
    for fault in faults:
        check(fault)


@pytest.mark.parametrize(
    "row",
    ["A,,", "A,a,boss", "A,a,,,,,soon", "A,a,,,,,,much", "A,a,,,,,,,grade", "A,a,,,,,,,,,,"],
)
def test_what_is_wrong_with_a_line_of_people(tmp_path: Path, row: str) -> None:
    path = tmp_path / "people.csv"
    head = "code,name,kind,department,position,supervisor,since,day_wage,attributes\n"
    path.write_text(head + row + "\n", encoding="utf-8")
    _, faults = read_people(path)
    assert faults
    for fault in faults:
        check(fault)


def value_of(fault: Fault) -> Any:
    return fault.values.get("value")


def test_a_long_value_is_not_quoted_whole() -> None:
    long = "x" * 5_000
    (fault,) = faults_in(HEAD + CLAUSE + f"effective_from: {long}\n")
    assert len(value_of(fault)) < 300
