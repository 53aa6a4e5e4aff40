"""What Chinese names begin with when they are spelled: `tyt` for 田雨桐.

The readings are those of pypinyin. Only its table of single characters is read, and not through
its code, which would keep 50 MB of phrases in every process. Of a character that is read in
several ways each way is meant, so 曾 is found by `c` and by `z`.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from itertools import groupby
from pathlib import Path
from typing import Final

HAN: Final = range(0x4E00, 0xA000)
"""Characters that are looked at: those of names, without the rarest."""
LONGEST: Final = 8
"""Letters of initials; who types more means something else."""


def initials_pattern(words: str) -> str | None:
    """Return a regular expression for names whose initials hold some letters, None for others.

    It knows no flags and fits PostgreSQL and Python alike.
    """
    letters = words.lower()
    if not (letters.isascii() and letters.isalpha() and len(letters) <= LONGEST):
        return None
    known = _classes()
    if not set(letters) <= set(known):
        return None
    return "".join(f"[{known[letter]}]" for letter in letters)


@cache
def _classes() -> dict[str, str]:
    """Return letter -> the characters whose reading begins with it, as ranges."""
    found: dict[str, set[int]] = {}
    for code, readings in _readings():
        for reading in readings.split(","):
            found.setdefault(_letter(reading[0]), set()).add(code)
    return {letter: _ranges(sorted(codes)) for letter, codes in found.items()}


@cache
def _letter(accented: str) -> str:
    return unicodedata.normalize("NFD", accented)[0]


def _readings() -> Iterator[tuple[int, str]]:
    file = distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    table: dict[str, str] = json.loads(Path(str(file)).read_text(encoding="utf-8"))
    return ((int(code), said) for code, said in table.items() if int(code) in HAN and said)


def _ranges(codes: list[int]) -> str:
    """Return ascending characters, those that follow one another as `first-last`."""
    runs = groupby(enumerate(codes), lambda pair: pair[1] - pair[0])
    return "".join(_run([code for _, code in run]) for _, run in runs)


def _run(codes: list[int]) -> str:
    first, last = chr(codes[0]), chr(codes[-1])
    return f"{first}-{last}" if len(codes) > 2 else "".join(map(chr, codes))  # noqa: PLR2004
