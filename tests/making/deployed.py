"""`shangfa serve`, started in a folder as somebody starts it, and what became of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.making.house import ROOT

PATIENCE = 150
"""Seconds; more than the product itself may wait before it gives somebody up."""


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

    @property
    def postgres(self) -> Path:
        """The embedded server's folder."""
        return self.folder / "var/postgres"

    def beside(self) -> Deployment:
        """A second deployment of the same database, on another address."""
        return Deployment(self.folder, f"127.0.0.1:{free_port()}")

    def status(self, path: str, key: str = "") -> int:
        """Return the status of an answer, 0 when there is none."""
        try:
            self.ask(path, key)
        except HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0
        return 200

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


def launch(deployment: Deployment, log: Path, **variables: str) -> subprocess.Popen[str]:
    with log.open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "shangfa.cli", "serve"],
            cwd=deployment.folder,
            env=deployment.environment | variables,
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def start(deployment: Deployment, log: str = "log", **variables: str) -> Running:
    """Start serving and wait until it says that it does."""
    begin = monotonic()
    path = deployment.folder / log
    process = launch(deployment, path, **variables)
    while "Try: " not in (said := path.read_text()):
        assert process.poll() is None, said
        assert monotonic() < begin + PATIENCE, said
        sleep(0.05)
    return Running(process, said, monotonic() - begin)


def processes_of(process: subprocess.Popen[str]) -> dict[int, str]:
    """Return process id -> command of all that still runs in the session of a process."""
    lines = subprocess.run(
        ["ps", "-ww", "-eo", "sid=,pid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = [line.split(maxsplit=3) for line in lines]
    return {
        int(pid): args
        for sid, pid, stat, args in found
        if sid == str(process.pid) and stat[0] != "Z"
    }


def part(running: Running, word: str) -> int:
    """Return the process id of a part: the oldest one with the word in its command."""
    return min(pid for pid, args in processes_of(running.process).items() if word in args)


def wait_until(condition: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline
        sleep(0.1)


def interrupt(running: Running) -> int:
    """Press Ctrl-C: everything in the foreground is told."""
    os.killpg(running.process.pid, signal.SIGINT)
    return running.process.wait(PATIENCE)


@contextmanager
def deployed() -> Iterator[Deployment]:
    """Lay out a folder with two companies, under a name that somebody may give it."""
    with TemporaryDirectory(prefix="shangfa-serve-", ignore_cleanup_errors=True) as outer:
        Path(outer).chmod(0o755)
        folder = Path(outer) / "it's 赏罚 here"
        for name in ("fujie", "youyou"):
            shutil.copytree(ROOT / "tenants" / name, folder / "tenants" / name)
        yield Deployment(folder, f"127.0.0.1:{free_port()}")


def said(deployment: Deployment, log: str = "log") -> str:
    return (deployment.folder / log).read_text()
