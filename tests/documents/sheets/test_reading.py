"""Tables that people make: what is read, and what is refused before it is unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangfa.documents.sheets.reading import CSV, NDJSON, XLSX, Row, read_rows
from shangfa.documents.sheets.writing import harmless, shown
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


@given(st.text(max_size=40))
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert harmless(text)[:1] not in {*"=+-@\t\r\n|"} - {""}
    assert harmless(text).removeprefix("'") == text.removeprefix("'")
    assert shown(text) == harmless(text)
