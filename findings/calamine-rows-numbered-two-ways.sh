#!/usr/bin/env bash
# Version: python-calamine 0.9.1, workbook written by XlsxWriter 3.3.1.
# Behaviour: of a table that begins in C3, to_python() leaves out the rows above and the columns
#   beside, iter_rows() gives the rows above as empty ones and still leaves out the columns, and
#   to_python(skip_empty_area=False) gives both. The third line of one is the first of the other.
# One would guess otherwise: the two read the same sheet of the same object, and the one looks like
#   the lazy form of the other.
# A product should: number rows from one of them only and test it with a table that does not begin in
#   A1, so that "row 5, column D" in an error is row 5, column D in the user's program; sheet.start
#   says what was left out.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'python-calamine==0.9.1' 'xlsxwriter==3.3.1'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

with Workbook("table.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write_row("C3", ["subject", "amount"])
    sheet.write_row("C4", ["E-17", "20"])
sheet = CalamineWorkbook.from_path("table.xlsx").get_sheet_by_index(0)
ways = {
    "to_python()": sheet.to_python(),
    "iter_rows()": list(sheet.iter_rows()),
    "to_python(skip_empty_area=False)": sheet.to_python(skip_empty_area=False),
}
for name, rows in ways.items():
    head = next(number for number, row in enumerate(rows, 1) if "subject" in row)
    print(f"{name:34} headers in line {head}, place {rows[head - 1].index('subject') + 1}")
print("sheet.start:", sheet.start)
table = [["subject", "amount"], ["E-17", "20"]]
assert sheet.start == (2, 2)
assert list(ways.values()) == [
    table,
    [["", ""], ["", ""], *table],
    [[""] * 4, [""] * 4, *(["", "", *row] for row in table)],
]
PY
