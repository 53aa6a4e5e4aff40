#!/usr/bin/env bash
# Version: openpyxl 3.1.5 and python-calamine 0.9.1, a workbook written by xlsxwriter 3.3.1.
# Behaviour: openpyxl reads a date whose cell has one of the East Asian built-in formats (27 to 36,
#   50 to 58, as Chinese Excel gives 2026年3月1日) as a bare number, and calls its format "General".
#   python-calamine gives the date, in the same file.
# One would guess otherwise: built-in formats have fixed numbers that need no text in the file, the
#   other built-in dates (14 to 22) are dates in both, and the sheet shows a date on the screen.
# A product should: read spreadsheets of East Asian users with a reader that knows these numbers, or
#   take a number in a date column for a day count, and say so in the preview.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'openpyxl==3.1.5' 'xlsxwriter==3.3.1' 'python-calamine==0.9.1'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import datetime

import openpyxl
import python_calamine
import xlsxwriter

SERIAL = 46082.0  # 2026-03-01
FORMATS = [14, 22, *range(27, 37), *range(50, 59)]

with xlsxwriter.Workbook("days.xlsx") as book:
    sheet = book.add_worksheet()
    for row, number in enumerate(FORMATS):
        sheet.write_number(row, 0, SERIAL, book.add_format({"num_format": number}))

calamine = python_calamine.load_workbook("days.xlsx").get_sheet_by_index(0).to_python()
cells = [row[0] for row in openpyxl.load_workbook("days.xlsx").active.iter_rows()]
for number, [one], two in zip(FORMATS, calamine, cells, strict=True):
    print(f"format {number}: calamine {one}, openpyxl {two.value} ({two.number_format})")
    assert str(one)[:10] == "2026-03-01"
    if number in (14, 22):
        assert two.value == datetime.datetime(2026, 3, 1)
    else:
        assert (two.value, two.number_format) == (46082, "General")
PY
