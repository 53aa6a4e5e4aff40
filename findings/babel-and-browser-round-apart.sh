#!/usr/bin/env bash
# Version: Babel 2.19.0, PyICU-binary 2.7.4 and the Intl of Node 20.
# Behaviour: the same rate or amount, formatted for zh-CN from the same CLDR patterns, differs between
#   server and browser: Babel and ICU round halves to even, Intl away from zero. A rate of 0.5 percent
#   is 0% in the one and 1% in the other, 12.5 percent 12% and 13%, 0.125 yuan ¥0.12 and ¥0.13.
# One would guess otherwise: all three are made from one table, Intl is made of ICU, and neither says
#   that it drops a digit: the percent pattern has none after the point.
# A product should: round by a rule of its own before formatting, give the number of digits each time,
#   and format an amount in one place only.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'babel==2.19.0' 'PyICU-binary==2.7.4'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import json
import subprocess
from decimal import Decimal

import icu
from babel.numbers import format_currency, format_percent

RATES, AMOUNTS = ("0.005", "0.015", "0.125", "0.105"), ("0.125", "0.375", "1.005")
SCRIPT = """
const [rates, amounts] = JSON.parse(process.argv[1]);
const show = (options) => new Intl.NumberFormat('zh-CN', options);
const percent = show({style: 'percent'}), money = show({style: 'currency', currency: 'CNY'});
console.log(JSON.stringify([rates.map(one => percent.format(one)), amounts.map(one => money.format(one))]));
"""

babel = [
    [format_percent(Decimal(one), locale="zh_CN") for one in RATES],
    [format_currency(Decimal(one), "CNY", locale="zh_CN") for one in AMOUNTS],
]
percent = icu.NumberFormat.createPercentInstance(icu.Locale("zh_CN"))
icu_rates = [percent.format(float(one)) for one in RATES]
run = subprocess.run(
    ["node", "-e", SCRIPT, json.dumps([RATES, AMOUNTS])], capture_output=True, text=True, check=True
)
browser = json.loads(run.stdout)
for name, row in (("value", RATES), ("Babel", babel[0]), ("PyICU", icu_rates), ("Intl", browser[0])):
    print(f"{name:>6}:", *(f"{one:>6}" for one in row))
for name, row in (("value", AMOUNTS), ("Babel", babel[1]), ("Intl", browser[1])):
    print(f"{name:>6}:", *(f"{one:>6}" for one in row))
assert babel == [["0%", "2%", "12%", "10%"], ["¥0.12", "¥0.38", "¥1.00"]]
assert icu_rates == babel[0]
assert browser == [["1%", "2%", "13%", "11%"], ["¥0.13", "¥0.38", "¥1.01"]]
PY
