"""Tables that people make: what is read, and what is refused before it is unpacked."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from shangfa.documents.sheets.bounds import PIECE
from shangfa.documents.sheets.reading import CSV, NDJSON, XLSX, Row, read_rows
from shangfa.documents.sheets.writing import harmless, shown
from shangfa.domain.exchange.imports import columns_of
from shangfa.domain.faults import RefusedError

COLUMNS = {"a": "a", "甲": "a", "b": "b"}


def rows(body: bytes, media: str = CSV) -> list[Row]:
    return list(read_rows(body, media, COLUMNS, ["a"]))


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("__", "/").replace("_bin", ".bin"), content)
    return file.getvalue()


def test_the_headers_are_found_and_what_is_empty_is_left_out() -> None:
    body = "名单,\n,\n甲,b\n001,\n,2\n,\n"
    assert rows(body.encode()) == [Row(4, {"a": "001"}), Row(5, {"b": "2"})]


@pytest.mark.parametrize(
    ("body", "media", "said"),
    [
        pytest.param(
            "甲,b\n一,二\n".encode() + "三,四\n".encode("gb18030"), CSV, "row 1", id="two"
        ),
        pytest.param(b"a,b\n\xff\xff\xff,1\n", CSV, "neither", id="no text"),
        pytest.param(b"b\n1\n", CSV, "no row of headers", id="no headers"),
        pytest.param(b"a,x\n1,2\n", CSV, "no column 'x'", id="a column nobody knows"),
        pytest.param("a,甲\n1,2\n".encode(), CSV, "stands twice", id="twice"),
        pytest.param(b"a,b\n1,2,3\n", CSV, "row 2 has a cell without", id="a cell too many"),
        pytest.param(b"a,,b\n1,2,3\n", CSV, "row 2 has a cell without", id="below a merged one"),
        pytest.param(b'a,b\n"1,2\n', CSV, "no CSV", id="an open quote"),
        pytest.param(b'"a,b\\n1,2\\n"', CSV, "as a JSON string", id="a text in JSON"),
        pytest.param(b'"{}\\n"', NDJSON, "as a JSON string", id="lines in JSON"),
        pytest.param(b"[1]\n", NDJSON, "row 1 is no JSON object", id="no object"),
        pytest.param(b'{"a": 1}\n{"x": 1}\n', NDJSON, "row 2: no column", id="no key of ours"),
        pytest.param(b"a,b\n", XLSX, "no XLSX", id="no workbook"),
        pytest.param(packed(xl__vbaProject_bin=b"x"), XLSX, "macros", id="macros"),
        pytest.param(packed(xl__sheet=b"0" * 20_000_000), XLSX, "unpack to too much", id="a bomb"),
        pytest.param(packed(xl__sheet=b"0"), XLSX, "no XLSX", id="a zip of other things"),
    ],
)
def test_what_cannot_be_read(body: bytes, media: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said) as caught:
        rows(body, media)
    assert caught.value.code == "unreadable_file"


def book(write: Callable[[Workbook, Worksheet], None]) -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as made:
        write(made, made.add_worksheet())
    return file.getvalue()


FAR = (
    ("last cell of a sheet", b'<row r="1"><c r="A1"/></row><row r="9"><c r="XFD1048576"/></row>'),
    ("far down and far right", b'<row r="1048576"/><row r="1"><c r="ZZ1"/></row>'),
    ("only rows", b'<row r="1048576"><c/></row><row r="1"><c s="1" r="AA1"/></row>'),
    ("other quotes and spaces", b"<x:row r = '1048576'/><x:c t='s' r = 'ZZ9'/>"),
    ("between two pieces", b" " * (PIECE - 5) + b'<c t="s" r="XFD1048576"/>'),
    ("small letters", b'<c r="xfd1048576"/>'),
)


@pytest.mark.parametrize("cells", [pytest.param(cells, id=name) for name, cells in FAR])
def test_a_cell_far_off_is_refused_before_all_between_are_held(cells: bytes) -> None:
    """A file of some kilobytes would take all memory there is: what is read is dense."""
    body = book(lambda _, sheet: sheet.write_row(0, 0, ["a", "b"]))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if "worksheets/" in part.filename:
                content = content.replace(b"<sheetData>", b"<sheetData>" + cells)
            new.writestr(part, content)
    with pytest.raises(RefusedError, match="spans") as caught:
        rows(made.getvalue(), XLSX)
    assert caught.value.code == "unreadable_file"


LONG_TEXT = "长" * 30_000


def _heavy(made: Workbook, sheet: Worksheet) -> None:
    del made
    for row in range(4_000):  # each cell is read as a copy of its own
        sheet.write_string(row, 0, LONG_TEXT)


def _many(made: Workbook, sheet: Worksheet) -> None:
    del made
    for row in range(2):
        sheet.write_row(row, 0, [LONG_TEXT[:10]] * 3)


@pytest.mark.parametrize(
    ("write", "change"),
    [
        pytest.param(_heavy, (b"<none/>", b""), id="one text named by many"),
        pytest.param(_many, (b"<row r=", b"<c/>" * 3_200_000 + b"<row r="), id="cells"),
        pytest.param(_heavy, (b' t="s"><v>0</v>', b' t="s"><f/><v>0</v>'), id="it cannot be told"),
    ],
)
def test_what_takes_too_much_once_read_is_refused_before(
    write: Callable[[Workbook, Worksheet], None], change: tuple[bytes, bytes]
) -> None:
    made, old = io.BytesIO(), zipfile.ZipFile(io.BytesIO(book(write)))
    with zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if "worksheets/" in part.filename:
                content = content.replace(*change, 1 if write is _many else -1)
            new.writestr(part.filename, content)
    with pytest.raises(RefusedError, match="to read, at most 300") as caught:
        rows(made.getvalue(), XLSX)
    assert caught.value.code == "unreadable_file"


def test_many_may_name_a_text_that_is_short() -> None:
    def write(made: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        for row in range(1, 3_000):
            sheet.write_row(row, 0, ["长" * 50, LONG_TEXT if row == 1 else "短"])

    assert len(rows(book(write), XLSX)) == 2_999


def test_a_table_of_a_whole_company_is_no_far_cell() -> None:
    def write(made: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(9_999, 0, ["x", "<c r='XFD1048576'/>"])

    assert rows(book(write), XLSX) == [Row(10_000, {"a": "x", "b": "<c r='XFD1048576'/>"})]


def merged(made: Workbook, sheet: Worksheet) -> None:
    sheet.write(0, 0, "2026年3月考勤")
    sheet.merge_range(1, 0, 2, 0, "工号")
    sheet.merge_range(1, 1, 1, 2, "迟到")
    sheet.write_row(2, 1, ["次数", "时长(分钟)"])
    sheet.merge_range(1, 3, 1, 4, "考勤结果")
    sheet.write_row(2, 3, ["早退 次数", "旷工天数"])
    sheet.write_row(3, 0, ["007", "3次", "1小时20分", "-", "0.5天"])


def test_headers_merged_over_rows_and_columns_are_one() -> None:
    found = list(read_rows(book(merged), XLSX, columns_of("attendance", {}), ["subject"]))
    cells = {"subject": "007", "late": "3次", "late_minutes": "1小时20分"}
    assert found == [Row(4, {**cells, "early": "-", "absent_days": "0.5天"})]


@pytest.mark.parametrize(
    ("number", "form", "said"),
    [
        *[(46083, form, "2026-03-02") for form in (14, 27, 31, 36, 50, 57, 58)],
        (46083, 'yyyy"年"m"月"d"日"', "2026-03-02"),
        (46083.375, 22, "2026-03-02T09:00"),
        *[(0.375, form, "09:00:00") for form in (20, 32, 33, 55, 56)],
        *[(1.1, form, "26:24") for form in ("[h]:mm", '[h]"小时"mm"分"', "h:mm")],
        *[(1, form, "24:00") for form in ("[h]:mm", "h:mm")],
        (123, 0, "123"),
        (0.5, 0, "0.5"),
        (66 * 1.1, 0, "72.6"),
        (0.1 + 0.2, 0, "0.3"),
        (-4.35 * 100, 0, "-435"),
        (1234567890.12, 0, "1234567890.12"),
    ],
)
def test_days_and_lengths_as_workbooks_keep_them(number: float, form: Any, said: str) -> None:
    def write(made: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_string(1, 0, "007")
        sheet.write_number(1, 1, number, made.add_format({"num_format": form}))

    assert rows(book(write), XLSX) == [Row(2, {"a": "007", "b": said})]


@given(st.text(max_size=40))
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert harmless(text)[:1] not in {*"=+-@\t\r\n|"} - {""}
    assert harmless(text).removeprefix("'") == text.removeprefix("'")
    assert shown(text) == harmless(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_is_read_in_pieces_as_it_would_be_whole(encoding: str, end: str) -> None:
    names = [f"张三{number}" * 9 for number in range(30_000)]
    lines = ["a,b", *(f"E{number},{name}" for number, name in enumerate(names))]
    body = end.join(lines).encode(encoding)
    assert len(body) > PIECE  # so that letters lie across the ends of pieces
    assert [row.cells["b"] for row in rows(body)] == names
    broken = body[:-1] + b"\xff"
    with pytest.raises(RefusedError) as caught:
        rows(broken)
    assert caught.value.code == "unreadable_file"


@pytest.mark.parametrize("mark", ["\u2028", "\u0085", "\x1c"])
def test_a_line_of_json_ends_at_its_end_and_at_no_letter(mark: str) -> None:
    said = json.dumps({"a": "E1", "b": f"一{mark}二"}, ensure_ascii=False)
    (row,) = rows(said.encode() + b"\n", NDJSON)
    assert (row.number, row.cells["b"]) == (1, f"一{mark}二")


def test_rows_take_little_memory_however_many_there_are() -> None:
    body = b"a,b\n" + b"".join(b"E%d,%s\n" % (n, b"x" * 200) for n in range(50_000))
    tracemalloc.start()
    count = sum(1 for _ in read_rows(body, CSV, COLUMNS, ["a"]))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, most < len(body) / 2) == (50_000, True)
