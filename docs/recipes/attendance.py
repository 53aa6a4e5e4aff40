"""Read an attendance machine's punches from stdin and record who came late, once each.

    python attendance.py < punches.csv      # 工号,时间: E001,2026-03-02 09:07

SHANGFA_URL, SHANGFA_KEY (of HR); CLAUSE, what is recorded, in minutes late; START, of the shift.
"""

import csv
import hashlib
import json
import os
import sys
import urllib.request
from datetime import datetime, time

CLAUSE, START = os.environ["CLAUSE"], time.fromisoformat(os.environ.get("START", "09:00"))
AT_ONCE = 500


def late(row: dict) -> dict | None:
    came = datetime.fromisoformat(row["时间"])
    begins = datetime.combine(came.date(), START)
    minutes = int((came - begins).total_seconds() // 60)
    if minutes < 1:
        return None
    return {
        "subject": row["工号"],
        "clause": CLAUSE,
        "occurred_at": came.isoformat(),
        "quantity": str(minutes),
        "external_id": f"punch:{row['工号']}:{came.date()}",  # one a day, however often it is sent
    }


def send(items: list[dict]) -> dict:
    body = json.dumps({"items": items}).encode()
    asked = urllib.request.Request(
        f"{os.environ['SHANGFA_URL']}/v1/incidents:batch",
        data=body,
        headers={
            "Authorization": f"Bearer {os.environ['SHANGFA_KEY']}",
            "Content-Type": "application/json",
            "Idempotency-Key": hashlib.sha256(body).hexdigest(),
        },
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)


found = [item for row in csv.DictReader(sys.stdin) if (item := late(row))]
for start in range(0, len(found), AT_ONCE):
    items = found[start : start + AT_ONCE]
    for item, done in zip(items, send(items)["items"], strict=True):
        said = "已登记" if done["status"] == 201 else done["problem"]["detail_zh"]
        print(item["subject"], item["occurred_at"][:10], item["quantity"], said)
