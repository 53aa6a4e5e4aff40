"""What a document may hold: all of it can be stored and written again as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from shangfa.domain.policies.facts import UNWRITABLE
from shangfa.domain.text import Note

Path_ = tuple[str | int, ...]
DEEPEST: Final = 40
"""Lists and objects that may stand inside one another."""
NODES: Final = 50_000
"""Values a document may have, those of aliases counted each time."""
_DIGITS: Final = 18
_PLACES: Final = 36

NUMBER = Note(
    f"数字至多{_DIGITS}位整数、{_PLACES}位小数",
    f"a number has {_DIGITS} digits before and {_PLACES} after the point at most",
)
TEXT = Note("文字含有无法保存的字符", "the text holds a character that cannot be stored")
VALUE = Note("不能有这种值：{0}", "a document holds no such value: {0}")
TOO_DEEP = Note("嵌套超过{0}层", "the document is too deep, {0} levels at most").of(DEEPEST)
TOO_MANY = Note("超过{0}个值", "the document is too large, {0} values at most").of(NODES)


_HALF: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width letters, digits and signs -> those of ASCII."""
_WRITTEN: Final = re.compile(r"([0-9]{4})[/.年-]([0-9]{1,2})[/.月-]([0-9]{1,2})日?")


def half_width(text: str) -> str:
    """Return a text with full-width letters, digits and signs as ASCII has them."""
    return text.translate(_HALF)


def plain_day(text: str) -> str:
    """Return a text that begins with a day as a spreadsheet writes it, as `2019-06-01`."""
    plain = half_width(text)
    return _WRITTEN.sub(lambda day: f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}", plain, count=1)


def misfit(value: Any) -> Note | None:
    """Return why a scalar cannot be kept, None when it can."""
    if isinstance(value, str):
        return TEXT if UNWRITABLE.search(value) else None
    if value is None or isinstance(value, bool | date):
        return None
    if isinstance(value, int):
        return None if abs(value) < 10**_DIGITS else NUMBER
    if isinstance(value, Decimal):
        return None if _fits(value) else NUMBER
    return VALUE.of(type(value).__name__)


def _fits(value: Decimal) -> bool:
    places = value.as_tuple().exponent
    return isinstance(places, int) and places >= -_PLACES and value.adjusted() < _DIGITS


def misfits(data: Any) -> Iterator[tuple[Path_, Note]]:
    """Yield what cannot be kept of a document that was not read from YAML."""
    left: list[tuple[Path_, Any]] = [((), data)]
    seen = 0
    while left:
        path, value = left.pop()
        seen += 1
        if len(path) > DEEPEST or seen > NODES:
            yield path[:DEEPEST], TOO_DEEP if len(path) > DEEPEST else TOO_MANY
            return
        if type(value) is str:  # most are, and the next question is a slow one
            if UNWRITABLE.search(value):
                yield path, TEXT
        elif isinstance(value, Mapping):
            yield from (((*path, key), TEXT) for key in value if misfit(key) is TEXT)
            left += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list | tuple):
            left += [((*path, index), item) for index, item in enumerate(value)]
        elif (why := misfit(value)) is not None:
            yield path, why


def words_in(value: Any) -> set[str]:
    """Return every text of a value, keys included."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        return {word for pair in value.items() for item in pair for word in words_in(item)}
    if isinstance(value, list | tuple):
        return {word for item in value for word in words_in(item)}
    return set()
