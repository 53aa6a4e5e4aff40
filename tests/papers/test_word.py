"""The Word document of a slip, with our form and with a tenant's."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from tests.making.house import code_of
from tests.making.slip_form import make
from tests.making.slips import SLIP, slip

from shangfa.domain.faults import RefusedError
from shangfa.papers.word import FORM, LARGEST, slip_docx


def lines(document: bytes) -> list[str]:
    found = Document(BytesIO(document))
    cells = [cell for table in found.tables for row in table.rows for cell in row.cells]
    said = [*found.paragraphs, *(line for cell in cells for line in cell.paragraphs)]
    return [line.text for line in said]


def form(*paragraphs: str) -> bytes:
    """Return a tenant's form of some paragraphs."""
    made, out = Document(), BytesIO()
    for text in paragraphs:
        made.add_paragraph(text)
    made.save(out)
    return out.getvalue()


def test_everything_on_the_slip_is_in_it() -> None:
    said = "\n".join(lines(slip_docx(SLIP)))
    for text in (
        "2026-000123",
        "2026年3月4日",
        "倪晓雯　F003",
        "《客服部管理制度》第1版　三-3　违规操作造成损失",
        "100.05　人民币壹佰元零伍分",
        "罚款（元）：范围 50.00–200.00，选定 100.05。理由：初犯，主动说明",
        "■已收到　□未收到",
        "□认可事实　■不认可事实",
        "（代查理）",
        "十日内向人力资源部书面申诉　2026年3月14日",
    ):
        assert text in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("迟到<3次 & A&B", "迟到<3次 & A&B", id="signs of XML"),
        pytest.param("{{ number }} {% if %}", "{{ number }} {% if %}", id="signs of a form"),
        pytest.param("{_{ a }_} {_% b %_}", "{_{ a }_} {_% b %_}", id="signs of docxtpl"),
        pytest.param("一\n二", "一\n二", id="lines"),
        pytest.param("\x07\x0b\ufffe", "〔U+0007〕〔U+000B〕〔U+FFFE〕", id="what XML cannot hold"),
        pytest.param("𠮷😀", "𠮷😀", id="letters of other fonts"),
    ],
)
def test_what_somebody_wrote_is_text(text: str, shown: str) -> None:
    assert shown in lines(slip_docx(slip(facts=text)))


def test_the_same_slip_gives_the_same_bytes() -> None:
    assert slip_docx(SLIP) == slip_docx(SLIP) == slip_docx(SLIP, FORM.read_bytes())


def test_no_time_but_the_slips_own_is_in_it() -> None:
    made = slip_docx(SLIP)
    with zipfile.ZipFile(BytesIO(made)) as packed:
        assert {item.date_time for item in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    said = Document(BytesIO(made)).core_properties
    assert str(said.created)[:19] == str(said.modified)[:19] == "2026-03-04 00:00:00"
    assert (said.title, said.author) == ("奖罚单 2026-000123", SLIP.company)


def east_asian(document: bytes) -> str | None:
    styles: Any = Document(BytesIO(document)).styles
    fonts = styles.element.find(f"{qn('w:docDefaults')}//{qn('w:rFonts')}")
    own = styles["Normal"].element.find(f".//{qn('w:rFonts')}")
    named = [item.get(qn("w:eastAsia")) for item in (own, fonts) if item is not None]
    return next((name for name in named if name), None)


def test_chinese_letters_have_a_font_also_in_a_form_that_names_none() -> None:
    assert east_asian(slip_docx(SLIP)) == "宋体"
    assert east_asian(slip_docx(SLIP, form("{{ number }}"))) == "宋体"


def test_a_tenants_form_is_filled() -> None:
    made = slip_docx(
        SLIP, form("罚单{{ number }}", "{% for a in approvals %}{{ a.name }};{% endfor %}")
    )
    assert lines(made) == ["罚单2026-000123", "单志刚;仇敏;"]


@pytest.mark.parametrize(
    ("own", "why"),
    [
        pytest.param(b"", "not a zip file", id="nothing"),
        pytest.param(b"PK\x03\x04" + b"x" * 99, "zip file", id="no document"),
        pytest.param(form("{{ salary }}"), "salary", id="a name we do not have"),
        pytest.param(form("{% for %}"), "Expected", id="a sentence cut short"),
        pytest.param(form("{{ facts.upper() }}"), "not safely callable", id="a call"),
        pytest.param(form("{{ ''.__class__.__mro__ }}"), "unsafe", id="a way out"),
        pytest.param(form("{{ 'x' * 9999999999 }}"), "compute", id="a product"),
        pytest.param(
            form("{% set a = facts %}", *["{% set a = a ~ a %}"] * 40, "{{ a }}"), "B", id="a flood"
        ),
        pytest.param(form("{% include '/etc/passwd' %}"), "loader", id="another file"),
        pytest.param(b"x" * (LARGEST + 1), "B", id="a form too large"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused(own: bytes, why: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        slip_docx(SLIP, own)
    assert refusal.value.code == "form_unusable"
    assert why in refusal.value.faults[0].en


def test_our_own_form_is_never_refused() -> None:
    assert code_of(lambda: slip_docx(slip(fen=None, appeal=None, approvals=(), choices=()))) == ""


def test_our_form_is_the_one_that_is_made(tmp_path: Path) -> None:
    make(tmp_path / "slip.docx")
    with zipfile.ZipFile(tmp_path / "slip.docx") as made, zipfile.ZipFile(FORM) as kept:
        assert {name: made.read(name) for name in made.namelist()} == {
            name: kept.read(name) for name in kept.namelist()
        }
