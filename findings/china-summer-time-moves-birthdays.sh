#!/usr/bin/env bash
# Version: Node 20 in the zone Asia/Shanghai, Python 3.11 with tzdata 2026.6.
# Behaviour: China had summer time from 1986 to 1991, so midnight of a summer's day in those years is
#   15:00 UTC of the day before, not 16:00. A date picker's `new Date(1990, 5, 1)` sent as JSON and read
#   with a fixed +08:00 is 31 May, 23:00: the birthdays of people now 35 to 40 years old come a day
#   early. The other way round the hour that is off stays within the right day and hides it.
# One would guess otherwise: China has one zone and no summer time, +08:00 is right for every day anybody
#   tests with, and winter birthdays of the same years are right.
# A product should: carry dates as text YYYY-MM-DD without an instant; where instants must be read as
#   dates, use the zone by its name on both sides.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'tzdata==2026.6'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import json
import os
import subprocess
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import tzdata

reset_tzpath([str(Path(tzdata.__file__).parent / "zoneinfo")])
FIXED, NAMED = timezone(timedelta(hours=8)), ZoneInfo("Asia/Shanghai")
DAYS = [date(1985, 6, 1), date(1986, 6, 1), date(1990, 1, 15), date(1990, 6, 1), date(1992, 6, 1), date(2026, 6, 1)]
PICKED = """const days = JSON.parse(process.argv[1]).map(one => one.split('-').map(Number));
console.log(JSON.stringify(days.map(([y, m, d]) => new Date(y, m - 1, d))));"""

sent = subprocess.run(
    ["node", "-e", PICKED, json.dumps([f"{day}" for day in DAYS])],
    env={**os.environ, "TZ": "Asia/Shanghai"},
    capture_output=True,
    text=True,
    check=True,
)
wrong = []
for day, text in zip(DAYS, json.loads(sent.stdout), strict=True):
    instant = datetime.fromisoformat(text)
    fixed, named = instant.astimezone(FIXED), instant.astimezone(NAMED)
    print(f"picked {day}, sent {text}: +08:00 {fixed:%F %H:%M}, Asia/Shanghai {named:%F %H:%M}")
    assert named.date() == day
    if fixed.date() != day:
        wrong.append(day)
assert wrong == [date(1986, 6, 1), date(1990, 6, 1)]
PY
