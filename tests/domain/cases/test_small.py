"""What is small enough to be approved together with others."""

from __future__ import annotations

from typing import Any

import pytest

from shangfa.domain.cases.acts.small import is_small

LADDER = ("warning", "minor_demerit", "major_demerit")


def effect(account: str, unit: str, quantity: str, subject: str = "E1") -> dict[str, Any]:
    return {"account": account, "unit": unit, "quantity": quantity, "subject": subject}


WARNING = effect("marks", "warning", "1")


@pytest.mark.parametrize(
    ("effects", "small"),
    [
        pytest.param([WARNING], True, id="the lowest rung"),
        pytest.param([effect("marks", "minor_demerit", "1")], False, id="the second"),
        pytest.param([effect("marks", "warning", "2")], False, id="twice at once"),
        pytest.param([WARNING, WARNING], False, id="twice for one"),
        pytest.param([WARNING, effect("marks", "warning", "1", "E2")], True, id="once for each"),
        pytest.param([effect("fine", "CNY", "-200.00")], True, id="200 yuan"),
        pytest.param([effect("fine", "CNY", "-200.01")], False, id="a fen more"),
        pytest.param(
            [effect("fine", "CNY", "-100"), effect("reward", "CNY", "100.01", "E2")],
            False,
            id="taken and given in all",
        ),
        pytest.param([effect("points", "A", "-5000")], True, id="points are no money"),
        pytest.param([effect("compensation", "CNY", "-1")], False, id="a loss"),
        pytest.param([WARNING, effect("action", "dismissal", "1")], False, id="an action"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_what_is_small(effects: list[dict[str, Any]], *, small: bool) -> None:
    assert is_small(effects, (), LADDER) is small
    assert not is_small(effects, ({"unit": "CNY"},), LADDER)


def test_without_a_ladder_no_mark_is_small() -> None:
    assert not is_small([WARNING], (), ())
