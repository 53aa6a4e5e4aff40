"""Clients generated from the document compile and work, in Python and in TypeScript."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.making.house import FINES
from tests.making.node import DOCUMENT
from tests.making.office import Office

HERE = Path(__file__).parent
PACKAGE = "shangfa_api"
THEIRS = f"[mypy]\nstrict = true\n[mypy-{PACKAGE}.client]\nignore_errors = true\n"
"""The generator's own frame, the same for every document, passes its arguments on untyped."""


def run(*words: str, at: Path, stdin: str = "") -> str:
    """Run a program of this environment and return what it said; it must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: PLW1510 - said below
        words, cwd=at, input=stdin, capture_output=True, text=True, env={**os.environ, "PATH": path}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated package and a program that uses it."""
    folder = tmp_path_factory.mktemp("client")
    words = ("generate", "--path", str(DOCUMENT), "--output-path", str(folder / PACKAGE))
    more = ("--meta", "none", "--config", str(HERE / "python.yaml"), "--fail-on-warning")
    said = run("openapi-python-client", *words, *more, at=folder)
    assert "Warning" not in said, said
    shutil.copy(HERE / "calls.py.txt", folder / "calls.py")
    (folder / "mypy.ini").write_text(THEIRS)
    return folder


@pytest.mark.slow
def test_the_python_client_makes_its_calls(client: Path, office: Office, url: str) -> None:
    key = office.hr.key
    assert key is not None
    document = FINES.replace("policy: fines", "policy: other").replace("code: f", "code: o")
    run(sys.executable, "calls.py", url, key, at=client, stdin=document)


@pytest.mark.slow
def test_the_python_client_is_typed(client: Path) -> None:
    run(sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "calls.py", PACKAGE, at=client)


@pytest.mark.node
@pytest.mark.slow
def test_the_types_for_typescript_are_enough_for_its_calls(
    javascript: Path, office: Office, url: str
) -> None:
    key = office.hr.key
    assert key is not None
    document = FINES.replace("policy: fines", "policy: third").replace("code: f", "code: q")
    run("node", str(javascript / "calls.js"), url, key, at=javascript, stdin=document)
