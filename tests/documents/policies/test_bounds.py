"""A document is bounded before it costs anything, and every value in it can be stored."""

from decimal import Decimal
from time import process_time
from typing import Any

import orjson
import pytest
from tests.making.policies import faults_in, kinds_of

from shangfa.documents.plain import DEEPEST, NODES
from shangfa.documents.policy.compile import GLOBS, PARTS, compile_version
from shangfa.documents.policy.shape import CLAUSES, FEW, RULES
from shangfa.documents.source import Source, read_yaml
from shangfa.domain.faults import MOST_TOLD, Fault, RefusedError

HEAD: dict[str, Any] = {"policy": "p", "title": "P"}
FINE: dict[str, Any] = {"code": "1", "title": "t", "kind": "fines.fixed", "params": {"amount": 5}}


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "nothing"), ([1], "a list"), ({"a": 1}, "an object"), (5, "5")],
)
def test_what_is_quoted_of_a_value_is_no_word_of_python(value: Any, said: str) -> None:
    (fault,) = faults_of(HEAD | {"title": value, "clauses": [FINE]})
    assert fault.en == f"{said} is not valid: a text is expected."


def clauses(number: int) -> list[dict[str, Any]]:
    return [FINE | {"code": f"c{i}"} for i in range(number)]


def faults_of(doc: Any) -> list[Fault]:
    """The faults of a document that came as JSON."""
    try:
        compile_version(Source(data=doc), kinds_of("fines", "demerit_ladder"))
    except RefusedError as error:
        return list(error.faults)
    return []


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_many_faults_are_found_in_no_time() -> None:
    text = "policy: p\ntitle: P\nclauses: []\n" + "".join(f"k{i}: 1\n" for i in range(49_000))
    started = process_time()
    faults = faults_in(text)
    assert process_time() - started < 20
    assert len(faults) == MOST_TOLD + 1
    assert (faults[-1].code, faults[-1].values["value"]) == ("more_faults", 49_001 - MOST_TOLD)


@pytest.mark.parametrize(
    ("doc", "pointer"),
    [
        pytest.param({"clauses": clauses(CLAUSES + 1)}, "/clauses", id="clauses"),
        pytest.param(
            {"clauses": [FINE], "reactions": [{"code": "r", "kind": "x"}] * (RULES + 1)},
            "/reactions",
            id="reactions",
        ),
        pytest.param(
            {"clauses": [FINE], "programmes": [{"name": "r", "kind": "x"}] * (RULES + 1)},
            "/programmes",
            id="programmes",
        ),
        pytest.param({"clauses": [FINE], "ladder": ["a"] * (FEW + 1)}, "/ladder", id="rungs"),
        pytest.param(
            {"clauses": [FINE | {"facts": dict.fromkeys(map(str, range(FEW + 1)), "int")}]},
            "/clauses/0/facts",
            id="facts",
        ),
        pytest.param(
            {"clauses": [FINE], "parameters": {f"p{i}": {"note": "x"} for i in range(RULES + 1)}},
            "/parameters",
            id="parameters",
        ),
        pytest.param({"clauses": [FINE | {"title": "字" * 501}]}, "/clauses/0/title", id="title"),
    ],
)
def test_there_are_so_many_at_most(doc: dict[str, Any], pointer: str) -> None:
    (fault,) = faults_of(HEAD | doc)
    assert (fault.code, fault.pointer) == ("invalid", pointer)
    assert "至多" in fault.zh
    assert "at most" in fault.en


def test_as_many_clauses_as_are_allowed() -> None:
    assert faults_of(HEAD | {"clauses": clauses(CLAUSES)}) == []


@pytest.mark.parametrize(
    "common",
    [
        pytest.param(
            [{"clauses": ["*"] * FEW, "parts": []} for _ in range(GLOBS // FEW + 1)],
            id="patterns",
        ),
        pytest.param(
            [
                {"clauses": ["*"], "parts": [{"kind": "fines.fixed", "params": {"amount": 1}}] * 9}
                for _ in range(2)
            ],
            id="parts for every clause",
        ),
    ],
)
def test_common_parts_multiply_so_far_at_most(common: list[Any]) -> None:
    started = process_time()
    number = PARTS // 18 + 1
    (fault,) = faults_of(HEAD | {"clauses": clauses(number), "common": common})
    assert (fault.code, fault.pointer) == ("out_of_range", "/common")
    assert process_time() - started < 20


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(Decimal("1E-400"), "小数", id="a fraction of 400 places"),
        pytest.param(Decimal("1E+400"), "整数", id="400 digits"),
        pytest.param(10**5_000, "整数", id="thousands of digits"),
        pytest.param(Decimal("NaN"), "数字", id="no number"),
        pytest.param(Decimal("Infinity"), "数字", id="no end"),
        pytest.param("\ud800", "无法保存", id="half a letter"),
        pytest.param("a\x00b", "无法保存", id="a character of 0"),
        pytest.param({"\ud800": 1}, "无法保存", id="half a letter as key"),
        pytest.param({"a": ["\ud800"]}, "无法保存", id="deep inside"),
        pytest.param(b"x", "bytes", id="bytes"),
        pytest.param(nested(DEEPEST + 1), str(DEEPEST), id="deep"),
        pytest.param(nested(5_000), str(DEEPEST), id="very deep"),
        pytest.param([1] * (NODES + 1), str(NODES), id="large"),
    ],
)
def test_what_cannot_be_stored_is_refused(value: Any, words: str) -> None:
    doc = HEAD | {"clauses": [FINE | {"params": {"amount": value}}]}
    (fault,) = faults_of(doc)
    assert fault.code == "not_a_document"
    assert fault.pointer.startswith("/clauses/0/params/amount")
    assert words in fault.zh


@pytest.mark.parametrize("amount", ["1E-400", "1e30", "1E+400", "NaN", "1" * 13, "0." + "1" * 19])
def test_an_amount_that_no_money_can_be_made_of_is_refused(amount: str) -> None:
    """Written as a text, it is a number only for the clause's kind."""
    (fault,) = faults_of(HEAD | {"clauses": [FINE | {"params": {"amount": amount}}]})
    assert (fault.code, fault.pointer) == ("invalid", "/clauses/0/params/amount")


def test_a_limit_that_is_no_number_is_refused() -> None:
    fact = {"loss": {"type": "money", "least": "1E-400"}}
    (fault,) = faults_of(HEAD | {"clauses": [FINE | {"facts": fact}]})
    assert fault.pointer == "/clauses/0/facts/loss/least"


def test_whatever_is_read_can_be_written() -> None:
    text = "a: [1, 999999999999999999, 0.10, 2026-03-02, 2026-03-02 10:00:00, ~, true, '字']"
    data = read_yaml(text).data
    assert orjson.loads(orjson.dumps(data, default=str))["a"][-1] == "字"
