"""Run a deployment on one machine: database, migrations, tenants, keys, web and worker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import click

from shangfa.config import Settings, settings
from shangfa.domain.faults import RefusedError
from shangfa.services.access.by_hand import make_operator_key
from shangfa.services.running.deployment import database
from shangfa.services.running.folders import demo_keys, load_folder

WORKER = "shangfa.api.problems.worker.ProblemWorker"


def serve() -> None:
    """Set everything up and serve until told to stop."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    conf = settings()
    with database() as db:
        db.upgrade()
        db.check()
        slugs = load_tenants(conf.tenants_dir)
        keys = write_keys(conf.var / "demo-keys.json", slugs)
        _run([_web(conf), _worker()], lambda: _greet(conf, keys))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def load_tenants(folder: Path) -> list[str]:
    """Load every tenant's folder and return their slugs; a bad one is named and left out."""
    slugs = []
    for path in sorted(folder.glob("*/tenant.yaml")):
        try:
            slugs.append(load_folder(path.parent))
        except RefusedError as error:
            for fault in error.faults:
                click.echo(f"{path.parent}: {fault}", err=True)
    return slugs


def write_keys(path: Path, slugs: Sequence[str]) -> dict[str, Any]:
    """Make the keys that `path` does not hold yet and return all of them."""
    keys: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    fresh = {slug: demo_keys(slug) for slug in slugs if slug not in keys}
    if "operator" not in keys:
        fresh["operator"] = make_operator_key("demo")  # type: ignore[assignment] # a text
    if fresh:
        keys |= fresh
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(keys, file, ensure_ascii=False, indent=2)
        draft.replace(path)
    return keys


def _greet(conf: Settings, keys: Mapping[str, Any]) -> None:
    click.echo(f"Shangfa serves on http://{conf.bind} (documentation: /docs)")
    click.echo(f"Keys of the demo tenants: {conf.var / 'demo-keys.json'}")
    if "fujie" in keys:
        body = '{"subject": "F002", "clause": "一-2", "occurred_at": "2026-03-02T10:00:00+08:00"}'
        click.echo(
            f"Try: curl -s http://{conf.bind}/v1/incidents -H 'Content-Type: application/json'"
            f" -H 'Authorization: Bearer {keys['fujie']['hr']}' -d '{body}'"
        )
    sys.stdout.flush()


def _web(conf: Settings) -> list[str]:
    configuration = os.environ.get("SHANGFA_GUNICORN", "")
    options = ["--config", configuration] if configuration else []
    sizes = ["--workers", str(conf.workers), "--threads", str(conf.threads)]
    kind = ["--worker-class", WORKER, "--graceful-timeout", "20", "--log-level", "warning"]
    program = [sys.executable, "-m", "gunicorn", "--bind", conf.bind, *sizes, *kind, *options]
    return [*program, "shangfa.api.app:application()"]


def _worker() -> list[str]:
    return [sys.executable, "-m", "shangfa.cli", "worker"]


def _run(commands: Sequence[Sequence[str]], ready: Callable[[], None]) -> None:
    """Run the processes until one ends or we are told to stop; then stop them all."""
    children = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own programs
    waiting = True
    try:
        while all(child.poll() is None for child in children):
            if waiting and _answers():
                ready()
                waiting = False
            time.sleep(0.2)
    except KeyboardInterrupt:
        click.echo("Stopping.")
    finally:
        _stop(children)


def _answers() -> bool:
    """Tell whether somebody listens on our address."""
    host, _, port = settings().bind.rpartition(":")
    here = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(host, host.strip("[]"))  # noqa: S104 - compared
    try:
        with socket.create_connection((here, int(port)), timeout=1):
            return True
    except OSError:
        return False


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(30)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            child.kill()
