"""Values as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.policies.facts import written
from shangfa.domain.text import in_words


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (True, "是", "Yes"),
        (False, "否", "No"),
        (None, "—", "—"),
        (Decimal("1E+2"), "100", "100"),
        (Decimal("1.50"), "1.50", "1.50"),
        (1e21, "1000000000000000000000", "1000000000000000000000"),
        (7, "7", "7"),
        (date(2026, 9, 1), "2026-09-01", "2026-09-01"),
        (datetime(2026, 9, 1, 8, 30, tzinfo=UTC), "2026-09-01 08:30", "2026-09-01 08:30"),
        ("2026-09-01T08:30:00+08:00", "2026-09-01 08:30", "2026-09-01 08:30"),
        ("1e5", "1e5", "1e5"),
        ("", "", ""),
        ([], "—", "—"),
        ({}, "—", "—"),
        (["a", True], "a、是", "a, Yes"),
        (frozenset({"b", "a"}), "a、b", "a, b"),
        ({"a": [1, None]}, "a：（1、—）", "a: (1, —)"),
        ([{"a": False, "b": 2}], "（a：否；b：2）", "(a: No; b: 2)"),
    ],
)
def test_a_value_is_said_in_both_languages(value: Any, zh: str, en: str) -> None:
    assert (in_words(value, "zh"), in_words(value, "en")) == (zh, en)


def test_the_keys_of_an_object_have_names() -> None:
    assert in_words({"a": 1}, "en", {"a": "Apples"}.__getitem__) == "Apples: 1"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [("1e2", "number", "100"), ("1e2", "text", "1e2"), (5, "int", 5), (True, "bool", True)],
)
def test_a_number_is_written_without_an_exponent(value: Any, kind: str, text: Any) -> None:
    assert written(value, kind) == text
