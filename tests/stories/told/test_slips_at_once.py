"""Slips of what was decided at once, a month's slips on one paper, a company's own Word form."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from pypdfium2 import PdfDocument
from tests.making.files import multipart
from tests.making.story import RULES, Person, Story, open_story
from tests.stories.test_dismissals import GATE

from shangfa.papers import word


def issued(story: Story, case: str) -> str:
    response = story.hr("POST", f"/v1/cases/{case}/slips")
    assert response.status_code == 200, response.text
    (slip,) = response.get_json()["slips"]
    return str(slip["no"])


def refused(response: Any) -> tuple[int, str]:
    assert response.status_code >= 400, response.text
    return response.status_code, response.get_json()["code"]


def at_once(story: Story, *who: str) -> str:
    return str(story.hr.record("q", *(who or ("E",)), at="2026-08-31")["case"]["id"])


def pages(by: Person, month: str = "2026-09") -> int:
    response = by("GET", f"/v1/slips.pdf?month={month}")
    assert response.status_code == 200, response.text
    document = PdfDocument(response.data)
    try:
        return len(document)
    finally:
        document.close()


def test_a_case_decided_at_once_gets_its_slip_when_somebody_wants_it() -> None:
    story = open_story()
    case = at_once(story)
    assert story.hr.get(f"/v1/cases/{case}")["slips"] == []
    no = issued(story, case)
    assert no == "2026-000001"
    assert issued(story, case) == no
    slip = story.employee.get(f"/v1/slips/{no}")
    assert [effect["quantity"] for effect in slip["effects"]] == ["-5.00"]
    assert (slip["procedure"], slip["appeal_until"]) == ("immediate", None)
    assert [line["step"] for line in slip["steps"]] == ["record"]
    assert story.hr("GET", f"/v1/slips/{no}.pdf").data.startswith(b"%PDF")
    for who in ("leader", "employee", "auditor", "finance"):
        assert refused(story.people[who]("POST", f"/v1/cases/{case}/slips")) == (403, "forbidden")


def test_a_slip_of_what_was_decided_at_once_names_who_recorded_it() -> None:
    story = open_story()
    body = {"at": "2026-08-31", "procedure": "immediate"}
    by = {"M": story.leader.record("m", "E", **body), "hr": story.hr.record("f", "E", **body)}
    for who, said in by.items():
        case = said["case"]["id"]
        (line,) = story.hr.get(f"/v1/cases/{case}")["history"]
        assert line["by"] == who
        (step,) = story.hr.get(f"/v1/slips/{issued(story, case)}")["steps"]
        assert step["by"] == who
    first = story.hr("GET", "/v1/slips/2026-000001.pdf").data
    assert "提出人" in text_of(first)


def test_a_slip_tells_nobody_what_another_bears_by_it() -> None:
    story = open_story()
    made = story.leader.record("m", "E", at="2026-08-31", procedure="immediate")
    no = issued(story, made["case"]["id"])
    for who, seen in (("hr", ["E", "M"]), ("leader", ["E", "M"]), ("employee", ["E"])):
        slip = story.people[who].get(f"/v1/slips/{no}")
        assert [effect["subject"] for effect in slip["effects"]] == seen
        assert {line.get("subject", "E") for line in slip["trace"]} == set(seen)


def test_what_is_not_decided_at_once_or_was_undone_gets_none_that_way() -> None:
    story = open_story()
    proposed = story.leader.record("f", "E", at="2026-08-31")["case"]["id"]
    said = story.hr.record("q", "E", at="2026-08-31")
    undone = story.hr("POST", f"/v1/incidents/{said['id']}/reversal", {"reason": "查无此事"})
    assert undone.status_code == 201
    for case in (proposed, said["case"]["id"]):
        assert refused(story.hr("POST", f"/v1/cases/{case}/slips")) == (409, "illegal_step")


def test_the_clause_stands_in_full_on_its_slip() -> None:
    story = open_story()
    case = story.effective("w", "E")
    (slip,) = story.hr.get(f"/v1/cases/{case}")["slips"]
    wording = "员工当月首次违纪的，给予警告。"
    assert story.employee.get(f"/v1/slips/{slip['no']}")["clause_text"] == wording
    paper = story.hr("GET", f"/v1/slips/{slip['no']}.docx").data
    cells = [c.text for t in Document(BytesIO(paper)).tables for r in t.rows for c in r.cells]
    assert any(wording in text for text in cells)


def test_a_months_slips_are_one_paper_of_what_each_may_see() -> None:
    story = open_story()
    assert refused(story.hr("GET", "/v1/slips.pdf?month=2026-09")) == (404, "not_found")
    for who in ("E", "E", "G"):
        issued(story, at_once(story, who))
    assert (pages(story.hr), pages(story.leader), pages(story.employee)) == (3, 3, 2)
    assert refused(story.boss("GET", "/v1/slips.pdf?month=2026-09")) == (404, "not_found")
    assert refused(story.hr("GET", "/v1/slips.pdf?month=2026-08")) == (404, "not_found")
    assert refused(story.hr("GET", "/v1/slips.pdf?month=September")) == (422, "invalid")
    assert refused(story.hr("GET", "/v1/slips.pdf?month=2026-09&after=x")) == (422, "invalid")
    path = "/v1/slips.pdf?month=2026-09&after=2026-000002"
    assert story.hr("GET", path).data.count(b"%PDF") == 1
    assert story.hr("GET", path).data == story.hr("GET", path).data


def form(story: Story, content: bytes) -> Any:
    body, kind = multipart(content, "form.docx")
    return story.hr("PUT", "/v1/slip-form", body, Content_Type=kind)


def own_form(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def test_a_company_has_its_own_word_form_and_goes_back_to_ours() -> None:
    story, other = open_story(), open_story()
    no = issued(story, at_once(story))
    theirs = issued(other, at_once(other))
    ours = story.hr("GET", f"/v1/slips/{no}.docx").data
    assert refused(story.hr("GET", "/v1/slip-form.docx")) == (404, "not_found")
    mine = own_form("本公司单据 {{ number }}")
    assert form(story, mine).get_json() == {"revision": 1}
    assert story.hr("GET", "/v1/slip-form.docx").data == mine
    filled = Document(BytesIO(story.employee("GET", f"/v1/slips/{no}.docx").data))
    assert [paragraph.text for paragraph in filled.paragraphs] == [f"本公司单据 {no}"]
    assert len(Document(BytesIO(other.hr("GET", f"/v1/slips/{theirs}.docx").data)).tables) > 0
    for bad in (b"no form", b"", own_form("{{ nobody }}"), own_form("{{ number.__class__ }}")):
        assert refused(form(story, bad)) == (422, "form_unusable")
    assert story.hr("DELETE", "/v1/slip-form").get_json() == {"revision": 2}
    assert story.hr("GET", f"/v1/slips/{no}.docx").data == ours
    assert form(story, b"0" * (word.LARGEST + 1)).status_code == 413
    for who in ("leader", "employee", "auditor", "finance"):
        assert refused(story.people[who]("DELETE", "/v1/slip-form")) == (403, "forbidden")


FACTS = """clauses:
  - {code: x, title: 事实, kind: fines.fixed, params: {amount: 20}, facts: {
      serious: {type: bool, kept: true, zh: 情节是否严重},
      mild: {type: bool, kept: true, zh: 初犯},
      many: {type: number, kept: true, zh: 数量},
      lost: {type: money, kept: true, zh: 损失},
      rows: {type: table, kept: true, zh: 明细},
      seen: {type: moment, kept: true, zh: 发现时间},
      order: {type: text, kept: true, zh: 单号}}}"""
GIVEN: dict[str, Any] = {
    "serious": True,
    "mild": False,
    "many": "1e2",
    "lost": 1.5e3,
    "rows": [{"件": 3, "坏": True}, {"件": None, "坏": False}],
    "seen": "2026-08-31T10:00:00+08:00",
    "order": "1e5",
}
RAW = re.compile(r"True|False|None|Decimal|\{'|\['|\dE\+|\de\+|T10:00|_demerit|warning|dismissal")


def text_of(paper: bytes) -> str:
    document = PdfDocument(paper)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_no_value_is_printed_as_a_program_writes_it() -> None:
    rules = RULES.replace("clauses:", FACTS).replace("procedures: [", "procedures: [default, ")
    story = open_story(rules.replace("[default, immediate", "[immediate"))
    said = story.hr.record("x", "E", at="2026-08-31", facts=GIVEN, procedure="immediate")
    no = issued(story, said["case"]["id"])
    papers = (
        "".join(Document(BytesIO(story.hr("GET", f"/v1/slips/{no}.docx").data)).element.itertext()),
        text_of(story.hr("GET", f"/v1/slips/{no}.pdf").data),
    )
    for paper in papers:
        flat = paper.replace("\r\n", "").replace("\n", "")
        assert RAW.findall(flat) == []
        for words in (
            "情节是否严重：是",
            "初犯：否",
            "数量：100",
            "损失：1500",
            "明细：（件：3；坏：是）、（件：—；坏：否）",
            "发现时间：2026-08-31 10:00",
            "单号：1e5",
        ):
            assert words in flat


@pytest.mark.parametrize(("clause", "named"), [("w", "警告"), ("m", "小过"), ("d", "解除劳动合同")])
def test_what_a_slip_brings_is_named_in_chinese(clause: str, named: str) -> None:
    story = open_story()
    given: dict[str, Any] = {"dismissal": GATE} if clause == "d" else {}
    case = story.effective(clause, "E", **given)
    (slip,) = story.hr.get(f"/v1/cases/{case}")["slips"]
    text = text_of(story.hr("GET", f"/v1/slips/{slip['no']}.pdf").data)
    assert RAW.findall(text) == []
    assert f"（{named}）" in text
