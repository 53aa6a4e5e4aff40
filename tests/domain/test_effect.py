from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shangfa.domain.account import ACCOUNTS, MONEY
from shangfa.domain.money import ZERO, amount_text, apportion, fen
from shangfa.domain.text import Note

exact_methods = st.sampled_from(("last", "largest_remainder"))
money = st.decimals("-1000000", "1000000", places=2)


@st.composite
def shares(draw: st.DrawFn) -> tuple[Decimal, ...]:
    """Percentages with up to two places that total 100."""
    points = draw(st.lists(st.integers(1, 9999), max_size=30, unique=True))
    ends = [0, *sorted(points), 10_000]
    return tuple(Decimal(b - a) / 100 for a, b in pairwise(ends))


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        pytest.param("0.005", "0.01", id="half a fen goes up"),
        pytest.param("0.0049", "0.00", id="just under half"),
        pytest.param("-0.005", "-0.01", id="half goes away from zero"),
        pytest.param("12", "12.00", id="whole yuan"),
    ],
)
def test_money_is_rounded_to_the_fen(amount: str, rounded: str) -> None:
    assert str(fen(Decimal(amount))) == rounded


@pytest.mark.parametrize(
    ("unit", "quantity", "text"),
    [
        pytest.param("CNY", "-20", "-20.00", id="money has two places"),
        pytest.param("C", "-1", "-1", id="a point"),
        pytest.param("credit", "-1.50", "-1.5", id="no zeros at the end"),
        pytest.param("day", "100", "100", id="no exponent"),
        pytest.param("day", "0.00", "0", id="nothing"),
        pytest.param("day", "-0", "0", id="nothing has no sign"),
    ],
)
def test_a_quantity_is_written_as_the_contract_says(unit: str, quantity: str, text: str) -> None:
    assert amount_text(unit, Decimal(quantity)) == text


@given(total=money, parts=shares(), method=exact_methods)
def test_shares_add_up_to_the_fen(total: Decimal, parts: tuple[Decimal, ...], method: str) -> None:
    assert sum(apportion(total, parts, method), ZERO) == total


@given(total=money, parts=shares(), method=exact_methods)
def test_nobody_gets_what_the_others_pay(
    total: Decimal, parts: tuple[Decimal, ...], method: str
) -> None:
    assert all(part * total >= 0 for part in apportion(total, parts, method))


@given(total=money, parts=shares())
def test_largest_remainders_miss_the_exact_share_by_less_than_a_fen(
    total: Decimal, parts: tuple[Decimal, ...]
) -> None:
    exact = [total * share / 100 for share in parts]
    given_out = apportion(total, parts, "largest_remainder")
    assert all(
        abs(part - wanted) < Decimal("0.01") for part, wanted in zip(given_out, exact, strict=True)
    )


@given(total=money, parts=shares())
def test_all_but_the_last_get_their_share_rounded(
    total: Decimal, parts: tuple[Decimal, ...]
) -> None:
    rounded = [fen(total * share / 100) for share in parts]
    assume((total - sum(rounded[:-1], ZERO)) * total >= 0)
    assert list(apportion(total, parts, "last")[:-1]) == rounded[:-1]


@pytest.mark.parametrize(
    ("total", "parts", "method", "given_out"),
    [
        pytest.param("100", "60 40", "last", "60.00 40.00", id="no remainder"),
        pytest.param(
            "-10", "33.33 33.33 33.34", "last", "-3.33 -3.33 -3.34", id="exact shares of a fine"
        ),
        pytest.param("0.05", "50 50", "last", "0.03 0.02", id="the last takes what is left"),
        pytest.param(
            "0.05", "50 50", "largest_remainder", "0.03 0.02", id="a tie goes to the first listed"
        ),
        pytest.param(
            "-100.00",
            "33.33 33.33 33.34",
            "largest_remainder",
            "-33.33 -33.33 -33.34",
            id="nothing cut off",
        ),
        pytest.param(
            "0.10",
            "14.5 28.5 57",
            "largest_remainder",
            "0.01 0.03 0.06",
            id="the largest fractions come first",
        ),
        pytest.param(
            "-100", "33.4 33.3 33.3", "whole_yuan", "-33 -33 -33", id="whole yuan, each by itself"
        ),
        pytest.param("3", "50 50", "whole_yuan", "2 2", id="half a yuan goes up"),
        pytest.param(
            "-0.02", "25 25 25 25", "last", "-0.01 -0.01 0.00 0.00", id="too little for everybody"
        ),
    ],
)
def test_a_split(total: str, parts: str, method: str, given_out: str) -> None:
    percentages = tuple(map(Decimal, parts.split()))
    wanted = tuple(map(Decimal, given_out.split()))
    assert apportion(Decimal(total), percentages, method) == wanted


def test_a_note_is_filled_in_both_languages() -> None:
    note = Note("记「{0}」{1} 次", "{1} × {0}").of("警告", 2)
    assert (note.text("zh"), note.text("en")) == ("记「警告」2 次", "2 × 警告")


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("{3}", id="a value that is not there"),
        pytest.param("{0.nothing}", id="an attribute that is not there"),
        pytest.param("{0:q}", id="a format that is not there"),
        pytest.param("{", id="a bracket left open"),
    ],
)
def test_a_note_that_does_not_fit_its_values_is_shown_as_it_is(sentence: str) -> None:
    assert Note("", sentence, ("x",)).text("en") == sentence


def test_finance_sees_all_money_and_no_marks() -> None:
    seen = {name for name, account in ACCOUNTS.items() if "CNY" in account.units}
    assert seen <= MONEY
    assert MONEY.isdisjoint({"marks", "points", "action", "breach", "count", "score"})
