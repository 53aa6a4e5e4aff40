#!/usr/bin/env bash
# Version: standardwebhooks 1.1.0.
# Behaviour: Webhook.sign() takes an aware datetime and replaces its zone by UTC instead of converting
#   it. 20:00+08:00 is signed as 20:00 UTC, eight hours late, and a receiver that checks the header made
#   from the right instant refuses the signature.
# One would guess otherwise: an aware datetime names one instant; the same instant written in two zones
#   compares equal and gives two signatures.
# A product should: hand over datetimes in UTC only, and hold its sender against verify() of the library
#   with a clock that is not in UTC.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'standardwebhooks==1.1.0'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import json
from datetime import UTC, datetime, timedelta, timezone

from standardwebhooks import Webhook, WebhookVerificationError

hook = Webhook("whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
utc = datetime.now(UTC).replace(microsecond=0)
local = utc.astimezone(timezone(timedelta(hours=8)))
body = json.dumps({"type": "test"})
assert utc == local


def accepted(moment):
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": hook.sign("msg_1", moment, body),
    }
    try:
        return hook.verify(body, headers) == {"type": "test"}
    except WebhookVerificationError as error:
        return str(error)


print("signed with the time in UTC:   ", accepted(utc))
print("signed with the time in +08:00:", accepted(local))
assert accepted(utc) is True
assert accepted(local) == "No matching signature found"
PY
