"""The letters of the font that comes with the install, and what stands for those it lacks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTFont

FONTS: Final = Path(str(files("shangfa.papers") / "fonts"))
FAMILY: Final = "Noto Sans SC"
_FILE: Final = FONTS / "NotoSansSC-Regular.ttf"
_KEPT: Final = frozenset("\n")


@cache
def letters() -> frozenset[str]:
    """Return every letter the font can show."""
    with TTFont(_FILE, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap())) - frozenset(map(chr, range(32)))


def shown(text: str) -> str:
    """Return a text with each letter the font lacks as its number, 〔U+20BB7〕, never dropped."""
    return "".join(_name(letter) for letter in _lines(text))


def written(text: str) -> str:
    """Return a text for Word, which has more fonts: only what XML cannot hold gets a number."""
    return "".join(letter if _is_written(letter) else _number(letter) for letter in _lines(text))


def each(value: Any, change: Callable[[str], str]) -> Any:
    """Return texts, lists and objects of texts with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: each(item, change) for key, item in value.items()}
    return [each(item, change) for item in value]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "　")


def _name(letter: str) -> str:
    return letter if letter in letters() or letter in _KEPT else _number(letter)


def _number(letter: str) -> str:
    return f"〔U+{ord(letter):04X}〕"


def _is_written(letter: str) -> bool:
    bad = "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff"
    return letter in _KEPT or (letter >= " " and not "\x7f" <= letter <= "\x9f" and not bad)
