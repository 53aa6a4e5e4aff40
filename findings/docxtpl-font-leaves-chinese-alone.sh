#!/usr/bin/env bash
# Version: docxtpl 0.20.2.
# Behaviour: RichText("...", font="仿宋") sets the font for ASCII, other Latin and complex scripts, not
#   for East Asian letters. Chinese text keeps the font of the template's style; only its digits and
#   Latin letters change. The name must be written as "eastAsia:仿宋" to reach the others.
# One would guess otherwise: the argument is called font, the font named is a Chinese one and so is the
#   text.
# A product should: put the font into the template's style, or name the region, and look at a rendering
#   of the page, because the text extracted from it is the same either way.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'docxtpl==0.20.2'
cd "$tmp"
"$tmp/venv/bin/python" - <<'PY'
import re

from docxtpl import RichText


def fonts(name):
    return dict(re.findall(r'w:(\w+)="([^"]*)"', re.search(r"<w:rFonts[^>]*>", str(RichText("张三", font=name))).group()))


plain, named = fonts("仿宋"), fonts("eastAsia:仿宋")
print("font='仿宋':         ", plain)
print("font='eastAsia:仿宋':", named)
assert "eastAsia" not in plain and plain["ascii"] == "仿宋"
assert named["eastAsia"] == "仿宋"
PY
