from decimal import Decimal
from typing import Any

import pytest

from shangfa.domain.faults import RefusedError
from shangfa.domain.incidents.shares import read_shares


@pytest.mark.parametrize(
    ("given", "codes", "shares"),
    [
        pytest.param("E1", ("E1",), (), id="one"),
        pytest.param(["E1", "E2"], ("E1", "E2"), (), id="several, each in full"),
        pytest.param({"E2": 60, "E1": 40}, ("E2", "E1"), (60, 40), id="shares in their order"),
        pytest.param({"E1": 100}, ("E1",), (100,), id="all of it"),
        pytest.param({"E1": "33.4", "E2": "66.6"}, ("E1", "E2"), ("33.4", "66.6"), id="places"),
        pytest.param(1001, ("1001",), (), id="a code written as a number"),
        pytest.param([1001, "E2"], ("1001", "E2"), (), id="one of them a number"),
    ],
)
def test_who_is_named(given: Any, codes: tuple[str, ...], shares: tuple[Any, ...]) -> None:
    assert read_shares(given) == (codes, tuple(map(Decimal, shares)))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param([], "no_subjects", id="nobody"),
        pytest.param(None, "no_subjects", id="nothing"),
        pytest.param({}, "no_subjects", id="no shares"),
        pytest.param(["E1", "E1"], "duplicate_subject", id="twice"),
        pytest.param({1: 50, "1": 50}, "duplicate_subject", id="twice, once as a number"),
        pytest.param({"E1": 60, "E2": "39.99"}, "shares_not_100", id="a little short"),
        pytest.param({"E1": 60, "E2": "40.01"}, "shares_not_100", id="a little over"),
        pytest.param({"E1": 0, "E2": 100}, "invalid_shares", id="no share"),
        pytest.param({"E1": -1, "E2": 101}, "invalid_shares", id="under zero"),
        pytest.param({"E1": "half"}, "invalid_shares", id="a word"),
    ],
)
def test_who_cannot_be_named(given: Any, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_shares(given)
    assert caught.value.code == code
