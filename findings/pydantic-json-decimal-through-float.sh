#!/usr/bin/env bash
# Version: pydantic 2.14.3, beside json of Python 3.11 and msgspec 0.21.1.
# Behaviour: a JSON number for a Decimal field is read as a float first: 100000000000000.01 becomes
#   100000000000000.02, 12.30 becomes 12.3, 1e400 is refused as infinite. In strict mode it is the same.
#   The same digits in quotes are kept, and msgspec and json with parse_float=Decimal keep the number.
# One would guess otherwise: the field asks for a Decimal, pydantic reads the JSON itself from bytes
#   and keeps whole numbers of any length, and max_digits and decimal_places pass what was changed.
# A product should: take amounts as strings of digits and say so in its schema, and test its reader
#   with an amount of 17 digits.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'pydantic==2.14.3' 'msgspec==0.21.1'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import json
from decimal import Decimal
from typing import Annotated

import msgspec
from pydantic import Field, TypeAdapter, ValidationError

AMOUNTS = ("0.10", "12.30", "99999999999999.99", "100000000000000.01", "12345678901234567890")
field = TypeAdapter(Decimal)
bounded = TypeAdapter(Annotated[Decimal, Field(max_digits=17, decimal_places=2)])


def read(text):
    return [
        str(field.validate_json(text)),
        str(field.validate_json(text, strict=True)),
        str(field.validate_json(f'"{text}"')),
        str(msgspec.json.decode(text, type=Decimal)),
        str(json.loads(text, parse_float=Decimal)),
    ]


print(*(f"{name:>21}" for name in ("sent", "pydantic", "strict", "in quotes", "msgspec", "json")))
rows = {text: read(text) for text in AMOUNTS}
for text, row in rows.items():
    print(*(f"{one:>21}" for one in (text, *row)))
for text, (plain, strict, *exact) in rows.items():
    assert plain == strict
    assert exact == [text] * 3
assert [row[0] for row in rows.values()] == [
    "0.1",
    "12.3",
    "99999999999999.98",
    "100000000000000.02",
    "12345678901234567890",
]
assert str(bounded.validate_json("100000000000000.01")) == "100000000000000.02"
try:
    field.validate_json("1e400")
except ValidationError as error:
    print("1e400:", error.errors()[0]["msg"])
else:
    raise AssertionError("1e400 was read")
PY
