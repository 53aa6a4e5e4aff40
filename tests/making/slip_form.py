"""Makes the Word form of a slip that comes with the install: `python -m tests.making.slip_form`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from shangfa.papers.word import FORM

ROWS = (
    ("类别", "{{ kind }}"),
    ("当事人", "{{ subject.name }}　{{ subject.code }}"),
    ("部门岗位", "{{ subject.department }}　{{ subject.position }}"),
    ("直属上级", "{{ supervisor }}"),
    ("提出人", "{{ proposer.name }}　{{ proposer.department }}"),
    ("发生时间", "{{ occurred }}"),
    ("知悉日期", "{{ known_on }}"),
    ("地点渠道", "{{ place }}"),
    ("来源", "{{ source }}"),
    (
        "依据条款",
        "《{{ clause.policy }}》第{{ clause.version }}版　{{ clause.code }}　{{ clause.title }}",
        "{{ clause.text }}",
    ),
    ("事实经过", "{{ facts }}"),
    (
        "处理结果",
        "{%p for item in consequences %}",
        "{{ item.what }}：{{ item.quantity }}　{{ item.clause }}　{{ item.arithmetic }}",
        "{%p endfor %}",
    ),
    (
        "裁量",
        "{%p for item in choices %}",
        "{{ item.what }}：范围 {{ item.allowed }}，选定 {{ item.taken }}。理由：{{ item.reason }}",
        "{%p endfor %}",
    ),
    ("金额", "{{ amount }}　{{ amount_capitals }}"),
    ("证据", "{%p for item in evidence %}", "{{ item }}", "{%p endfor %}"),
    ("申辩意见", "{{ defence }}"),
    ("工会意见", "{{ union }}"),
    (
        "签收",
        "{{ received }}",
        "{{ accepts }}",
        "签字：{{ signature.name }}　{{ signature.at }}　{{ signature.note }}",
        "{%p for item in witnesses %}",
        "拒绝签字，见证人：{{ item.name }}　{{ item.at }}　{{ item.note }}",
        "{%p endfor %}",
    ),
    (
        "审批",
        "{%p for item in approvals %}",
        "{{ item.role }}：{{ item.verdict }}　{{ item.name }}　{{ item.at }}　{{ item.note }}",
        "{%p if item.delegate_of %}",
        "（代{{ item.delegate_of }}）",
        "{%p endif %}",
        "{%p endfor %}",
    ),
    ("生效日期", "{{ effective_on }}　{{ expires_on }}"),
    ("计薪月份", "{{ payroll_month }}"),
    ("申诉", "{{ appeal.way }}　{{ appeal.due }}"),
    ("整改要求", "{{ correction }}　{{ correct_by }}"),
    ("此前单号", "{{ repeat_of | join('、') }}"),
    ("连带单号", "{{ linked | join('、') }}"),
    ("合规提示", "{%p for item in findings %}", "{{ item }}", "{%p endfor %}"),
    ("备注", "{{ remark }}"),
)


def make(path: Path) -> None:
    """Write the form."""
    form = Document()
    normal = form.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(10)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    normal.paragraph_format.space_after = Pt(0)
    section = form.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.footer.paragraphs[0].text = "编号 {{ number }}"
    _heading(form, "{{ company }}", 12)
    _heading(form, "奖　罚　单", 18)
    form.add_paragraph("编号：{{ number }}　　　　日期：{{ issued_on }}")
    table = form.add_table(0, 2, style="Table Grid")
    for label, *lines in ROWS:
        cells = table.add_row().cells
        cells[0].text = label
        cells[1].text = lines[0]
        for line in lines[1:]:
            cells[1].add_paragraph(line)
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Mm(26), Mm(144)
    properties = form.core_properties
    properties.author = properties.title = properties.comments = ""
    properties.created = properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001 - Word has no zones
    form.save(str(path))


def _heading(form: Any, text: str, size: int) -> None:
    line = form.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.add_run(text).font.size = Pt(size)


if __name__ == "__main__":
    make(FORM)
