"""Ask every operation of a running server what the document allows and what it does not.

Every role that matters asks with its own key; what Schemathesis holds an answer to is all of
its checks. What is a false alarm is told in schemathesis.toml, with its reason.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
from tests.bench.stage import ROOT, Server, stage
from tests.making.office import open_office

from shangfa.db.server import embedded

HERE: Final = Path(__file__).parent
DOCUMENT: Final = "api_specs/openapi.json"
ROLES: Final = ("employee", "hr", "operator")
"""In this order: the operator may end the company that the others ask for."""


@click.command()
@click.option("--examples", default=50, help="Requests made up for each operation.")
@click.option("--seconds", default=3600, help="What one role may take.")
@click.option("--seed", default=1, help="What chance starts from.")
@click.option("--role", "roles", multiple=True, default=ROLES, type=click.Choice(ROLES))
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
def main(examples: int, seconds: int, seed: int, roles: Sequence[str], more: Sequence[str]) -> None:
    """Start a server on an empty database and try it; MORE goes to Schemathesis."""
    with stage() as made:
        with made.inside(embedded.DATABASE):
            office = open_office()
        keys = {role: office.by(role).key or "" for role in roles}
        config = ["--config", "deploy/gunicorn.conf.py"]
        folder = str(made.folder / "var")
        with made.gunicorn(config, embedded.DATABASE, SHANGFA_VAR=folder) as server:
            words = [f"--max-examples={examples}", f"--max-time={seconds}", f"--seed={seed}"]
            words += ["--phases=coverage,fuzzing", "--continue-on-failure", *more]
            failed = [role for role, key in keys.items() if not _holds(server, key, words)]
    if failed:
        sys.exit(f"Found as {', '.join(failed)}.")


def _holds(server: Server, key: str, words: Sequence[str]) -> bool:
    """Tell whether nothing was found with a key."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run",
        f"--url=http://127.0.0.1:{server.port}",
        f"--header=Authorization: Bearer {key}",
        "--request-timeout=20",
        "--generation-database=none",
        "--no-color",
        *words,
        DOCUMENT,
    ]
    return subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode == 0


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONWARNINGS": "ignore"}


if __name__ == "__main__":
    main()
