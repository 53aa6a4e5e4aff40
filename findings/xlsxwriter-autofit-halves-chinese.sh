#!/usr/bin/env bash
# Version: XlsxWriter 3.3.1.
# Behaviour: `autofit()` counts every letter it has no measured width for as 8 pixels. A Chinese letter
#   at the default 11 points is about 15 pixels wide, so a column of Chinese text comes out little more
#   than half as wide as it needs to be: the headings are cut and wrapped, and a date or an amount
#   beside a short heading is shown as ###### when its column was fitted to the heading alone.
# One would guess otherwise: the widths come from a table measured in Excel, and Latin text fits.
# A product should: set widths itself, two units for each full-width letter (east_asian_width W or F).
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'xlsxwriter==3.3.1'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import re
import zipfile
from unicodedata import east_asian_width

import xlsxwriter

LATIN, CHINESE = "Deduction reason", "扣款原因及处理结果说明"


def need(text):
    """Pixels: 7 for a Latin letter of the default font, one em of 11 points for a wide one."""
    return round(sum(11 * 96 / 72 if east_asian_width(one) in "WF" else 7 for one in text))


with xlsxwriter.Workbook("slip.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [LATIN, CHINESE])
    sheet.autofit()
xml = zipfile.ZipFile("slip.xlsx").read("xl/worksheets/sheet1.xml").decode()
widths = [round(float(one) * 7) for one in re.findall(r'<col [^>]*width="([0-9.]+)"', xml)]
for text, width in zip((LATIN, CHINESE), widths, strict=True):
    print(f"{text}: needs about {need(text)} pixels, gets {width}")
assert widths[0] >= 0.9 * need(LATIN)
assert widths[1] < 0.65 * need(CHINESE)
PY
