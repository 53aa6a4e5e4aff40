"""Pull a locked month into payroll as CSV on stdout: 工号,项目,金额; then say it was taken.

    python payroll.py 2026-03 > deductions.csv

SHANGFA_URL, SHANGFA_KEY (of finance or HR). What is not locked yet is not pulled (status 1); a
month that was pulled already gives the same lines again.
"""

import csv
import json
import os
import sys
import urllib.request
from decimal import Decimal
from urllib.parse import quote

MONTH = sys.argv[1]


def ask(path: str, method: str = "GET") -> dict:
    asked = urllib.request.Request(
        f"{os.environ['SHANGFA_URL']}/v1/periods/{MONTH}{path}",
        method=method,
        headers={"Authorization": f"Bearer {os.environ['SHANGFA_KEY']}"},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)


month = ask("")
if month["state"] not in {"locked", "exported", "paid"}:
    sys.exit(f"{MONTH} 尚未锁定（{month['state']}）")
rows, total, cursor = csv.writer(sys.stdout), Decimal(0), ""
rows.writerow(["工号", "项目", "金额"])
while cursor is not None:
    page = ask(f"/lines?limit=200{f'&cursor={quote(cursor)}' if cursor else ''}")
    for line in page["items"]:
        amount = Decimal(line["allowed"])  # decimal text, never a float
        if amount:
            rows.writerow([line["subject"], line["money"], amount])
            total += amount
    cursor = page["next_cursor"]
print(f"{MONTH} 第{month['version']}版，合计 {total}", file=sys.stderr)
if month["state"] == "locked":
    ask("/export", "POST")
