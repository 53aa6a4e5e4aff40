#!/usr/bin/env bash
# Version: Babel 2.19.0.
# Behaviour: parse_decimal() for zh_CN drops group signs wherever they stand: "12,50" is 1250,
#   "1.234,5" is 1.2345, "1,2,3" is 123; strict=True refuses them. parse_date() has no such switch and
#   exchanges month and day where the month is over 12: "2026/13/01" is 13 January.
# One would guess otherwise: both read by the patterns of the locale, whose groups have three digits
#   and whose month stands second, and both raise for other nonsense.
# A product should: read amounts and days that people typed by patterns of its own and refuse the rest,
#   or call parse_decimal() with strict=True and write a day back before it is kept.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'babel==2.19.0'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
from babel.dates import parse_date
from babel.numbers import NumberFormatError, parse_decimal


def read(text, *, strict):
    try:
        return str(parse_decimal(text, locale="zh_CN", strict=strict))
    except NumberFormatError:
        return "refused"


amounts = {
    text: (read(text, strict=False), read(text, strict=True))
    for text in ("1,234.50", "12,50", "1.234,5", "1,2,3", "12-")
}
days = {
    text: str(parse_date(text, locale="zh_CN")) for text in ("2026/3/1", "2026/13/01", "2026年31月1日")
}
for text, (plain, strict) in amounts.items():
    print(f"{text:12} {plain:10} strict: {strict}")
for text, day in days.items():
    print(f"{text:12} {day}")
assert amounts == {
    "1,234.50": ("1234.50", "1234.50"),
    "12,50": ("1250", "refused"),
    "1.234,5": ("1.2345", "refused"),
    "1,2,3": ("123", "refused"),
    "12-": ("refused", "refused"),
}
assert days == {
    "2026/3/1": "2026-03-01",
    "2026/13/01": "2026-01-13",
    "2026年31月1日": "2026-01-31",
}
PY
