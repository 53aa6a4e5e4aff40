"""What a file is taken for, whatever it is called."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.making.files import PDF, PNG, zipped

from shangfa.domain.evidence.kinds import EXTENSIONS, Look
from shangfa.papers.word import FORM

DOCX, XLSX = (kind for kind, names in EXTENSIONS.items() if names[0] in {"docx", "xlsx"})
MP4 = b"\0\0\0\x18ftyp"


def kind_of(content: bytes, piece: int = 7) -> str | None:
    look = Look()
    for at in range(0, len(content), piece):
        look.take(content[at : at + piece])
    return look.kind()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(PDF, "application/pdf", id="pdf"),
        pytest.param(PNG, "image/png", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg", id="jpeg"),
        pytest.param(b"GIF89a\1\0", "image/gif", id="gif"),
        pytest.param(b"II*\0\x08", "image/tiff", id="tiff"),
        pytest.param(b"RIFF\n\0\0\0WEBPVP8 ", "image/webp", id="webp"),
        pytest.param(b"RIFF\n\0\0\0WAVEfmt ", "audio/wav", id="wav"),
        pytest.param(b"#!AMR\n\x3c", "audio/amr", id="amr"),
        pytest.param(b"ID3\4\0", "audio/mpeg", id="mp3 with a label"),
        pytest.param(b"\xff\xfb\x90\0", "audio/mpeg", id="mp3"),
        pytest.param(b"\xff\xf1\x50\x80", "audio/aac", id="aac"),
        pytest.param(MP4 + b"heic", "image/heic", id="heic"),
        pytest.param(MP4 + b"M4A \0", "audio/mp4", id="m4a"),
        pytest.param(MP4 + b"qt  \0", "video/quicktime", id="mov"),
        pytest.param(MP4 + b"isom\0", "video/mp4", id="mp4"),
        pytest.param(zipped("xl/workbook.xml"), XLSX, id="xlsx"),
        pytest.param(zipped("OFD.xml"), "application/ofd", id="ofd"),
        pytest.param(FORM.read_bytes(), DOCX, id="docx"),
        pytest.param("迟到三次，A&B\r\n\t好".encode(), "text/plain", id="text"),
        pytest.param("\ufeff日期,姓名\n".encode(), "text/plain", id="text with a mark"),
        pytest.param("旷工一天".encode("gb18030"), "text/plain", id="text of an old program"),
        pytest.param(zipped("a.txt"), None, id="zip"),
        pytest.param(zipped("word/document.xml", "word/vbaProject.bin"), None, id="a program"),
        pytest.param(b"MZ\x90\0\3", None, id="exe"),
        pytest.param(b"\x7fELF\2", None, id="elf"),
        pytest.param(b"text\0", None, id="text with a zero"),
        pytest.param(b"text\xff", None, id="text of no coding"),
        pytest.param(b"\x1b[31m", None, id="text that moves a cursor"),
        pytest.param(b"Rar!\x1a\7\1\0", None, id="rar"),
        pytest.param(MP4 + b"evil", None, id="a film of no kind"),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, kind: str | None) -> None:
    assert {kind_of(content, piece) for piece in (1, 7, len(content))} == {kind}


def test_the_parts_of_a_large_document_stand_at_its_end() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("xl/media/film.bin", bytes(2_000_000))
        made.writestr("xl/workbook.xml", "x")
    assert kind_of(out.getvalue(), 65536) == XLSX


@pytest.mark.law
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_have_one_type_however_they_arrive(content: bytes) -> None:
    found = {kind_of(content, piece) for piece in (1, 3, 300)}
    assert len(found) == 1
    assert found <= {*EXTENSIONS, None}
