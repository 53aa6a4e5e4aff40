"""Read tables that people made: CSV, workbooks, lines of JSON.

What is read are texts, as they stand: leading zeros stay, dates are written as we write them.
A workbook is bounded before it is unpacked (`bounds`). Whatever is wrong with the file as a whole
is one fault with its row.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from shangfa.documents.sheets.bounds import NO_BOOK, PIECE, check_bounds
from shangfa.documents.sheets.heads import HEAD_WITHIN, NO_COLUMN, fault_of, find_head
from shangfa.domain.exchange.imports import IGNORED, header_of
from shangfa.domain.text import Note

CSV: Final = "text/csv"
NDJSON: Final = "application/x-ndjson"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA: Final = (CSV, NDJSON, XLSX)
MOST_ROWS: Final = 1_100_000
EPOCH: Final = datetime(1899, 12, 31)  # noqa: DTZ001 - workbooks know no zones
"""The day from which workbooks count."""
HAN: Final = range(0x4E00, 0xA000)

NO_TEXT = Note("既不是 UTF-8 也不是 GB18030", "it is written in neither UTF-8 nor GB18030")
MIXED = Note(
    "第{0}行是 UTF-8，别的行不是；请以一种编码保存",
    "row {0} is UTF-8 and others are not; save it in one encoding",
)
QUOTED = Note(
    r"文件是作为 JSON 字符串发来的（有引号，换行成了 \n）；请原样发送文件的文字",
    r"it was sent as a JSON string, in quotes and with \n for its line ends; send it as it stands",
)
NO_CSV = Note("第{0}行不合 CSV 格式", "row {0} is no CSV")
NO_JSON = Note("第{0}行不是 JSON 对象", "row {0} is no JSON object")
NO_HEAD = Note(
    "前{0}行中没有表头；须有：{1}", "no row of headers in the first {0}; needed are: {1}"
)
LONG = Note("第{0}行有单元格没有表头", "row {0} has a cell without a header")
TOO_MANY = Note("行数超过{0}", "it has more than {0} rows")


class Row(NamedTuple):
    """A row with its number in the file, and what stands there by column."""

    number: int
    cells: dict[str, Any]


def read_rows(
    body: bytes, media: str, columns: Mapping[str, str], needed: Iterable[str]
) -> Iterator[Row]:
    """Yield a file's rows without what is empty.

    `columns`: header -> column. `needed`: columns that must be there.

    Raises:
        RefusedError: `unreadable_file`, with the row where there is one.
    """
    if media == NDJSON:
        yield from _json_rows(_text(body), columns)
        return
    lines = _sheet(body) if media == XLSX else _csv(_text(body))
    yield from _table(lines, columns, tuple(needed))


def _text(body: bytes) -> io.TextIOWrapper:
    """Return the text of a file in one of the two encodings, never in both, as it is read.

    A short Chinese text cannot be told by guessing: UTF-8 if all of it is, else GB18030.
    """
    encoding = "utf-8-sig"
    if _is_one_string(body):
        raise fault_of(QUOTED)
    if not _is_in(body, encoding):
        _check_one_encoding(body)
        encoding = "gb18030"
        if not _is_in(body, encoding):
            raise fault_of(NO_TEXT)
    return io.TextIOWrapper(io.BytesIO(body), encoding, newline="")


def _is_one_string(body: bytes) -> bool:
    """Tell whether a client wrote a file's lines as a text of JSON, as openapi-fetch does."""
    return body[:1] == body[-1:] == b'"' and rb"\n" in body and b"\n" not in body


def _is_in(body: bytes, encoding: str) -> bool:
    """Tell whether all of a file is in an encoding; no more than a piece is unpacked at once."""
    read = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(body), PIECE):
            read.decode(body[start : start + PIECE])
        read.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_one_encoding(body: bytes) -> None:
    """Let a file pass that is not UTF-8 in any row: Han in UTF-8 is not there by chance."""
    for number, line in enumerate(io.BytesIO(body), 1):
        if not line.isascii():
            try:
                text = line.decode("utf-8-sig")
            except UnicodeDecodeError:
                continue
            if any(ord(letter) in HAN for letter in text):
                raise fault_of(MIXED.of(number))


def _json_rows(text: Iterable[str], columns: Mapping[str, str]) -> Iterator[Row]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, parse_float=Decimal)
        except (ValueError, RecursionError):
            raise fault_of(NO_JSON.of(number)) from None
        if not isinstance(value, dict):
            raise fault_of(NO_JSON.of(number))
        yield Row(number, dict(_named(number, value, columns)))


def _named(
    number: int, value: Mapping[str, Any], columns: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        column = columns.get(header_of(name))
        if column is None:
            raise fault_of(NO_COLUMN.of(number, name, "、".join(columns)))
        if item not in (None, "") and column != IGNORED:
            yield column, item


def _csv(text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise fault_of(NO_CSV.of(reader.line_num)) from None


def _sheet(body: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        check_bounds(body)
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, IndexError):
        raise fault_of(NO_BOOK) from None
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, [_cell(value) for value in cells]


def _cell(value: Any) -> str:
    """Return a cell as it would be written by hand."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Fifteen digits are what a sheet shows; a formula keeps 66 * 1.1 as 72.60000000000001.
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, date) and value.year <= EPOCH.year + 1:
        value = datetime(*value.timetuple()[:6]) - EPOCH  # noqa: DTZ001 - a length, no day
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(timespec="minutes")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _table(
    lines: Iterable[tuple[int, list[str]]], columns: Mapping[str, str], needed: tuple[str, ...]
) -> Iterator[Row]:
    rest = ((number, [cell.strip() for cell in cells]) for number, cells in lines)
    top = list(islice(rest, HEAD_WITHIN))
    head, below = find_head(top, columns, needed)
    if not head:
        raise fault_of(NO_HEAD.of(HEAD_WITHIN, "、".join(needed)))
    for count, (number, texts) in enumerate(chain(top[below:], rest)):
        if any(texts[len(head) :]) or any(
            text for name, text in zip(head, texts, strict=False) if not name
        ):
            raise fault_of(LONG.of(number))
        if count > MOST_ROWS:
            raise fault_of(TOO_MANY.of(MOST_ROWS))
        named = zip(head, texts, strict=False)
        given = {name: text for name, text in named if text and name not in ("", IGNORED)}
        if given:
            yield Row(number, given)
