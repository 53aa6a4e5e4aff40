"""Starts that fail: one sentence, a status, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.making.deployed import (
    PATIENCE,
    Deployment,
    deployed,
    launch,
    processes_of,
    said,
)

from shangfa.db.server.embedded import OWNER, Embedded

pytestmark = pytest.mark.serve


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    with deployed() as found:
        yield found


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        pytest.param({"SHANGFA_WORKERS": "none"}, "SHANGFA_WORKERS is 'none'", id="a setting"),
        pytest.param({"SHANGFA_CLOCK": "now"}, "SHANGFA_CLOCK is 'now'", id="a clock"),
        pytest.param(
            {"SHANGFA_DATABASE_URL": "postgresql://a@127.0.0.1:1/b"},
            "Error: The database does not answer: connection",
            id="no database",
        ),
        pytest.param({"SHANGFA_BIND": "192.0.2.1:80"}, "nobody can listen", id="not our address"),
        pytest.param(
            {"GUNICORN_CMD_ARGS": "--worker-class none"},
            "Shangfa stops: the web server ended with status 1 before it was ready.",
            id="a web server that does not start",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_start_that_fails_says_why_and_ends_so(
    deployment: Deployment, variables: dict[str, str], sentence: str
) -> None:
    process = launch(deployment, deployment.folder / "failed.log", **variables)
    assert process.wait(PATIENCE) == 1
    told = said(deployment, "failed.log")
    assert sum(sentence in line for line in told.splitlines()) == 1
    assert told.count("\n") == 1 or "GUNICORN_CMD_ARGS" in variables
    assert "Traceback" not in told or "GUNICORN_CMD_ARGS" in variables
    assert processes_of(process) == {}


def test_it_does_not_start_as_a_superuser(
    deployment: Deployment, server: Embedded, database: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shangfa.cli", "serve"],
        cwd=deployment.folder,
        env=deployment.environment
        | {"SHANGFA_DATABASE_URL": server.url(OWNER, database), "SHANGFA_VAR": "none"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode != 0
    assert "is a superuser, so tenants would not be kept apart" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (deployment.folder / "none").exists()
