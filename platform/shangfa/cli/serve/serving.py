"""Run a deployment on one machine: database, migrations, tenants, keys, web and worker."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

import click

from shangfa.cli.serve.supervisor import Attention, Part, Supervisor, Told
from shangfa.config import Settings, settings
from shangfa.domain.faults import RefusedError
from shangfa.services.access.authentication import authenticate
from shangfa.services.access.by_hand import make_operator_key
from shangfa.services.running.deployment import Database, database
from shangfa.services.running.folders import demo_keys, load_folder
from shangfa.services.running.process import logs, meters, ports

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OWNERS: Final = "SHANGFA_OWNER_URL"
"""What no part may know: who has it can see and change everything."""
PROBES: Final = "SHANGFA_HEALTH_BIND"
"""What the web server has for itself."""
CLOCK: Final = """\
!!! 测试时钟已启用，时间由操作员拨动，切勿用于真实数据。
!!! The test clock is on: the operator moves the time. Never use it with real data.
!!! SHANGFA_CLOCK"""


def serve() -> None:
    """Set everything up and serve until told to stop."""
    logs.set_up()
    attention = Attention(*SIGNALS)
    try:
        conf = settings()
        with closing(_listen(conf.bind)) as port, attention.keep(database()) as db:
            keys = _set_up(conf, db)
            _run(conf, keys, _parts(db, port))
    except Told as told:
        click.echo(f"Shangfa was told to stop by {told} before it served.", err=True)
        sys.exit(128 + signal.Signals[str(told)])


def _listen(bind: str) -> socket.socket:
    try:
        return ports.listen_on(bind)
    except OSError as error:
        raise click.ClickException(
            f"SHANGFA_BIND is {bind}, where nobody can listen: {error.strerror}. "
            "Stop what listens there, or choose another address."
        ) from error


def _set_up(conf: Settings, db: Database) -> dict[str, Any]:
    db.upgrade()
    db.check()
    with db.alone():
        slugs = load_tenants(conf.tenants_dir)
        return write_keys(conf.var / "demo-keys.json", slugs)


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
    """Make the keys that `path` does not hold, or that work no more; return all of them."""
    keys: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    stored = json.dumps(keys)
    for slug in slugs:
        dead = [role for role, key in keys.get(slug, {}).items() if not _works(key)]
        if slug not in keys:
            keys[slug] = demo_keys(slug)
        elif dead:
            keys[slug] |= demo_keys(slug, dead)
    if not _works(keys.get("operator", "")):
        keys["operator"] = make_operator_key("demo")
    if json.dumps(keys) != stored:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(keys, file, ensure_ascii=False, indent=2)
        draft.replace(path)
    return keys


def _works(key: str) -> bool:
    """Tell whether a key is in force; that of a suspended tenant is."""
    try:
        authenticate(key)
    except RefusedError as error:
        return error.code != "unauthorized"
    return True


def _parts(db: Database, port: socket.socket) -> list[Part]:
    environment = {name: value for name, value in os.environ.items() if name != OWNERS}
    plain = {name: value for name, value in environment.items() if name != PROBES}
    keep = () if db.use is None else (db.use,)
    web = ("gunicorn", "--config", "python:shangfa.api.running.gunicorn_conf")
    bind = ("--bind", f"fd://{port.fileno()}")
    parts = [
        Part(
            "the web server",
            _python(*web, *bind),
            environment,
            (port.fileno(), *keep),
            essential=True,
        ),
        Part("the job worker", _python("shangfa.cli", "worker"), plain, keep),
    ]
    if db.use is not None:
        keeper = _python("shangfa.services.running.process.keeper")
        parts.insert(0, Part("the keeper of the database", keeper, plain))
    return parts


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def _run(conf: Settings, keys: Mapping[str, Any], parts: Sequence[Part]) -> None:
    counted = meters.open_meters()
    for part in parts:
        part.environment = {**part.environment, meters.VARIABLE: str(counted.folder)}
    supervisor = Supervisor(parts, lambda: _answers(conf.bind), lambda: _greet(conf, keys))
    try:
        supervisor.run()
    except Told as told:
        if not supervisor.greeted:
            raise
        click.echo(f"Shangfa stops: it was told to by {told}.")
    finally:
        counted.close()


def _answers(bind: str) -> bool:
    """Tell whether our web server answers."""
    host, _, port = bind.rpartition(":")
    here = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(host, host.strip("[]"))  # noqa: S104 - compared
    with closing(HTTPConnection(here, int(port), timeout=1)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200  # noqa: PLR2004 OK
        except (OSError, HTTPException):
            return False


def _greet(conf: Settings, keys: Mapping[str, Any]) -> None:
    click.echo(f"Shangfa serves on http://{conf.bind} (documentation: /docs)")
    click.echo(f"Keys of the demo tenants: {conf.var / 'demo-keys.json'}")
    if conf.clock is not None:
        start = f" starts at {conf.clock.start.isoformat()}" if conf.clock.start else ""
        click.secho(f"{CLOCK}{start}", fg="red", bold=True)
    if "fujie" in keys:
        body = '{"subject": "F002", "clause": "一-2", "occurred_at": "2026-03-02T10:00:00+08:00"}'
        click.echo(
            f"Try: curl -s http://{conf.bind}/v1/incidents -H 'Content-Type: application/json'"
            f" -H 'Authorization: Bearer {keys['fujie']['hr']}' -d '{body}'"
        )
    sys.stdout.flush()
