#!/usr/bin/env bash
# Version: openapi-python-client 0.29.1 and openapi-fetch 0.17.0 on Node 20; webargs 8.7.1 reads.
# Behaviour: a query parameter declared `style: form, explode: false` is to be sent as `ids=1,2`. Both
#   generated clients send `ids=1&ids=2`. A server that reads it with webargs' DelimitedList answers for
#   the first alone, with no error on either side.
# One would guess otherwise: explode is part of every parameter's declaration since OpenAPI 3.0, both
#   generators accept the document without a warning, and a repeated key could be seen as too many.
# A product should: declare lists as repeated keys (`explode: true`, the default) and read them so, and
#   refuse a repeated key where only one is meant.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'openapi-python-client==0.29.1' 'webargs==8.7.1' 'flask==3.1.3'
cd "$tmp"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund openapi-fetch@0.17.0 >/dev/null
cat > call.mjs <<'JS'
import createClient from "openapi-fetch";
const seen = async (request) => (console.log(new URL(request.url).search.slice(1)), new Response("{}"));
const client = createClient({ baseUrl: "http://localhost", fetch: seen });
await client.GET("/lines", { params: { query: { ids: ["1", "2"] } } });
JS
"$tmp/venv/bin/python" - <<'PY'
import json
import subprocess
import sys
from pathlib import Path

import flask
import httpx
from webargs import fields
from webargs.flaskparser import parser

PARAMETER = {
    "name": "ids",
    "in": "query",
    "style": "form",
    "explode": False,
    "schema": {"type": "array", "items": {"type": "string"}},
}
operation = {
    "operationId": "lines",
    "parameters": [PARAMETER],
    "responses": {"204": {"description": "none"}},
}
paths = {"/lines": {"get": operation}}
document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
Path("document.json").write_text(json.dumps(document))
program = Path(sys.executable).with_name("openapi-python-client")
Path("settings.yaml").write_text("post_hooks: []\n")
command = [program, "generate", "--path", "document.json", "--meta", "none", "--output-path", "made"]
strict = [*command, "--config", "settings.yaml", "--fail-on-warning"]
subprocess.run(strict, check=True, capture_output=True)
sys.path.insert(0, ".")
from made.api.default.lines import _get_kwargs

python = httpx.Request("GET", "http://localhost/lines", params=_get_kwargs(ids=["1", "2"])["params"])
run = subprocess.run(["node", "call.mjs"], capture_output=True, text=True, check=True)
sent = {"openapi-python-client": python.url.query.decode(), "openapi-fetch": run.stdout.strip()}
app = flask.Flask("receiver")
for name, query in {"as declared": "ids=1,2", **sent}.items():
    with app.test_request_context(f"/lines?{query}"):
        read = parser.parse({"ids": fields.DelimitedList(fields.Int())}, location="query")["ids"]
    print(f"{name:22} {query:12} is read as {read}")
    assert read == ([1, 2] if name == "as declared" else [1])
assert set(sent.values()) == {"ids=1&ids=2"}
PY
