"""The linters that users of the document run give nothing, not even a hint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.making.node import DOCUMENT, KEPT, node

pytestmark = [pytest.mark.node, pytest.mark.slow]
LINTERS = {
    "spectral": ("lint", "--fail-severity", "hint", "-r", str(KEPT / "spectral.yaml")),
    "redocly": ("lint", "--config", str(KEPT / "redocly.yaml")),
}
"""The rules that each recommends, every one of them an error."""


@pytest.mark.parametrize("name", LINTERS)
def test_a_linter_finds_nothing(name: str, tmp_path: Path) -> None:
    done = node(name, *LINTERS[name], str(DOCUMENT), at=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", LINTERS)
def test_a_linter_does_look(name: str, tmp_path: Path) -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    del document["paths"]["/v1/incidents"]["post"]["operationId"]
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    done = node(name, *LINTERS[name], "openapi.json", at=tmp_path)
    assert done.returncode == 1
    assert "operation-operationId" in done.stdout + done.stderr
