"""Every amount that is written reads back, and nothing else is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.domain.slips.capitals import MOST, capitals, read_capitals

WRITTEN = {
    0: "零元整",
    1: "壹分",
    10: "壹角整",
    55: "伍角伍分",
    100: "壹元整",
    105: "壹元零伍分",
    150: "壹元伍角整",
    1000: "壹拾元整",
    1100: "壹拾壹元整",
    2050: "贰拾元伍角整",
    10005: "壹佰元零伍分",
    10500: "壹佰零伍元整",
    600714: "陆仟零柒元壹角肆分",
    1640902: "壹万陆仟肆佰零玖元零贰分",
    10700053: "壹拾万柒仟元伍角叁分",
    1000500: "壹万零伍元整",
    100000000_00: "壹亿元整",
    100000001_00: "壹亿零壹元整",
    100005000_00: "壹亿零伍仟元整",
    101000000_00: "壹亿零壹佰万元整",
    100000010000_00: "壹仟亿零壹万元整",
    1000000000000_00: "壹万亿元整",
    1000100000000_00: "壹万零壹亿元整",
}


@pytest.mark.parametrize(
    ("fen", "text"), [pytest.param(*item, id=item[1]) for item in WRITTEN.items()]
)
def test_an_amount_is_written_by_the_rules_of_vouchers(fen: int, text: str) -> None:
    assert capitals(fen) == text


@pytest.mark.slow
def test_every_amount_under_ten_thousand_yuan_reads_back() -> None:
    written = [capitals(fen) for fen in range(1, 1_000_000)]
    assert [read_capitals(text) for text in written] == list(range(1, 1_000_000))


def test_every_gap_of_wan_and_yi_reads_back() -> None:
    parts = (0, 1, 10, 11, 100, 101, 110, 1000, 1001, 1010, 1100, 9999)
    yuan = [
        top * 10**12 + high * 10**8 + middle * 10**4 + low
        for top in (0, 1, 1010)
        for high in parts
        for middle in parts
        for low in parts
    ]
    amounts = [number * 100 + rest for number in yuan for rest in (0, 5, 50, 55)]
    assert [read_capitals(capitals(fen)) for fen in amounts] == amounts


@pytest.mark.law
@given(st.integers(0, MOST))
def test_any_amount_reads_back_and_is_unlike_every_other(fen: int) -> None:
    text = capitals(fen)
    assert read_capitals(text) == fen
    assert "零零" not in text
    assert capitals(min(fen + 1, MOST - 1)) != text or fen >= MOST - 1


@pytest.mark.law
@given(st.text("零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整", min_size=1, max_size=12))
def test_what_is_read_is_written_so(text: str) -> None:
    try:
        fen = read_capitals(text)
    except ValueError:
        return
    assert capitals(fen).removesuffix("整") == text.removesuffix("整")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        pytest.param("壹佰圆正", 10000, id="other letters of the same"),
        pytest.param("壹元伍角", 150, id="not closed after the tenths"),
    ],
)
def test_what_others_write_is_read(text: str, fen: int) -> None:
    assert read_capitals(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("整", id="an end alone"),
        pytest.param("元整", id="no number"),
        pytest.param("壹佰", id="no unit"),
        pytest.param("拾元整", id="ten without its digit"),
        pytest.param("壹佰伍元整", id="a gap without zero"),
        pytest.param("壹万伍元整", id="15000 or 10005"),
        pytest.param("壹佰元", id="not closed"),
        pytest.param("零壹元整", id="a zero in front"),
        pytest.param("壹元零伍角整", id="a zero too many"),
        pytest.param("一元整", id="everyday numerals"),
        pytest.param("壹拾拾元整", id="a unit twice"),
        pytest.param("壹万万亿元整", id="too large"),
        pytest.param("壹元甲角", id="no digit"),
        pytest.param("壹佰元整元整", id="twice"),
    ],
)
def test_what_could_be_meant_otherwise_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|digit"):
        read_capitals(text)


@pytest.mark.parametrize("fen", [-1, MOST + 1])
def test_what_cannot_be_written(fen: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        capitals(fen)
