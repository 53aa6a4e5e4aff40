"""Bound a workbook before it is read: what it unpacks to, and what its cells take once read.

A sheet is held whole while it is read: every cell from the first to the last, empty or not, and a
copy of its text for every cell, also where a thousand cells name the same one.
"""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from functools import lru_cache
from typing import Final, NamedTuple

from shangfa.documents.sheets.heads import fault_of
from shangfa.domain.text import Note

MOST_UNPACKED: Final = 300_000_000
"""Bytes that a workbook may unpack to, all its parts together."""
MOST_TIMES: Final = 200
"""How many times larger than packed it may be."""
MOST_HELD: Final = 300_000_000
"""Bytes that a sheet may take once it is read."""
EMPTY: Final = 32
"""Bytes of a place in a sheet, whether or not a cell is there."""
FILLED: Final = 96
"""What a cell takes besides, without its text."""
PIECE: Final = 1 << 20
"""Bytes of a file that are unpacked together."""
PLACES: Final = re.compile(
    rb"""<(?:\w+:)?(?:c|row)\s[^<>]{0,400}?\br\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']"""
)
"""Where a row or a cell says that it stands."""
CELLS: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
SHARED: Final = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,400}?\bt\s*=\s*["']s["']""")
"""A cell whose text is one of those that the workbook keeps once."""
NAMED: Final = re.compile(
    rb"""\bt\s*=\s*["']s["'][^<>]{0,400}>\s{0,9}<(?:\w+:)?v[^<>]{0,99}>\s{0,9}([0-9]{1,9})\s{0,9}<"""
)
"""Which of them."""
ENDS: Final = re.compile(rb"</(?:\w+:)?si\s{0,9}>|<(?:\w+:)?si\s{0,9}/>")
"""Where a text that is kept once ends."""
LONGEST_TAG: Final = 900

NO_BOOK = Note("不是 XLSX 工作簿", "it is no XLSX workbook")
MACRO = Note("工作簿含有宏；请另存为不含宏的 XLSX", "the workbook has macros; save it without")
BOMB = Note("工作簿解压后过大", "the workbook would unpack to too much")
WIDE = Note(
    "工作表跨{0}行{1}列，读入须{2} MB，至多{3} MB；请删去远处的空单元格，或存为 CSV",
    "a sheet spans {0} rows and {1} columns and takes {2} MB to read, at most {3};"
    " delete far cells, or save as CSV",
)
HEAVY = Note(
    "工作表有{0}个单元格，读入须{1} MB，至多{2} MB；请存为 CSV",
    "a sheet with {0} cells takes {1} MB to read, at most {2}; save it as CSV",
)


class _Sheet(NamedTuple):
    """What a part of a workbook names.

    Attributes:
        rows, columns: the last of each, from 1.
        cells: how many are there.
        text: bytes of the texts that they name.
    """

    rows: int
    columns: int
    cells: int
    text: int


def check_bounds(body: bytes) -> None:
    """Let a workbook pass that can be unpacked and read within bounds.

    Raises:
        RefusedError: `unreadable_file`.
        zipfile.BadZipFile, zlib.error: it is damaged.
    """
    _check_packed(body)
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        parts = [item for item in packed.infolist() if item.filename.lower().endswith(".xml")]
        texts = [item for item in parts if item.filename.lower().endswith("sharedstrings.xml")]
        lengths = array("Q")
        for item in texts:
            lengths.extend(_lengths(packed, item))
        for item in parts:
            if item not in texts:
                _check(_sheet(packed, item, lengths))


def _check(sheet: _Sheet) -> None:
    """Let a sheet pass that fits; texts of its own are bounded by what it unpacks to."""
    spans = EMPTY * sheet.rows * sheet.columns
    held = spans + FILLED * sheet.cells + sheet.text
    if spans > MOST_HELD:
        raise fault_of(WIDE.of(sheet.rows, sheet.columns, *_megabytes(spans)))
    if held > MOST_HELD:
        raise fault_of(HEAVY.of(sheet.cells, *_megabytes(held)))


def _megabytes(held: int) -> tuple[int, int]:
    return held // 1_000_000, MOST_HELD // 1_000_000


def _check_packed(body: bytes) -> None:
    """Let a workbook pass whose parts are known to be harmless before any is unpacked."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(body)).infolist()
    except zipfile.BadZipFile:
        raise fault_of(NO_BOOK) from None
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise fault_of(MACRO)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or unpacked > MOST_TIMES * max(len(body), 50_000):
        raise fault_of(BOMB)


def _lengths(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> array[int]:
    """Return how long each text is that a workbook keeps once, with its marks, in bytes."""
    found, before, rest = array("Q"), 0, b""
    with packed.open(part) as file:
        while piece := file.read(PIECE):
            text, last = rest + piece, 0
            for end in ENDS.finditer(text):
                found.append(before + end.end() - last)
                before, last = 0, end.end()
            tail = min(LONGEST_TAG, len(text) - last)
            before += len(text) - last - tail
            rest = text[len(text) - tail :]
    return found


def _sheet(packed: zipfile.ZipFile, part: zipfile.ZipInfo, lengths: array[int]) -> _Sheet:
    """Return what a part names; of a text that cannot be told the longest is counted."""
    rows, columns, cells, text, unknown = 1, 1, 0, 0, 0
    rest, longest = b"", max(lengths, default=0)
    with packed.open(part) as file:
        while piece := file.read(PIECE):
            some = rest + piece
            for letters, row in PLACES.findall(some):
                rows = max(rows, int(row))
                columns = max(columns, _column(letters))
            cells += len(CELLS.findall(some))
            named = [int(number) for number in NAMED.findall(some)]
            text += sum(lengths[number] for number in named if number < len(lengths))
            unknown += max(0, len(SHARED.findall(some)) - len(named))
            rest = some[-LONGEST_TAG:]
    return _Sheet(rows, columns, cells, text + unknown * longest)


@lru_cache(1000)
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
