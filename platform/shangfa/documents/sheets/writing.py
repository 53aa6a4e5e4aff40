"""Write workbooks and their CSV twins: the same rows, the same bytes every time.

Nothing is a formula, and no text begins with what a spreadsheet takes for one: such a text
gets an apostrophe before it. Numbers stay numbers, codes stay texts.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, Protocol

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | None
FORMULA: Final = frozenset("=+-@\t\r\n|")
"""First letters of what a spreadsheet may run."""
MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's own times have no zone
"""When every workbook says it was made: what it holds decides its bytes, and nothing else."""
MARK: Final = "\ufeff"
"""Tells spreadsheets that a CSV is UTF-8."""
MOST_ROWS: Final = 1_000_000
"""Rows of one sheet; a spreadsheet opens 1,048,576."""


class Rows(Protocol):
    """Where rows go."""

    def write(self, row: Sequence[Cell]) -> None:
        """Add a row."""


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in FORMULA and text else text


def shown(value: Cell) -> str:
    """Return a value as CSV has it."""
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else str(value)


class CsvRows:
    """Rows as CSV in a file; `digest` is of all its bytes so far."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = path.open("wb") if path else None
        self._hash = hashlib.sha256()
        self.count = 0
        self._put(MARK)

    def write(self, row: Sequence[Cell]) -> None:
        """Add a row."""
        line = io.StringIO()
        csv.writer(line).writerow([shown(value) for value in row])
        self._put(line.getvalue())
        self.count += 1

    def _put(self, text: str) -> None:
        raw = text.encode()
        self._hash.update(raw)
        if self._file:
            self._file.write(raw)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Write what is left to the disk."""
        if self._file:
            self._file.close()


class Sheet:
    """Rows of a sheet, each written to the disk when the next one begins.

    When it is full its rows go on in another sheet.
    """

    def __init__(self, book: Book, name: str, head: Sequence[str]) -> None:
        self._book, self._name, self._head = book, name, head
        self._number, self._place = 1, 0
        self._sheet = book.add(name)
        self._begin()

    def _begin(self) -> None:
        self._sheet.freeze_panes(1, 0)
        self._place = 0
        for column, text in enumerate(self._head):
            self._sheet.write_string(0, column, text, self._book.bold)

    def write(self, row: Sequence[Cell]) -> None:
        """Add a row."""
        if self._place == MOST_ROWS:
            self._number += 1
            self._sheet = self._book.add(f"{self._name}{self._number}")
            self._begin()
        self._place += 1
        for column, value in enumerate(row):
            self._cell(column, value)

    def _cell(self, column: int, value: Cell) -> None:
        if isinstance(value, str):
            if value:
                self._sheet.write_string(self._place, column, harmless(value), self._book.plain)
        elif isinstance(value, Decimal):
            self._sheet.write_number(self._place, column, value, self._book.money)
        elif value is not None:
            self._sheet.write_number(self._place, column, value)


class Book:
    """A workbook in a file, of any number of rows in little memory."""

    def __init__(self, path: Path) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = Workbook(str(path), options)
        self._book.set_properties({"created": MADE})
        self.bold: Format = self._book.add_format({"bold": True})
        self.plain: Format = self._book.add_format({"num_format": "@"})
        self.money: Format = self._book.add_format({"num_format": "0.00"})

    def add(self, name: str) -> Worksheet:
        """Add a sheet as the library has it."""
        return self._book.add_worksheet(name)

    def sheet(self, name: str, head: Sequence[str]) -> Sheet:
        """Add a sheet with its first row."""
        return Sheet(self, name, head)

    def close(self) -> None:
        """Put the file together."""
        self._book.close()
