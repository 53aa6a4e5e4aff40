"""What `make clients` installed with npm: linters of the document, and what TypeScript needs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.making.house import ROOT

HOME = ROOT / "build/node/node_modules"
KEPT = ROOT / "tests/clients/node"
DOCUMENT = ROOT / "api_specs/openapi.json"
SILENT = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
"""Nobody is told that a document was read."""


def node(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    """Run an installed program in a folder; the test is skipped where there is none."""
    if not HOME.is_dir() or shutil.which("node") is None:
        pytest.skip("nothing of node is installed: make clients")
    program, *rest = words
    command = ["node", str(HOME / ".bin" / program), *rest]
    return subprocess.run(
        command, cwd=at, capture_output=True, text=True, check=False, env=os.environ | SILENT
    )


def compiled(folder: Path, *sources: Path) -> Path:
    """Return the folder of JavaScript that TypeScript makes of sources, with the types beside."""
    for path in (KEPT / "tsconfig.json", KEPT / "package.json", *sources):
        shutil.copy(path, folder)
    (folder / "node_modules").symlink_to(HOME)
    words = (str(DOCUMENT), "-o", "shangfa.ts", "--default-non-nullable", "false")
    for program, *more in (("openapi-typescript", *words), ("tsc", "-p", ".")):
        done = node(program, *more, at=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out"
