#!/usr/bin/env bash
# Version: marshmallow 4.4.0 and webargs 8.7.1 with Flask 3.1.3.
# Behaviour: `load_default=[]` hands the very list object of the schema to every load that has no value
#   of its own. A view that appends to what it was given changes the default of all later requests:
#   the second caller, who sent nothing, gets what the first one's view put there.
# One would guess otherwise: loading makes new data (a list that was sent is a new one each time), and
#   the OpenAPI document goes on to say that the default is [].
# A product should: write `load_default=list`, or a tuple, and refuse lists and dicts there by a test.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'marshmallow==4.4.0' 'flask==3.1.3' 'webargs==8.7.1'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
from flask import Flask
from marshmallow import Schema, fields
from webargs.flaskparser import use_args

app = Flask("shop")


class Order(Schema):
    tags = fields.List(fields.String(), load_default=[])
    fresh = fields.List(fields.String(), load_default=list)


@app.post("/order")
@use_args(Order)
def order(args):
    for name in ("tags", "fresh"):
        args[name].append("checked")
    return args


client = app.test_client()
answers = [client.post("/order", json={}).json for _ in range(3)]
for answer in answers:
    print("an empty order:", answer)
assert [len(answer["tags"]) for answer in answers] == [1, 2, 3]
assert [len(answer["fresh"]) for answer in answers] == [1, 1, 1]
PY
