"""What somebody probably meant: the known words nearest to one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Final

LOOKED_AT: Final = 2_000
"""So many known words are compared at most: a slip must not cost a second."""
LONGEST: Final = 80


def nearest(word: str, known: Iterable[str], number: int = 5) -> list[str]:
    """Return the nearest known words; the first ones when none is near."""
    words = list(islice(known, LOOKED_AT))
    return close(word, words, number) or words[:number]


def close(word: str, known: Iterable[str], number: int = 5) -> list[str]:
    """Return the known words that are near, nearest first; none when none is."""
    words = list(islice(known, LOOKED_AT))
    return difflib.get_close_matches(word[:LONGEST], words, n=number, cutoff=0.3)
