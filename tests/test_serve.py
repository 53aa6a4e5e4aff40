"""`shangfa serve` as somebody starts it: it serves, stops cleanly, and keeps what it was told."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.making.house import ROOT

from shangfa.db.server.embedded import OWNER, Embedded

pytestmark = pytest.mark.serve
PATIENCE = 60


@dataclass(frozen=True)
class Deployment:
    """A folder to serve from, with a copy of two tenants, and an address."""

    folder: Path
    bind: str

    @property
    def environment(self) -> dict[str, str]:
        """What `shangfa serve` is told."""
        ours = {name: value for name, value in os.environ.items() if name[:7] != "SHANGFA"}
        return ours | {
            "SHANGFA_VAR": str(self.folder / "var"),
            "SHANGFA_TENANTS": str(self.folder / "tenants"),
            "SHANGFA_BIND": self.bind,
        }

    @property
    def keys(self) -> Any:
        """The keys it wrote."""
        return json.loads((self.folder / "var/demo-keys.json").read_text())

    def ask(self, path: str, key: str, body: Any = None) -> Any:
        """Send a request and return what is answered."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"http://{self.bind}{path}", data, headers), timeout=20) as response:
            return json.load(response)


@dataclass(frozen=True)
class Running:
    """A started `shangfa serve`, with what it said when it was ready."""

    process: subprocess.Popen[str]
    greeting: str
    seconds: float


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    folder = Path(tempfile.mkdtemp(prefix="shangfa-serve-"))
    folder.chmod(0o755)
    for name in ("fujie", "youyou"):
        shutil.copytree(ROOT / "tenants" / name, folder / "tenants" / name)
    yield Deployment(folder, f"127.0.0.1:{free_port()}")
    shutil.rmtree(folder)


def start(deployment: Deployment) -> Running:
    """Start serving and wait until it says that it does."""
    begin = monotonic()
    log = (deployment.folder / "log").open("w+")
    with log:
        process = subprocess.Popen(
            [sys.executable, "-m", "shangfa.cli", "serve"],
            cwd=deployment.folder,
            env=deployment.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    while "Try: " not in (said := (deployment.folder / "log").read_text()):
        assert process.poll() is None, said
        assert monotonic() < begin + PATIENCE, said
        sleep(0.05)
    return Running(process, said, monotonic() - begin)


def session_of(process: subprocess.Popen[str]) -> list[str]:
    """Return the commands still running that the process started."""
    lines = subprocess.run(
        ["ps", "-eo", "sid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = [line.split(maxsplit=2) for line in lines]
    return [args for sid, stat, args in found if sid == str(process.pid) and stat[0] != "Z"]


def interrupt(running: Running) -> int:
    """Press Ctrl-C: everything in the foreground is told."""
    os.killpg(running.process.pid, signal.SIGINT)
    return running.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def running(deployment: Deployment) -> Iterator[Running]:
    found = start(deployment)
    yield found
    if found.process.poll() is None:
        interrupt(found)


def test_it_serves_and_documents_itself(deployment: Deployment, running: Running) -> None:
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json", "/metrics"):
        with urlopen(f"http://{deployment.bind}{path}", timeout=20) as response:
            assert response.status == 200
    assert f"http://{deployment.bind}" in running.greeting


@pytest.mark.usefixtures("running")
def test_the_keys_are_for_its_owner_only(deployment: Deployment) -> None:
    path = deployment.folder / "var/demo-keys.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(deployment.keys) == {"fujie", "youyou", "operator"}
    assert set(deployment.keys["fujie"]) == {"hr", "supervisor", "employee", "finance", "auditor"}


def test_the_curl_it_proposes_gives_20_yuan(deployment: Deployment, running: Running) -> None:
    line = next(line for line in running.greeting.splitlines() if line.startswith("Try: "))
    words = shlex.split(line.removeprefix("Try: "))
    url = next(word for word in words if word.startswith("http"))
    headers = dict(words[i + 1].split(": ") for i, word in enumerate(words) if word == "-H")
    data = words[words.index("-d") + 1].encode()
    with urlopen(Request(url, data, headers), timeout=20) as response:
        answer = json.load(response)
    assert [(item["clause"], item["quantity"]) for item in answer["effects"]] == [
        ("一-2", "-20.00")
    ]


@pytest.mark.usefixtures("running")
def test_a_key_of_one_tenant_opens_no_other(deployment: Deployment) -> None:
    keys = deployment.keys
    body = {"subject": "Y004", "clause": "警告-职业道德-2", "occurred_at": "2026-03-02"}
    with pytest.raises(HTTPError) as refusal:
        deployment.ask("/v1/incidents", keys["fujie"]["hr"], body)
    with refusal.value as response:
        assert (response.code, json.load(response)["code"]) == (422, "unknown_subject")
    assert deployment.ask("/v1/tenants", keys["operator"])["items"][1]["slug"] == "youyou"


def test_ctrl_c_stops_everything_and_a_second_start_is_quick_and_keeps_all(
    deployment: Deployment, running: Running
) -> None:
    hr = deployment.keys["youyou"]["hr"]
    body = {"subject": "Y004", "clause": "警告-职业道德-2", "occurred_at": "2026-03-02"}
    kept = deployment.ask("/v1/incidents", hr, body)["id"]
    keys = deployment.keys
    assert interrupt(running) == 0
    assert session_of(running.process) == []
    postgres = deployment.folder / "var/postgres"
    assert not (postgres / "data/postmaster.pid").exists()
    assert "database system is shut down" in (postgres / "postgres.log").read_text()

    again = start(deployment)
    try:
        assert again.seconds < max(20, running.seconds)
        assert deployment.keys == keys
        assert deployment.ask(f"/v1/incidents/{kept}", hr)["id"] == kept
    finally:
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(PATIENCE) == 0
    assert session_of(again.process) == []
    assert not (postgres / "data/postmaster.pid").exists()


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
