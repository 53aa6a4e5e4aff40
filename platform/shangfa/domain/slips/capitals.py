"""Amounts of money in the capital numerals of Chinese vouchers, and back.

The rules are those of the central bank for bills: 拾 always has its digit, 零 stands once for a
gap of zeros, 元 or 角 at the end is closed with 整 so that nothing can be added.
"""

from __future__ import annotations

import re
from typing import Final

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
MOST: Final = 10**18 - 1
"""The largest amount that is written, fen: 9999万9999亿9999万9999 and 99 fen."""
_STEPS: Final = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
_UNITS: Final = {unit: size for size, unit in _STEPS}
_AMOUNT: Final = re.compile(r"(?:(?P<yuan>[^元角分整]+)元)?(?:零?(.)角)?(?:零?(.)分)?整?")


def capitals(fen: int) -> str:
    """Return an amount of 0 to `MOST` fen in capital numerals, as 壹佰零伍元贰角整.

    Raises:
        ValueError: the amount is negative or too large.
    """
    if not 0 <= fen <= MOST:
        raise ValueError(f"{fen} fen cannot be written")
    yuan, rest = divmod(fen, 100)
    tenths, hundredths = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan or not rest else ""
    if tenths:
        text += f"{DIGITS[tenths]}角"
    if not hundredths:
        return f"{text}整"
    gap = "零" if yuan and not tenths else ""
    return f"{text}{gap}{DIGITS[hundredths]}分"


def _whole(number: int) -> str:
    for size, unit in _STEPS:
        if number >= size:
            above, below = divmod(number, size)
            gap = "零" if 0 < below < size // 10 else ""
            return f"{_whole(above)}{unit}{gap}{_whole(below) if below else ''}"
    return DIGITS[number]


def read_capitals(text: str) -> int:
    """Return the fen of an amount that `capitals` wrote; 圆 and 正 are read as well.

    What could be meant in two ways is not read: an amount counts only if it is written so.

    Raises:
        ValueError: it is no such amount.
    """
    usual = text.replace("圆", "元").replace("正", "整")
    found = _AMOUNT.fullmatch(usual)
    if found is None:
        raise ValueError(f"{text!r} is no amount")
    yuan, tenths, hundredths = found.groups()
    value = 100 * _number(yuan or "零") + 10 * _digit(tenths or "零") + _digit(hundredths or "零")
    if value > MOST or usual not in {capitals(value), capitals(value).removesuffix("角整") + "角"}:
        raise ValueError(f"{text!r} is not how an amount is written")
    return value


def _number(text: str) -> int:
    """Return the number that some digits and units make; they may stand in any order yet."""
    for unit, size in _UNITS.items():
        above, found, below = text.rpartition(unit)
        if found:
            return size * _number(above) + _number(below.removeprefix("零") or "零")
    return _digit(text)


def _digit(text: str) -> int:
    if len(text) != 1 or text not in DIGITS:
        raise ValueError(f"{text!r} is no digit")
    return DIGITS.index(text)
