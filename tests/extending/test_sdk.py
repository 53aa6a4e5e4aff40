"""What the SDK reads for plugins: inputs of programmes, strictly and with their places."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.faults import RefusedError
from shangfa.sdk import SDK_VERSION, Period, PeriodFacts, inputs
from shangfa.testing import WEEKDAYS, make_subject

MARCH = Period("2026-03", date(2026, 3, 1), date(2026, 3, 31))


def facts(given: Any) -> PeriodFacts:
    people = (make_subject("张三"), make_subject("张四"), make_subject("T", "team"))
    return PeriodFacts(MARCH, people, {}, {"scores": given}, WEEKDAYS)


def test_the_version_says_what_a_plugin_is_written_for() -> None:
    assert SDK_VERSION == "2.1"


def test_values_are_read_by_subject() -> None:
    given = {"张三": "1.5", "T": 2, "张四": None}
    read = inputs.by_subject(facts(given), "scores", inputs.read_number)
    assert read == {"张三": Decimal("1.5"), "T": 2}


def test_an_input_that_was_not_handed_in_has_no_values() -> None:
    assert inputs.by_subject(facts(None), "scores", inputs.read_number) == {}
    assert inputs.by_subject(facts({}), "points", inputs.read_number) == {}


@pytest.mark.parametrize(
    ("given", "pointer", "words"),
    [
        pytest.param([1], "/inputs/scores", "须按对象给出", id="a list"),
        pytest.param({"张5": 1}, "/inputs/scores/张5", "张四、张三", id="the nearest are named"),
        pytest.param({7: 1}, "/inputs/scores/7", "如 张三", id="a number as code"),
        pytest.param({"T": 1}, "/inputs/scores/T", "如 张三", id="somebody who takes no part"),
        pytest.param({"张三": "many"}, "/inputs/scores/张三", "须为数字", id="a bad value"),
    ],
)
def test_what_cannot_be_read_is_refused_in_its_place(given: Any, pointer: str, words: str) -> None:
    with pytest.raises(RefusedError) as caught:
        inputs.by_subject(facts(given), "scores", inputs.read_number, ("张三", "张四"))
    (fault,) = caught.value.faults
    assert (fault.code, fault.pointer) == ("invalid", pointer)
    assert words in fault.zh


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        pytest.param(inputs.read_amount, "0", Decimal(0), id="amount"),
        pytest.param(inputs.read_count, 3, Decimal(3), id="count"),
        pytest.param(inputs.read_flag, False, False, id="flag"),
        pytest.param(inputs.read_date, "2026-03-02", date(2026, 3, 2), id="date as text"),
        pytest.param(inputs.read_date, date(2026, 3, 2), date(2026, 3, 2), id="date"),
        pytest.param(inputs.read_list, ("a",), ("a",), id="list"),
        pytest.param(inputs.read_rows, ({"a": 1},), [{"a": 1}], id="rows"),
        pytest.param(inputs.read_object, {"a": 1}, {"a": 1}, id="object"),
    ],
)
def test_a_value_is_read(read: Callable[[str, Any], Any], value: Any, expected: Any) -> None:
    assert read("x", value) == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        pytest.param(inputs.read_amount, -1, id="an amount under 0"),
        pytest.param(inputs.read_count, "1.5", id="part of a count"),
        pytest.param(inputs.read_flag, 1, id="a number as flag"),
        pytest.param(inputs.read_date, "2026-3-2", id="a date written otherwise"),
        pytest.param(inputs.read_date, 5, id="a number as date"),
        pytest.param(inputs.read_list, "abc", id="a text as list"),
        pytest.param(inputs.read_rows, [1], id="a row that is no object"),
        pytest.param(inputs.read_object, [1], id="a list as object"),
        pytest.param(lambda p, v: inputs.read_option(p, v, ("a", "b")), "c", id="no such word"),
        pytest.param(lambda p, v: inputs.read_option(p, v, ("a", "b")), [], id="no word at all"),
        pytest.param(lambda p, v: inputs.check_keys(p, v, ("a",)), {"b": 1}, id="unknown key"),
    ],
)
def test_another_value_is_refused_in_one_language_each(
    read: Callable[[str, Any], Any], value: Any
) -> None:
    with pytest.raises(RefusedError) as caught:
        read("x", value)
    (fault,) = caught.value.faults
    assert fault.pointer.startswith("/inputs/x")
    assert fault.en.isascii()
    assert not fault.zh.isascii()
