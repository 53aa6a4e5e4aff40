"""What a chat bot tells an employee: how far he is from what follows.

    python chatbot.py E001

SHANGFA_URL, SHANGFA_KEY (of HR, or the employee's own). One sentence a line, nothing when nothing
is near.
"""

import json
import os
import sys
import urllib.request
from decimal import Decimal
from urllib.parse import quote

NEAR = Decimal(os.environ.get("NEAR", "1"))
WORDS = {
    "warning": "警告",
    "minor_demerit": "小过",
    "major_demerit": "大过",
    "points": "分",
    "CNY": "元",
}


def words(unit: str) -> str:
    return WORDS.get(unit, unit)


asked = urllib.request.Request(
    f"{os.environ['SHANGFA_URL']}/v1/subjects/{quote(sys.argv[1], safe='')}/record",
    headers={"Authorization": f"Bearer {os.environ['SHANGFA_KEY']}"},
)
with urllib.request.urlopen(asked, timeout=30) as answer:
    record = json.load(answer)
for tally in record["tallies"]:
    for step in tally["next"]:
        if Decimal(step["gap"]) <= NEAR:
            gives = "、".join(f"{item['quantity']}{words(item['unit'])}" for item in step["gives"])
            print(
                f"{record['subject']['name']}，您在{tally['window']}已有{tally['total']}次"
                f"{words(tally['unit'])}；再有{step['gap']}次，将按“{step['title']}”得{gives}。"
            )
