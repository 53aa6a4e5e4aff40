from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.faults import RefusedError
from shangfa.domain.policies.facts import READERS, Fact, read_facts, to_decimal, written


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param(3, "3", id="int"),
        pytest.param("3.50", "3.50", id="decimal string keeps its places"),
        pytest.param(0.1, "0.1", id="a float as it is written"),
        pytest.param(Decimal("-2"), "-2", id="Decimal"),
        pytest.param("1e3", "1000", id="exponent"),
        pytest.param("999999999999", "999999999999", id="twelve digits"),
        pytest.param(10**12 - 1, "999999999999", id="the largest whole number"),
        pytest.param(0.1 + 0.2, "0.30000000000000004", id="a computer's fraction"),
    ],
)
def test_a_number(value: Any, number: str) -> None:
    assert to_decimal(value) == Decimal(number)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(True, id="a boolean is no number"),
        pytest.param(None, id="nothing"),
        pytest.param("", id="empty"),
        pytest.param("zwei", id="a word"),
        pytest.param("1,000", id="comma"),
        pytest.param("NaN", id="NaN as text"),
        pytest.param(float("nan"), id="NaN"),
        pytest.param("Infinity", id="infinity"),
        pytest.param(Decimal("sNaN"), id="signalling NaN"),
        pytest.param([1], id="a list"),
        pytest.param(10**12, id="thirteen digits"),
        pytest.param(-(10**12), id="thirteen digits under zero"),
        pytest.param("1e999999999", id="would fill the memory as a whole number"),
        pytest.param("1e-19", id="nineteen places"),
        pytest.param("9" * 5000, id="thousands of digits"),
    ],
)
def test_what_is_no_number(value: Any) -> None:
    with pytest.raises(ValueError, match="number"):
        to_decimal(value)


@pytest.mark.parametrize(
    ("type_", "value", "read"),
    [
        pytest.param("bool", False, False, id="bool"),
        pytest.param("int", "7", Decimal(7), id="whole number"),
        pytest.param("int", "7.0", Decimal(7), id="whole number with a place"),
        pytest.param("number", "-0.5", Decimal("-0.5"), id="number"),
        pytest.param("text", "迟到", "迟到", id="text"),
        pytest.param("date", "2026-03-02", date(2026, 3, 2), id="date as text"),
        pytest.param("date", date(2026, 3, 2), date(2026, 3, 2), id="date from YAML"),
        pytest.param("month", "2026-12", "2026-12", id="month"),
        pytest.param("time", "15:59", time(15, 59), id="time"),
        pytest.param("time", "23:59:59", time(23, 59, 59), id="time with seconds"),
        pytest.param("moment", "2026-03-02", date(2026, 3, 2), id="a day is a moment"),
        pytest.param("moment", date(2026, 3, 2), date(2026, 3, 2), id="a day that was read"),
        pytest.param("moment", "2026-03-02T08:30", datetime(2026, 3, 2, 8, 30), id="a moment"),  # noqa: DTZ001 - local
        pytest.param("table", [1], (1,), id="list"),
        pytest.param("table", {"a": 1}, {"a": 1}, id="object"),
    ],
)
def test_a_fact(type_: str, value: Any, read: Any) -> None:
    assert Fact("f", type_).read(value) == read


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        pytest.param("bool", "true", id="a word is no boolean"),
        pytest.param("bool", 1, id="1 is no boolean"),
        pytest.param("int", "7.5", id="half"),
        pytest.param("text", "  ", id="blank text"),
        pytest.param("text", 5, id="number as text"),
        pytest.param("date", "2026-02-30", id="no such day"),
        pytest.param("date", datetime(2026, 3, 2, 8), id="a time is no day"),  # noqa: DTZ001 - local
        pytest.param("month", "2026-13", id="thirteenth month"),
        pytest.param("month", "2026-1", id="month without its zero"),
        pytest.param("time", "24:00", id="after the last minute"),
        pytest.param("time", "8:30", id="hour without its zero"),
        pytest.param("time", 960, id="what YAML makes of 16:00"),
        pytest.param("moment", "morgen", id="a word is no moment"),
        pytest.param("moment", 5, id="a number is no moment"),
        pytest.param("table", "a", id="a text is no table"),
    ],
)
def test_what_is_no_such_fact(type_: str, value: Any) -> None:
    with pytest.raises(RefusedError) as caught:
        Fact("f", type_, zh="事实").read(value)
    fault = caught.value.faults[0]
    assert (fault.code, fault.pointer) == ("invalid_fact", "/facts/f")
    assert READERS[type_][2] in fault.en


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        pytest.param(Fact("f", "choice", values=("a", "b")), "c", id="not an option"),
        pytest.param(Fact("f", "money", least=Decimal(0)), "-0.01", id="a fen under the least"),
    ],
)
def test_limits_of_a_fact(fact: Fact, value: str) -> None:
    with pytest.raises(RefusedError) as caught:
        fact.read(value)
    assert caught.value.code == "invalid_fact"


def test_the_least_itself_is_allowed() -> None:
    assert Fact("f", "int", least=Decimal(1)).read(1) == 1


DECLARED = {
    "needed": Fact("needed", "int"),
    "optional": Fact("optional", "text", required=False),
    "usual": Fact("usual", "bool", required=False, default=True),
}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        pytest.param(
            {"needed": 1}, {"needed": 1, "optional": None, "usual": True}, id="only what is needed"
        ),
        pytest.param(
            {"needed": 1, "optional": "x", "usual": False},
            {"needed": 1, "optional": "x", "usual": False},
            id="everything",
        ),
    ],
)
def test_facts_are_read_with_their_defaults(given: Any, read: Any) -> None:
    assert read_facts(DECLARED, given) == read


def test_every_fault_of_the_facts_is_told_at_once() -> None:
    with pytest.raises(RefusedError) as caught:
        read_facts(DECLARED, {"stray": 1, "optional": 5})
    assert {(fault.code, fault.pointer) for fault in caught.value.faults} == {
        ("missing_fact", "/facts/needed"),
        ("unknown_fact", "/facts/stray"),
        ("invalid_fact", "/facts/optional"),
    }


def test_no_facts_are_read_as_none() -> None:
    assert read_facts({}, {}) == {}


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        pytest.param(Decimal("1E+3"), "money", "1000", id="no exponent"),
        pytest.param("2.50", "number", "2.50", id="as it was given"),
        pytest.param("many", "int", "many", id="what is no number"),
        pytest.param("1E+3", "text", "1E+3", id="a text"),
        pytest.param(7, "int", 7, id="a number of JSON"),
    ],
)
def test_a_fact_is_written_down_as_it_was_given(value: Any, kind: str, text: Any) -> None:
    assert written(value, kind) == text
