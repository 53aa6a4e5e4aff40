#!/usr/bin/env bash
# Version: openapi-python-client 0.29.1.
# Behaviour: an operation whose body is text/csv, application/yaml or application/x-ndjson is left out
#   of the generated client; the command warns on standard error and exits with 0. One whose body may
#   be JSON or CSV is made with JSON alone, without a warning.
# One would guess otherwise: the document is valid, a string body needs no model, answers of text/csv
#   are generated, and a generator that could not generate usually fails.
# A product should: generate with `--fail-on-warning` where it tests its own document, offer every
#   upload as multipart or octet-stream too or say how to send it by hand, and count the operations of
#   a generated client against the document.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'openapi-python-client==0.29.1'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import json
import subprocess
import sys
from pathlib import Path

BODIES = {
    "csv": ["text/csv"],
    "yaml": ["application/yaml"],
    "lines": ["application/x-ndjson"],
    "bytes": ["application/octet-stream"],
    "json": ["application/json"],
    "json_or_csv": ["application/json", "text/csv"],
}


def operation(name, media):
    content = {one: {"schema": {"type": "string"}} for one in media}
    return {
        "operationId": f"send_{name}",
        "requestBody": {"required": True, "content": content},
        "responses": {"204": {"description": "taken"}},
    }


paths = {f"/{name}": {"post": operation(name, media)} for name, media in BODIES.items()}
document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
Path("document.json").write_text(json.dumps(document))
program = Path(sys.executable).with_name("openapi-python-client")
Path("settings.yaml").write_text("post_hooks: []\n")
command = [program, "generate", "--path", "document.json", "--config", "settings.yaml"]
command += ["--meta", "none", "--overwrite", "--output-path", "made"]
plain = subprocess.run(command, capture_output=True, text=True)
strict = subprocess.run([*command, "--fail-on-warning"], capture_output=True)
made = {name: Path(f"made/api/default/send_{name}.py").exists() for name in BODIES}
both = Path("made/api/default/send_json_or_csv.py").read_text()
for name, there in made.items():
    print(f"{' or '.join(BODIES[name]):30} {'generated' if there else 'left out'}")
print("exit status:", plain.returncode, "- with --fail-on-warning:", strict.returncode)
print("the client of JSON or CSV knows text/csv:", "text/csv" in both)
assert plain.returncode == 0
assert strict.returncode == 1
assert [name for name, there in made.items() if not there] == ["csv", "yaml", "lines"]
assert "text/csv" not in both
PY
