#!/usr/bin/env bash
# Version: python-docx 1.2.0; mammoth 1.13.0 for comparison.
# Behaviour: `paragraph.text` leaves out what stands in a tracked insertion, a content control or a simple
#   field (a cross-reference), and a tracked deletion too. Of a rule whose amount was changed from 50 to
#   20 with change tracking on, neither number is read, and nothing tells. mammoth reads the 20.
# One would guess otherwise: Word shows these words among the others, hyperlinks are read, and
#   an amended handbook with its changes still marked is the usual thing to be handed in.
# A product should: read the runs of the XML itself, or refuse a file that holds w:ins, w:del, w:sdt or
#   w:fldSimple and ask for one with all changes accepted.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'python-docx==1.2.0' 'mammoth==1.13.0'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import docx
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

RUN = "<w:r><w:t>{}</w:t></w:r>"
PARTS = [
    ("tracked change", "迟到每次扣", '<w:del {} w:id="1" w:author="HR"><w:r><w:delText>50</w:delText></w:r></w:del>'),
    ("", None, '<w:ins {} w:id="2" w:author="HR">' + RUN.format("20") + "</w:ins>"),
    ("content control", "姓名：", "<w:sdt {}><w:sdtContent>" + RUN.format("张三") + "</w:sdtContent></w:sdt>"),
    ("cross-reference", "依照", '<w:fldSimple {} w:instr="REF five">' + RUN.format("第五条") + "</w:fldSimple>"),
]

document = docx.Document()
for _, words, xml in PARTS:
    paragraph = document.add_paragraph(words) if words else paragraph
    paragraph._p.append(parse_xml(xml.format(nsdecls("w"))))
document.save("rules.docx")

read = [one.text for one in docx.Document("rules.docx").paragraphs]
with open("rules.docx", "rb") as file:
    other = mammoth.extract_raw_text(file).value.split()
for name, one, two in zip([name for name, *_ in PARTS if name], read, other, strict=True):
    print(f"{name}: python-docx {one!r}, mammoth {two!r}")
assert read == ["迟到每次扣", "姓名：", "依照"]
assert other[0] == "迟到每次扣20" and other[1] == "姓名：张三"
PY
