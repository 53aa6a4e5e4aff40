"""Names of files: kept, mended, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.making.house import code_of

from shangfa.domain.evidence.kinds import EXTENSIONS
from shangfa.domain.evidence.names import LONGEST, harmless, named_for
from shangfa.domain.faults import RefusedError


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        pytest.param("聊天记录 3月2日.pdf", "聊天记录 3月2日.pdf", id="as it is"),
        pytest.param("a\u202efdp.exe", "afdp.exe", id="turned round"),
        pytest.param("e\u0301.pdf", "é.pdf", id="put together"),
        pytest.param('a<b>:"|?*%.pdf', "a_b_______.pdf", id="what systems mistake"),
        pytest.param("a\nb\t.pdf", "ab.pdf", id="lines"),
        pytest.param(" .pdf. ", "pdf", id="dots and blanks around"),
        pytest.param("NUL.pdf", "_NUL.pdf", id="a device"),
        pytest.param("com1", "_com1", id="another device"),
        pytest.param("a\u200b.pdf", "a.pdf", id="a blank that nobody sees"),
        pytest.param("甲" * 60, "甲" * 60, id="as long as can be"),
    ],
)
def test_a_name_is_kept_without_what_harms(given_name: str, name: str) -> None:
    assert harmless(given_name) == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../a.pdf", id="up"),
        pytest.param("/etc/passwd", id="from the top"),
        pytest.param("C:\\a.pdf", id="of Windows"),
        pytest.param("C:a.pdf", id="of a drive"),
        pytest.param("a/b.pdf", id="down"),
        pytest.param("a\\b.pdf", id="down, of Windows"),
        pytest.param("..", id="up alone"),
        pytest.param("a\0.pdf", id="cut by a zero"),
        pytest.param("", id="none"),
        pytest.param("\u202e \t", id="none to be seen"),
        pytest.param("甲" * 61, id="too long"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    assert code_of(lambda: harmless(name)) == "unsafe_name"


@pytest.mark.law
@given(st.text(max_size=80))
def test_any_name_is_harmless_or_refused(given_name: str) -> None:
    try:
        name = harmless(given_name)
    except RefusedError:
        return
    assert harmless(name) == name
    assert len(name.encode()) <= LONGEST
    assert not set(name) & set('/\\<>:"|?*%\n\r\t\0')


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        pytest.param("a.PDF", "application/pdf", "a.PDF", id="its own"),
        pytest.param("a.jpeg", "image/jpeg", "a.jpeg", id="its second"),
        pytest.param("照片", "image/jpeg", "照片.jpg", id="none"),
        pytest.param("合同.2026", "application/pdf", "合同.2026.pdf", id="no type at all"),
        pytest.param("mail.eml", "text/plain", "mail.eml", id="a text of a kind"),
    ],
)
def test_a_name_gets_the_extension_of_its_content(name: str, kind: str, kept: str) -> None:
    assert named_for(name, kind) == kept


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("a.pdf", None, id="content that is not taken"),
        pytest.param("a.pdf", "image/png", id="a picture called document"),
        pytest.param("a.exe", "application/pdf", id="a document called program"),
        pytest.param("a.html", "text/plain", id="a text called page"),
        pytest.param("a.svg", "text/plain", id="a text called picture"),
        pytest.param("a.txt", "application/pdf", id="a document called text"),
    ],
)
def test_a_name_that_says_another_type_is_refused(name: str, kind: str | None) -> None:
    assert code_of(lambda: named_for(name, kind)) == "wrong_type"


def test_every_type_has_extensions_of_its_own() -> None:
    names = [name for names in EXTENSIONS.values() for name in names]
    assert len(names) == len(set(names))
