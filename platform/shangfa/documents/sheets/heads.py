"""Find the row of headers of a table that people made, or the two rows of one with merged cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

from shangfa.domain.exchange.faults import UNREADABLE_FILE
from shangfa.domain.exchange.imports import IGNORED, header_of
from shangfa.domain.faults import RefusedError, refused
from shangfa.domain.text import Note

Line = tuple[int, list[str]]
"""The number of a row, and its cells."""
HEAD_WITHIN: Final = 20
"""Rows in which the headers are looked for."""

NO_COLUMN = Note("第{0}行：没有列“{1}”；可用：{2}", "row {0}: no column {1!r}; allowed are: {2}")
TWICE = Note("第{0}行：列“{1}”出现两次", "row {0}: column {1!r} stands twice")


def fault_of(note: Note) -> RefusedError:
    """Return what is wrong with a file as a whole."""
    return refused(UNREADABLE_FILE, why=note)


def find_head(
    top: Sequence[Line], columns: Mapping[str, str], needed: tuple[str, ...]
) -> tuple[list[str], int]:
    """Return the columns that the headers name, and how many rows they end after.

    `top`: the first rows. A header merged over rows stands in its first cell; one merged over
    columns (`迟到`) stands before each below it (`次数`, `时长`).

    Raises:
        RefusedError: `unreadable_file`: a column nobody knows, or one that stands twice.
    """
    for index, (number, texts) in enumerate(top):
        lower = top[index + 1][1] if index + 1 < len(top) else []
        both = _merged(texts, lower, columns)
        if both is not None and set(needed) <= set(both):
            _check(number + 1, lower, both, columns)
            return both, index + 2
        found = [columns.get(header_of(text), "") for text in texts]
        if set(needed) <= set(found):
            _check(number, texts, found, columns)
            return found, index + 1
    return [], 0


def _merged(
    upper: Sequence[str], lower: Sequence[str], columns: Mapping[str, str]
) -> list[str] | None:
    """Return the columns of two rows as one; None unless the lower has headers and no more."""
    if not any(lower) or len(lower) > len(upper):
        return None
    group, found = "", []
    for text, below in zip_longest(upper, lower, fillvalue=""):
        group = text or group
        names = [group + below, below] if below else [text]
        known = [columns[header_of(name)] for name in names if header_of(name) in columns]
        if below and not known:
            return None
        found.append(known[0] if known else "")
    return found


def _check(
    number: int, texts: Sequence[str], found: Sequence[str], columns: Mapping[str, str]
) -> None:
    """Let columns pass that are known and stand once.

    Nothing may stand below what has no header; that is seen when the rows are read.
    """
    for text, name in zip_longest(texts, found, fillvalue=""):
        if text and not name:
            raise fault_of(NO_COLUMN.of(number, text, "、".join(columns)))
        if name and name != IGNORED and found.count(name) > 1:
            raise fault_of(TWICE.of(number, text))
