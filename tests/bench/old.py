"""Another checkout beside this one: its own code in a process of its own, asked in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.stage import PATIENCE, Cpu, Server

PROGRAM: Final = Path(__file__).with_name("guest.py")
VARIABLE: Final = "BENCH_OLD"
"""The variable that names the old checkout, as `--old` does."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A checkout's process. One question at a time."""

    checkout: Path
    process: subprocess.Popen[str]

    def ask(self, what: str, *values: Any) -> Any:
        """Let it do something and return what came of it.

        Raises:
            RuntimeError: it ended instead; what it said is on standard error.
        """
        assert self.process.stdin is not None  # both are pipes
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([what, *values]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.checkout} could not {what}{values}")
        return json.loads(answer)

    def cpu(self, server: Server) -> Cpu:
        """Return what its server's processes and their connections have used."""
        del server  # it serves one at a time
        return Cpu(*self.ask("cpu"))

    def analyze(self, server: Server) -> None:
        """Tell the planner how large the tables of its server's database are by now."""
        del server
        self.ask("analyze")


@contextmanager
def visit(checkout: Path) -> Iterator[Visit]:
    """Start a checkout's own code and end it."""
    plugins = sorted(path.parent for path in checkout.glob("plugins/*/setup.cfg"))
    paths = [checkout, checkout / "platform", *plugins]
    clean = {key: text for key, text in os.environ.items() if not key.startswith("SHANGFA_")}
    process = subprocess.Popen(
        # -P: the folder of the program holds names of the standard library
        [_python(checkout), "-P", str(PROGRAM)],
        cwd=checkout,
        env=clean | {"PYTHONPATH": os.pathsep.join(map(str, paths))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Visit(checkout, process)
    finally:
        assert process.stdin is not None  # a pipe
        process.stdin.close()
        try:
            process.wait(2 * PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _python(checkout: Path) -> str:
    """Return the checkout's own Python if it has one: ours lists plugins that it has not."""
    own = checkout / ".venv/bin/python"
    return str(own) if own.exists() else sys.executable


def checkout_at(path: str) -> Path:
    """Return the folder of a checkout.

    Raises:
        ValueError: there is none that can be measured.
    """
    folder = Path(path).resolve()
    for part in ("platform/shangfa", "tests/bench", "plugins"):
        if not (folder / part).is_dir():
            raise ValueError(f"{folder} has no {part}")
    return folder
