#!/usr/bin/env bash
# Version: mkdocs-static-i18n 1.3.1 with mkdocs 1.6.1.
# Behaviour: a page that a hook makes in memory with `File.generated(content=…)` builds with mkdocs
#   alone; with the i18n plugin the build ends in a TypeError, because the plugin makes each file
#   anew from the path on disk that such a page does not have.
# One would guess otherwise: generated files are mkdocs' own documented way since 1.6, and the
#   plugin is asked for nothing but languages by a suffix.
# A product should: write generated pages to a folder first and let mkdocs read that.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'mkdocs==1.6.1' 'mkdocs-static-i18n==1.3.1'
mkdir "$tmp/docs"
cd "$tmp"
echo '# Home' > docs/index.md
cat > hook.py <<'PY'
from mkdocs.structure.files import File


def on_files(files, config):
    files.append(File.generated(config, "made.md", content="# Made\n\nby a hook\n"))
    return files
PY
cat > plain.yml <<'YML'
site_name: plain
hooks: [hook.py]
plugins: []
YML
cat > languages.yml <<'YML'
site_name: languages
hooks: [hook.py]
plugins:
  - i18n:
      docs_structure: suffix
      languages:
        - {locale: en, default: true, name: English}
        - {locale: zh, name: Chinese}
YML
venv/bin/mkdocs build --quiet --config-file plain.yml --site-dir plain
echo "mkdocs alone:    $(grep -c 'by a hook' plain/made/index.html) page made by a hook"
status=0
venv/bin/mkdocs build --quiet --config-file languages.yml --site-dir languages > said 2>&1 || status=$?
echo "with languages:  status $status, $(grep -o 'TypeError' said | head -1)"
[ "$status" -ne 0 ] && grep -q TypeError said
