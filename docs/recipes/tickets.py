"""Record complaints that a ticket system hands over, one JSON object a line on stdin.

    {"ticket": "T-1009", "agent": "E001", "kind": "rude", "closed": "2026-03-02T10:00:00+08:00"}

SHANGFA_URL, SHANGFA_KEY (of HR or a supervisor); CLAUSES, kind of complaint -> clause, as JSON.
A ticket that was handed over before is passed over, so the whole export may be sent every night.
"""

import json
import os
import sys
import urllib.error
import urllib.request

CLAUSES = json.loads(os.environ["CLAUSES"])


def record(ticket: dict) -> tuple[int, dict]:
    body = {
        "subject": ticket["agent"],
        "clause": CLAUSES[ticket["kind"]],
        "occurred_at": ticket["closed"],
        "note": f"工单 {ticket['ticket']}",
        "external_id": ticket["ticket"],
    }
    asked = urllib.request.Request(
        f"{os.environ['SHANGFA_URL']}/v1/incidents",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['SHANGFA_KEY']}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"ticket:{ticket['ticket']}",
        },
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


failed = 0
for line in sys.stdin:
    ticket = json.loads(line)
    status, found = record(ticket)
    if status == 201:
        print(ticket["ticket"], "已登记", *(item["quantity"] for item in found["effects"]))
    elif found["code"] == "duplicate":
        print(ticket["ticket"], "此前已登记")
    else:
        failed += 1
        print(ticket["ticket"], found["detail_zh"], file=sys.stderr)
sys.exit(bool(failed))
