#!/usr/bin/env bash
# Version: jsonschema 4.26.0 with its extra format-nongpl, which brings rfc3987-syntax 1.1.0 on lark 1.3.1.
# Behaviour: `import jsonschema` builds 39 parsers, one for each rule of the grammar of IRIs, before any
#   schema is seen; it takes several times as long as without the package, in every process. Nobody needs to
#   ask for the extra: a tool that does (an SBOM generator, say) puts it into the environment of all.
# One would guess otherwise: formats are optional and checked only by who passes a FormatChecker, so
#   having a checker installed should cost nothing until a text is checked.
# A product should: keep tools with that extra in an environment of their own, or import jsonschema only
#   where it is used; look for lark in what a command-line program imports.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'jsonschema[format-nongpl]==4.26.0' \
  'rfc3987-syntax==1.1.0' 'lark==1.3.1'
cd "$tmp"
cat > spent.py <<'PY'
import gc
import sys
from resource import RUSAGE_SELF, getrusage

if sys.argv[1] == "without":
    sys.modules["rfc3987_syntax"] = None  # as if it were not installed
before = getrusage(RUSAGE_SELF).ru_utime
import jsonschema

spent = getrusage(RUSAGE_SELF).ru_utime - before
lark = sys.modules.get("lark")
parsers = sum(isinstance(item, lark.Lark) for item in gc.get_objects()) if lark else 0
print(parsers, spent)
PY
"$tmp/venv/bin/python" - <<'PY'
from statistics import median
from subprocess import run
from sys import executable


def spent(how):
    rounds = [
        run([executable, "spent.py", how], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(5)
    ]
    return int(rounds[0][0]), median(float(seconds) for _, seconds in rounds)


(parsers, slow), (none, quick) = spent("with"), spent("without")
print(f"parsers built by the import: {parsers}, without the package: {none}")
print("processor time of the import: at least three times as much:", slow > 3 * quick)
assert (parsers, none) == (39, 0) and slow > 3 * quick
PY
