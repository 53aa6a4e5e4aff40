"""The PDF of a slip: seen as pixels, for text that can be extracted may still be boxes."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from itertools import combinations
from typing import Any

import pikepdf
import pypdfium2
import pytest
from tests.making.slips import SLIP, slip

from shangfa.domain.slips.slip import Party, Receipt
from shangfa.papers.letters import letters, shown
from shangfa.papers.pdf import MOST, slip_pdf, slips_pdf

PARTS = "{http://www.aiim.org/pdfa/ns/id/}"
Picture = frozenset[tuple[int, int]]


def pages(paper: bytes) -> list[Any]:
    """Return each page as rows of grey values, 0 black."""
    document = pypdfium2.PdfDocument(paper)
    found = []
    for page in document:
        picture = page.render(scale=2, grayscale=True)
        rows = memoryview(bytes(picture.buffer))
        found.append(
            [bytes(rows[y * picture.stride :][: picture.width]) for y in range(picture.height)]
        )
    return found


def picture_of(letter: str, blank: list[bytes]) -> Picture:
    """Return the dark pixels that a letter adds to a page, from their own corner."""
    [page] = pages(slip_pdf(slip(facts=letter)))
    dark = {
        (x, y)
        for y, (row, empty) in enumerate(zip(page, blank, strict=True))
        if row != empty
        for x in range(len(row))
        if row[x] < 128 <= empty[x]
    }
    left, top = min((x for x, _ in dark), default=0), min((y for _, y in dark), default=0)
    return frozenset((x - left, y - top) for x, y in dark)


def test_letters_are_drawn_each_unlike_the_others() -> None:
    [blank] = pages(slip_pdf(slip(facts="　")))
    drawn = {letter: picture_of(letter, blank) for letter in "罚赏曾单仇囍㛃壹贰叁，。《￥■A8é"}
    assert [letter for letter, picture in drawn.items() if len(picture) < 3] == []
    assert [pair for pair in combinations(drawn, 2) if drawn[pair[0]] == drawn[pair[1]]] == []


def test_a_letter_the_font_lacks_is_shown_as_its_number() -> None:
    assert (
        shown("𠮷家，\r\nok\t😀\x07\u202e")
        == "〔U+20BB7〕家，\nok　〔U+1F600〕〔U+0007〕〔U+202E〕"
    )
    assert slip_pdf(slip(facts="𠮷")) == slip_pdf(slip(facts="〔U+20BB7〕"))


def test_every_letter_of_the_font_can_be_printed() -> None:
    assert len(pages(slip_pdf(slip(facts="".join(sorted(letters())))))) > 5


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("*强调* _a_ $x^2$ #let x = 1 \\ // 注 <标签> @引用", id="a markup"),
        pytest.param('"; #read("/etc/passwd")', id="a program"),
        pytest.param("{{ number }} {% for %}", id="another markup"),
    ],
)
def test_what_somebody_wrote_is_text(text: str) -> None:
    document = pypdfium2.PdfDocument(slip_pdf(slip(facts=text)))
    said = document[0].get_textpage().get_text_bounded()
    assert re.sub(r"\s", "", text) in re.sub(r"\s", "", said)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        pytest.param("事实经过很长，需要换行与分页。" * 600, 4, id="a long text"),
        pytest.param("A1" * 3000, 1, id="a word without a break"),
        pytest.param("一\n" * 300, 4, id="many lines"),
    ],
)
def test_long_texts_wrap_and_break_pages(text: str, more: int) -> None:
    found = pages(slip_pdf(slip(facts=text)))
    assert len(found) > more
    width = len(found[0][0])
    for page in found:
        edges = [row[: width // 20] + row[-width // 20 :] for row in page]
        assert {value for edge in edges for value in edge} == {255}


def test_long_names_stay_in_their_cells() -> None:
    long = Party("E" * 60, "甲" * 60, "部" * 80, "X" * 90)
    found = pages(
        slip_pdf(slip(subject=long, proposer=long, supervisor="乙" * 60, company="司" * 90))
    )
    width = len(found[0][0])
    assert {value for row in found[0] for value in row[-width // 20 :]} == {255}


def test_the_same_slip_gives_the_same_bytes_and_another_other_ones() -> None:
    assert slip_pdf(slip()) == slip_pdf(slip())
    assert slip_pdf(slip()) != slip_pdf(slip(facts="别的"))
    assert slips_pdf([SLIP], "三月") == slips_pdf([SLIP], "三月")


def test_a_month_is_one_paper_with_the_pages_of_each_slip_counted_anew() -> None:
    slips = [slip(number=f"2026-{n:06}", facts="长。" * 900 * (n % 2)) for n in range(1, 4)]
    document = pypdfium2.PdfDocument(slips_pdf(slips, "2026年3月奖罚单"))
    feet = [page.get_textpage().get_text_bounded().splitlines()[-1] for page in document]
    counted = [
        re.findall(r"(2026-\d+).*第 ?(\d+) ?页，共 ?(\d+) ?页", re.sub(r"\s+", " ", foot))
        for foot in feet
    ]
    assert [item for [item] in counted] == [
        ("2026-000001", "1", "2"),
        ("2026-000001", "2", "2"),
        ("2026-000002", "1", "1"),
        ("2026-000003", "1", "2"),
        ("2026-000003", "2", "2"),
    ]


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_a_paper_of_none_or_too_many(count: int) -> None:
    with pytest.raises(ValueError, match=f"1 to {MOST}"):
        slips_pdf([SLIP] * count, "三月")


def test_a_slip_with_hardly_anything_on_it() -> None:
    nobody = Party("F003", "倪晓雯")
    bare = slip(
        subject=nobody,
        fen=None,
        choices=(),
        evidence=(),
        defence="",
        receipt=Receipt(),
        approvals=(),
        appeal=None,
        linked=(),
        findings=(),
    )
    assert len(pages(slip_pdf(bare))) == 1


@pytest.fixture(scope="module", params=["a slip", "a month"])
def paper(request: pytest.FixtureRequest) -> pikepdf.Pdf:
    made = slip_pdf(slip()) if request.param == "a slip" else slips_pdf([SLIP, SLIP], "三月")
    return pikepdf.open(BytesIO(made))


def objects(paper: pikepdf.Pdf, kind: str) -> list[Any]:
    found = [item for item in paper.objects if isinstance(item, pikepdf.Dictionary)]
    return [item for item in found if item.get("/Type") == kind]


def test_it_says_that_it_is_pdf_a_2b(paper: pikepdf.Pdf) -> None:
    assert str(paper.docinfo["/CreationDate"]) == "D:20260304000000Z"
    with paper.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        assert (said[f"{PARTS}part"], said[f"{PARTS}conformance"]) == ("2", "B")
        assert said["dc:creator"] == [SLIP.company]
        assert said["xmp:CreateDate"] == "2026-03-04T00:00:00+00:00"


def test_it_has_what_pdf_a_wants(paper: pikepdf.Pdf) -> None:
    [intent] = paper.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert int(intent.DestOutputProfile.N) in {1, 3}
    assert [len(bytes(item)) >= 16 for item in paper.trailer.ID] == [True, True]
    assert paper.Root.Lang == "zh-CN"
    assert not paper.is_encrypted


def test_every_font_is_inside_and_only_its_used_letters(paper: pikepdf.Pdf) -> None:
    described = objects(paper, "/FontDescriptor")
    assert described
    for font in described:
        assert re.fullmatch(r"/[A-Z]{6}\+NotoSansSC-Regular", str(font.FontName))
        assert "/FontFile2" in font
        assert len(font.FontFile2.read_bytes()) < 300_000


def test_it_has_nothing_that_pdf_a_forbids(paper: pikepdf.Pdf) -> None:
    text = b"".join(
        item.unparse() for item in paper.objects if isinstance(item, pikepdf.Dictionary)
    )
    for word in (b"/JavaScript", b"/Launch", b"/AA", b"/EmbeddedFile", b"/LZWDecode", b"/Encrypt"):
        assert word not in text


def test_no_day_but_the_slips_own_is_in_it() -> None:
    later = slip(issued_on=date(2026, 4, 1))
    assert b"2026-04-01T00:00:00" in slip_pdf(later)
